// Dart packages through the documented protocol ("Hosted Pub Repository Specification Version 2"), against a real
// `hc serve`. No Dart client can be had where this is tested, so that what `dart pub` does is done here by hand.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';

import { TOKEN } from '../conformance/serve.mjs';
import { frontends, needs, sha256, world } from './world.mjs';

await needs('tar', ['--version'], 'tar, from your system’s packages');

for (const [frontend, command] of Object.entries(frontends)) {
  test(`${frontend}: by the documented protocol, without a Dart client, packages that were pushed can be had`, async (t) => {
    const { at, hc, push, run, url, write } = await world(t, command, 'DART');
    const hosted = `${url}/pkg/local/ours/pub`;
    const ask = (where, options = {}) =>
      fetch(where, { redirect: 'manual', ...options, headers: { Authorization: `Bearer ${TOKEN}`, ...options.headers } });
    const listed = async () => {
      const response = await ask(`${hosted}/api/packages/kit`, { headers: { Accept: 'application/vnd.pub.v2+json' } });
      assert.equal(response.headers.get('content-type'), 'application/vnd.pub.v2+json');
      return response.json();
    };
    const packed = async (version) => {
      write({
        'kit/pubspec.yaml': `name: kit\nversion: ${version}\ndescription: >-\n  A kit\n  of tools\nenvironment: {sdk: ^3.0.0}\ndependencies:\n  path: ^1.8.0\n`,
        'kit/lib/kit.dart': `const version = '${version}';\n`,
      });
      const file = at(`kit-${version}.tar.gz`);
      // As `dart pub publish --to-archive` does it: no folder around the files.
      await run('tar', ['-czf', file, '-C', at('kit'), 'pubspec.yaml', 'lib']);
      return file;
    };
    const one = await packed('1.0.0');
    const pre = await packed('2.0.0-dev.1');
    const pushed = await push(['dart', 'ours', one, pre]);
    assert.deepEqual(pushed.map((row) => row.status), ['pushed', 'pushed']);

    const { name, latest, versions } = await listed();
    assert.deepEqual([name, latest.version], ['kit', '1.0.0']);
    assert.deepEqual(versions.map((one) => one.version).sort(), ['1.0.0', '2.0.0-dev.1']);
    assert.deepEqual(latest.pubspec, {
      name: 'kit',
      version: '1.0.0',
      description: 'A kit of tools',
      environment: { sdk: '^3.0.0' },
      dependencies: { path: '^1.8.0' },
    });
    // An archive is what was pushed, and its hash is the one that the pubspec.lock will hold.
    assert.equal(latest.archive_sha256, sha256(one));
    const archive = await ask(latest.archive_url);
    assert.equal(archive.status, 200);
    writeFileSync(at('again.tar.gz'), Buffer.from(await archive.arrayBuffer()));
    assert.equal(sha256(at('again.tar.gz')), sha256(one));
    assert.equal((await (await ask(`${hosted}/api/packages/kit/versions/2.0.0-dev.1`)).json()).pubspec.version, '2.0.0-dev.1');

    const [skipped] = await push(['dart', 'ours', one, '--skip-existing']);
    assert.equal(skipped.status, 'skipped');
    write({ 'kit/README.md': '# kit\n' });
    await packed('1.0.0');
    await run('tar', ['-czf', one, '-C', at('kit'), 'pubspec.yaml', 'README.md']);
    await assert.rejects(hc(['artifact', 'push', 'dart', 'ours', one]), /kit 1\.0\.0 is published already with another content/);

    // What `dart pub publish` does: ask where to, upload with the fields that are named, finish.
    const two = await packed('1.1.0');
    const begin = await (await ask(`${hosted}/api/packages/versions/new`)).json();
    const form = new FormData();
    for (const [field, value] of Object.entries(begin.fields)) form.append(field, value);
    form.append('file', new Blob([readFileSync(two)]), 'package.tar.gz');
    const uploaded = await ask(begin.url, { method: 'POST', body: form });
    assert.equal(uploaded.status, 204);
    const finished = await ask(uploaded.headers.get('location'));
    assert.match((await finished.json()).success.message, /1\.1\.0/);
    assert.equal((await listed()).latest.version, '1.1.0');

    const missing = await ask(`${hosted}/api/packages/none`);
    assert.equal(missing.status, 404);
    assert.match((await missing.json()).error.message, /not there/);
  });
}
