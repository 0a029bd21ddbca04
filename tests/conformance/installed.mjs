// The npm package, installed from its tarball as a user's npm would.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after } from 'node:test';

import { root } from './cases.mjs';

export const { version } = JSON.parse(readFileSync(path.join(root, 'node-cli/package.json'), 'utf8'));
export const tarball = path.join(root, `target/npm/hc-cli-${version}.tgz`);

/** Installs it into a new folder, which goes when the test file ends; gives the package's folder. */
export function install() {
  const home = mkdtempSync(path.join(tmpdir(), 'hc-npm-'));
  after(() => rmSync(home, { recursive: true, force: true }));
  npm(['install', '--offline', '--no-audit', '--no-fund', '--prefix', home, tarball], home);
  return path.join(home, 'node_modules/hc-cli');
}

/** Runs npm; gives its stdout. */
export function npm(args, cwd) {
  // On Windows npm is a script, which only a shell starts.
  return execFileSync('npm', args, { cwd, encoding: 'utf8', shell: process.platform === 'win32' });
}
