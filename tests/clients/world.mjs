// What every test with a real client needs: a registry of ours, hc that is logged in to it, and a home of its own.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { binary } from '../conformance/binary.mjs';
import { environment } from '../conformance/environment.mjs';
import { install } from '../conformance/installed.mjs';
import { TOKEN, serve } from '../conformance/serve.mjs';

const execute = promisify(execFile);

/** The ways to run hc. */
export const frontends = { native: [binary], node: [process.execPath, path.join(install(), 'dist/hc.cjs')] };

/** Makes the registry `ours` on a server that runs, with further arguments, until the test `t` ends. */
export async function world(t, [program, ...first], packageType, args = []) {
  const url = await serve(t, args);
  const home = mkdtempSync(path.join(tmpdir(), 'hc-client-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const env = environment(home);
  const run = (command, args, options = {}) =>
    execute(command, args, { cwd: home, maxBuffer: 64 << 20, ...options, env: { ...env, ...options.env } });
  const hc = (args, options) => run(program, [...first, ...args], options);
  await hc(['auth', 'login', '--non-interactive', '--api-url', url, '--api-token', TOKEN]);
  await hc(['registry', 'create', 'ours', '--package-type', packageType]);
  return {
    url,
    home,
    run,
    hc,
    /** What `hc artifact push` says of each file. */
    push: async (args, options) => JSON.parse((await hc(['artifact', 'push', ...args, '--format', 'json'], options)).stdout),
    /** Writes files, by their paths below the home. */
    write(files) {
      for (const [name, content] of Object.entries(files)) {
        const file = path.join(home, name);
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, content);
      }
    },
    at: (...parts) => path.join(home, ...parts),
  };
}

/** The SHA-256 of a file, in hex. */
export function sha256(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

/** Fails with what to do when a client is not installed. */
export async function needs(command, args, advice) {
  try {
    await execute(command, args);
  } catch (error) {
    if (error.code === 'ENOENT') throw new Error(`${command} is not installed: ${advice}`);
  }
}
