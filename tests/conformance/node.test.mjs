// Every case with the npm package, and what the package itself promises.

import assert from 'node:assert/strict';
import { cpSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { expected, inFolderOf, root } from './cases.mjs';
import { install, npm, tarball, version } from './installed.mjs';
import { run, testEveryCase } from './run.mjs';

const installed = install();
const program = [process.execPath, path.join(installed, 'dist/hc.cjs')];

testEveryCase('node', program);

test('node: npx runs the tarball in a folder that holds nothing but the lockfile', () =>
  inFolderOf({}, (cwd) => {
    cpSync(path.join(root, 'examples/package-lock.json'), path.join(cwd, 'package-lock.json'));
    const command = ['registry', 'fw', 'audit', '--file', 'package-lock.json'];
    // Without `file:` npx takes an absolute path for a program and tries to start the tarball itself.
    const stdout = npm(['exec', '--yes', '--offline', '--', `file:${tarball}`, ...command], cwd);
    assert.equal(stdout, expected('audit-npm').stdout);
  }));

test('node: the package has no dependencies, no install script and no native code', () => {
  const manifest = JSON.parse(readFileSync(path.join(installed, 'package.json'), 'utf8'));
  assert.equal(manifest.dependencies, undefined);
  assert.equal(manifest.scripts, undefined);
  const files = readdirSync(installed, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(installed, path.join(entry.parentPath, entry.name)));
  assert.deepEqual(files.sort(), [
    'LICENSE-APACHE',
    'LICENSE-MIT',
    'README.md',
    'dist/hc.cjs',
    'dist/hc_wasm_bg.wasm',
    'package.json',
  ]);
});

test('node: the package has the version of the workspace', () => {
  assert.equal(run([...program, '--version'], installed).stdout, `hc ${version}\n`);
});
