// All that is known about one row.

import type { Row, Step, Violation } from 'hc-wasm';
import { vectorInWords } from '../model/cvss-words';
import { ground, isDirect, type RowView } from '../model/row-view';
import { copyable } from './copy';
import { badge, button, h, mono, path, type Child } from './dom';

export function detailsElement({ row }: RowView, close: () => void): HTMLElement {
  return h(
    'section',
    { class: 'details', 'aria-label': `Details of ${row.packageName}` },
    h(
      'header',
      {},
      h('h3', {}, mono(row.packageName), ' ', mono(row.version ?? ''), ' ', badge(row.scanStatus)),
      button({ class: 'close', 'aria-label': 'Close details' }, close, '×'),
    ),
    row.note === null ? null : h('p', { class: 'note' }, `No verdict: ${row.note}.`),
    row.assumed ? assumption(row) : null,
    adviceSection(row),
    ...row.violations.map(violationElement),
    pathsSection(row),
    facts([
      ['Ecosystem', row.ecosystem],
      ['Scope', row.scope],
      ['Stands in', mono(`${row.file}:${row.line}`)],
      ['Asked for as', row.specifier === null ? null : mono(row.specifier)],
      ['Taken from', row.source === 'registry' ? null : row.source],
      ['Package URL', row.purl === null ? null : mono(row.purl)],
    ]),
  );
}

function assumption({ specifier, version }: Row): HTMLElement {
  return h(
    'p',
    { class: 'note' },
    'The file gives no version, only the range ',
    mono(specifier ?? ''),
    '. The lowest version in it, ',
    mono(version ?? ''),
    ', was judged; what gets installed may be a later one.',
  );
}

function adviceSection({ fixVersion, advice }: Row): HTMLElement | null {
  if (advice.length === 0) return null;
  return h(
    'div',
    { class: 'fix' },
    h('h4', {}, 'What to do'),
    fixVersion === null ? null : h('p', {}, 'Fixed in ', copyable(fixVersion, 'the version')),
    h('ol', {}, ...advice.map(stepElement)),
  );
}

function stepElement({ text, command, edit }: Step): HTMLElement {
  return h(
    'li',
    {},
    h('p', {}, text),
    command === null ? null : h('p', {}, copyable(command, 'what to type')),
    edit === null ? null : h('p', {}, copyable(edit, 'what to write')),
  );
}

function violationElement(violation: Violation): HTMLElement {
  const { advisory, aliases, summary, status, affectedRange, fixVersion, vector } = violation;
  return h(
    'article',
    {},
    h('h4', {}, advisoryLink(advisory)),
    summary === '' ? null : h('p', {}, summary),
    facts([
      ['Verdict', h('span', {}, badge(status), ` ${ground(violation)}`)],
      ['Also known as', aliases.length === 0 ? null : mono(aliases.join(', '))],
      ['Affected', mono(affectedRange)],
      ['Fixed in', fixVersion === null ? 'no version known' : mono(fixVersion)],
      ...vectorFacts(vector),
    ]),
  );
}

/** OSV's page about an advisory; ids that are none of OSV's form stay text. */
function advisoryLink(id: string): HTMLElement {
  if (!/^[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)+$/.test(id)) return mono(id);
  return h('a', { class: 'mono', href: `https://osv.dev/vulnerability/${id}`, target: '_blank', rel: 'noopener noreferrer' }, id);
}

function vectorFacts(vector: string | null): [string, Child][] {
  if (vector === null) return [];
  const words = vectorInWords(vector);
  const raw: [string, Child] = ['Vector', mono(vector)];
  if (words === null) return [raw];
  return [
    ['Attack', words.attack.join(', ') || null],
    ['Harm', words.harm],
    raw,
  ];
}

function pathsSection(row: Row): HTMLElement | null {
  if (row.paths.length === 0) return null;
  const alone = isDirect(row) && row.paths.every((labels) => labels.length <= 1);
  return h(
    'div',
    {},
    h('h4', {}, 'How it came in'),
    alone
      ? h('p', {}, 'The project asks for it itself.')
      : h('ul', { class: 'paths' }, ...row.paths.map((labels) => h('li', {}, path(labels)))),
  );
}

function facts(pairs: readonly [string, Child][]): HTMLElement {
  const known = pairs.filter(([, value]) => value !== null);
  return h('dl', { class: 'facts' }, ...known.map(([term, value]) => h('div', {}, h('dt', {}, term), h('dd', {}, value))));
}
