// The table: what needs attention, then what is allowed, folded to one line.

import { type Arranged, type Arrangement, type SortKey } from '../model/arrange';
import { isDirect, type RowView } from '../model/row-view';
import { count } from '../model/text';
import { badge, button, h, mono, path, type Child } from './dom';

/** How many rows are put on the page at once; the next ones follow when the reader comes near. */
const CHUNK = 200;

export interface TableActions {
  sort(key: SortKey): void;
  toggleAllowed(): void;
  /** A row was chosen by pointer or Enter. */
  toggle(index: number): void;
  /** The focus moved to a row by an arrow key. */
  moved(index: number): void;
}

export interface Table {
  element: HTMLElement;
  show(arranged: Arranged, arrangement: Arrangement, allowedOpen: boolean): void;
  /** Marks the row whose details are open; with `details`, puts them under it. */
  open(index: number | null, details: HTMLElement | null): void;
  /** Puts the focus on a row, if it is on the page. */
  focus(index: number): void;
}

const COLUMNS: readonly { key: SortKey; title: string }[] = [
  { key: 'status', title: 'Status' },
  { key: 'package', title: 'Package' },
  { key: 'version', title: 'Version' },
  { key: 'why', title: 'Why' },
  { key: 'fix', title: 'Fixed in' },
  { key: 'path', title: 'How it came in' },
  { key: 'file', title: 'File' },
];

export function createTable(severalFiles: boolean, actions: TableActions): Table {
  const columns = COLUMNS.filter(({ key }) => key !== 'file' || severalFiles);
  const headers = columns.map(({ key, title }) => headerCell(key, title, actions.sort));
  const head = h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, ...headers.map(({ cell }) => cell)));
  const attention = createGroup(columns.length);
  const fold = createFold(columns.length, actions.toggleAllowed);
  const allowed = createGroup(columns.length);
  const nothing = h('p', { class: 'nothing', hidden: true }, 'No package matches the filter.');
  const table = h('table', { role: 'table' }, head, attention.body, fold.body, allowed.body);
  table.classList.toggle('several-files', severalFiles);
  const element = h('div', { class: 'table' }, table, nothing);

  const rowAt = (index: number): HTMLElement | null => table.querySelector(`tr[data-index="${index}"]`);
  let opened: HTMLElement | null = null;
  let under: HTMLElement | null = null;

  table.addEventListener('click', ({ target }) => {
    if (!(target instanceof Element) || getSelection()?.type === 'Range') return;
    const row = target.closest<HTMLElement>('tr[data-index]');
    if (row) actions.toggle(Number(row.dataset['index']));
  });
  table.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const row = event.target instanceof Element && event.target.matches('.open') ? event.target.closest('tr') : null;
    if (step === undefined || row === null) return;
    const next = neighbour(row, step);
    if (next === null) return;
    event.preventDefault();
    focusRow(next);
    actions.moved(Number(next.dataset['index']));
  });

  function neighbour(row: HTMLElement, step: number): HTMLElement | null {
    if (step > 0 && row.parentElement === attention.body) attention.ensureAfter(row);
    if (step > 0 && row.parentElement === allowed.body) allowed.ensureAfter(row);
    const rows = [...table.querySelectorAll<HTMLElement>('tr[data-index]')];
    return rows[rows.indexOf(row) + step] ?? null;
  }

  function focusRow(row: HTMLElement): void {
    for (const opener of table.querySelectorAll<HTMLElement>('.open[tabindex="0"]')) opener.tabIndex = -1;
    const opener = row.querySelector<HTMLElement>('.open');
    if (!opener) return;
    opener.tabIndex = 0;
    opener.focus();
  }

  return {
    element,
    show(arranged, { sort, descending }, allowedOpen) {
      for (const { key, cell } of headers) {
        if (key === sort) cell.setAttribute('aria-sort', descending ? 'descending' : 'ascending');
        else cell.removeAttribute('aria-sort');
      }
      attention.fill(arranged.attention, severalFiles);
      allowed.fill(allowedOpen ? arranged.allowed : [], severalFiles);
      fold.show(arranged.allowed.length, allowedOpen);
      nothing.hidden = arranged.attention.length + arranged.allowed.length > 0;
      table.hidden = !nothing.hidden;
      table.querySelector<HTMLElement>('.open')?.setAttribute('tabindex', '0');
    },
    open(index, details) {
      opened?.querySelector('.open')?.setAttribute('aria-expanded', 'false');
      opened?.classList.remove('opened');
      under?.remove();
      under = null;
      opened = index === null ? null : rowAt(index);
      opened?.querySelector('.open')?.setAttribute('aria-expanded', 'true');
      opened?.classList.add('opened');
      if (opened === null || details === null) return;
      under = h('tr', { class: 'under', role: 'row' }, h('td', { colspan: columns.length, role: 'cell' }, details));
      opened.after(under);
    },
    focus(index) {
      const row = rowAt(index);
      if (row) focusRow(row);
    },
  };
}

