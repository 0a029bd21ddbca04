// Which rows the table shows, and in which order.

import { violatedOf, type RowView } from './row-view';
import { STATUSES, type Status } from './status';

export type SortKey = 'status' | 'package' | 'version' | 'why' | 'fix' | 'path' | 'file';

export interface Arrangement {
  /** Only rows of this status; null for all. */
  status: Status | null;
  /** Only rows in which every one of these words is found. */
  text: string;
  sort: SortKey;
  descending: boolean;
}

export interface Arranged {
  /** What is not allowed. */
  attention: RowView[];
  allowed: RowView[];
}

/** Worst first. */
export const INITIAL: Arrangement = { status: null, text: '', sort: 'status', descending: false };

const natural = new Intl.Collator('en', { numeric: true });

export function arrange(rows: readonly RowView[], { status, text, sort, descending }: Arrangement): Arranged {
  const words = text.toLowerCase().split(/\s+/).filter((word) => word !== '');
  const shown = rows
    .filter((view) => status === null || view.row.scanStatus === status)
    .filter((view) => words.every((word) => view.haystack.includes(word)));
  const sign = descending ? -1 : 1;
  shown.sort((a, b) => sign * COMPARE[sort](a, b) || byName(a, b) || a.index - b.index);
  return {
    attention: shown.filter((view) => view.row.scanStatus !== 'ALLOWED'),
    allowed: shown.filter((view) => view.row.scanStatus === 'ALLOWED'),
  };
}

type Compare = (a: RowView, b: RowView) => number;

const byName: Compare = (a, b) => natural.compare(a.row.packageName, b.row.packageName);
const byScore: Compare = (a, b) => severity(b) - severity(a);
const byStatus: Compare = (a, b) => STATUSES.indexOf(a.row.scanStatus) - STATUSES.indexOf(b.row.scanStatus);

const COMPARE: Record<SortKey, Compare> = {
  status: (a, b) => byStatus(a, b) || byScore(a, b),
  package: byName,
  version: (a, b) => natural.compare(a.row.version ?? '', b.row.version ?? ''),
  why: (a, b) => byScore(a, b) || natural.compare(a.why.join(), b.why.join()),
  fix: (a, b) => natural.compare(a.fix, b.fix),
  path: (a, b) => natural.compare(a.path.join(' '), b.path.join(' ')),
  file: (a, b) => natural.compare(a.row.file, b.row.file) || a.row.line - b.row.line,
};

/** Malware is worse than any score; a finding without a score is no milder than one that has. */
function severity({ row, worst }: RowView): number {
  const violated = violatedOf(row);
  if (violated.some((violation) => violation.category === 'Malware')) return 11;
  return worst ?? (violated.length > 0 ? 0 : -1);
}
