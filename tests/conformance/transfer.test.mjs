// Files on their way to a registry and back: odd names, connections that break, services that lie or refuse. The same
// natively and in Node.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { frontends, run, start } from './client.mjs';
import { listening } from './scripted.mjs';
import { TOKEN, serve } from './serve.mjs';

/** Larger than what any buffer on the way holds. */
const LARGE = Buffer.alloc(24 << 20);
for (let offset = 0; offset < LARGE.length; offset += 4) LARGE.writeUInt32LE((offset * 2654435761) >>> 0, offset);
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** Names that come out as they went in, if nobody takes them for part of a URL, a path or a pattern. */
const ODD = ['a b.txt', '#1', '50%', '%2e%2e', 'what?', 'é', '日本語.zip', 'a&b=c;d', 'plus+plus', "it's", '*', '~', '-v', '...'];

function folderFor(t) {
  const folder = mkdtempSync(path.join(tmpdir(), 'hc-transfer-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A service that gives every request to `answer(request, response)` before its body has come; gives its URL. */
async function service(t, answer) {
  const { port, stop } = await listening(http.createServer(answer));
  t.after(stop);
  return `http://127.0.0.1:${port}`;
}

/** The head of a response that carries `LARGE` from `first` on. */
const head = (first = 0) => ({
  etag: '"large"',
  'x-checksum-sha256': sha256(LARGE),
  'content-length': LARGE.length - first,
  ...(first > 0 && { 'content-range': `bytes ${first}-${LARGE.length - 1}/${LARGE.length}` }),
});

const firstOf = ({ headers }) => Number(headers.range?.match(/^bytes=(\d+)-$/)?.[1] ?? 0);

for (const [frontend, command] of Object.entries(frontends)) {
  const hc = (args, url, cwd) => run(command, args, { cwd, url, token: TOKEN });
  const pull = (url, cwd) => hc(['artifact', 'pull', 'generic', 'r', 'p/1/f', 'f', '--pkg-url', url], url, cwd);
  const push = (url, cwd) => hc(['artifact', 'push', 'generic', 'r', 'f', '--name', 'p', '--pkg-url', url], url, cwd);

  test(`${frontend}: names come out as they went in`, async (t) => {
    const cwd = folderFor(t);
    const url = await serve(t);
    const names = process.platform === 'win32' ? ODD.filter((name) => !/[?*]|\.$/.test(name)) : ODD;
    for (const name of names) {
      mkdirSync(path.join(cwd, `from/${name}`), { recursive: true });
      writeFileSync(path.join(cwd, `from/${name}/${name}`), `content of ${name}`);
    }
    const ok = async (...args) => {
      const { exit, stdout, stderr } = await hc(args, url, cwd);
      assert.equal(exit, 0, stderr);
      return stdout;
    };
    await ok('registry', 'create', 'r', '--package-type', 'GENERIC');
    await ok('artifact', 'push', 'generic', 'r', 'from', '--name', 'odd #1?', '--version', 'v 1%', '--include-hidden');
    await ok('artifact', 'pull', 'generic', 'r', 'odd #1?/v 1%', 'to');
    assert.deepEqual(readdirSync(path.join(cwd, 'to')), ['from']);
    assert.deepEqual(readdirSync(path.join(cwd, 'to/from')).sort(), [...names].sort());
    for (const name of names) {
      assert.deepEqual(readdirSync(path.join(cwd, 'to/from', name)), [name]);
      const one = path.join(cwd, 'one');
      await ok('artifact', 'pull', 'generic', 'r', `odd #1?/v 1%/from/${name}/${name}`, one);
      for (const file of [one, path.join(cwd, 'to/from', name, name)]) {
        assert.equal(readFileSync(file, 'utf8'), `content of ${name}`);
      }
      rmSync(one);
    }
  });

  test(`${frontend}: a pull that is cut goes on by itself`, async (t) => {
    const cwd = folderFor(t);
    const asked = [];
    const url = await service(t, (request, response) => {
      const first = firstOf(request);
      asked.push([first, request.headers['if-range']]);
      response.writeHead(first ? 206 : 200, head(first));
      if (asked.length > 2) response.end(LARGE.subarray(first));
      else response.write(LARGE.subarray(first, first + (9 << 20)), () => response.destroy());
    });
    const { exit, stderr } = await pull(url, cwd);
    assert.equal(exit, 0, stderr);
    assert.equal(sha256(readFileSync(path.join(cwd, 'f'))), sha256(LARGE));
    assert.deepEqual(readdirSync(cwd), ['f']);
    assert.equal(asked.length, 3);
    assert.deepEqual(asked.map(([, condition]) => condition), [undefined, '"large"', '"large"']);
    assert.ok(0 < asked[1][0] && asked[1][0] < asked[2][0], asked.join());
  });

  test(`${frontend}: a file that trickles in is given up, and goes on with the next run`, async (t) => {
    const cwd = folderFor(t);
    let asked = 0;
    const url = await service(t, (request, response) => {
      const first = firstOf(request);
      asked += 1;
      response.writeHead(first ? 206 : 200, head(first));
      if (asked > 1) return response.end(LARGE.subarray(first));
      let sent = 0;
      const drip = setInterval(() => response.write(LARGE.subarray(sent, (sent += 1))), 100);
      response.on('close', () => clearInterval(drip));
    });
    const args = ['artifact', 'pull', 'generic', 'r', 'p/1/f', 'f', '--pkg-url', url];
    const slow = await hc([...args, '--timeout', '2'], url, cwd);
    assert.equal(slow.exit, 1);
    assert.match(slow.stderr, /error\[timeout\]: f: 127\.0\.0\.1:\d+ sent \d+ bytes in 2 s|error\[timeout\]: 127\.0\.0\.1:\d+ sent \d+ bytes in 2 s/);
    assert.equal(asked, 1);
    const { exit, stderr } = await pull(url, cwd);
    assert.equal(exit, 0, stderr);
    assert.equal(sha256(readFileSync(path.join(cwd, 'f'))), sha256(LARGE));
  });

  test(`${frontend}: a pull that was killed goes on with the next run`, async (t) => {
    const cwd = folderFor(t);
    const asked = [];
    const url = await service(t, (request, response) => {
      const first = firstOf(request);
      asked.push(first);
      response.writeHead(first ? 206 : 200, head(first));
      if (first) response.end(LARGE.subarray(first));
      // The rest never comes.
      else response.write(LARGE.subarray(0, 9 << 20));
    });
    const args = ['artifact', 'pull', 'generic', 'r', 'p/1/f', 'f', '--pkg-url', url];
    const { process, ended } = start(command, args, { cwd, url, token: TOKEN });
    const part = path.join(cwd, 'f.part');
    while (!existsSync(part) || statSync(part).size < 5 << 20) await pause(10);
    process.kill('SIGKILL');
    await ended;
    assert.ok(!existsSync(path.join(cwd, 'f')));
    const { exit, stderr } = await pull(url, cwd);
    assert.equal(exit, 0, stderr);
    assert.ok(asked[1] >= 5 << 20, asked.join());
    assert.equal(sha256(readFileSync(path.join(cwd, 'f'))), sha256(LARGE));
    assert.deepEqual(readdirSync(cwd), ['f']);
  });

  test(`${frontend}: a service that lies about ranges is not believed`, async (t) => {
    const size = LARGE.length;
    const lies = {
      'another place': (response) =>
        response.writeHead(206, { ...head(8), 'content-length': size - 8 }).end(LARGE.subarray(8)),
      'the beginning': (response) =>
        response.writeHead(206, { ...head(), 'content-range': `bytes 0-${size - 1}/${size}` }).end(LARGE),
      'another file': (response, first) =>
        response.writeHead(206, { ...head(first), etag: '"other"' }).end(Buffer.alloc(size - first)),
      'no such range': (response) => response.writeHead(416, { 'content-range': `bytes */${size}` }).end(),
      'no ranges at all': (response) => response.writeHead(200, head()).end(LARGE),
    };
    for (const [lie, answer] of Object.entries(lies)) {
      const cwd = folderFor(t);
      let asked = 0;
      const url = await service(t, (request, response) => {
        asked += 1;
        const first = firstOf(request);
        if (first) answer(response, first);
        else if (asked > 1) response.writeHead(200, head()).end(LARGE);
        else response.writeHead(200, head()).write(LARGE.subarray(0, 9 << 20), () => response.destroy());
      });
      const { exit, stderr } = await pull(url, cwd);
      assert.equal(exit, 0, `${lie}: ${stderr}`);
      assert.equal(sha256(readFileSync(path.join(cwd, 'f'))), sha256(LARGE), lie);
      assert.deepEqual(readdirSync(cwd), ['f'], lie);
    }
  });

  test(`${frontend}: bytes that are not the file's are not kept`, async (t) => {
    const cwd = folderFor(t);
    writeFileSync(path.join(cwd, 'f'), 'old');
    const url = await service(t, (request, response) => {
      const first = firstOf(request);
      if (first) response.writeHead(206, head(first)).end(Buffer.alloc(LARGE.length - first));
      else response.writeHead(200, head()).write(LARGE.subarray(0, 9 << 20), () => response.destroy());
    });
    const { exit, stdout, stderr } = await pull(url, cwd);
    assert.deepEqual([exit, stdout], [1, ''], stderr);
    assert.match(stderr, /^error\[checksum\]: /m);
    assert.deepEqual(readdirSync(cwd), ['f']);
    assert.equal(readFileSync(path.join(cwd, 'f'), 'utf8'), 'old');
  });

  test(`${frontend}: two pulls of a file at once make no other file of it`, async (t) => {
    const cwd = folderFor(t);
    const url = await service(t, async (request, response) => {
      const first = firstOf(request);
      response.on('error', () => {}).writeHead(first ? 206 : 200, head(first));
      for (let at = first; at < LARGE.length && !response.destroyed; at += 1 << 19) {
        response.write(LARGE.subarray(at, at + (1 << 19)));
        await pause(20);
      }
      response.end();
    });
    const both = await Promise.all([pull(url, cwd), pull(url, cwd)]);
    const whole = existsSync(path.join(cwd, 'f')) && sha256(readFileSync(path.join(cwd, 'f'))) === sha256(LARGE);
    for (const { exit, stderr } of both) assert.ok(exit === 0 ? whole : /^error\[/m.test(stderr), stderr);
  });

  test(`${frontend}: an upload that is not taken is told`, async (t) => {
    const cwd = folderFor(t);
    writeFileSync(path.join(cwd, 'f'), LARGE);
    const refuse = (status, message) => (request, response) => {
      request.resume().on('end', () => response.writeHead(status).end(JSON.stringify({ code: `${status}`, message })));
    };
    const faults = {
      'it dies at once': ['connection-broken', (request) => request.socket.destroy()],
      'it dies in the middle': ['connection-broken', (request) => request.once('data', () => request.socket.destroy())],
      'it dies at the end': ['connection-broken', (request) => request.resume().on('end', () => request.socket.destroy())],
      'it is there already': ['conflict', refuse(409, 'the file is there')],
      'it is too large': ['too-large', refuse(413, 'at most 1 MiB')],
      'the disk is full': ['service-fault', refuse(507, 'the disk is full')],
      'another checksum came in': ['refused', refuse(400, 'x-checksum-sha256 says something else')],
      'it was taken as something else': [
        'checksum',
        (request, response) =>
          request.resume().on('end', () => response.writeHead(201, { 'x-checksum-sha256': '0'.repeat(64) }).end()),
      ],
    };
    for (const [fault, [code, answer]] of Object.entries(faults)) {
      let asked = 0;
      const url = await service(t, (request, response) => {
        asked += 1;
        answer(request, response);
      });
      const { exit, stdout, stderr } = await push(url, cwd);
      assert.equal(exit, 1, `${fault}: ${stdout}${stderr}`);
      assert.match(stderr, new RegExp(`^error\\[${code}\\]: `, 'm'), fault);
      assert.doesNotMatch(stdout + stderr, /pushed|Uploaded/, fault);
      // What may have arrived is not sent again.
      assert.equal(asked, 1, fault);
    }
  });

  test(`${frontend}: a file that becomes shorter while it is sent is told as such`, async (t) => {
    const cwd = folderFor(t);
    const file = path.join(cwd, 'f');
    writeFileSync(file, LARGE);
    const url = await service(t, (request) => {
      request.on('error', () => {}).once('data', () => {
        truncateSync(file, 1 << 20);
        request.resume();
      });
    });
    const { exit, stdout, stderr } = await push(url, cwd);
    assert.equal(exit, 1, stdout + stderr);
    assert.match(stderr, /^error\[file\]: f: .*became shorter/m);
    assert.doesNotMatch(stdout + stderr, /cannot be reached/);
  });

  test(`${frontend}: a service that refuses before it has heard everything is heard`, async (t) => {
    const cwd = folderFor(t);
    writeFileSync(path.join(cwd, 'f'), LARGE);
    const url = await serve(t, ['--max-body', `${1 << 20}`]);
    assert.equal((await hc(['registry', 'create', 'r', '--package-type', 'GENERIC'], url, cwd)).exit, 0);
    const { exit, stdout, stderr } = await push(url, cwd);
    assert.equal(exit, 1, stdout + stderr);
    assert.match(stderr, /^error\[too-large\]: .*413/m);
  });

  test(`${frontend}: an upload that broke off is safe to repeat`, async (t) => {
    const cwd = folderFor(t);
    writeFileSync(path.join(cwd, 'f'), LARGE);
    const url = await serve(t);
    assert.equal((await hc(['registry', 'create', 'r', '--package-type', 'GENERIC'], url, cwd)).exit, 0);
    const args = ['artifact', 'push', 'generic', 'r', 'f', '--name', 'p', '--skip-existing', '--format', 'json'];
    const statuses = [];
    // The one that is killed may or may not have come through.
    const killed = start(command, args, { cwd, url, token: TOKEN });
    await pause(frontend === 'node' ? 400 : 100);
    killed.process.kill('SIGKILL');
    await killed.ended;
    for (let time = 0; time < 2; time += 1) {
      const { exit, stdout, stderr } = await hc(args, url, cwd);
      assert.equal(exit, 0, stderr);
      statuses.push(JSON.parse(stdout)[0].status);
    }
    assert.equal(statuses[1], 'skipped');
    const { exit } = await hc(['artifact', 'pull', 'generic', 'r', 'p/1.0.0/f', 'back'], url, cwd);
    assert.equal(exit, 0);
    assert.equal(sha256(readFileSync(path.join(cwd, 'back'))), sha256(LARGE));
  });
}
