// rattler, which is what pixi and others install conda packages with, against a real `hc serve`.

import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';

import { root } from '../conformance/cases.mjs';
import { TOKEN } from '../conformance/serve.mjs';
import { python } from './python.mjs';
import { frontends, sha256, world } from './world.mjs';

const script = (name) => path.join(root, 'tests/clients', name);
const PLATFORM = 'linux-64';

for (const [frontend, command] of Object.entries(frontends)) {
  test(`${frontend}: rattler solves for and installs packages of both formats that were pushed`, async (t) => {
    const { at, hc, push, run, url, write } = await world(t, command, 'CONDA');
    const made = await run(python, [script('conda_make.py'), PLATFORM]);
    const files = made.stdout.trim().split('\n').map((line) => [line.slice(0, 64), line.slice(65)]);
    const names = ['first-1.0-h0_0.conda', 'second-2.1-h0_0.tar.bz2'];
    const pushed = await push(['conda', 'ours', '*.conda', '*.tar.bz2']);
    assert.deepEqual(pushed.map(({ file, status }) => [path.basename(file), status]), names.map((name) => [name, 'pushed']));
    const again = await push(['conda', 'ours', ...names, '--skip-existing']);
    assert.deepEqual(again.map(({ status }) => status), ['skipped', 'skipped']);

    const host = new URL(url).hostname;
    write({ 'auth.json': JSON.stringify({ [host]: { BearerToken: TOKEN } }) });
    const channel = `${url}/pkg/local/ours/conda`;
    const install = (prefix) =>
      run(python, [script('conda_install.py'), channel, PLATFORM, at(prefix), at('cache', prefix)], {
        env: { RATTLER_AUTH_FILE: at('auth.json') },
      });
    const installed = await install('prefix');
    const records = installed.stdout.trim().split('\n').sort();
    const expected = [`${channel}/noarch/${names[0]}`, `${channel}/${PLATFORM}/${names[1]}`];
    assert.deepEqual(records, expected.map((place, index) => `${sha256(at(names[index]))} ${place}`).sort());
    assert.equal(files.length, 3);
    for (const [hash, file] of files) assert.equal(sha256(at('prefix', file)), hash, file);

    write({ 'other-1.0-h0_0.conda': 'text' });
    await assert.rejects(hc(['artifact', 'push', 'conda', 'ours', 'other-1.0-h0_0.conda']), /is not a zip archive/);
    await hc(['artifact', 'delete', 'second', '--registry', 'ours', '--version', '2.1']);
    await assert.rejects(install('later'), /second/);
  });
}
