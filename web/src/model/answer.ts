// The answer in a sentence.

import type { AuditReport, FirewallInfo, Outcome } from 'hc-wasm';
import { count, visible } from './text';

/** `3 of 68 packages need attention. Of pom.xml, only direct dependencies were judged.` */
export function answer({ report, failures }: Outcome): string {
  const total = report.rows.length;
  if (report.coverage.files.length === 0) {
    if (failures.length === 0) return 'There is no dependency file that is read here.';
    return failures.length === 1 ? 'The file could not be read.' : 'No file could be read.';
  }
  const unread = failures.length > 0 ? ` ${count(failures.length, 'file')} could not be read.` : '';
  const rest = `${directOnly(report)}${unread}`;
  if (total === 0) return `No dependencies found.${rest}`;
  const attention = total - report.counts.allowed;
  const packages = `of ${count(total, 'package')}`;
  // The starter set is too small for its silence to be an all-clear, so the sentence says whose it is.
  if (attention === 0 && report.coverage.data.some(({ kind }) => kind === 'starter')) return `By the starter set, none ${packages} needs attention.${rest}`;
  if (attention === 0) return `None ${packages} needs attention.${rest}`;
  return `${attention.toLocaleString('en')} ${packages} ${attention === 1 ? 'needs' : 'need'} attention.${rest}`;
}

/** Says of which files nothing but direct dependencies is known. */
function directOnly({ coverage }: AuditReport): string {
  const files = coverage.files.filter(({ extent }) => extent === 'direct-only');
  const [first] = files;
  if (first === undefined) return '';
  const named = files.length === 1 ? visible(first.file) : count(files.length, 'file');
  return ` Of ${named}, only direct dependencies were judged.`;
}

/** What the answer does not speak of, a sentence each. */
export function limits({ coverage, counts }: AuditReport): string[] {
  const advice = new Set(coverage.files.flatMap((file) => (file.extent === 'direct-only' ? (file.advice ?? []) : [])));
  const said = [...advice].map((text) => `What direct dependencies bring in was not judged: ${text}.`);
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
