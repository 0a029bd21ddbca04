// What each of these scripts needs: a registry of ours on a running `hc serve`, hc that is logged in to it, and a list of
// what is not the same. HC_BINARY is the program to try.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { binary } from '../../conformance/binary.mjs';
import { environment } from '../../conformance/environment.mjs';
import { TOKEN, start } from '../../conformance/serve.mjs';

const execute = promisify(execFile);

/** Runs `work` with a registry of `packageType`; fails if it found differences, or compared nothing. */
export async function withRegistry(packageType, work) {
  const cleanup = [];
  const home = mkdtempSync(path.join(tmpdir(), 'hc-packages-today-'));
  cleanup.push(() => rmSync(home, { recursive: true, force: true }));
  const env = environment(home);
  const differences = [];
  let compared = 0;
  try {
    const { url } = await start({ after: (end) => cleanup.push(end) });
    const run = (command, args, options = {}) =>
      execute(command, args, { cwd: home, maxBuffer: 256 << 20, ...options, env: { ...env, ...options.env } });
    const hc = (args) => run(binary, args);
    await hc(['auth', 'login', '--non-interactive', '--api-url', url, '--api-token', TOKEN]);
    await hc(['registry', 'create', 'ours', '--package-type', packageType]);
    await work({
      base: `${url}/pkg/local/ours`,
      home,
      run,
      folder(name) {
        const folder = path.join(home, name);
        mkdirSync(folder, { recursive: true });
        return folder;
      },
      /** What `hc artifact push` says of each file; what was not pushed is a difference. */
      async push(args) {
        const pushed = await hc(['artifact', 'push', ...args, '--format', 'json', '--quiet', '--timeout', '300']).catch((error) => error);
        if (!pushed.stdout) {
          differences.push(`${args.join(' ')}: ${pushed.stderr}`);
          return [];
        }
        const rows = JSON.parse(pushed.stdout);
        differences.push(...rows.filter(({ status }) => status !== 'pushed').map((row) => `${row.path}: ${row.error ?? row.status}`));
        return rows.filter(({ status }) => status === 'pushed');
      },
      /** A file below the registry's URL; undefined where it is not there. */
      async get(file, headers = {}) {
        const response = await fetch(`${url}/pkg/local/ours/${file}`, { headers: { 'x-api-key': TOKEN, ...headers } });
        const bytes = Buffer.from(await response.arrayBuffer());
        return response.ok ? bytes : undefined;
      },
      /** Holds what the registry says of `what` against what the package manager knows. */
      same(what, ours, theirs) {
        compared += 1;
        const [left, right] = [ours, theirs].map((value) => JSON.stringify(sorted(value)));
        if (left !== right) differences.push(`${what}: ours ${left}, theirs ${right}`);
      },
    });
  } finally {
    for (const end of cleanup.reverse()) await end();
  }
  console.log(`${packageType}: ${compared} comparisons, ${differences.length} differences`);
  for (const difference of differences) console.error(difference.slice(0, 20_000));
  if (differences.length > 0 || compared === 0) process.exitCode = 1;
}

/** The same with the members of objects in their order. */
export function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}

export const hash = (algorithm, bytes, encoding = 'hex') => createHash(algorithm).update(bytes).digest(encoding);
