// Requests through HTTP proxies.

import assert from 'node:assert/strict';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { test } from 'node:test';

import { certificate, closedPort, exchange, fault, listen, listenRaw, request, route } from './http.mjs';

const pair = certificate('DNS:har.example');
const proxyPair = certificate('DNS:localhost');
const tls = { skip: pair ? false : 'needs openssl', timeout: 10_000 };
const secure = { secure: true, host: 'har.example' };

/** A proxy that notes what it is asked, answers http requests itself, and knows every name as this machine's. */
async function startProxy(create) {
  const asked = [];
  const note = ({ method, url, headers }) =>
    asked.push([method, url, headers.host, headers['proxy-authorization'] ?? '']);
  const proxy = create((question, response) => {
    note(question);
    response.end('from the proxy');
  });
  proxy.on('connect', (question, socket) => {
    note(question);
    const [, port] = question.url.split(':');
    const onward = net.connect(Number(port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      socket.pipe(onward).pipe(socket);
    });
    for (const end of [socket, onward]) end.on('error', () => {});
    socket.on('close', () => onward.destroy());
  });
  return { port: await listen(proxy), asked };
}

/** A proxy that says only this to who connects. */
const saying = (text) => at(listenRaw((socket) => socket.once('data', () => socket.end(text))));
const at = async (port) => `http://127.0.0.1:${await port}`;

const startService = () => listen(https.createServer(pair, (_, response) => response.end('from the service')));

test('proxy: an http request is made by the proxy', async () => {
  const { port, asked } = await startProxy(http.createServer);
  const proxy = `http://user:p%40ss@127.0.0.1:${port}`;
  for (const servicePort of [80, 8080]) {
    const { body } = await exchange(request(servicePort, { host: 'har.example', target: '/a?b' }), route({ proxy }));
    assert.equal(body, 'from the proxy');
  }
  const basic = `Basic ${Buffer.from('user:p@ss').toString('base64')}`;
  assert.deepEqual(asked, [
    ['GET', 'http://har.example/a?b', 'har.example', basic],
    ['GET', 'http://har.example:8080/a?b', 'har.example:8080', basic],
  ]);
});

test('proxy: an https request goes through a tunnel, which is used again', tls, async () => {
  const service = await startService();
  const { port, asked } = await startProxy(http.createServer);
  const way = route({ proxy: `http://user@127.0.0.1:${port}`, extraCertificates: pair.cert });
  for (let times = 0; times < 2; times += 1) {
    assert.equal((await exchange(request(service, secure), way)).body, 'from the service');
  }
  const basic = `Basic ${Buffer.from('user:').toString('base64')}`;
  assert.deepEqual(asked, [['CONNECT', `har.example:${service}`, `har.example:${service}`, basic]]);
});

test('proxy: the way to a proxy can itself be secure', tls, async () => {
  const service = await startService();
  const { port, asked } = await startProxy((answer) => https.createServer(proxyPair, answer));
  const proxy = `https://localhost:${port}`;
  const way = route({ proxy, extraCertificates: Buffer.concat([pair.cert, proxyPair.cert]) });
  assert.equal((await exchange(request(service, secure), way)).body, 'from the service');
  assert.equal((await exchange(request(80, { host: 'har.example' }), way)).body, 'from the proxy');
  assert.deepEqual(asked.map(([method]) => method), ['CONNECT', 'GET']);
  const { kind, message } = await fault(request(service, secure), route({ proxy }));
  assert.deepEqual([kind, message], ['tls', `the proxy localhost:${port}: self-signed certificate`]);
});

test('proxy: a certificate is checked at the end of the tunnel too', tls, async () => {
  const { port } = await startProxy(http.createServer);
  const found = await fault(request(await startService(), secure), route({ proxy: `http://127.0.0.1:${port}` }));
  assert.deepEqual(found, { kind: 'tls', mayHaveArrived: false, message: 'self-signed certificate', path: undefined });
});

const patience = 300;
const proxies = [
  ['refuses', 'connect', /answers 407$/, () => saying('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')],
  ['closes', 'broken', /closed it$/, () => saying('')],
  ['speaks no HTTP', 'connect|broken', /Expected HTTP/, () => saying('220 mail.example\r\n')],
  ['does not answer', 'timeout', /in time|does not answer/, () => at(listenRaw(() => {}))],
  ['is not there', 'connect', /^the proxy 127.0.0.1:\d+: the connection was refused$/, () => at(closedPort())],
  ['has no address', 'connect', /^the proxy nobody.invalid:80: /, () => 'http://user:secret@nobody.invalid'],
  ['is none', 'connect', /^the proxy is not given as/, () => 'socks5://user:secret@127.0.0.1'],
];
for (const [what, kind, message, start] of proxies) {
  test(`proxy: one that ${what}`, { timeout: 10_000 }, async () => {
    const found = await fault(request(443, secure), route({ proxy: await start(), patience }));
    assert.match(found.kind, new RegExp(`^(${kind})$`));
    assert.match(found.message, message);
    assert.equal(found.mayHaveArrived, false);
    assert.doesNotMatch(found.message, /secret/);
  });
}
