// Every command that speaks to a service, natively and from the npm package, against a real `hc serve`. Each
// frontend has a server of its own and goes through the same steps; what only reads is also asked of the other's
// server, so that stdout can be compared byte for byte. `HC_BLESS=1` writes down what the native program says.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';

import { binary } from './binary.mjs';
import { root } from './cases.mjs';
import { environment } from './environment.mjs';
import { install } from './installed.mjs';
import { TOKEN, serve } from './serve.mjs';

/** @type {{name: string, args: string[], exit?: number, reads?: boolean, offers?: string}[]} */
const steps = JSON.parse(readFileSync(path.join(import.meta.dirname, 'serve.json'), 'utf8'));
const frontends = { native: [binary], node: [process.execPath, path.join(install(), 'dist/hc.cjs')] };

for (const [frontend, command] of Object.entries(frontends)) {
  test(`${frontend}: every command against hc serve`, async (t) => {
    const url = await serve(t);
    const cwd = workingFolder();
    for (const step of steps) {
      await t.test(step.name, () => {
        const result = run(command, step, { cwd, url });
        assert.equal(result.exit, step.exit ?? 0, `exit code; stderr:\n${result.stderr}`);
        assert.ok(!(result.stdout + result.stderr).includes('secret'), 'the token was shown');
        const said = { stdout: settled(result.stdout, { cwd, url }), stderr: settled(result.stderr, { cwd, url }) };
        if (frontend === 'native' && process.env.HC_BLESS === '1') bless(step.name, said);
        assert.deepEqual(said, expected(step.name));
        if (step.reads && frontend === 'native') {
          assert.equal(run(frontends.node, step, { cwd, url }).stdout, result.stdout, 'Node says something else');
        }
      });
    }
  });
}

test('serve: no step is named twice', () => {
  const names = steps.map(({ name }) => name);
  assert.deepEqual(names, [...new Set(names)]);
});

/** The examples, and files whose names are awkward. */
function workingFolder() {
  const cwd = mkdtempSync(path.join(tmpdir(), 'hc-serve-client-'));
  after(() => rmSync(cwd, { recursive: true, force: true }));
  cpSync(path.join(root, 'examples'), cwd, { recursive: true });
  writeFileSync(path.join(cwd, 'notes 100% ä#1?.txt'), 'buy milk\n');
  mkdirSync(path.join(cwd, 'parts/sub dir'), { recursive: true });
  for (const name of ['pom.xml', 'sub dir/ü.txt', '.hidden']) writeFileSync(path.join(cwd, 'parts', name), name);
  return cwd;
}

function run([program, ...first], { args, offers }, { cwd, url }) {
  const result = spawnSync(program, [...first, ...args.map((arg) => arg.replace('{url}', url))], {
    cwd,
    encoding: 'utf8',
    input: offers?.replace('{token}', TOKEN) ?? '',
    timeout: 60_000,
    env: environment(cwd),
  });
  if (result.error) throw result.error;
  return { stdout: result.stdout, stderr: result.stderr, exit: result.status };
}

/** The text with a word in place of all that differs from run to run. */
function settled(text, { cwd, url }) {
  return text
    .replaceAll(cwd, '{cwd}')
    .replaceAll(url, '{url}')
    .replaceAll(new URL(url).host, '{host}')
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '{uuid}')
    .replace(/\d{4}-\d\d-\d\d[T ]\d\d[:-]\d\d[:-]\d\d(\.\d+)?( UTC|Z)?/g, '{moment}')
    .replace(/"1[6-9]\d{11}"|\b1[6-9]\d{11}\b/g, '{milliseconds}')
    // A table's rules are as long as its cells, which had other lengths.
    .replace(/[─]+/g, '─')
    .replace(/ +│/g, ' │');
}

function file(name, stream) {
  return path.join(import.meta.dirname, 'expected-serve', `${name}.${stream}`);
}

function expected(name) {
  return { stdout: readFileSync(file(name, 'stdout'), 'utf8'), stderr: readFileSync(file(name, 'stderr'), 'utf8') };
}

function bless(name, { stdout, stderr }) {
  writeFileSync(file(name, 'stdout'), stdout);
  writeFileSync(file(name, 'stderr'), stderr);
}
