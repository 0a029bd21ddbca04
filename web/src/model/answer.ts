// The answer in a sentence.

import type { AuditReport, FirewallInfo, Outcome } from 'hc-wasm';
import { count, visible } from './text';

/** `3 of 68 packages need attention.` */
export function answer({ report, failures }: Outcome): string {
  const total = report.rows.length;
  if (report.coverage.files.length === 0) {
    if (failures.length === 0) return 'There is no dependency file that is read here.';
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

/** What the answer does not speak of, a sentence each. */
export function limits({ coverage, counts }: AuditReport): string[] {
  const said: string[] = [];
  const direct = coverage.files.filter(({ extent }) => extent === 'direct-only');
  const [first] = direct;
  if (first !== undefined) {
    const names = direct.length === 1 ? visible(first.file) : count(direct.length, 'file');
    const advice = new Set(direct.flatMap(({ advice }) => advice ?? []));
    said.push(`${names} ${direct.length === 1 ? 'names' : 'name'} direct dependencies only: what these bring in was not judged.`, ...advice);
  }
  const gaps = coverage.files.filter((file) => file.gaps.length > 0).length;
  if (gaps > 0) said.push(`${count(gaps, 'file')} could not be read in full: dependencies may be missing.`);
  if (counts.below > 0) said.push(`${count(counts.below, 'finding')} below the thresholds of the policy ${counts.below === 1 ? 'stands' : 'stand'} in the details.`);
  return said;
}

/** How much the firewall knew: `61 advisories, newest 2026-05-12`. */
export function knowledge({ advisoryCount, advisoryDate }: FirewallInfo): string {
  const advisories = count(advisoryCount, 'advisory', 'advisories');
  return advisoryDate === null ? advisories : `${advisories}, newest ${advisoryDate}`;
}
