// A service that answers as a test wants, over HTTP or HTTPS, and what it was sent.

import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Starts a server that gives every request to `answer(request, response, body)`; `stop` ends it and its connections. */
export async function service(answer, tls) {
  const requests = [];
  const listener = async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    requests.push({ method: request.method, url: request.url, headers: request.headers, body });
    answer(request, response, body);
  };
  const server = tls ? https.createServer(tls, listener) : http.createServer(listener);
  // A client that does not trust the certificate breaks off: that is what is tested.
  server.on('tlsClientError', () => {});
  return { requests, ...(await listening(server)) };
}

/** Starts a proxy that tunnels every host to `port` on this machine, and notes what it was asked. */
export async function proxy(port) {
  const asked = [];
  const server = http.createServer();
  server.on('connect', (request, socket, head) => {
    asked.push({ target: request.url, authorization: request.headers['proxy-authorization'] });
    const tunnel = net.connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      tunnel.write(head);
      tunnel.pipe(socket).pipe(tunnel);
    });
    for (const end of [socket, tunnel]) end.on('error', () => {});
  });
  return { asked, ...(await listening(server)) };
}

/** Starts a server that gives every connection to `use`. */
export async function raw(use) {
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    use(socket);
  });
  return listening(server);
}

/** Starts a server on a free port; `stop` ends it and its connections. */
export async function listening(server) {
  const sockets = new Set();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  const stop = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { port, stop };
}

/** A new authority's certificate for `names`, as PEM and as the path of a file that holds it. */
export function certificate(names, t) {
  const folder = mkdtempSync(path.join(tmpdir(), 'hc-tls-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const [key, file] = ['key.pem', 'cert.pem'].map((name) => path.join(folder, name));
  const subject = ['-subj', '/CN=hc test', '-addext', `subjectAltName=${names.map((name) => `DNS:${name}`)}`];
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const constraints = ['-addext', 'basicConstraints=critical,CA:FALSE'];
  execFileSync('openssl', ['req', ...kind, ...subject, ...constraints, '-keyout', key, '-out', file], { stdio: 'pipe' });
  return { key: readFileSync(key), cert: readFileSync(file), file };
}
