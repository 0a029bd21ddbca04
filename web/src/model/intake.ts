// What is done with each file that a person gives, by its name alone.

export interface Intake<File> {
  /** What is to be audited: files by themselves, and all files of folders, of which the audit takes what it reads. */
  files: File[];
  /** A policy that was given without anything to audit. */
  policy: File | null;
  /** OSV exports. */
  advisories: File[];
}

/** The name under which the command line, too, finds a policy beside the audited file. */
const POLICY = 'hc-firewall.toml';

/** Sorts what was given. A file by itself is read whatever its name, since its content may tell what it is. */
export function intake<File extends { path: string }>(given: readonly File[]): Intake<File> {
  const isExport = ({ path }: File): boolean => !path.includes('/') && path.endsWith('.zip');
  const advisories = given.filter(isExport);
  const files = given.filter((file) => !isExport(file));
  const policy = files.every(({ path }) => path === POLICY) ? (files[0] ?? null) : null;
  return { files: policy ? [] : files, policy, advisories };
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
