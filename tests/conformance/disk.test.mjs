// Disks that are full: here while a file is pulled, there while one is pushed. A small file system in memory stands
// for the disk; only root can mount one.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmSync, rmdirSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

import { binary } from './binary.mjs';
import { frontends, run } from './client.mjs';
import { TOKEN, serve, start } from './serve.mjs';

/** Neither file fits, the second not even beside what else is there. */
const [DISK, LARGE, SMALL] = [8 << 20, 16 << 20, 1000];

/** A disk of `DISK` bytes for as long as the test runs, or nothing where none can be mounted. */
function smallDisk(t) {
  const folder = mkdtempSync(path.join(tmpdir(), 'hc-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK}`, 'tmpfs', folder], { stdio: 'pipe' });
  } catch (error) {
    rmdirSync(folder);
    t.skip(`skipped: no file system can be mounted here (${error.message.trim()})`);
    return undefined;
  }
  t.after(() => {
    // A server may still have it open for a moment.
    execFileSync('umount', ['--lazy', folder]);
    rmdirSync(folder);
  });
  return folder;
}

function folderFor(t) {
  const folder = mkdtempSync(path.join(tmpdir(), 'hc-disk-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** All files below a folder. */
const filesBelow = (folder) =>
  readdirSync(folder, { recursive: true }).filter((name) => statSync(path.join(folder, name)).isFile());

for (const [frontend, command] of Object.entries(frontends)) {
  const client = (url, cwd) => (args) => run(command, args, { cwd, url, token: TOKEN });

  test(`${frontend}: a disk that fills up during a pull`, async (t) => {
    const disk = smallDisk(t);
    if (!disk) return;
    const cwd = folderFor(t);
    const hc = client(await serve(t), cwd);
    assert.equal((await hc(['registry', 'create', 'r', '--package-type', 'GENERIC'])).exit, 0);
    for (const [name, size] of [['large', LARGE], ['small', SMALL]]) writeFileSync(path.join(cwd, name), Buffer.alloc(size, 1));
    assert.equal((await hc(['artifact', 'push', 'generic', 'r', 'large', 'small', '--name', 'p'])).exit, 0);
    writeFileSync(path.join(disk, 'large'), 'old');
    const { exit, stdout, stderr } = await hc(['artifact', 'pull', 'generic', 'r', 'p/1.0.0/large', disk]);
    assert.deepEqual([exit, stdout], [1, '']);
    assert.match(stderr, /^error\[file\]: \S+large\.part: .*no space left/im);
    // Neither a half file nor a full disk is left.
    assert.deepEqual(filesBelow(disk), ['large']);
    assert.equal(statSync(path.join(disk, 'large')).size, 3);
    assert.equal((await hc(['artifact', 'pull', 'generic', 'r', 'p/1.0.0/small', disk])).exit, 0);
    const all = await hc(['artifact', 'pull', 'generic', 'r', 'p/1.0.0', disk]);
    assert.equal(all.exit, 1);
    assert.match(all.stderr, /^error\[file\]: large: /m);
    assert.match(all.stdout, /pulled .*small/);
    assert.deepEqual(filesBelow(disk).sort(), ['large', 'small']);
  });

  test(`${frontend}: a service whose disk fills up during a push`, async (t) => {
    const disk = smallDisk(t);
    if (!disk) return;
    const cwd = folderFor(t);
    const hc = client(await serve(t, [], disk), cwd);
    assert.equal((await hc(['registry', 'create', 'r', '--package-type', 'GENERIC'])).exit, 0);
    for (const [name, size] of [['large', LARGE], ['small', SMALL]]) writeFileSync(path.join(cwd, name), Buffer.alloc(size, 1));
    const push = (name) => hc(['artifact', 'push', 'generic', 'r', name, '--name', 'p']);
    const { exit, stderr } = await push('large');
    assert.equal(exit, 1);
    assert.match(stderr, /^error\[service-fault\]: .*507/m);
    const kept = filesBelow(disk).filter((name) => /^(files|incoming)\//.test(name));
    assert.deepEqual(kept, [], 'something of it was kept');
    assert.equal((await push('small')).exit, 0);
    const listed = await hc(['artifact', 'get', 'p', '--registry', 'r', '--format', 'json']);
    assert.deepEqual(JSON.parse(listed.stdout).versions[0].files.map(({ name }) => name), ['small']);
  });
}

test('a server on a full disk reads, deletes and starts', async (t) => {
  const disk = smallDisk(t);
  if (!disk) return;
  const data = path.join(disk, 'data');
  mkdirSync(data);
  const cwd = folderFor(t);
  let server = await start(t, [], data);
  const call = async (method, where, body) => {
    const answer = await fetch(`${server.url}${where}`, { method, body, headers: { 'x-api-key': TOKEN } });
    return { status: answer.status, reason: answer.statusText, bytes: Buffer.from(await answer.arrayBuffer()) };
  };
  const file = (name) => `/pkg/local/r/files/p/${name}/f`;
  const version = (name) => `/api/v1/registry/local/r/+/artifact/p/+/version/${name}`;
  assert.equal((await run(frontends.native, ['registry', 'create', 'r', '--package-type', 'GENERIC'], { cwd, url: server.url, token: TOKEN })).exit, 0);
  const content = (seed) => Buffer.alloc(SMALL, seed);
  for (const name of ['a', 'b', 'c']) assert.equal((await call('PUT', file(name), content(name))).status, 201);

  /** Takes what room is left, to the last byte. */
  const fill = (name) => {
    const filling = openSync(path.join(disk, name), 'w');
    try {
      for (let size = 1 << 20; size >= 1; size >>= 1) {
        for (;;) {
          try {
            if (writeSync(filling, Buffer.alloc(size, 1)) < size) break;
          } catch (error) {
            assert.equal(error.code, 'ENOSPC');
            break;
          }
        }
      }
    } finally {
      closeSync(filling);
    }
  };
  fill('full');
  const full = await call('PUT', file('d'), content('d'));
  assert.deepEqual([full.status, full.reason], [507, "the server's disk is full"]);
  for (const name of ['a', 'b', 'c']) assert.deepEqual((await call('GET', file(name))).bytes, content(name));
  assert.equal((await call('DELETE', version('a'))).status, 200);
  assert.equal((await call('GET', file('a'))).status, 404);
  // Killed, as whoever runs out of room may be.
  const again = async () => {
    server.kill('SIGKILL');
    await server.ended;
    server = await start(t, [], data);
  };
  await again();
  assert.deepEqual((await call('GET', file('b'))).bytes, content('b'));
  assert.equal((await call('GET', file('a'))).status, 404);
  assert.equal((await call('PUT', file('d'), content('d'))).status, 507);
  assert.equal((await call('DELETE', version('b'))).status, 200);
  // Somebody else takes even the room that is kept for this.
  fill('fuller');
  await again();
  assert.deepEqual((await call('GET', file('c'))).bytes, content('c'));
  assert.equal((await call('GET', file('b'))).status, 404);
  // With room again it goes on as before, without being started anew.
  for (const name of ['full', 'fuller']) rmSync(path.join(disk, name));
  assert.equal((await call('PUT', file('d'), content('d'))).status, 201);
  assert.deepEqual((await call('GET', file('c'))).bytes, content('c'));
  server.kill();
  await server.ended;
  const checked = spawnSync(binary, ['serve', 'check', '--data', data], { encoding: 'utf8' });
  assert.equal(checked.status, 0, checked.stdout + checked.stderr);
});
