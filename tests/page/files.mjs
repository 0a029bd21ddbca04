// The files that the page's tests hand in.

import { readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');

/** The path of an example of the repository. */
export const example = (name) => path.join(root, 'examples', name);

/** A file as Playwright's `setInputFiles` takes it. */
export const named = (name, text) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });

/** The text of an example. */
export const textOf = (name) => readFileSync(example(name), 'utf8');

/** A package-lock.json that holds one version of each of these packages. */
export function lockOf(names) {
  const entries = names.map((name) => [`node_modules/${name}`, { version: '1.0.0' }]);
  return JSON.stringify({ lockfileVersion: 3, packages: Object.fromEntries([['', { name: 'root' }], ...entries]) });
}
