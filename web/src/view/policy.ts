// The dialog in which the policy is read and changed.

import type { Standing } from '../protocol';
import { byId } from './dom';

export interface PolicyActions {
  apply(name: string, toml: string): Promise<HTMLElement[]>;
  reset(): Promise<HTMLElement[]>;
}

export interface PolicyDialog {
  open(): void;
  show(standing: Standing): void;
}

/** The actions give what went wrong, to be shown in the dialog; when nothing did, it closes. */
export function createPolicyDialog(actions: PolicyActions): PolicyDialog {
  const dialog = byId('policy-dialog', HTMLDialogElement);
  const text = byId('policy-text', HTMLTextAreaElement);
  const failures = byId('policy-failures', HTMLElement);
  const input = byId('policy-file', HTMLInputElement);
  const reset = byId('policy-reset', HTMLButtonElement);
  let name = 'edited here';
  let inForce = '';

  byId('policy-load', HTMLButtonElement).addEventListener('click', () => input.click());
  byId('policy-close', HTMLButtonElement).addEventListener('click', () => dialog.close());
  byId('policy-apply', HTMLButtonElement).addEventListener('click', () => void run(actions.apply(name, text.value)));
  reset.addEventListener('click', () => void run(actions.reset()));
  text.addEventListener('input', () => (name = 'edited here'));
  input.addEventListener('change', () => {
    const [file] = input.files ?? [];
    if (file) void load(file);
    input.value = '';
  });

  async function load(file: File): Promise<void> {
    text.value = await file.text();
    name = file.name;
    await run(actions.apply(name, text.value));
  }

  async function run(work: Promise<HTMLElement[]>): Promise<void> {
    const wrong = await work;
    failures.replaceChildren(...wrong);
    if (wrong.length === 0) dialog.close();
  }

  return {
    open() {
      text.value = inForce;
      name = 'edited here';
      failures.replaceChildren();
      dialog.showModal();
    },
    show({ firewall, policyText }) {
      inForce = policyText;
      reset.hidden = firewall.policy === 'built-in';
    },
  };
}
