// The real pip and twine against a real `hc serve`.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { TOKEN } from '../conformance/serve.mjs';
import { python } from './python.mjs';
import { frontends, sha256, world } from './world.mjs';

const PROJECT = `[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"

[project]
name = "Our.First_Pkg"
version = "1.0rc1"
description = "A wheel & a source distribution"
readme = "README.md"
requires-python = ">=3.8,<4"
license = "MIT"
license-files = ["LICENSE"]
keywords = ["one", "two"]
authors = [{ name = "É. Author", email = "author@mail.example" }]
classifiers = ["Programming Language :: Python :: 3", "Operating System :: OS Independent"]
dependencies = []
optional-dependencies.extra = ["other-pkg >= 2; python_version >= '3.8'"]
urls.Home = "https://home.example/"

[tool.setuptools]
packages = ["first"]
package-data.first = ["*.bin"]
`;

/** Builds a wheel and a source distribution of the current folder into `dist`, with nothing but what is at hand. */
const BUILD = `
import os, sys
from setuptools import build_meta
dist = os.path.abspath('dist')
os.makedirs(dist, exist_ok=True)
build_meta.build_wheel(dist)
build_meta.build_sdist(dist)
`;

/** The content of every file below a folder, by its path. */
function contents(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const named = files.map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
  return new Map(named.map((file) => [path.relative(folder, file).replaceAll('\\', '/'), readFileSync(file)]));
}

async function prepared(t, command) {
  const made = await world(t, command, 'PYTHON');
  const url = new URL(made.url);
  made.write({
    'project/pyproject.toml': PROJECT,
    'project/README.md': '# Our first package\n\nWith <html> & an *é*.\n',
    'project/LICENSE': 'Do as you like.\n',
    'project/first/__init__.py': 'NAME = "first"\n',
    'project/first/data.bin': Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 7) % 256)),
    // pip takes the password from there, and no list of processes shows it.
    '.netrc': `machine ${url.hostname} login any password ${TOKEN}\n`,
    empty: '',
  });
  await made.run(python, ['-c', BUILD], { cwd: made.at('project') });
  const names = readdirSync(made.at('project/dist')).sort();
  assert.deepEqual(names, ['our_first_pkg-1.0rc1-py3-none-any.whl', 'our_first_pkg-1.0rc1.tar.gz']);
  const index = `${made.url}/pkg/local/ours/python/simple/`;
  const env = { PIP_CONFIG_FILE: made.at('empty'), PIP_DISABLE_PIP_VERSION_CHECK: '1' };
  const pip = (...args) =>
    made.run(python, ['-m', 'pip', ...args, '--isolated', '--no-cache-dir', '--index-url', index], { env });
  return { ...made, names, pip };
}

for (const [frontend, command] of Object.entries(frontends)) {
  test(`${frontend}: pip installs the wheel and the source distribution that were pushed`, async (t) => {
    const { at, hc, names, pip, push, write } = await prepared(t, command);
    const pushed = await push(['python', 'ours', 'project/dist']);
    assert.deepEqual(pushed.map(({ status }) => status), ['pushed', 'pushed']);
    assert.deepEqual(pushed.map(({ package: name, version }) => [name, version]), [
      ['our-first-pkg', '1.0rc1'],
      ['our-first-pkg', '1.0rc1'],
    ]);
    const again = await push(['python', 'ours', 'project/dist', '--skip-existing']);
    assert.deepEqual(again.map(({ status }) => status), ['skipped', 'skipped']);

    for (const [file, only] of [
      [names[0], '--only-binary=:all:'],
      [names[1], '--no-binary=:all:'],
    ]) {
      const digest = sha256(at('project/dist', file));
      write({ 'requirements.txt': `Our.First_Pkg==1.0rc1 --hash=sha256:${digest}\n` });
      const target = at(`installed${only}`);
      const options = ['--require-hashes', '--no-deps', '--no-build-isolation', '--no-compile', only];
      await pip('install', ...options, '--target', target, '--requirement', at('requirements.txt'));
      const installed = contents(target);
      for (const [name, content] of contents(at('project/first'))) {
        assert.deepEqual(installed.get(`first/${name}`), content, name);
      }
      const metadata = installed.get('our_first_pkg-1.0rc1.dist-info/METADATA').toString();
      assert.match(metadata, /^Name: Our\.First_Pkg$/m);
      await pip('download', '--no-deps', '--no-build-isolation', only, '--dest', at(`downloaded${only}`), 'our-first_pkg==1.0rc1');
      assert.equal(sha256(at(`downloaded${only}`, file)), digest);
    }

    // A hash that is not the file's.
    write({ 'requirements.txt': `our-first-pkg==1.0rc1 --hash=sha256:${'0'.repeat(64)}\n` });
    await assert.rejects(
      pip('install', '--require-hashes', '--no-deps', '--target', at('none'), '--requirement', at('requirements.txt')),
      /THESE PACKAGES DO NOT MATCH THE HASHES/,
    );
    // A name that is not the package's.
    write({ 'other-1.0-py3-none-any.whl': readFileSync(at('project/dist', names[0])) });
    await assert.rejects(
      hc(['artifact', 'push', 'python', 'ours', 'other-1.0-py3-none-any.whl']),
      /should be called our_first_pkg-1\.0rc1-py3-none-any\.whl/,
    );
    // Deleted, it is in no index.
    await hc(['artifact', 'delete', 'our-first-pkg', '--registry', 'ours', '--version', '1.0rc1']);
    await assert.rejects(pip('download', '--no-deps', '--dest', at('none'), 'our-first-pkg==1.0rc1'), /No matching distribution/);
  });
}

test('a wheel of somebody else goes through unchanged', async (t) => {
  const { at, pip, push, run } = await prepared(t, frontends.native);
  // From where pip of this machine finds it.
  const download = ['-m', 'pip', 'download', '--disable-pip-version-check', '--no-deps', '--only-binary=:all:'];
  await run(python, [...download, '--dest', at('foreign'), 'packaging', 'six'], { env: { HOME: process.env.HOME } });
  const pushed = await push(['python', 'ours', 'foreign/*.whl']);
  assert.deepEqual(pushed.map(({ status }) => status), ['pushed', 'pushed']);
  await pip('install', '--no-deps', '--no-compile', '--target', at('installed'), 'packaging', 'six');
  await run(python, ['-c', 'import packaging.version, six'], { env: { PYTHONPATH: at('installed') } });
});

test('twine uploads what pip installs, and no file changes', async (t) => {
  const { at, names, pip, run, url } = await prepared(t, frontends.native);
  const env = {
    TWINE_REPOSITORY_URL: `${url}/pkg/local/ours/python`,
    TWINE_USERNAME: 'any',
    TWINE_PASSWORD: TOKEN,
    TWINE_NON_INTERACTIVE: '1',
  };
  const twine = (...args) => run(python, ['-m', 'twine', 'upload', '--disable-progress-bar', ...args], { env });
  const files = names.map((name) => at('project/dist', name));
  await twine(...files);
  await pip('install', '--no-deps', '--no-compile', '--target', at('installed'), 'our-first-pkg==1.0rc1');
  // The same files again are taken, as PyPI does; another content under the same name is not.
  await twine(...files);
  await run(python, ['-c', BUILD], { cwd: at('project'), env: { SOURCE_DATE_EPOCH: '1000000000' } });
  await assert.rejects(twine(files[0]), ({ stdout }) => /409 Conflict/.test(stdout));
});
