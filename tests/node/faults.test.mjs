// What goes wrong on the way, in each phase of an exchange: which fault, and whether the request may have arrived.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';

import { certificate, closedPort, exchange, fault, listen, listenRaw, request, route } from './http.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'hc-faults-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const trusted = certificate('DNS:localhost,IP:127.0.0.1');
const misnamed = certificate('DNS:other.example');
const tls = { skip: trusted ? false : 'needs openssl' };
const secure = { secure: true, host: 'localhost' };
const large = { method: 'PUT', parts: [Buffer.alloc(50_000_000)] };
const SHORT = 300;
const head = 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n';
const upgrade = 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n';

/** A server that does `what` once the head of a request is there. */
const onRequest = (what) => listenRaw((socket) => socket.once('data', () => what(socket)));
const saying = (text) => onRequest((socket) => socket.write(text));
const ending = (text) => onRequest((socket) => socket.end(text));
const cutting = () => onRequest((socket) => socket.resetAndDestroy());
const silent = () => onRequest(() => {});
const deaf = () => listenRaw((socket) => socket.pause());

/** What happens, the fault that it is, whether the request may have arrived, the server's port, more of the request. */
const cases = [
  ['a name without an address', 'resolve', false, () => 80, { host: 'nobody.invalid' }],
  ['nobody listens', 'connect', false, closedPort],
  ['cut before the answer', 'broken', true, cutting],
  ['closed before the answer', 'broken', true, () => ending('')],
  ['cut while sending', 'broken', true, cutting, large],
  ['cut in the head', 'broken', true, () => ending('HTTP/1.1 200')],
  ['cut in the body', 'broken', true, () => ending(`${head}half`)],
  ['no HTTP', 'broken', true, () => ending('SSH-2.0-example\r\n')],
  ['another protocol, unasked', 'broken', true, () => saying(upgrade)],
  ['a stall before the answer', 'timeout', true, silent],
  ['a stall while sending', 'timeout', true, deaf, large],
  ['a stall in the head', 'timeout', true, () => saying('HTTP/1.1 200')],
  ['a stall in the body', 'timeout', true, () => saying(`${head}half`)],
  ['a stall in the handshake', 'timeout', false, silent, secure],
  ['cut in the handshake', 'broken', false, cutting, secure],
  ['no TLS', 'tls', false, () => ending('HTTP/1.1 400 Bad Request\r\n\r\n'), secure],
];

for (const [what, kind, mayHaveArrived, start, more] of cases) {
  test(`faults: ${what}`, { timeout: 10_000 }, async () => {
    const patience = kind === 'timeout' ? SHORT : 10_000;
    const found = await fault(request(await start(), more), route({ patience }));
    assert.deepEqual([found.kind, found.mayHaveArrived], [kind, mayHaveArrived], found.message);
  });
}

test('faults: the words are for a person', async () => {
  const words = [
    ['the connection was refused', closedPort],
    ['the other side closed it', cutting],
    ['wrong version number', () => ending('HTTP/1.1 400 Bad Request\r\n\r\n'), secure],
  ];
  for (const [message, start, more] of words) assert.equal((await fault(request(await start(), more))).message, message);
});

test('faults: a file that is missing is found out before anything is sent', async () => {
  const file = path.join(folder, 'missing');
  const parts = [Buffer.from('x'), { path: file, offset: 0, length: 5 }];
  const found = await fault(request(await closedPort(), { method: 'PUT', parts }));
  assert.deepEqual([found.kind, found.path, found.mayHaveArrived], ['file', file, false]);
});

test('faults: a file that became shorter', async () => {
  const file = path.join(folder, 'short');
  writeFileSync(file, '12345');
  const parts = [{ path: file, offset: 0, length: 50_000_000 }];
  const { kind, message } = await fault(request(await silent(), { method: 'PUT', parts }));
  assert.deepEqual([kind, message], ['file', 'the file became shorter while it was sent']);
});

test('faults: certificates that are not trusted', tls, async () => {
  const answer = (_, response) => response.end();
  const ports = await Promise.all([trusted, misnamed].map((pair) => listen(https.createServer(pair, answer))));
  const refused = [
    [ports[0], route(), 'self-signed certificate'],
    [ports[0], route({ onlyCertificates: misnamed.cert }), 'self-signed certificate'],
    [ports[0], route({ onlyCertificates: Buffer.from('no certificate') }), 'self-signed certificate'],
    [
      ports[1],
      route({ extraCertificates: misnamed.cert }),
      "Host: localhost. is not in the cert's altnames: DNS:other.example",
    ],
  ];
  for (const [port, way, message] of refused) {
    const found = await fault(request(port, secure), way);
    assert.deepEqual(found, { kind: 'tls', mayHaveArrived: false, message, path: undefined });
  }
});

test('faults: no environment variable makes a certificate trusted', tls, async () => {
  const port = await listen(https.createServer(trusted, (_, response) => response.end()));
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
  after(() => delete process.env.NODE_TLS_REJECT_UNAUTHORIZED);
  assert.equal((await fault(request(port, secure))).kind, 'tls');
});

test('faults: who is slow but alive is waited for', { timeout: 10_000 }, async () => {
  const slow = await onRequest((socket) => {
    const pieces = ['HTTP/1.1 200 OK\r\n', 'content-length: 3\r\n\r\n', 'a', 'b', 'c'];
    const next = () => (pieces.length > 0 ? socket.write(pieces.shift()) : clearInterval(timer));
    const timer = setInterval(next, SHORT / 3);
  });
  // The head comes in two pieces, of which Node tells nothing until the second.
  assert.equal((await exchange(request(slow), route({ patience: SHORT }))).body, 'abc');
});
