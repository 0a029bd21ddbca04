// What could not be read, why, and what to do about it.

import type { Failure } from 'hc-wasm';
import { h, mono } from './dom';

export function failureElement({ file, line, column, message, help }: Failure): HTMLElement {
  return h(
    'div',
    { class: 'failure' },
    h('p', {}, mono(place(file, line, column)), ` ${message}.`),
    help === null ? null : h('p', { class: 'help' }, help),
  );
}

/** A fault of the page itself, not of a file. */
export function problemElement(message: string, help: string): HTMLElement {
  return h('div', { class: 'failure' }, h('p', {}, message), h('p', { class: 'help' }, help));
}

function place(file: string, line: number | undefined, column: number | undefined): string {
  return [file, line, column].filter((part) => part !== undefined).join(':') + ':';
}
