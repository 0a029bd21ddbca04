// No file, however bad, takes more memory than 30 times its size, or long. (Linux: its shells can set the limit.)

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';

import { binary } from './binary.mjs';
import { run } from './run.mjs';

const SIZE = 4_000_000;
/** What the program takes for a file of no size at all, in bytes of address space. */
const BASE = 64_000_000;

const cwd = mkdtempSync(path.join(tmpdir(), 'hc-limits-'));
after(() => rmSync(cwd, { recursive: true, force: true }));

const repeated = (text) => text.repeat(Math.ceil(SIZE / text.length));

const files = {
  'open-arrays.json': repeated('['),
  'open-objects.json': repeated('{"packages":'),
  'one-string.json': `"${repeated('a')}"`,
  'one-long-line/package-lock.json': `{"lockfileVersion":3,"packages":{${repeated('"node_modules/a":{"version":"1.0.0"},')}"":{}}}`,
  'endless-tags/pom.xml': `<project>${repeated('<a>')}`,
  'one-entity/pom.xml': `<!DOCTYPE project [<!ENTITY a "${repeated('a')}">]><project>${'&a;'.repeat(1000)}</project>`,
  'one-line/requirements.txt': repeated('a'),
  'continued/requirements.txt': repeated('a\\\n'),
  'no-text/requirements.txt': repeated('\0'),
};

for (const [name, content] of Object.entries(files)) {
  test(`limits: ${name}`, { skip: process.platform !== 'linux' }, () => {
    const file = path.basename(name);
    writeFileSync(path.join(cwd, file), content);
    const kilobytes = Math.round((30 * SIZE + BASE) / 1024);
    const result = run(['bash', '-c', `ulimit -v ${kilobytes}; exec "$0" "$@"`, binary, 'deps', file], cwd);
    assert.ok([0, 4].includes(result.exit), `exit ${result.exit}: ${result.stderr}`);
    assert.doesNotMatch(result.stderr, /panicked|memory allocation/);
  });
}
