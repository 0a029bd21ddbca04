// The four verdicts: their order, and how each is shown without colour.

import type { Row } from 'hc-wasm';

export type Status = Row['scanStatus'];

/** Worst first. A row without a verdict is worse than one that is allowed. */
export const STATUSES: readonly Status[] = ['BLOCKED', 'WARN', 'UNKNOWN', 'ALLOWED'];

/** The sign and the word of each status. */
export const SHOWN: Readonly<Record<Status, { sign: string; word: string }>> = {
  BLOCKED: { sign: '×', word: 'Blocked' },
  WARN: { sign: '!', word: 'Warn' },
  UNKNOWN: { sign: '?', word: 'Unknown' },
  ALLOWED: { sign: '✓', word: 'Allowed' },
};
