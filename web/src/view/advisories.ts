// The dialog in which the advisories are changed.

import type { FormatInfo } from 'hc-wasm';
import { knowledge } from '../model/answer';
import type { GivenFile, Standing } from '../protocol';
import { byId, h } from './dom';

export interface AdvisoriesActions {
  load(files: GivenFile[]): Promise<HTMLElement[]>;
  reset(): Promise<HTMLElement[]>;
}

export interface AdvisoriesDialog {
  open(): void;
  isOpen(): boolean;
  /** Loads files as if they were chosen in the dialog. */
  load(files: GivenFile[]): void;
  show(standing: Standing): void;
  setFormats(formats: readonly FormatInfo[]): void;
}

/** The actions give what went wrong, to be shown in the dialog; nothing closes it. */
export function createAdvisoriesDialog(actions: AdvisoriesActions): AdvisoriesDialog {
  const dialog = byId('advisories-dialog', HTMLDialogElement);
  const now = byId('advisories-now', HTMLElement);
  const sources = byId('advisories-sources', HTMLElement);
  const failures = byId('advisories-failures', HTMLElement);
  const input = byId('advisories-file', HTMLInputElement);
  const reset = byId('advisories-reset', HTMLButtonElement);

  byId('advisories-load', HTMLButtonElement).addEventListener('click', () => input.click());
  byId('advisories-close', HTMLButtonElement).addEventListener('click', () => dialog.close());
  reset.addEventListener('click', () => void run(actions.reset()));
  input.addEventListener('change', () => {
    const files = [...(input.files ?? [])].map((blob) => ({ path: blob.name, blob }));
    input.value = '';
    load(files);
  });

  function load(files: GivenFile[]): void {
    if (files.length > 0) void run(actions.load(files));
  }

  async function run(work: Promise<HTMLElement[]>): Promise<void> {
    failures.replaceChildren(h('p', {}, 'Reading…'));
    failures.replaceChildren(...(await work));
  }

  return {
    open() {
      failures.replaceChildren();
      dialog.showModal();
    },
    isOpen: () => dialog.open,
    load,
    show({ firewall }) {
      now.textContent = `Now in use: ${firewall.advisories}, ${knowledge(firewall)}.`;
      reset.hidden = firewall.starterOnly;
    },
    setFormats(formats) {
      const ecosystems = [...new Set(formats.map(({ ecosystem }) => ecosystem))];
      sources.replaceChildren(...ecosystems.map(sourceItem));
    },
  };
}

/** Where OSV publishes an ecosystem's advisories: https://google.github.io/osv.dev/data/#data-dumps */
function sourceItem(ecosystem: string): HTMLElement {
  const href = `https://osv-vulnerabilities.storage.googleapis.com/${ecosystem}/all.zip`;
  return h('li', {}, h('a', { href, rel: 'noopener noreferrer' }, `${ecosystem}: all.zip`));
}
