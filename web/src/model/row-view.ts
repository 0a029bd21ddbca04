// One row of the report in the words of the table.

import type { Row, Violation } from 'hc-wasm';
import { score } from './text';

export interface RowView {
  row: Row;
  /** Its place in the report, by which the page knows it. */
  index: number;
  /** Why the verdict is what it is, in phrases that are kept whole; none for allowed rows. */
  why: string[];
  /** The version that fixes it, or that none is known; empty where nothing needs one. */
  fix: string;
  /** The names from what the project asks for down to this package; empty where the file does not tell. */
  path: string[];
  /** The worst score among its violations; malware and unscored findings have none. */
  worst: number | null;
  /** All that the filter looks in, in lower case. */
  haystack: string;
}

export function rowView(row: Row, index: number): RowView {
  const violated = violatedOf(row);
  const scores = violated.flatMap((violation) => violation.score ?? []);
  return {
    row,
    index,
    why: because(row),
    fix: row.fixVersion ?? (violated.length > 0 ? 'none known' : ''),
    path: (row.paths[0] ?? []).map(nameOf),
    worst: scores.length > 0 ? Math.max(...scores) : null,
    haystack: [
      row.packageName,
      row.version ?? '',
      row.file,
      row.scanStatus,
      ...row.violations.flatMap((violation) => [violation.advisory, ...violation.aliases, violation.summary]),
    ].join('\n').toLowerCase(),
  };
}

/** `CVE-2024-45590`, `8.7 ≥ 7.0`, `and 2 more`; without findings the note that says why there is no verdict. */
function because(row: Row): string[] {
  const [worst, ...others] = violatedOf(row);
  const { note } = row;
  if (worst === undefined) return note === null ? [] : [note];
  const finding = [worst.cve ?? worst.advisory, ground(worst)];
  return others.length > 0 ? [...finding, `and ${others.length} more`] : finding;
}

/** The findings that violate the policy, without those that it lets pass. */
export function violatedOf({ violations }: Row): Violation[] {
  return violations.filter(({ status }) => status !== 'ALLOWED');
}

/** What decided: `8.7 ≥ 7.0`, `malware`, `rated HIGH` or `score unknown`. */
export function ground({ category, severity, score: value, threshold }: Violation): string {
  if (category === 'Malware') return 'malware';
  if (severity !== undefined) return `rated ${severity}`;
  if (value === null) return 'score unknown';
  return threshold === null ? score(value) : `${score(value)} ≥ ${score(threshold)}`;
}

/** The name in a label `name@version`. An npm scope begins with `@` too. */
export function nameOf(label: string): string {
  const at = label.lastIndexOf('@');
  return at > 0 ? label.slice(0, at) : label;
}

/** Whether the project itself asks for this package, as far as the file tells. */
export function isDirect({ direct, paths }: Row): boolean {
  return direct ?? paths.every((path) => path.length <= 1);
}
