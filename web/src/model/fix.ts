// What to do about a row, and what to type.

import type { Row } from 'hc-wasm';
import { isDirect, nameOf, violatedOf } from './row-view';

export interface Fix {
  /** The version to go to; null where none is known. */
  version: string | null;
  /** What to type or to write into the file; null where there is nothing certain to offer. */
  type: string | null;
  /** The next step, in words. */
  advice: string;
}

/** What npm allows in names and versions; a command with anything else in it is never offered to a shell. */
const NPM_NAME = /^(@[a-z0-9][a-z0-9._~-]*\/)?[a-z0-9_][a-z0-9._~-]*$/i;
const VERSION = /^[0-9a-z][0-9a-z.+!_-]*$/i;
const PYPI_NAME = /^[a-z0-9][a-z0-9._-]*$/i;

/** The fix of a row; null where there is nothing to fix. */
export function fixOf(row: Row): Fix | null {
  const version = row.fixVersion;
  if (violatedOf(row).length === 0) return null;
  if (version === null) {
    return { version, type: null, advice: 'No version without these findings is known. Consider another package.' };
  }
  if (!VERSION.test(version)) return { version, type: null, advice: 'Go to this version.' };
  if (row.source !== 'registry') {
    return { version, type: null, advice: `It is taken from ${SOURCES[row.source]}: take the fixed version there.` };
  }
  return BY_ECOSYSTEM[row.ecosystem](row, version);
}

const SOURCES = { git: 'git', file: 'a file', url: 'a URL' };

const BY_ECOSYSTEM: Record<Row['ecosystem'], (row: Row, version: string) => Fix> = {
  npm(row, version) {
    if (!NPM_NAME.test(row.packageName)) return { version, type: null, advice: 'Go to this version.' };
    if (isDirect(row)) {
      return { version, type: `npm install ${row.packageName}@${version}`, advice: 'The project asks for it itself:' };
    }
    const parent = parentOf(row);
    return {
      version,
      type: `npm update ${row.packageName}`,
      advice: parent === null
        ? 'Something else brings it in. If this does not reach the fixed version, update what brings it in.'
        : `${parent} brings it in. If ${parent} allows ${version}, this is enough; if not, update ${parent} itself.`,
    };
  },
  PyPI(row, version) {
    const type = PYPI_NAME.test(row.packageName) ? `${row.packageName}==${version}` : null;
    return { version, type, advice: `In ${row.file}, line ${row.line}, write:` };
  },
  Maven(row, version) {
    return {
      version,
      type: `<version>${version}</version>`,
      advice: isDirect(row)
        ? `In ${row.file}, line ${row.line}, or in the property that it refers to, write:`
        : `${parentOf(row) ?? 'Something else'} brings it in. Pin it in dependencyManagement of ${row.file}:`,
    };
  },
};

/** The package that asks for this one on its first path. */
function parentOf({ paths: [path = []] }: Row): string | null {
  const parent = path.at(-2);
  return parent === undefined ? null : nameOf(parent);
}
