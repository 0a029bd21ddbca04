// What is no regular file: pipes are not waited for, devices are not read, links do not lead out of the project.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';

import { binary } from './binary.mjs';
import { install } from './installed.mjs';

const cwd = mkdtempSync(path.join(tmpdir(), 'hc-special-'));
after(() => rmSync(cwd, { recursive: true, force: true }));

const skip = process.platform === 'win32' && 'Windows has neither such devices nor such pipes';

if (!skip) {
  for (const folder of ['repo/.git', 'repo/sub', 'outside', 'advisories']) mkdirSync(path.join(cwd, folder), { recursive: true });
  const at = (name) => path.join(cwd, name);
  writeFileSync(at('outside/requirements.txt'), 'secret-of-somebody\n');
  writeFileSync(at('repo/requirements.txt'), 'flask==2.2.2\n-r /dev/zero\n-r zero.txt\n-r pipe.txt\n-r linked.txt\n');
  symlinkSync('/dev/zero', at('repo/zero.txt'));
  symlinkSync('../outside/requirements.txt', at('repo/linked.txt'));
  symlinkSync('../../outside/requirements.txt', at('repo/sub/requirements.txt'));
  symlinkSync('/dev/zero', at('repo/package-lock.json'));
  symlinkSync('../outside', at('repo/linked'));
  for (const pipe of ['repo/pipe.txt', 'repo/yarn.lock', 'advisories/osv.json']) execFileSync('mkfifo', [at(pipe)]);
}

const frontends = { native: () => [binary], node: () => [process.execPath, path.join(install(), 'dist/hc.cjs')] };

for (const [frontend, command] of Object.entries(frontends)) {
  test(`${frontend}: what is no regular file`, { skip }, async (t) => {
    const [program, ...first] = command();
    const run = (args, input = '') => {
      const options = { cwd, input, encoding: 'utf8', timeout: 20_000, env: { PATH: process.env.PATH, HOME: cwd } };
      const { status, stdout, stderr, error } = spawnSync(program, [...first, ...args], options);
      assert.equal(error, undefined, `${args.join(' ')}: ${error}`);
      assert.doesNotMatch(stdout + stderr, /secret-of-somebody/);
      return { status, stdout, stderr };
    };

    await t.test('is refused where it is named', () => {
      for (const file of ['repo/package-lock.json', 'repo/yarn.lock', '/dev/zero']) {
        const { status, stderr } = run(['deps', file]);
        assert.deepEqual([status, stderr.includes(`error[unreadable]: ${file}: is neither a file nor a folder`)], [4, true], stderr);
      }
    });
    await t.test('is told where another file refers to it', () => {
      const { stdout, stderr } = run(['deps', 'repo/requirements.txt', '--format', 'json']);
      assert.deepEqual(JSON.parse(stdout).map(({ name }) => name), ['flask']);
      assert.match(stderr, /requirements\.txt:2: the file that is included lies outside of the project's folder/);
      assert.match(stderr, /requirements\.txt:4: the file that is included is not a regular file/);
      assert.match(stderr, /requirements\.txt:5: the file that is included lies outside of the project's folder/);
    });
    await t.test('is told where a walk meets it', () => {
      const { status, stderr } = run(['deps', '--recursive', 'repo']);
      assert.equal(status, 4);
      assert.match(stderr, /error\[unreadable\]: repo\/yarn\.lock: neither a file nor a folder/);
      assert.match(stderr, /note: not read: links to folders: repo\/linked/);
      for (const link of ['repo/package-lock.json', 'repo/sub/requirements.txt']) {
        assert.ok(stderr.includes(`error[unreadable]: ${link}: a link that leads out of the folder or nowhere`), stderr);
      }
    });
    await t.test('is refused among advisories', () => {
      const { status, stderr } = run(['registry', 'fw', 'audit', '--file', 'requirements.txt:-', '--advisories', 'advisories'], 'flask==2.2.2\n');
      assert.notEqual(status, 0);
      assert.match(stderr, /error\[unreadable\]: advisories\/osv\.json: is neither a file nor a folder/);
    });
    await t.test('may be stdin', () => {
      for (const file of ['requirements.txt:-', 'requirements.txt:/dev/stdin']) {
        const { status, stdout } = run(['deps', file, '--format', 'json'], 'flask==2.2.2\n');
        assert.deepEqual([status, JSON.parse(stdout).map(({ name }) => name)], [0, ['flask']]);
      }
    });
  });
}
