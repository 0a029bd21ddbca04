// The dialog into which a file's text is pasted.

import type { FormatInfo } from 'hc-wasm';
import type { GivenFile } from '../protocol';
import { byId, h } from './dom';

export interface PasteDialog {
  /** Opens the dialog, with `text` in it. */
  open(text: string): void;
  setFormats(formats: readonly FormatInfo[]): void;
}

export function createPasteDialog(give: (file: GivenFile) => void): PasteDialog {
  const dialog = byId('paste-dialog', HTMLDialogElement);
  const name = byId('paste-name', HTMLSelectElement);
  const text = byId('paste-text', HTMLTextAreaElement);

  dialog.addEventListener('close', () => {
    if (dialog.returnValue === 'audit') give({ path: name.value || 'pasted', blob: new Blob([text.value]) });
  });

  return {
    open(pasted) {
      text.value = pasted;
      dialog.returnValue = '';
      dialog.showModal();
      text.focus();
    },
    setFormats(formats) {
      const names = formats.flatMap(({ fileNames }) => fileNames).filter((fileName) => !fileName.includes('*'));
      name.append(...names.map((fileName) => h('option', { value: fileName }, fileName)));
    },
  };
}
