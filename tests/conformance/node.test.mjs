// Every case with the npm package, installed from its tarball as a user's npm would.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';

import { expected, root } from './cases.mjs';
import { run, testEveryCase } from './run.mjs';

const { version } = JSON.parse(readFileSync(path.join(root, 'node-cli/package.json'), 'utf8'));
const tarball = path.join(root, `target/npm/hc-cli-${version}.tgz`);

const home = mkdtempSync(path.join(tmpdir(), 'hc-npm-'));
after(() => rmSync(home, { recursive: true, force: true }));
npm(['install', '--offline', '--no-audit', '--no-fund', '--prefix', home, tarball], home);
const installed = path.join(home, 'node_modules/hc-cli');

testEveryCase('node', [process.execPath, path.join(installed, 'dist/hc.cjs')]);

test('node: npx runs the tarball in a folder that holds nothing but the lockfile', () => {
  const cwd = mkdtempSync(path.join(home, 'npx-'));
  cpSync(path.join(root, 'examples/package-lock.json'), path.join(cwd, 'package-lock.json'));
  const stdout = npm(
    ['exec', '--yes', '--offline', '--', tarball, 'registry', 'fw', 'audit', '--file', 'package-lock.json'],
    cwd,
  );
  assert.equal(stdout, expected('audit-npm').stdout);
});

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
  assert.equal(run([process.execPath, path.join(installed, 'dist/hc.cjs'), '--version'], home).stdout, `hc ${version}\n`);
});

function npm(args, cwd) {
  // On Windows npm is a script, which only a shell starts.
  return execFileSync('npm', args, { cwd, encoding: 'utf8', shell: process.platform === 'win32' });
}
