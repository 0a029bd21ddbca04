// The real npm against a real `hc serve`.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { TOKEN } from '../conformance/serve.mjs';
import { frontends, needs, sha256, world } from './world.mjs';

await needs('npm', ['--version'], 'npm, which comes with Node');

for (const [frontend, command] of Object.entries(frontends)) {
  test(`${frontend}: npm installs what was pushed, with its integrity in the lockfile`, async (t) => {
    const { at, hc, push, run, url, write } = await world(t, command, 'NPM');
    const registry = `${url}/pkg/local/ours/npm/`;
    const npm = async (cwd, ...args) => {
      mkdirSync(at(cwd), { recursive: true });
      // On Windows npm is a script, which only a shell starts.
      const options = { cwd: at(cwd), shell: process.platform === 'win32' };
      return (await run('npm', [...args, '--no-audit', '--no-fund', '--no-update-notifier'], options)).stdout.trim();
    };
    const packed = (folder) => npm(folder, 'pack', '--silent').then((name) => path.join(at(folder), name));
    const view = async (name) => JSON.parse(await npm('project', 'view', name, 'dist-tags', '--json'));

    write({
      'left/package.json': JSON.stringify({
        name: 'left', version: '1.0.0', description: 'It’s "left"', main: 'index.js', directories: { bin: './bin' }, dependencies: { '@ours/right': '^2.0.0' },
      }),
      'left/index.js': "module.exports = 'left on ' + require('@ours/right');\n",
      'left/bin/left': '#!/usr/bin/env node\nconsole.log(require("..") + ", as a command");\n',
      'left/README.md': '# left\n',
      'right/package.json': JSON.stringify({ name: '@ours/right', version: '2.0.0', publishConfig: { tag: 'steady' } }),
      'right/index.js': "module.exports = 'right';\n",
    });
    const [left, right] = [await packed('left'), await packed('right')];
    // And a package that others made: npm brings it along.
    const bundled = path.join(path.dirname(process.execPath), '../lib/node_modules/npm');
    const semver = path.join(bundled, 'node_modules/semver');
    const foreign = at((await run('npm', ['pack', '--silent', '--ignore-scripts', semver])).stdout.trim());

    const pushed = await push(['npm', 'ours', right, left, foreign]);
    assert.deepEqual(pushed.map((row) => row.status), ['pushed', 'pushed', 'pushed']);
    write({
      '.npmrc': `registry=${registry}\n${registry.slice(registry.indexOf('//'))}:_authToken=${TOKEN}\n`,
      'project/package.json': '{"name": "project", "version": "0.0.0", "private": true}',
    });
    await npm('project', 'install', 'left', 'semver');
    assert.equal((await run('node', ['-p', "require('left')"], { cwd: at('project') })).stdout, 'left on right\n');
    assert.equal(await npm('project', 'exec', 'left'), 'left on right, as a command');
    assert.equal(await npm('project', 'view', 'left', 'readme'), '# left');
    const { packages } = JSON.parse(readFileSync(at('project/package-lock.json'), 'utf8'));
    for (const [name, file] of [['left', left], ['@ours/right', right], ['semver', foreign]]) {
      const { integrity, resolved } = packages[`node_modules/${name}`];
      assert.match(integrity, /^sha512-/);
      assert.ok(resolved.startsWith(registry), resolved);
      // What npm gets is what was pushed, byte for byte.
      mkdirSync(at('again', name), { recursive: true });
      const again = await npm(`again/${name}`, 'pack', '--silent', name);
      assert.equal(sha256(at('again', name, again)), sha256(file));
    }
    // From the lockfile alone, into an empty cache.
    rmSync(at('project/node_modules'), { recursive: true });
    await npm('project', 'ci', '--cache', at('other-cache'));

    // A package always has a latest, whatever tag its first version asks for.
    assert.deepEqual(await view('left'), { latest: '1.0.0' });
    assert.deepEqual(await view('@ours/right'), { latest: '2.0.0', steady: '2.0.0' });

    // Nothing is published over, as npm itself would not.
    const again = hc(['artifact', 'push', 'npm', 'ours', left]);
    await assert.rejects(again, /cannot publish over left 1\.0\.0/);
    await assert.rejects(npm('left', 'publish'), /cannot publish over/i);
    const [skipped] = await push(['npm', 'ours', left, '--skip-existing']);
    assert.equal(skipped.status, 'skipped');
    write({ 'left/index.js': "module.exports = 'another left';\n" });
    const other = hc(['artifact', 'push', 'npm', 'ours', await packed('left'), '--skip-existing']);
    await assert.rejects(other, /left 1\.0\.0 is there already with another content/);

    // Versions that are pushed together arrive in their order, pre-releases under their own tag.
    const versions = [];
    for (const version of ['1.2.0', '1.1.0', '2.0.0-beta.1', '1.10.0']) {
      await npm('left', 'version', version, '--no-git-tag-version');
      versions.push(await packed('left'));
    }
    const { stderr } = await hc(['artifact', 'push', 'npm', 'ours', ...versions]);
    assert.match(stderr, /2\.0\.0-beta\.1 is a pre-release and gets the tag beta, not latest/);
    assert.deepEqual(await view('left'), { latest: '1.10.0', beta: '2.0.0-beta.1' });
    await npm('left', 'version', '1.2.1', '--no-git-tag-version');
    const older = await packed('left');
    await assert.rejects(hc(['artifact', 'push', 'npm', 'ours', older]), /1\.2\.1 is older than 1\.10\.0/);
    await hc(['artifact', 'push', 'npm', 'ours', older, '--tag', 'one-two']);
    assert.equal((await view('left'))['one-two'], '1.2.1');

    // What npm would not publish is refused before anything is sent.
    write({ 'secret/package.json': '{"name": "secret", "version": "1.0.0", "private": true}' });
    await assert.rejects(hc(['artifact', 'push', 'npm', 'ours', await packed('secret')]), /private/);
    assert.equal(readdirSync(at('project/node_modules')).includes('secret'), false);
  });
}
