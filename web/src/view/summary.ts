// The answer: a sentence, what it is worth, and a bar of the statuses that filters the table.

import type { AuditReport, Counts } from 'hc-wasm';
import { knowledge } from '../model/answer';
import { SHOWN, STATUSES, type Status } from '../model/status';
import { button, h, mono } from './dom';

/** Says, beside the answer, that less than an export was asked. */
export function dataNotice({ firewall, coverage }: AuditReport, loadAdvisories: () => void): HTMLElement {
  const said = firewall.starterOnly
    ? [
        h(
          'p',
          {},
          h('strong', {}, 'Only the built-in starter set was used'),
          ` (${knowledge(firewall)}). It holds a few widely known advisories; a package that is allowed here may well have others.`,
        ),
      ]
    : coverage.data.flatMap(({ note }) => (note === null ? [] : [h('p', {}, note)]));
  return h('div', { class: 'notice' }, ...said, button({}, loadAdvisories, 'Load an OSV export…'));
}

/** Says of each policy that came with the files what it lets pass: whoever wrote the files may have written it. */
export function policyNotices({ coverage }: AuditReport): HTMLElement[] {
  return coverage.policies
    .filter(({ loosens }) => loosens.length > 0)
    .map(({ policy, loosens }) =>
      h('p', { class: 'notice' }, 'The policy ', mono(policy), ` loosens the built-in one: ${loosens.join(', ')}.`),
    );
}

export interface Bar {
  element: HTMLElement;
  /** Marks the status that the table is filtered by. */
  press(status: Status | null): void;
}

/** The bar. Each part is as wide as its share; choosing one calls `choose`. */
export function createBar(counts: Counts, choose: (status: Status) => void): Bar {
  const parts = STATUSES.flatMap((status) => {
    const amount = numberOf(counts, status);
    return amount === 0 ? [] : [{ status, part: barPart(status, amount, choose) }];
  });
  const element = h('div', { class: 'bar', role: 'group', 'aria-label': 'Filter by status' }, ...parts.map(({ part }) => part));
  return {
    element,
    press(pressed) {
      for (const { status, part } of parts) part.setAttribute('aria-pressed', String(status === pressed));
    },
  };
}

function barPart(status: Status, amount: number, choose: (status: Status) => void): HTMLElement {
  const { sign, word } = SHOWN[status];
  const part = button(
    { class: `part ${status.toLowerCase()}`, 'aria-pressed': 'false' },
    () => choose(status),
    h('span', { class: 'sign', 'aria-hidden': 'true' }, sign),
    h('span', { class: 'amount' }, amount.toLocaleString('en')),
    ' ',
    h('span', {}, word),
  );
  part.style.flexGrow = String(amount);
  return part;
}

function numberOf(counts: Counts, status: Status): number {
  return { BLOCKED: counts.blocked, WARN: counts.warn, UNKNOWN: counts.unknown, ALLOWED: counts.allowed }[status];
}
