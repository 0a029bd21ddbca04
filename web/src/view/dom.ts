// Elements made in code. Text only ever becomes text: nothing here reads HTML.

import { SHOWN, type Status } from '../model/status';
import { visible } from '../model/text';

export type Child = Node | string | null;

type Attributes = Readonly<Record<string, string | number | boolean | null>>;

/** An element. Every string, in attributes too, is shown with its unseen characters made visible. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === false) continue;
    element.setAttribute(name, value === true ? '' : visible(String(value)));
  }
  for (const child of children) {
    if (child !== null) element.append(typeof child === 'string' ? visible(child) : child);
  }
  return element;
}

/** A button that does `act`. */
export function button(attributes: Attributes, act: () => void, ...children: Child[]): HTMLButtonElement {
  const element = h('button', { type: 'button', ...attributes }, ...children);
  element.addEventListener('click', act);
  return element;
}

/** A package's name, a version, a range, a file: in the monospaced face. */
export function mono(text: string): HTMLElement {
  return h('span', { class: 'mono' }, text);
}

/** A status: its sign and its word. */
export function badge(status: Status): HTMLElement {
  const { sign, word } = SHOWN[status];
  return h('span', { class: `badge ${status.toLowerCase()}` }, h('span', { class: 'sign', 'aria-hidden': 'true' }, sign), word);
}

/** `a → b → c`, each name apart from its neighbours' writing direction. */
export function path(labels: readonly string[]): HTMLElement {
  const parts = labels.flatMap((label, index) => (index === 0 ? [mono(label)] : [' → ', mono(label)]));
  return h('span', { class: 'path' }, ...parts);
}

/** The element with this id in index.html. */
export function byId<Type extends HTMLElement>(id: string, type: new () => Type): Type {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(`index.html has no ${type.name} with the id ${id}`);
  return element;
}
