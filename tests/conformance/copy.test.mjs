// `hc artifact copy --to-service`, natively and from the npm package, from one `hc serve` to another.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

import { frontends, start } from './client.mjs';
import { TOKEN, serve } from './serve.mjs';

const CARGO = (name, more = '') => `[package]\nname = "${name}"\nversion = "1.0.0"\nedition = "2021"\n${more}`;
const POM = (version) => `<project><modelVersion>4.0.0</modelVersion><groupId>org.example</groupId>
<artifactId>app</artifactId><version>${version}</version></project>`;

/** By its type: the registry's packages, as arguments of `hc artifact push`. */
const PUSHED = {
  GENERIC: [['generic', 'generic', 'files', 'notes ä#1.txt', '--name', 'p', '--version', '1'], ['generic', 'generic', 'notes ä#1.txt', '--name', 'q', '--version', '2.0']],
  NPM: [['npm', 'npm', 'left-1.0.0.tgz', 'left-1.1.0.tgz', 'left-2.0.0.tgz', 'scoped-1.0.0.tgz']],
  CARGO: [['cargo', 'cargo', 'first-1.0.0.crate', '--default-index', 'https://index.example/'], ['cargo', 'cargo', 'second-1.0.0.crate', '--default-index', 'https://index.example/']],
  PYTHON: [['python', 'python', 'my_pkg-1.0.tar.gz']],
  DART: [['dart', 'dart', 'x-1.0.0.tar.gz']],
  GO: [['go', 'go', 'module', '--version', 'v1.2.0-RC1']],
  MAVEN: [
    ['maven', 'maven', 'org.example:app:1.0', 'app.jar', '--pom', 'one.xml'],
    ['maven', 'maven', 'org.example:app:2-SNAPSHOT', 'app.jar', '--pom', 'two.xml'],
  ],
};

