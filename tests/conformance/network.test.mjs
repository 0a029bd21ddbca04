// What becomes of a request on a bad network, through proxies, and with certificates of one's own: the same
// natively and in Node.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';

import { binary } from './binary.mjs';
import { environment } from './environment.mjs';
import { install } from './installed.mjs';
import { certificate, proxy, raw, service } from './scripted.mjs';

const cwd = mkdtempSync(path.join(tmpdir(), 'hc-network-'));
after(() => rmSync(cwd, { recursive: true, force: true }));

const TOKEN = 'pat.acc.id.secret';
const frontends = { native: [binary], node: [process.execPath, path.join(install(), 'dist/hc.cjs')] };

const registries = JSON.stringify({
  status: 'SUCCESS',
  data: { pageIndex: 0, pageCount: 1, itemCount: 1, registries: [{ identifier: 'one', packageType: 'NPM', type: 'VIRTUAL', url: '' }] },
});
const ok = (_, response) => response.end(registries);

for (const [frontend, [program, ...first]] of Object.entries(frontends)) {
  /** Runs `hc registry list` against a URL; gives exit code, stdout, stderr and the seconds it took. */
  const list = async (url, { env = {}, args = [] } = {}) => {
    const started = performance.now();
    const child = spawn(program, [...first, 'registry', 'list', '--api-url', url, ...args], {
      cwd,
      env: environment(cwd, { HARNESS_API_KEY: TOKEN, HARNESS_SERVER: 'saas', ...env }),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr']) child[stream].on('data', (data) => (output[stream] += data));
    const exit = await new Promise((resolve) => child.on('close', resolve));
    assert.ok(!(output.stdout + output.stderr).includes('secret'), `a secret was shown:\n${output.stderr}`);
    return { exit, seconds: (performance.now() - started) / 1000, ...output };
  };

  const failing = async (url, code, options) => {
    const result = await list(url, options);
    assert.equal(result.exit, 1, result.stderr);
    assert.equal(result.stdout, '');
    assert.match(result.stderr, new RegExp(`^error\\[${code}\\]: `, 'm'));
    assert.match(result.stderr, /^ {2}help: /m);
    return result;
  };

  test(`${frontend}: the key and the name of the client are sent`, async (t) => {
    const server = await service(ok);
    t.after(server.stop);
    const { exit, stderr } = await list(`http://127.0.0.1:${server.port}`, { args: ['--verbose'] });
    assert.equal(exit, 0, stderr);
    assert.match(stderr, /GET http:\S+\/registries\?page=0&size=10: 200 OK after \d+ ms/);
    const [{ headers }] = server.requests;
    assert.equal(headers['x-api-key'], TOKEN);
    assert.match(headers['user-agent'], /^hc\/\d/);
  });

  test(`${frontend}: a redirect never carries the key to another host`, async (t) => {
    const other = await service(ok);
    t.after(other.stop);
    const server = await service((_, response) => {
      response.writeHead(302, { location: `http://localhost:${other.port}/x?token=secret` }).end();
    });
    t.after(server.stop);
    await failing(`http://127.0.0.1:${server.port}`, 'redirect', { args: ['--verbose'] });
    assert.deepEqual(other.requests, []);
  });

  test(`${frontend}: a busy service is asked again when it says`, async (t) => {
    let asked = 0;
    const server = await service((request, response) => {
      asked += 1;
      if (asked === 1) response.writeHead(429, { 'retry-after': '1' }).end();
      else if (asked === 2) response.writeHead(502).end('<html>Bad gateway</html>');
      else ok(request, response);
    });
    t.after(server.stop);
    const { exit, seconds } = await list(`http://127.0.0.1:${server.port}`);
    assert.equal(exit, 0);
    assert.ok(seconds >= 1, `${seconds} s`);
    assert.equal(asked, 3);
  });

  test(`${frontend}: the time-out is real, in every phase`, async (t) => {
    const phases = {
      'no answer': () => {},
      'half a head': (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-'),
      'half a body': (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{'),
    };
    const run = async (use) => {
      const server = await raw((socket) => socket.once('data', () => use(socket)));
      t.after(server.stop);
      const { seconds } = await failing(`http://127.0.0.1:${server.port}`, 'timeout', { args: ['--timeout', '1'] });
      assert.ok(seconds > 4 && seconds < 15, `four tries of a second took ${seconds} s`);
    };
    await Promise.all(Object.values(phases).map(run));
  });

  test(`${frontend}: a connection that is cut is told, in every phase`, async (t) => {
    const phases = {
      'at once': (socket) => socket.destroy(),
      'in the head': (socket) => socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-')),
      'in the body': (socket) =>
        socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{')),
    };
    for (const use of Object.values(phases)) {
      const server = await raw(use);
      t.after(server.stop);
      await failing(`http://127.0.0.1:${server.port}`, 'connection-broken');
    }
  });

  test(`${frontend}: nobody there, and no such name`, async (t) => {
    const server = await service(ok);
    server.stop();
    await failing(`http://127.0.0.1:${server.port}`, 'connect');
    await failing('http://no-such-host.invalid', 'resolve');
    t.diagnostic('both were told');
  });

  test(`${frontend}: a certificate of one's own is trusted only if named`, async (t) => {
    const tls = certificate(['localhost'], t);
    const other = certificate(['localhost'], t);
    const server = await service(ok, tls);
    t.after(server.stop);
    const url = `https://localhost:${server.port}`;
    await failing(url, 'tls');
    await failing(url, 'tls', { args: ['--ca-file', other.file] });
    await failing(url, 'tls', { env: { SSL_CERT_FILE: other.file } });
    await failing(`https://127.0.0.1:${server.port}`, 'tls', { args: ['--ca-file', tls.file] });
    assert.deepEqual(server.requests, []);
    assert.equal((await list(url, { args: ['--ca-file', tls.file] })).exit, 0);
    assert.equal((await list(url, { env: { SSL_CERT_FILE: tls.file } })).exit, 0);
  });

  test(`${frontend}: a proxy tunnels what it may`, async (t) => {
    const tls = certificate(['har.example'], t);
    const server = await service(ok, tls);
    t.after(server.stop);
    const tunnel = await proxy(server.port);
    t.after(tunnel.stop);
    const env = { HTTPS_PROXY: `http://user:secret@127.0.0.1:${tunnel.port}`, SSL_CERT_FILE: tls.file };
    const { exit, stderr } = await list('https://har.example', { env, args: ['--verbose'] });
    assert.equal(exit, 0, stderr);
    assert.deepEqual(tunnel.asked, [
      { target: 'har.example:443', authorization: `Basic ${Buffer.from('user:secret').toString('base64')}` },
    ]);
    assert.equal(server.requests[0].headers['proxy-authorization'], undefined);
    await failing('https://har.example', 'resolve', { env: { ...env, NO_PROXY: '.example' } });
    assert.equal(tunnel.asked.length, 1);
  });

  test(`${frontend}: what a proxy answers that opens no tunnel is told`, async (t) => {
    for (const status of ['403 Forbidden', '407 Proxy Authentication Required', '502 Bad Gateway']) {
      const refusing = await raw((socket) => socket.once('data', () => socket.end(`HTTP/1.1 ${status}\r\n\r\n`)));
      t.after(refusing.stop);
      const env = { HTTPS_PROXY: `http://user:secret@127.0.0.1:${refusing.port}` };
      const { exit, stderr } = await list('https://har.example', { env });
      assert.equal(exit, 1);
      assert.ok(stderr.includes(`no connection: the proxy 127.0.0.1:${refusing.port} answers ${status.slice(0, 3)}`), stderr);
      assert.doesNotMatch(stderr, /secret/);
    }
  });
}