function headerCell(key: SortKey, title: string, sort: (key: SortKey) => void): { key: SortKey; cell: HTMLElement } {
  const cell = h('th', { scope: 'col', role: 'columnheader', class: key }, button({ class: 'sort' }, () => sort(key), title));
  return { key, cell };
}

interface Fold {
  body: HTMLElement;
  show(amount: number, isOpen: boolean): void;
}

function createFold(columns: number, toggle: () => void): Fold {
  const label = h('span', {}, '');
  const opener = button({ class: 'fold', 'aria-expanded': 'false' }, toggle, badge('ALLOWED'), label);
  const body = h('tbody', { role: 'rowgroup' }, h('tr', { role: 'row' }, h('td', { colspan: columns, role: 'cell' }, opener)));
  return {
    body,
    show(amount, isOpen) {
      body.hidden = amount === 0;
      label.textContent = count(amount, 'package');
      opener.setAttribute('aria-expanded', String(isOpen));
    },
  };
}

interface Group {
  body: HTMLElement;
  fill(views: readonly RowView[], severalFiles: boolean): void;
  /** Puts the next rows on the page if `row` is the last one. */
  ensureAfter(row: HTMLElement): void;
}

/** Rows that are put on the page in chunks. */
function createGroup(columns: number): Group {
  let views: readonly RowView[] = [];
  let shown = 0;
  let withFile = false;
  const body = h('tbody', { role: 'rowgroup' });
  const more = button({ class: 'more' }, extend, '');
  const moreRow = h('tr', { role: 'row' }, h('td', { colspan: columns, role: 'cell' }, more));
  const nearby = new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting)) extend();
  }, { rootMargin: '600px' });
  nearby.observe(more);

  function extend(): void {
    const next = views.slice(shown, shown + CHUNK);
    shown += next.length;
    moreRow.remove();
    body.append(...next.map((view) => rowElement(view, withFile)));
    if (shown === views.length) return;
    more.textContent = `Show more of ${count(views.length, 'package')}`;
    body.append(moreRow);
  }

  return {
    body,
    fill(given, severalFiles) {
      views = given;
      shown = 0;
      withFile = severalFiles;
      body.replaceChildren();
      extend();
    },
    ensureAfter(row) {
      if (row.nextElementSibling === moreRow) extend();
    },
  };
}

function rowElement({ row, index, why, fix, path: names }: RowView, withFile: boolean): HTMLElement {
  // The row's own click listener opens it, so that the whole row is the target.
  const opener = h('button', { type: 'button', class: 'open mono', tabindex: -1, 'aria-expanded': 'false' }, row.packageName);
  const element = h(
    'tr',
    { role: 'row', 'data-index': index },
    cell('status', badge(row.scanStatus)),
    cell('package', opener, ' ', row.scope === 'prod' ? null : h('span', { class: 'tag' }, row.scope)),
    cell('version', mono(row.version ?? row.specifier ?? 'none'), ' ', row.assumed ? h('span', { class: 'tag' }, 'assumed') : null),
    cell('why', ...phrases(why)),
    cell('fix', row.fixVersion === null ? fix : mono(fix)),
    cell('path', isDirect(row) ? h('span', { class: 'aside' }, 'direct') : path(names)),
  );
  if (withFile) element.append(cell('file', mono(row.file)));
  return element;
}

/** `a, b, c`, of which each part stays on one line where it can. */
function phrases(parts: readonly string[]): Child[] {
  return parts.flatMap((part, at) => {
    const isLast = at === parts.length - 1;
    return [h('span', { class: 'whole' }, isLast ? part : `${part},`), ' '];
  });
}

function cell(name: string, ...children: Child[]): HTMLElement {
  return h('td', { class: name, role: 'cell' }, ...children);
}