/** What is pushed, in a new folder. */
function packages(t, index) {
  const cwd = mkdtempSync(path.join(tmpdir(), 'hc-copy-'));
  t.after(() => rmSync(cwd, { recursive: true, force: true }));
  const write = (name, content) => {
    const file = path.join(cwd, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  };
  /** A gzipped tar of one file. */
  const pack = (archive, name, content) => {
    write(`in/${archive}/${name}`, content);
    execFileSync('tar', ['-czf', path.join(cwd, archive), '-C', path.join(cwd, 'in', archive), name]);
  };
  for (const [name, version] of [['left', '1.0.0'], ['left', '1.1.0'], ['left', '2.0.0'], ['@team/scoped', '1.0.0']]) {
    pack(`${name.split('/').at(-1)}-${version}.tgz`, 'package/package.json', JSON.stringify({ name, version }));
  }
  pack('first-1.0.0.crate', 'first-1.0.0/Cargo.toml', CARGO('first'));
  const needs = `[dependencies.first]\nversion = "1"\nregistry-index = "${index}"\n[dependencies.libc]\nversion = "0.2"\n`;
  pack('second-1.0.0.crate', 'second-1.0.0/Cargo.toml', CARGO('second', needs));
  pack('my_pkg-1.0.tar.gz', 'my_pkg-1.0/PKG-INFO', 'Metadata-Version: 2.1\nName: My.Pkg\nVersion: 1.0\n');
  pack('x-1.0.0.tar.gz', 'pubspec.yaml', 'name: x\nversion: 1.0.0\n');
  write('module/go.mod', 'module go.example/Big\n');
  write('module/a.go', 'package big\n');
  write('app.jar', 'a jar');
  write('one.xml', POM('1.0'));
  write('two.xml', POM('2-SNAPSHOT'));
  write('notes ä#1.txt', 'buy milk\n');
  for (const name of ['a b.bin', 'deep/c.bin', 'empty']) write(`files/${name}`, name === 'empty' ? '' : Buffer.alloc(100_000, name));
  return cwd;
}

/** What a server gives to a GET, as text. */
async function get(url, where) {
  const response = await fetch(`${url}${where}`, { headers: { 'x-api-key': TOKEN } });
  assert.equal(response.status, 200, `${where}: ${response.status}`);
  return response.text();
}

/** Every file of a registry with its checksums and content, by package, version and name. */
async function contents(url, registry) {
  const base = `/gateway/har/api/v1`;
  const found = new Map();
  const json = async (where) => JSON.parse(await get(url, where)).data;
  const { artifacts } = await json(`${base}/spaces/local/+/artifacts?reg_identifier=${registry}&size=100`);
  for (const name of new Set(artifacts.map((artifact) => artifact.name))) {
    const of = `${base}/registry/local/${registry}/+/artifact/${encodeURIComponent(name)}/+`;
    for (const version of (await json(`${of}/versions?size=100`)).artifactVersions) {
      const { files } = await json(`${of}/version/${encodeURIComponent(version.name)}/files?size=100`);
      for (const file of files) found.set(`${name} ${version.name} ${file.name}`, file.checksums.join());
    }
  }
  return found;
}

for (const [frontend, command] of Object.entries(frontends)) {
  test(`${frontend}: registries go to another service, and are left alone the second time`, async (t) => {
    const [from, to] = [await serve(t), await serve(t)];
    const cwd = packages(t, `sparse+${from}/pkg/local/cargo/cargo/index/`);
    const temporary = path.join(cwd, 'temporary');
    mkdirSync(temporary);
    const hc = (args, { url = from, env = {} } = {}) => {
      const more = { HARNESS_TO_API_KEY: TOKEN, TMPDIR: temporary, ...env };
      return start(command, args, { cwd, url, token: TOKEN, env: more }).ended;
    };
    const good = async (args, options) => {
      const { exit, stdout, stderr } = await hc(args, options);
      assert.equal(exit, 0, `${args.join(' ')}\n${stdout}${stderr}`);
      assert.ok(!(stdout + stderr).includes(TOKEN), 'the token was shown');
      return { stdout, stderr };
    };
    const copy = (registry, ...more) => ['artifact', 'copy', registry, '--to-service', to, '--format', 'json', ...more];
    const rows = async (...args) => JSON.parse((await good(copy(...args))).stdout);
    const statuses = async (...args) => (await rows(...args)).map(({ status }) => status);
    for (const [type, pushes] of Object.entries(PUSHED)) {
      const registry = type.toLowerCase();
      await t.test(registry, async () => {
        for (const url of [from, to]) await good(['registry', 'create', registry, '--package-type', type], { url });
        for (const push of pushes) await good(['artifact', 'push', ...push]);
        const there = await contents(from, registry);
        const versions = new Set([...there.keys()].map((key) => key.split(' ').slice(0, 2).join(' '))).size;
        assert.deepEqual(await statuses(registry, '--dry-run'), Array(versions).fill('planned'));
        assert.equal((await contents(to, registry)).size, 0);
        const copied = await rows(registry);
        assert.deepEqual(copied.map(({ status }) => status), Array(versions).fill('copied'));
        assert.deepEqual(await contents(to, registry), there);
        for (const { files } of copied) for (const { sha256 } of files) assert.match(sha256, /^[0-9a-f]{64}$/);
        assert.deepEqual(await statuses(registry), Array(versions).fill('skipped'));
        assert.deepEqual(readdirSync(temporary), [], 'a temporary file was left');
      });
    }

    await t.test('what stands beside the files goes along', async () => {
      // Tags that no push would give by itself.
      const document = async (url) => JSON.parse(await get(url, '/pkg/local/npm/npm/left'));
      for (const [tag, version] of [['latest', '1.1.0'], ['old', '1.0.0']]) {
        const where = `${from}/pkg/local/npm/npm/-/package/left/dist-tags/${tag}`;
        const headers = { 'x-api-key': TOKEN, 'content-type': 'application/json' };
        assert.equal((await fetch(where, { method: 'PUT', headers, body: `"${version}"` })).status, 200);
      }
      assert.deepEqual(await statuses('npm/left/*'), ['skipped', 'skipped', 'skipped']);
      assert.deepEqual((await document(to))['dist-tags'], { latest: '1.1.0', old: '1.0.0' });
      // A crate of the same registry is found in the new one, and not in the old one.
      const index = JSON.parse(await get(to, '/pkg/local/cargo/cargo/index/se/co/second'));
      const registries = Object.fromEntries(index.deps.map((dep) => [dep.name, dep.registry]));
      assert.deepEqual(registries, { first: null, libc: 'https://index.example/' });
      assert.match(await get(to, '/pkg/local/maven/maven/org/example/app/maven-metadata.xml'), /<release>1\.0</);
      const snapshot = '/pkg/local/maven/maven/org/example/app/2-SNAPSHOT/maven-metadata.xml';
      assert.equal(await get(to, snapshot), await get(from, snapshot));
      assert.equal(await get(to, '/pkg/local/go/go/go.example/!big/@v/v1.2.0-!r!c1.info'), await get(from, '/pkg/local/go/go/go.example/!big/@v/v1.2.0-!r!c1.info'));
    });

    await t.test('what differs is not replaced, and the rest goes on', async () => {
      for (const url of [from, to]) await good(['registry', 'create', 'more', '--package-type', 'GENERIC'], { url });
      for (const [url, name] of [[from, 'app.jar'], [to, 'one.xml']]) {
        writeFileSync(path.join(cwd, 'f'), name);
        await good(['artifact', 'push', 'generic', 'more', 'f', '--name', 'a', '--version', '1'], { url });
      }
      await good(['artifact', 'push', 'generic', 'more', 'one.xml', '--name', 'b', '--version', '1']);
      const { exit, stdout, stderr } = await hc(copy('more'));
      assert.equal(exit, 1);
      assert.deepEqual(JSON.parse(stdout).map(({ package: name, status }) => [name, status]), [['a', 'failed'], ['b', 'copied']]);
      assert.match(stderr, /^error\[exists\]: a 1: f of a 1 is there already with another content/m);
      assert.equal(await get(to, '/pkg/local/more/files/a/1/f'), 'one.xml');
    });

    await t.test('only what matches goes, into the registry that is named', async () => {
      await good(['registry', 'create', 'other', '--package-type', 'NPM'], { url: to });
      const some = await rows('npm/@team/*/*', 'other');
      assert.deepEqual(some.map(({ package: name }) => name), ['@team/scoped']);
      assert.deepEqual([...(await contents(to, 'other')).keys()], ['@team/scoped 1.0.0 scoped-1.0.0.tgz']);
      const { exit, stderr } = await hc(copy('npm/gone/*', 'other'));
      assert.deepEqual([exit, /nothing in npm matches/.test(stderr)], [1, true], stderr);
    });

    await t.test('what is wrong is told before anything is sent', async () => {
      for (const [args, env, code, says] of [
        [copy('npm', 'generic'), {}, 2, /generic is of type GENERIC, and npm of type NPM/],
        [copy('npm', 'gone'), {}, 1, /has no registry called gone/],
        [copy('npm'), { HARNESS_TO_API_KEY: '' }, 2, /there is no token for the other service/],
        [copy('npm'), { HARNESS_TO_API_KEY: 'other' }, 2, /account of the other service is not known/],
        [copy('npm'), { HARNESS_TO_API_KEY: 'pat.local.a.b' }, 1, /key is not the one/],
        [copy('npm/left'), {}, 2, /names neither a registry nor versions/],
        [['artifact', 'copy', 'npm'], {}, 2, /DEST_REGISTRY/],
        [['artifact', 'copy', 'npm/a/1', 'b', '--dry-run'], {}, 2, /--to-service/],
      ]) {
        const { exit, stdout, stderr } = await hc(args, { env });
        assert.deepEqual([exit, stdout], [code, ''], stderr);
        assert.match(stderr, says);
      }
      writeFileSync(path.join(cwd, 'key'), `${TOKEN}\n`, { mode: 0o644 });
      const { stderr } = await good(copy('npm', '--to-token-file', 'key', '--dry-run'), { env: { HARNESS_TO_API_KEY: '' } });
      if (process.platform !== 'win32') assert.match(stderr, /others on this machine may read the token/);
    });

    await t.test('what arrives otherwise than it is listed is not sent', async () => {
      for (const url of [from, to]) await good(['registry', 'create', 'bad', '--package-type', 'GENERIC'], { url });
      await good(['artifact', 'push', 'generic', 'bad', 'app.jar', '--name', 'a', '--version', '1']);
      const between = await changing(t, from, '/pkg/local/bad/files/a/1/app.jar');
      const { exit, stderr } = await hc(copy('bad', '--pkg-url', between));
      assert.equal(exit, 1);
      assert.match(stderr, /^error\[checksum\]: .*app\.jar/m);
      assert.equal((await contents(to, 'bad')).size, 0);
      assert.deepEqual(readdirSync(temporary), []);
    });
  });
}

/** A server before `url` that changes one file on its way. */
async function changing(t, url, file) {
  const server = createServer((incoming, answer) => {
    if (incoming.url === file) return answer.end('b jar');
    const through = request(`${url}${incoming.url}`, { method: incoming.method, headers: incoming.headers });
    through.on('response', (response) => {
      answer.writeHead(response.statusCode, response.headers);
      response.pipe(answer);
    });
    incoming.pipe(through);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return `http://127.0.0.1:${server.address().port}`;
}
