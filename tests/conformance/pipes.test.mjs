// What becomes of the output when its reader is slow, or goes early.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { binary } from './binary.mjs';
import { install } from './installed.mjs';

const cwd = mkdtempSync(path.join(tmpdir(), 'hc-pipes-'));
after(() => rmSync(cwd, { recursive: true, force: true }));

const PACKAGES = 5000;
const entries = Array.from({ length: PACKAGES }, (_, index) => [`node_modules/package-${index}`, { version: '1.0.0' }]);
const packages = Object.fromEntries([['', { name: 'root' }], ...entries]);
writeFileSync(path.join(cwd, 'package-lock.json'), JSON.stringify({ lockfileVersion: 3, packages }));

// One of them is known malware, so that an audit of them all ends with 3.
const blocked = { ...packages, 'node_modules/chalk': { version: '5.6.1' } };
writeFileSync(path.join(cwd, 'npm-shrinkwrap.json'), JSON.stringify({ lockfileVersion: 3, packages: blocked }));

const frontends = { native: [binary], node: [process.execPath, path.join(install(), 'dist/hc.cjs')] };

for (const [frontend, [program, ...args]] of Object.entries(frontends)) {
  const start = (...command) => spawn(program, [...args, ...command, '--format', 'json'], { cwd });
  const deps = ['deps', 'package-lock.json'];

  test(`${frontend}: a slow reader gets everything`, async () => {
    const child = start(...deps);
    const ended = exit(child);
    const chunks = [];
    await pause(300);
    for await (const chunk of child.stdout) {
      chunks.push(chunk);
      await pause(1);
    }
    assert.equal(JSON.parse(Buffer.concat(chunks)).length, PACKAGES);
    assert.equal((await ended).code, 0);
  });

  test(`${frontend}: a reader that goes early is no fault`, async () => {
    const child = start(...deps);
    const ended = exit(child);
    child.stdout.once('data', () => child.stdout.destroy());
    const { signal, stderr } = await ended;
    assert.equal(signal, null);
    assert.doesNotMatch(stderr, /panicked|fault in hc|    at /);
  });

  test(`${frontend}: a reader that goes early does not change how an audit ends`, async () => {
    const child = start('registry', 'fw', 'audit', '--file', 'npm-shrinkwrap.json');
    const ended = exit(child);
    child.stdout.once('data', () => child.stdout.destroy());
    const { code, stderr } = await ended;
    assert.equal(code, 3, stderr);
    assert.match(stderr, /^exit 3: 1 package blocked$/m);
  });
}

function exit(child) {
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
  return new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal, stderr })));
}
