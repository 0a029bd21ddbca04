// The report as a file.

import type { Row } from 'hc-wasm';

/**
 * The rows as the command line's `--format json` writes them: two spaces, a newline at the end, and scores
 * with one decimal, which JSON.stringify drops from whole numbers. A line that begins with the key is never
 * inside a string, since JSON strings hold no raw newline.
 */
export function rowsAsJson(rows: readonly Row[]): string {
  const json = JSON.stringify(rows, null, 2);
  return `${json.replace(/^( +"(?:score|threshold)": \d+)(?=,?$)/gm, '$1.0')}\n`;
}
