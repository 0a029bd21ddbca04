// What was read, where it was dropped: each file with what it held, or with why it could not be read.

import type { Failure, FileCoverage } from 'hc-wasm';
import { count, visible } from '../model/text';
import { h, mono } from './dom';
import { failureElement } from './failures';

/** More files than this are folded away; failures never are. */
const LISTED = 5;

/** `passedOver` says what of a folder was not read, a line for each reason. */
export function filesElements(files: readonly FileCoverage[], failures: readonly Failure[], passedOver: readonly string[]): HTMLElement[] {
  const elements = failures.map(failureElement);
  if (files.length > 0) {
    const list = h('ul', { class: 'files' }, ...files.map(fileItem));
    elements.push(
      files.length > LISTED ? h('details', {}, h('summary', {}, `${count(files.length, 'file')} read`), list) : list,
    );
  }
  if (passedOver.length > 0) {
    const reasons = passedOver.map((reason) => h('li', {}, visible(reason)));
    elements.push(h('details', { class: 'aside' }, h('summary', {}, 'Not read'), h('ul', {}, ...reasons)));
  }
  return elements;
}

function fileItem({ file, ecosystem, dependencies, gaps, warnings: notes }: FileCoverage): HTMLElement {
  const warnings = [...gaps, ...notes];
  const held = `${ecosystem}, ${count(dependencies, 'dependency', 'dependencies')}`;
  return h(
    'li',
    {},
    mono(file),
    h('span', { class: 'aside' }, ` ${held}`),
    warnings.length === 0 ? null : h('ul', { class: 'warnings' }, ...warnings.map((warning) => h('li', {}, warning))),
  );
}
