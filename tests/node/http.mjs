// Requests through the host, and servers on this machine to send them to.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after } from 'node:test';

import { host } from './host.mjs';

/** Starts a server for as long as the test file runs; gives its port. */
export async function listen(server) {
  const sockets = new Set();
  for (const event of ['connection', 'secureConnection']) {
    server.on(event, (socket) => sockets.add(socket));
  }
  after(() => {
    server.close();
    sockets.forEach((socket) => socket.destroy());
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server.address().port;
}

/** A server of bytes: `speak` is given each connection. */
export function listenRaw(speak) {
  return listen(
    net.createServer((socket) => {
      socket.on('error', () => {});
      speak(socket);
    }),
  );
}

/** A port on which nobody listens. */
export async function closedPort() {
  const server = net.createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export const request = (port, more = {}) => ({
  method: 'GET',
  secure: false,
  host: '127.0.0.1',
  port,
  target: '/',
  headers: [],
  parts: [],
  ...more,
});

export const route = (more = {}) => ({
  proxy: undefined,
  extraCertificates: undefined,
  onlyCertificates: undefined,
  patience: 10_000,
  ...more,
});

/** Sends; `sent` is told the length of each piece of the body. */
export const send = (request, onRoute = route(), sent = () => {}) => host.send(request, onRoute, sent);

/** Sends, and reads the whole response. */
export async function exchange(...args) {
  const exchange = send(...args);
  const { status, headers } = await exchange.head();
  const chunks = [];
  for (let chunk; (chunk = await exchange.chunk()); ) chunks.push(chunk);
  return { status, headers, body: Buffer.concat(chunks).toString() };
}

/** The fault that an exchange ends with. */
export async function fault(request, onRoute) {
  try {
    await exchange(request, onRoute);
  } catch ({ kind, mayHaveArrived, message, path }) {
    return { kind, mayHaveArrived, message, path };
  }
  throw new Error('there was no fault');
}

/** A key and a self-signed certificate for `names`, or nothing where there is no openssl. */
export function certificate(names) {
  const folder = mkdtempSync(path.join(tmpdir(), 'hc-certificate-'));
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => path.join(folder, name));
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  try {
    const output = ['-keyout', key, '-out', cert];
    execFileSync('openssl', ['req', ...kind, '-subj', '/CN=test', '-addext', `subjectAltName=${names}`, ...output], {
      stdio: 'ignore',
    });
    return { key: readFileSync(key), cert: readFileSync(cert) };
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
