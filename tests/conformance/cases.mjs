// The cases, a file per subject in cases/, and a fresh folder for each run of one.

import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { generated } from './generated.mjs';

const here = import.meta.dirname;
export const root = path.resolve(here, '../..');

/**
 * name: what the expected files are called; args: the command line; folder: what is copied into the working
 * folder, from the root of the repository or from generated.mjs; exit: the exit code; page: whether the page audits the same files.
 * @type {{name: string, args: string[], folder?: string, exit: number, page?: boolean}[]}
 */
export const cases = readdirSync(path.join(here, 'cases'))
  .sort()
  .flatMap((name) => JSON.parse(readFileSync(path.join(here, 'cases', name), 'utf8')));

/** Calls `use` with a new working folder for the case, which is removed afterwards. */
export async function inFolderOf({ folder }, use) {
  const cwd = mkdtempSync(path.join(tmpdir(), 'hc-conformance-'));
  try {
    if (folder?.startsWith('generated/')) {
      for (const [name, bytes] of Object.entries(generated[path.basename(folder)])) {
        const file = path.join(cwd, name);
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, bytes);
      }
    } else if (folder) {
      cpSync(path.join(root, folder), cwd, { recursive: true });
    }
    return await use(cwd);
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

/** What the case must print. */
export function expected(name) {
  return { stdout: readFileSync(file(name, 'stdout'), 'utf8'), stderr: readFileSync(file(name, 'stderr'), 'utf8') };
}

/** The names of all cases of which something is expected, sorted. */
export function expectedNames() {
  const stdout = readdirSync(path.join(here, 'expected')).filter((name) => name.endsWith('.stdout'));
  return stdout.map((name) => path.basename(name, '.stdout')).sort();
}

/** Writes what the case must print from now on. */
export function bless(name, { stdout, stderr }) {
  writeFileSync(file(name, 'stdout'), stdout);
  writeFileSync(file(name, 'stderr'), stderr);
}

function file(name, stream) {
  return path.join(here, 'expected', `${name}.${stream}`);
}
