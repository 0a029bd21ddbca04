// The real npm against a real `hc serve`, with the .npmrc that `hc registry configure npm` writes.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

import { binary } from './binary.mjs';
import { environment } from './environment.mjs';
import { install } from './installed.mjs';
import { TOKEN, serve } from './serve.mjs';

const execute = promisify(execFile);
const frontends = { native: [binary], node: [process.execPath, path.join(install(), 'dist/hc.cjs')] };

for (const [frontend, [program, ...first]] of Object.entries(frontends)) {
  test(`${frontend}: npm publishes, installs and pings with the .npmrc that was written`, async (t) => {
    const url = await serve(t);
    const home = mkdtempSync(path.join(tmpdir(), 'hc-npm-home-'));
    t.after(() => rmSync(home, { recursive: true, force: true }));
    const env = environment(home);
    const hc = (...args) => execute(program, [...first, ...args], { cwd: home, env });
    // On Windows npm is a script, which only a shell starts.
    const npm = (cwd, ...args) =>
      execute('npm', [...args, '--no-audit', '--no-fund', '--no-update-notifier'], { cwd, env, shell: process.platform === 'win32' });
    const folder = (name) => {
      const created = path.join(home, name);
      mkdirSync(created, { recursive: true });
      return created;
    };
    const packageOf = (name, version) => {
      const source = folder(`source/${name}`);
      writeFileSync(path.join(source, 'package.json'), JSON.stringify({ name, version, main: 'index.js' }));
      writeFileSync(path.join(source, 'index.js'), `module.exports = '${name} ${version}';\n`);
      return source;
    };

    await hc('auth', 'login', '--non-interactive', '--api-url', url, '--api-token', TOKEN);
    await hc('registry', 'create', 'ours', '--package-type', 'NPM');
    await hc('registry', 'create', 'scoped', '--package-type', 'NPM');
    writeFileSync(path.join(home, '.npmrc'), '; my own settings\nfund = false\nregistry=http://old.example/\n', { mode: 0o644 });
    await hc('registry', 'configure', 'npm', '--registry', 'ours', '--global');
    await hc('registry', 'configure', 'npm', '--registry', 'scoped', '--scope', '@ours', '--global');
    const npmrc = readFileSync(path.join(home, '.npmrc'), 'utf8');
    assert.match(npmrc, /^; my own settings\nfund = false\nregistry=http:\/\/127\.0\.0\.1:\d+\/pkg\/local\/ours\/npm\/\n/);
    if (process.platform !== 'win32') assert.equal(statSync(path.join(home, '.npmrc')).mode & 0o777, 0o600);

    await npm(home, 'ping');
    await npm(packageOf('left', '1.0.0'), 'publish');
    await npm(packageOf('left', '1.1.0'), 'publish');
    await npm(packageOf('@ours/right', '2.0.0'), 'publish');
    await assert.rejects(npm(packageOf('left', '1.1.0'), 'publish'), /EPUBLISHCONFLICT|403|409|cannot publish over/i);

    const project = folder('project');
    writeFileSync(path.join(project, 'package.json'), JSON.stringify({ name: 'project', version: '0.0.0', private: true }));
    await npm(project, 'install', 'left@1.0.0', '@ours/right');
    const run = await execute(process.execPath, ['-p', "require('left') + ', ' + require('@ours/right')"], { cwd: project });
    assert.equal(run.stdout, 'left 1.0.0, @ours/right 2.0.0\n');
    const { packages } = JSON.parse(readFileSync(path.join(project, 'package-lock.json'), 'utf8'));
    assert.match(packages['node_modules/left'].integrity, /^sha512-/);

    // From a lockfile alone, and into an empty cache.
    rmSync(path.join(project, 'node_modules'), { recursive: true });
    await npm(project, 'ci', '--cache', folder('other-cache'));
    const { stdout } = await hc('artifact', 'list', '--all', '--format', 'json');
    const artifacts = JSON.parse(stdout).map(({ name, version }) => `${name}@${version}`);
    assert.deepEqual(artifacts.sort(), ['@ours/right@2.0.0', 'left@1.0.0', 'left@1.1.0']);
  });
}
