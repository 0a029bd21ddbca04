// The ways in: choose, drop, paste, and the example.

import { acceptDrops } from './drop';
import type { GivenFile } from './protocol';
import { byId } from './view/dom';

export interface WaysIn {
  receive(files: GivenFile[]): void;
  /** Something that was to be received could not be had. */
  fail(error: unknown): void;
  /** Opens the dialog for pasted text. */
  paste(text: string): void;
}

export function listenForFiles(to: WaysIn): void {
  const input = byId('file', HTMLInputElement);
  byId('choose', HTMLButtonElement).addEventListener('click', () => input.click());
  input.addEventListener('change', () => {
    const files = given(input.files ?? []);
    input.value = '';
    if (files.length > 0) to.receive(files);
  });
  byId('paste', HTMLButtonElement).addEventListener('click', () => to.paste(''));
  byId('example', HTMLButtonElement).addEventListener('click', () => {
    example().then(to.receive, to.fail);
  });
  acceptDrops((files) => {
    files.then(to.receive).catch(to.fail);
  });
  document.addEventListener('paste', ({ clipboardData, target }) => {
    if (!clipboardData || isTyping(target) || document.querySelector('dialog[open]')) return;
    const files = given(clipboardData.files);
    if (files.length > 0) to.receive(files);
    else to.paste(clipboardData.getData('text/plain'));
  });
}

/** Whether a key that is pressed there belongs to a field. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, dialog') !== null;
}

function given(files: Iterable<File>): GivenFile[] {
  return [...files].map((blob) => ({ path: blob.name, blob }));
}

async function example(): Promise<GivenFile[]> {
  const response = await fetch('example/package-lock.json');
  if (!response.ok) throw new Error(`the server answered ${response.status} for the example`);
  return [{ path: 'package-lock.json', blob: await response.blob() }];
}
