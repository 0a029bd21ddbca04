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

/** A server that does `what` once the head of a request is there. */
const onRequest = (what) => listenRaw((socket) => socket.once('data', () => what(socket)));
const cut = (socket) => socket.resetAndDestroy();
const stall = () => {};
const head = 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n';

const cases = [
  ['a name without an address', { kind: 'resolve', mayHaveArrived: false }, () => fault(request(80, { host: 'nobody.invalid' }))],
  ['nobody listens', { kind: 'connect', mayHaveArrived: false, message: 'the connection was refused' }, async () => fault(request(await closedPort()))],
  ['cut before the answer', { kind: 'broken', mayHaveArrived: true }, async () => fault(request(await onRequest(cut)))],
  ['closed before the answer', { kind: 'broken', mayHaveArrived: true }, async () => fault(request(await onRequest((socket) => socket.end())))],
  ['cut while sending', { kind: 'broken', mayHaveArrived: true }, async () => fault(request(await onRequest(cut), large))],
  ['cut in the head', { kind: 'broken', mayHaveArrived: true }, async () => fault(request(await onRequest((socket) => socket.end('HTTP/1.1 200'))))],
  ['cut in the body', { kind: 'broken', mayHaveArrived: true }, async () => fault(request(await onRequest((socket) => socket.end(`${head}half`))))],
  ['no HTTP', { kind: 'broken', mayHaveArrived: true }, async () => fault(request(await onRequest((socket) => socket.end('SSH-2.0-example\r\n'))))],
  ['switching protocols unasked', { kind: 'broken', mayHaveArrived: true }, async () => fault(request(await onRequest((socket) => socket.write('HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'))))],
  ['a stall before the answer', { kind: 'timeout', mayHaveArrived: true }, async () => fault(request(await onRequest(stall)), route({ patience: SHORT }))],
  ['a stall while sending', { kind: 'timeout', mayHaveArrived: true }, async () => fault(request(await listenRaw((socket) => socket.pause()), large), route({ patience: SHORT }))],
  ['a stall in the head', { kind: 'timeout', mayHaveArrived: true }, async () => fault(request(await onRequest((socket) => socket.write('HTTP/1.1 200'))), route({ patience: SHORT }))],
  ['a stall in the body', { kind: 'timeout', mayHaveArrived: true }, async () => fault(request(await onRequest((socket) => socket.write(`${head}half`))), route({ patience: SHORT }))],
  ['a stall in the handshake', { kind: 'timeout', mayHaveArrived: false }, async () => fault(request(await listenRaw(stall), secure), route({ patience: SHORT }))],
  ['cut in the handshake', { kind: 'broken', mayHaveArrived: false }, async () => fault(request(await onRequest(cut), secure))],
  ['no TLS', { kind: 'tls', mayHaveArrived: false, message: 'wrong version number' }, async () => fault(request(await onRequest((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')), secure))],
  ['a missing file', { kind: 'file', mayHaveArrived: false, path: path.join(folder, 'missing') }, async () => fault(request(await onRequest(stall), { method: 'PUT', parts: [{ path: path.join(folder, 'missing'), offset: 0, length: 5 }] }))],
];

for (const [name, expected, run] of cases) {
  test(`faults: ${name}`, { timeout: 10_000 }, async () => {
    const found = await run();
    const wanted = Object.keys(expected);
    assert.deepEqual(Object.fromEntries(wanted.map((key) => [key, found[key]])), expected, found.message);
  });
}

test('faults: a file that became shorter', async () => {
  const file = path.join(folder, 'short');
  writeFileSync(file, '12345');
  const parts = [{ path: file, offset: 0, length: 50_000_000 }];
  const { kind, message } = await fault(request(await onRequest(stall), { method: 'PUT', parts }));
  assert.deepEqual([kind, message], ['file', 'the file became shorter while it was sent']);
});

test('faults: certificates that are not trusted', tls, async () => {
  const answer = (_, response) => response.end();
  const ports = await Promise.all([trusted, misnamed].map((pair) => listen(https.createServer(pair, answer))));
  const refused = [
    [ports[0], route(), 'self-signed certificate'],
    [ports[0], route({ onlyCertificates: misnamed.cert }), 'self-signed certificate'],
    [ports[0], route({ onlyCertificates: Buffer.from('no certificate') }), 'self-signed certificate'],
    [ports[1], route({ extraCertificates: misnamed.cert }), "Host: localhost. is not in the cert's altnames: DNS:other.example"],
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
    const timer = setInterval(() => (pieces.length > 0 ? socket.write(pieces.shift()) : clearInterval(timer)), SHORT / 3);
  });
  // The head comes in two pieces, of which Node tells nothing until the second.
  assert.equal((await exchange(request(slow), route({ patience: SHORT }))).body, 'abc');
});
