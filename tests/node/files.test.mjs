// Files through the host.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';

import { host } from './host.mjs';

const folder = fs.mkdtempSync(path.join(tmpdir(), 'hc-files-'));
after(() => fs.rmSync(folder, { recursive: true, force: true }));
const inFolder = (name) => path.join(folder, name);
const hasModes = process.platform !== 'win32';
const isRoot = process.getuid?.() === 0;

const text = (file) => fs.readFileSync(file, 'utf8');
const modeOf = (file) => fs.statSync(file).mode & 0o7777;

test('files: a written file has its content and mode, whatever stood there and whatever the umask is', () => {
  const before = process.umask(0o077);
  after(() => process.umask(before));
  for (const [name, mode] of [['private', 0o600], ['shared', 0o664], ['default', undefined]]) {
    const file = inFolder(name);
    fs.writeFileSync(file, 'something longer that stood there', { mode: 0o644 });
    host.write(file, Buffer.from(name), mode);
    assert.equal(text(file), name);
    if (hasModes) assert.equal(modeOf(file), mode ?? 0o600, name);
  }
  process.umask(before);
});

test('files: a write that fails leaves the old file and no other', () => {
  const home = inFolder('refused');
  fs.mkdirSync(path.join(home, 'a-folder'), { recursive: true });
  const write = (name) => host.write(path.join(home, name), Buffer.from('x'), undefined);
  assert.throws(() => write('a-folder'), { code: /EISDIR|EPERM|EEXIST/ });
  assert.deepEqual(fs.readdirSync(home), ['a-folder']);
  assert.throws(() => write('missing/file'), { code: 'ENOENT' });
});

// What a full disk does is shown with a real one, in conformance/disk.test.mjs.
test('files: a device is not written to', { skip: !fs.existsSync('/dev/full') }, () => {
  assert.throws(() => host.writeAt('/dev/full', 0, Buffer.from('x')), { code: 'ESPIPE' });
});

test('files: pieces are read and written where they belong, and the file ends with the last', () => {
  const file = inFolder('pieces');
  host.writeAt(file, 0, Buffer.from('0123456789'));
  host.writeAt(file, 4, Buffer.from('abc'));
  assert.equal(text(file), '0123abc');
  for (const [offset, length, expected] of [[0, 4, '0123'], [4, 100, 'abc'], [7, 1, ''], [9, 1, '']]) {
    assert.equal(Buffer.from(host.readAt(file, offset, length)).toString(), expected);
  }
  // No zeros in the place of what somebody else took away.
  assert.throws(() => host.writeAt(file, 8, Buffer.from('d')), /another program/);
  assert.equal(text(file), '0123abc');
  assert.throws(() => host.writeAt(inFolder('missing'), 1, Buffer.from('d')), { code: 'ENOENT' });
});

test('files: what stands at a path, and where it leads', { skip: !hasModes }, () => {
  const file = fs.realpathSync(folder) + '/target';
  fs.writeFileSync(file, 'five!', { mode: 0o640 });
  fs.symlinkSync('target', inFolder('link'));
  assert.deepEqual(host.stat(inFolder('link')), { isFolder: false, isFile: true, size: 5, mode: 0o640 });
  assert.equal(host.stat(folder).isFolder, true);
  const { isFolder, isFile } = host.stat('/dev/null');
  assert.deepEqual([isFolder, isFile], [false, false]);
  assert.equal(host.realPath(inFolder('link')), file);
});

test('files: a folder is listed with what each name stands for', { skip: !hasModes }, () => {
  const listed = inFolder('listed');
  fs.mkdirSync(path.join(listed, 'folder'), { recursive: true });
  fs.writeFileSync(path.join(listed, 'file'), '');
  fs.symlinkSync('folder', path.join(listed, 'link'));
  const socket = net.createServer().listen(path.join(listed, 'other'));
  after(() => socket.close());
  assert.deepEqual(
    host.list(listed).sort((one, other) => one.name.localeCompare(other.name)),
    ['file', 'folder', 'link', 'other'].map((name) => ({ name, kind: name })),
  );
});

test('files: folders are made with those above them, and only where they are missing', () => {
  const made = inFolder('a/b/c');
  host.createFolder(made, 0o700);
  host.createFolder(made, undefined);
  if (hasModes) assert.equal(modeOf(made), 0o700);
});

test('files: a file takes the place of another, and goes', () => {
  const [one, other] = [inFolder('one'), inFolder('other')];
  fs.writeFileSync(one, '1');
  fs.writeFileSync(other, '2');
  host.rename(one, other);
  assert.equal(text(other), '1');
  host.remove(other);
  assert.equal(fs.existsSync(other), false);
});

test('files: each fault has its code', () => {
  const file = inFolder('a-file');
  const missing = inFolder('missing');
  fs.writeFileSync(file, '');
  const faults = [
    ['ENOENT', () => host.stat(missing)],
    ['ENOENT', () => host.realPath(missing)],
    ['ENOENT', () => host.readAt(missing, 0, 1)],
    ['ENOENT', () => host.rename(missing, file)],
    ['ENOENT', () => host.remove(missing)],
    ['EISDIR', () => host.readAt(folder, 0, 1)],
    ['ENOTDIR', () => host.createFolder(path.join(file, 'below'), undefined)],
    ['EEXIST', () => host.createFolder(file, undefined)],
  ];
  for (const [code, fails] of faults) assert.throws(fails, { code }, String(fails));
});

test('files: who may not, is told so', { skip: isRoot || !hasModes }, () => {
  const closed = inFolder('closed');
  fs.mkdirSync(closed, { mode: 0o500 });
  assert.throws(() => host.write(path.join(closed, 'file'), Buffer.from('x'), undefined), { code: 'EACCES' });
});

test('files: checksums come from one pass, and none is made up', () => {
  const names = ['md5', 'sha1', 'sha256', 'sha512'];
  const hasher = host.hasher(names);
  for (const piece of ['a', '', 'bc']) hasher.update(Buffer.from(piece));
  const expected = names.map((name) => createHash(name).update('abc').digest());
  assert.deepEqual(hasher.finish(), expected);
  assert.throws(() => host.hasher(['sha256', 'no-such']));
});
