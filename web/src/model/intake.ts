// What is done with each file that a person gives, by its name alone.

import type { FormatInfo } from 'hc-wasm';

export interface Intake<File> {
  lockfiles: File[];
  /** The policy file nearest to the top, if one came along. */
  policy: File | null;
  /** OSV exports. */
  advisories: File[];
  /** How many files of dropped folders are none of these. */
  ignored: number;
}

/** The name under which the command line, too, finds a policy beside the audited file. */
const POLICY = 'hc-firewall.toml';

/** Folders that hold other projects' lockfiles. */
export const SKIPPED_FOLDERS: ReadonlySet<string> = new Set(['node_modules', '.git']);

/**
 * Sorts what was given. A file that was given by itself is read whatever its name, since its content may
 * tell what it is; of a folder's files only those whose names are known.
 */
export function intake<File extends { path: string }>(files: readonly File[], formats: readonly FormatInfo[]): Intake<File> {
  const known = formats.flatMap(({ fileNames }) => fileNames).map(pattern);
  const found: Intake<File> = { lockfiles: [], policy: null, advisories: [], ignored: 0 };
  for (const file of files) {
    const name = baseName(file.path);
    const isAlone = name === file.path;
    if (name === POLICY) {
      if (found.policy === null || depth(file.path) < depth(found.policy.path)) found.policy = file;
    } else if (isAlone && name.endsWith('.zip')) found.advisories.push(file);
    else if (isAlone || known.some((expression) => expression.test(name))) found.lockfiles.push(file);
    else found.ignored += 1;
  }
  return found;
}

/** The files under names that differ: the second `pom.xml` becomes `2/pom.xml`. */
export function withDistinctPaths<File extends { path: string }>(files: readonly File[]): File[] {
  const taken = new Set<string>();
  return files.map((file) => {
    let path = file.path;
    for (let number = 2; taken.has(path); number += 1) path = `${number}/${file.path}`;
    taken.add(path);
    return { ...file, path };
  });
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function depth(path: string): number {
  return path.split('/').length;
}

/** A file name of the table of formats, in which `*` stands for any text. */
function pattern(fileName: string): RegExp {
  const parts = fileName.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`);
}
