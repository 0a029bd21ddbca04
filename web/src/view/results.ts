// The results of one audit: the bar, the table and the details of the row that is open.

import type { Outcome } from 'hc-wasm';
import { INITIAL, arrange, type Arrangement, type SortKey } from '../model/arrange';
import { rowsAsJson } from '../model/export';
import { rowView } from '../model/row-view';
import { detailsElement } from './details';
import { button, h } from './dom';
import { createBar } from './summary';
import { createTable } from './table';

/** From this width the details stand beside the table; styles.css knows the same number. */
const WIDE = matchMedia('(min-width: 72rem)');

export interface Results {
  element: HTMLElement;
  /** To be called when the results leave the page. */
  dispose(): void;
}

export function createResults({ report }: Outcome): Results {
  const views = report.rows.map(rowView);
  let arrangement: Arrangement = INITIAL;
  let allowedOpen = false;
  let selected: number | null = null;

  const bar = createBar(report.counts, (status) => {
    rearrange({ ...arrangement, status: arrangement.status === status ? null : status });
  });
  const filter = h('input', { type: 'search', id: 'filter', placeholder: 'name, version, CVE …', autocomplete: 'off', spellcheck: 'false' });
  filter.addEventListener('input', () => rearrange({ ...arrangement, text: filter.value }));
  const tools = h(
    'div',
    { class: 'tools' },
    h('label', { for: 'filter' }, 'Filter'),
    filter,
    h('p', { class: 'keys' }, h('kbd', {}, '/'), ' filter ', h('kbd', {}, '↑'), h('kbd', {}, '↓'), ' move ', h('kbd', {}, 'Enter'), ' open ', h('kbd', {}, 'Esc'), ' close'),
    button({ id: 'download' }, () => download(rowsAsJson(report.rows)), 'Download JSON'),
  );
  const table = createTable(report.coverage.files.length > 1, {
    sort: (key) => rearrange(sortedBy(arrangement, key)),
    toggleAllowed() {
      allowedOpen = !allowedOpen;
      show();
    },
    toggle: (index) => select(selected === index ? null : index),
    moved(index) {
      if (selected !== null) select(index);
    },
  });
  const beside = h('div', { class: 'beside' });
  const findings = h('div', { class: 'findings' }, table.element, beside);
  const element = h('section', { 'aria-label': 'Results' }, bar.element, tools, findings);

  element.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && event.target !== filter) close();
  });
  WIDE.addEventListener('change', placeDetails);
  show();

  function rearrange(next: Arrangement): void {
    const filterChanged = next.status !== arrangement.status || next.text !== arrangement.text;
    // What a filter asks for must not stay hidden in the fold.
    if (filterChanged) allowedOpen = next.status === 'ALLOWED' || next.text.trim() !== '';
    arrangement = next;
    show();
  }

  function show(): void {
    bar.press(arrangement.status);
    table.show(arrange(views, arrangement), arrangement, allowedOpen);
    placeDetails();
  }

  function select(index: number | null): void {
    selected = index;
    placeDetails();
    if (index !== null) table.focus(index);
  }

  function close(): void {
    const closed = selected;
    select(null);
    if (closed !== null) table.focus(closed);
  }

  function placeDetails(): void {
    const view = selected === null ? undefined : views[selected];
    const details = view ? detailsElement(view, close) : null;
    const isBeside = WIDE.matches && details !== null;
    table.open(selected, isBeside ? null : details);
    beside.replaceChildren(...(isBeside ? [details] : []));
    findings.classList.toggle('with-details', isBeside);
  }

  return {
    element,
    dispose: () => WIDE.removeEventListener('change', placeDetails),
  };
}

/** The same column again turns the order round. */
function sortedBy(arrangement: Arrangement, sort: SortKey): Arrangement {
  return { ...arrangement, sort, descending: arrangement.sort === sort && !arrangement.descending };
}

function download(json: string): void {
  const url = URL.createObjectURL(new Blob([json], { type: 'application/json' }));
  h('a', { href: url, download: 'hc-audit.json' }).click();
  URL.revokeObjectURL(url);
}
