// Disks that are full: here while a file is pulled, there while one is pushed. A small file system in memory stands
// for the disk; only root can mount one.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

import { frontends, run } from './client.mjs';
import { TOKEN, serve } from './serve.mjs';

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
