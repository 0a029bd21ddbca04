// Runs a case's command line as a process and compares all that it says.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

import { bless, cases, expected, inFolderOf } from './cases.mjs';
import { environment } from './environment.mjs';

/** One test for each case, running `command` (a program and its first arguments) with the case's arguments. */
export function testEveryCase(frontend, command, { blessing = false } = {}) {
  for (const one of cases) {
    test(`${frontend}: ${one.name}`, () =>
      inFolderOf(one, (cwd) => {
        const result = run([...command, ...one.args], cwd);
        assert.equal(result.exit, one.exit, `exit code; stderr:\n${result.stderr}`);
        assert.ok(!(result.stdout + result.stderr).includes(cwd), 'an absolute path was printed');
        if (blessing) {
          bless(one.name, result);
        }
        const { stdout, stderr } = expected(one.name);
        assert.equal(result.stdout, stdout);
        assert.equal(result.stderr, stderr);
      }));
  }
}

/** What a command printed, and its exit code. Nothing of the caller's settings reaches it. */
export function run([program, ...args], cwd) {
  const result = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    timeout: 60_000,
    env: environment(cwd),
  });
  if (result.error) throw result.error;
  return { stdout: result.stdout, stderr: result.stderr, exit: result.status };
}
