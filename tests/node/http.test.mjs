// Requests and responses through the host.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';

import { certificate, exchange, listen, listenRaw, request, route, send } from './http.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'hc-http-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Says what it was asked. */
const echo = async (asked, response) => {
  const { method, url, rawHeaders } = asked;
  response.setHeader('x-twice', ['one', 'two']);
  response.end(JSON.stringify({ method, url, rawHeaders, body: await text(asked), port: asked.socket.remotePort }));
};
const port = await listen(http.createServer(echo));
const echoed = async (...args) => JSON.parse((await exchange(...args)).body);

test('http: a request arrives as it is', async () => {
  const target = '/a/%2E%2E/b%2Fc?d=%20e';
  const headers = ['x-a', '1', 'x-a', '2', 'x-latin', 'caf\u00e9'];
  const asked = await echoed(request(port, { target, headers }));
  assert.equal(asked.method, 'GET');
  assert.equal(asked.url, target);
  assert.deepEqual(asked.rawHeaders.slice(0, 2), ['Host', `127.0.0.1:${port}`]);
  assert.deepEqual(asked.rawHeaders.slice(2, 8), headers);
});

test('http: a response arrives as it is, with every header', async () => {
  const { status, headers } = await exchange(request(port));
  assert.equal(status, 200);
  assert.deepEqual(headers.slice(0, 4), ['x-twice', 'one', 'x-twice', 'two']);
});

test('http: a body is its parts, one after the other, and its length is told', async () => {
  const file = path.join(folder, 'part');
  writeFileSync(file, '0123456789');
  const range = (offset, length) => ({ path: file, offset, length });
  const parts = [Buffer.from('<'), range(2, 3), range(9, 0), Buffer.from('>')];
  const asked = await echoed(request(port, { method: 'POST', parts }));
  assert.equal(asked.body, '<234>');
  assert.ok(asked.rawHeaders.join().includes('content-length,5'), asked.rawHeaders.join());
});

test('http: a file goes out in base64, as one text and with its length', async () => {
  const file = path.join(folder, 'encoded');
  for (const length of [0, 1, 2, 3, 98_303, 98_304, 98_305, 300_001]) {
    const content = Buffer.alloc(length, 'any bytes \xff\x00');
    writeFileSync(file, content);
    const parts = [Buffer.from('"'), { base64: file, length }, Buffer.from('"')];
    let counted = 0;
    const asked = JSON.parse((await exchange(request(port, { method: 'PUT', parts }), route(), (sent) => (counted += sent))).body);
    assert.equal(asked.body, `"${content.toString('base64')}"`, `${length} bytes`);
    assert.equal(counted, asked.body.length);
    assert.ok(asked.rawHeaders.join().includes(`content-length,${asked.body.length}`), asked.rawHeaders.join());
  }
});

test('http: nobody is told what goes out after the end', async () => {
  const file = path.join(folder, 'endless');
  writeFileSync(file, '');
  truncateSync(file, 50_000_000);
  const deaf = await listen(http.createServer((asked) => asked.on('data', () => {})));
  let [counted, isOver] = [0, false];
  const count = (sent) => {
    assert.ok(!isOver);
    counted += sent;
  };
  const sending = send(request(deaf, { method: 'PUT', parts: [{ path: file, offset: 0, length: 50_000_000 }] }), route(), count);
  const head = sending.head().catch(() => {});
  while (counted === 0) await pause(1);
  sending.cancel();
  isOver = true;
  await Promise.race([head, pause(200)]);
  assert.ok(counted < 50_000_000, `${counted} bytes had gone out`);
});

test('http: without a body, a method that could have one says that it is empty', async () => {
  const asked = await echoed(request(port, { method: 'POST' }));
  assert.ok(/content-length,0/i.test(asked.rawHeaders.join()), asked.rawHeaders.join());
});

test('http: a redirect is a response like any other', async () => {
  const from = await listen(
    http.createServer((_, response) => response.writeHead(307, { location: `http://127.0.0.1:${port}/` }).end()),
  );
  const { status, headers } = await exchange(request(from));
  assert.equal(status, 307);
  assert.ok(headers.includes(`http://127.0.0.1:${port}/`));
});

test('http: a connection is used again, also when a response was not read', async () => {
  const first = await echoed(request(port));
  const unread = send(request(port));
  await unread.head();
  unread.cancel();
  await pause(20);
  assert.equal((await echoed(request(port))).port, first.port);
});

test('http: sixteen requests travel at once', async () => {
  let waiting = [];
  const together = await listen(
    http.createServer((_, response) => {
      waiting.push(response);
      if (waiting.length === 16) waiting.forEach((one) => one.end());
    }),
  );
  const all = Array.from({ length: 16 }, () => exchange(request(together)));
  assert.equal((await Promise.all(all)).length, 16);
});

test('http: a kept connection that the service gave up is replaced where nothing can happen twice', async () => {
  let connections = 0;
  const serving = await listenRaw((socket) => {
    connections += 1;
    let requests = 0;
    socket.on('data', () => {
      requests += 1;
      if (requests === 1) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
      else socket.resetAndDestroy();
    });
  });
  assert.equal((await exchange(request(serving))).status, 200);
  assert.equal((await exchange(request(serving))).status, 200);
  assert.equal(connections, 2);
  await assert.rejects(exchange(request(serving, { method: 'DELETE' })), { kind: 'broken', mayHaveArrived: true });
  assert.equal(connections, 2);
});

test('http: an early answer is heard, and the rest of the body not sent', { timeout: 5000 }, async () => {
  const deaf = await listenRaw((socket) => {
    socket.once('data', () => {
      socket.pause();
      socket.write('HTTP/1.1 413 Too Large\r\ncontent-length: 3\r\n\r\nno!');
    });
  });
  const parts = [Buffer.alloc(50_000_000)];
  const { status, body } = await exchange(request(deaf, { method: 'PUT', parts }));
  assert.deepEqual([status, body], [413, 'no!']);
});

test('http: dropping a request or a response closes its connection', async () => {
  const closings = [];
  const open = await listenRaw((socket) => {
    closings.push(new Promise((resolve) => socket.on('close', resolve)));
    socket.once('data', (asked) => {
      if (asked.toString().startsWith('GET /half')) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf');
    });
  });
  const half = send(request(open, { target: '/half' }));
  await half.head();
  assert.equal(Buffer.from(await half.chunk()).toString(), 'half');
  half.cancel();
  const pending = send(request(open));
  const head = pending.head();
  while (closings.length < 2) await pause(5);
  pending.cancel();
  await assert.rejects(head, { kind: 'broken' });
  await Promise.all(closings);
});

const trusted = certificate('DNS:localhost,IP:127.0.0.1');
const skip = trusted ? false : 'needs openssl';

test('http: TLS with a certificate that is trusted besides, or instead of, all others', { skip }, async () => {
  const secure = { secure: true, host: 'localhost' };
  const port = await listen(https.createServer(trusted, echo));
  for (const way of [{ extraCertificates: trusted.cert }, { onlyCertificates: trusted.cert }]) {
    const first = await echoed(request(port, secure), route(way));
    assert.equal((await echoed(request(port, secure), route(way))).port, first.port);
  }
});
