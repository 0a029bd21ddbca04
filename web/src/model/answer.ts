// The answer in a sentence.

import type { FirewallInfo, Outcome } from 'hc-wasm';
import { count } from './text';

/** `3 of 68 packages need attention.` */
export function answer({ report, failures }: Outcome): string {
  const total = report.rows.length;
  if (report.coverage.files.length === 0) {
    return failures.length === 1 ? 'The file could not be read.' : 'No file could be read.';
  }
  const unread = failures.length > 0 ? ` ${count(failures.length, 'file')} could not be read.` : '';
  if (total === 0) return `No dependencies found.${unread}`;
  const attention = total - report.counts.allowed;
  const packages = `of ${count(total, 'package')}`;
  // The starter set is too small for its silence to be an all-clear, so the sentence says whose it is.
  if (attention === 0 && report.coverage.data.some(({ kind }) => kind === 'starter')) return `By the starter set, none ${packages} needs attention.${unread}`;
  if (attention === 0) return `None ${packages} needs attention.${unread}`;
  return `${attention.toLocaleString('en')} ${packages} ${attention === 1 ? 'needs' : 'need'} attention.${unread}`;
}

/** How much the firewall knew: `61 advisories, newest 2026-05-12`. */
export function knowledge({ advisoryCount, advisoryDate }: FirewallInfo): string {
  const advisories = count(advisoryCount, 'advisory', 'advisories');
  return advisoryDate === null ? advisories : `${advisories}, newest ${advisoryDate}`;
}
