// The real Composer against a real `hc serve`.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { test } from 'node:test';

import { TOKEN } from '../conformance/serve.mjs';
import { frontends, needs, sha256, world } from './world.mjs';

await needs('composer', ['--version'], 'composer and php-cli, from your system’s packages');

for (const [frontend, command] of Object.entries(frontends)) {
  test(`${frontend}: Composer installs what was pushed`, async (t) => {
    const { at, hc, push, run, url, write } = await world(t, command, 'COMPOSER');
    const env = {
      COMPOSER_HOME: at('composer'),
      COMPOSER_ALLOW_SUPERUSER: '1',
      COMPOSER_AUTH: JSON.stringify({ 'http-basic': { [new URL(url).host]: { username: 'any', password: TOKEN } } }),
    };
    const composer = (folder, ...args) =>
      run('composer', [...args, '--no-interaction', '--no-ansi', '--no-plugins'], { cwd: at(folder), env });
    /** Zips a package's folder, as Composer does it. */
    const packed = async (folder, name) => {
      await composer(folder, 'archive', '--format=zip', `--dir=${at('zips')}`, `--file=${name}`);
      return at('zips', `${name}.zip`);
    };
    const autoload = { 'psr-4': { 'Acme\\': 'src/' } };
    write({
      'tools/composer.json': JSON.stringify({ name: 'acme/tools', version: '1.2.0', autoload, require: { 'acme/base-kit': '^1.0@beta' } }),
      'tools/src/Tools.php': "<?php\nnamespace Acme;\nfunction unused() {}\nclass Tools { static function say() { return 'tools on ' . \\Base\\NAME; } }\n",
      'tools/src/naïve name.txt': 'ünïcode\n',
      'base/composer.json': JSON.stringify({ name: 'acme/base-kit', version: 'v1.0.0-beta2', autoload: { files: ['base.php'] } }),
      'base/base.php': "<?php\nnamespace Base;\nconst NAME = 'base';\n",
      'next/composer.json': JSON.stringify({ name: 'acme/tools', version: 'dev-feature/next', autoload }),
      'next/src/Tools.php': "<?php\nnamespace Acme;\nclass Tools { static function say() { return 'next'; } }\n",
    });
    const tools = await packed('tools', 'tools');
    const zips = [tools, await packed('base', 'base'), await packed('next', 'next')];
    const pushed = await push(['composer', 'ours', ...zips]);
    assert.deepEqual(
      pushed.map(({ package: name, version, status }) => [name, version, status]),
      [['acme/tools', '1.2.0', 'pushed'], ['acme/base-kit', 'v1.0.0-beta2', 'pushed'], ['acme/tools', 'dev-feature/next', 'pushed']],
    );

    const project = (constraint) => ({
      repositories: [{ type: 'composer', url: `${url}/pkg/local/ours/composer` }, { packagist: false }],
      require: { 'acme/tools': constraint },
      'minimum-stability': 'beta',
      config: { 'secure-http': false },
    });
    write({
      'project/composer.json': JSON.stringify(project('^1.0')),
      'project/say.php': "<?php\nrequire __DIR__ . '/vendor/autoload.php';\necho Acme\\Tools::say();\n",
    });
    await composer('project', 'install');
    assert.equal((await run('php', [at('project/say.php')])).stdout, 'tools on base');
    for (const file of ['composer.json', 'src/Tools.php', 'src/naïve name.txt']) {
      assert.equal(sha256(at('project/vendor/acme/tools', file)), sha256(at('tools', file)), file);
    }
    const { packages } = JSON.parse(readFileSync(at('project/composer.lock'), 'utf8'));
    const locked = packages.find(({ name }) => name === 'acme/tools');
    assert.equal(locked.dist.shasum, pushed[0].checksums.sha1);
    // The zip that Composer keeps is the one that was pushed.
    const cached = readdirSync(at('composer/cache/files/acme/tools')).map((file) => at('composer/cache/files/acme/tools', file));
    assert.deepEqual(cached.map(sha256), [sha256(tools)]);
    // From the lockfile alone.
    for (const folder of ['project/vendor', 'composer/cache']) rmSync(at(folder), { recursive: true });
    await composer('project', 'install');

    // A branch is a version too, kept apart from the others.
    write({ 'branch/composer.json': JSON.stringify({ ...project('dev-feature/next'), 'minimum-stability': 'stable' }), 'branch/say.php': readFileSync(at('project/say.php')) });
    await composer('branch', 'install');
    assert.equal((await run('php', [at('branch/say.php')])).stdout, 'next');

    const [skipped] = await push(['composer', 'ours', tools, '--skip-existing']);
    assert.equal(skipped.status, 'skipped');
    write({ 'tools/composer.json': JSON.stringify({ name: 'acme/tools', version: 'v1.2' }) });
    const other = hc(['artifact', 'push', 'composer', 'ours', await packed('tools', 'other')]);
    await assert.rejects(other, /acme\/tools 1\.2\.0 is there already with another content/);
    write({ 'tools/composer.json': JSON.stringify({ name: 'acme/tools' }) });
    const nameless = hc(['artifact', 'push', 'composer', 'ours', await packed('tools', 'versionless')]);
    await assert.rejects(nameless, /it has no version: add/);

    // A deleted version is installed no more.
    await hc(['artifact', 'delete', 'acme/tools', '--registry', 'ours', '--version', '1.2.0', '--yes']);
    await assert.rejects(composer('project', 'update'), /could not be found|found acme\/tools/i);
  });
}
