// The page: takes files in, has them audited, and shows what came of it.

import type { Failure, FormatInfo, Outcome } from 'hc-wasm';
import { acceptDrops } from './drop';
import { Crashed, Engine, Refused } from './engine';
import { answer } from './model/answer';
import { intake, withDistinctPaths } from './model/intake';
import { count } from './model/text';
import type { GivenFile, Standing } from './protocol';
import { createAdvisoriesDialog } from './view/advisories';
import { byId, h } from './view/dom';
import { failureElement, problemElement } from './view/failures';
import { filesElements } from './view/files';
import { createPasteDialog } from './view/paste';
import { createPolicyDialog } from './view/policy';
import { createResults, type Results } from './view/results';
import { showStanding } from './view/standing';
import { starterNotice } from './view/summary';

declare global {
  interface Window {
    /** The outcome of the last audit, for tests and for the curious; null before the first. */
    hcReport(): Outcome | null;
  }
}

type Phase = 'idle' | 'working' | 'done' | 'failed';

const engine = new Engine();
let formats: FormatInfo[] = [];
let given: GivenFile[] = [];
let ignored = 0;
let outcome: Outcome | null = null;
let results: Results | null = null;
let lastAudit = 0;

window.hcReport = () => outcome;

const paste = createPasteDialog((file) => void receive([file]));
const advisories = createAdvisoriesDialog({
  load: (files) => change(async () => {
    for (const file of files) adopt(await engine.call('addAdvisories', file));
  }),
  reset: () => change(async () => adopt(await engine.call('resetAdvisories'))),
});
const policy = createPolicyDialog({
  apply: (name, toml) => change(async () => adopt(await engine.call('setPolicy', name, toml))),
  reset: () => change(async () => adopt(await engine.call('resetPolicy'))),
});

const started = start();
listen();

async function start(): Promise<void> {
  try {
    formats = await engine.call('formats');
    adopt(await engine.call('standing'));
    byId('formats', HTMLElement).textContent = formats.flatMap(({ fileNames }) => fileNames).join(', ');
    paste.setFormats(formats);
    advisories.setFormats(formats);
  } catch (error) {
    showFault(error);
  }
}

/** Takes in what a person gave: files to audit, and perhaps a policy or advisories beside them. */
async function receive(files: GivenFile[]): Promise<void> {
  setPhase('working', count(files.length, 'file'));
  await started;
  const found = intake(files, formats);
  const refused: Failure[] = [];
  const { policy: policyFile } = found;
  try {
    await unlessRefused(refused, async () => {
      if (policyFile) adopt(await engine.call('setPolicy', policyFile.path, await policyFile.blob.text()));
    });
    for (const file of found.advisories) {
      await unlessRefused(refused, async () => adopt(await engine.call('addAdvisories', file)));
    }
    if (found.lockfiles.length > 0) {
      given = withDistinctPaths(found.lockfiles);
      ignored = found.ignored;
    } else if (!policyFile && found.advisories.length === 0) {
      refused.push(nothingKnown());
    }
    await audit(refused);
  } catch (error) {
    showFault(error);
  }
}

/** Audits what was given last. Of several audits under way only the newest is shown. */
async function audit(refused: Failure[]): Promise<void> {
  if (given.length === 0) {
    showFiles(refused, 0);
    setPhase(refused.length > 0 ? 'failed' : 'idle');
    return;
  }
  const number = ++lastAudit;
  setPhase('working', count(given.length, 'file'));
  const found = await engine.call('audit', given);
  if (number !== lastAudit) return;
  outcome = found;
  showOutcome(found, refused);
  setPhase(found.report.files.length > 0 ? 'done' : 'failed');
}

/** Changes what gives the verdicts, and audits again. Gives what went wrong, for the dialog that asked. */
async function change(work: () => Promise<void>): Promise<HTMLElement[]> {
  try {
    await work();
    if (given.length > 0) await audit([]);
    return [];
  } catch (error) {
    return [faultElement(error)];
  }
}

function adopt(standing: Standing): void {
  showStanding(standing);
  advisories.show(standing);
  policy.show(standing);
}

function showOutcome(found: Outcome, refused: Failure[]): void {
  const { report, failures } = found;
  byId('files', HTMLElement).replaceChildren(...filesElements(report.files, [...refused, ...failures], ignored));
  const notice = report.firewall.starterOnly && report.rows.length > 0 ? [starterNotice(report.firewall, advisories.open)] : [];
  byId('answer', HTMLElement).replaceChildren(h('h2', {}, answer(found)), ...notice);
  results?.dispose();
  results = report.rows.length > 0 ? createResults(found) : null;
  byId('results', HTMLElement).replaceChildren(...(results ? [results.element] : []));
  document.documentElement.toggleAttribute('data-answered', true);
}

function showFiles(failures: Failure[], left: number): void {
  byId('files', HTMLElement).replaceChildren(...filesElements([], failures, left));
}

/** Shows that nothing came of it, and forgets what was given: it is not to be tried again by itself. */
function showFault(error: unknown): void {
  given = [];
  outcome = null;
  byId('files', HTMLElement).replaceChildren(faultElement(error));
  byId('answer', HTMLElement).replaceChildren();
  byId('results', HTMLElement).replaceChildren();
  setPhase('failed');
}

function faultElement(error: unknown): HTMLElement {
  if (error instanceof Refused) return failureElement(error.failure);
  const message = error instanceof Error ? error.message : String(error);
  return error instanceof Crashed
    ? problemElement(`The audit stopped: ${message}.`, 'A fresh one takes its place, with the same policy and advisories. If the same file stops it again, please report it.')
    : problemElement(`This could not be read: ${message}.`, 'Give the files again, or choose them with the button.');
}

async function unlessRefused(refused: Failure[], work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    refused.push(error.failure);
  }
}

function nothingKnown(): Failure {
  return {
    code: 'unsupported',
    file: 'dropped folder',
    message: 'no file in it has a name that is read here',
    help: `These are read: ${formats.flatMap(({ fileNames }) => fileNames).join(', ')}.`,
  };
}

function setPhase(phase: Phase, what = ''): void {
  document.documentElement.dataset['state'] = phase;
  const working = document.querySelector('.working');
  if (working) working.textContent = phase === 'working' ? `Reading ${what}…` : '';
}

async function receiveExample(): Promise<void> {
  const response = await fetch('example/package-lock.json');
  if (!response.ok) throw new Error(`the server answered ${response.status} for the example`);
  await receive([{ path: 'package-lock.json', blob: await response.blob() }]);
}

function listen(): void {
  const input = byId('file', HTMLInputElement);
  byId('choose', HTMLButtonElement).addEventListener('click', () => input.click());
  input.addEventListener('change', () => {
    const files = [...(input.files ?? [])].map((blob) => ({ path: blob.name, blob }));
    input.value = '';
    if (files.length > 0) void receive(files);
  });
  byId('paste', HTMLButtonElement).addEventListener('click', () => paste.open(''));
  byId('example', HTMLButtonElement).addEventListener('click', () => void receiveExample().catch(showFault));
  byId('change-advisories', HTMLButtonElement).addEventListener('click', () => advisories.open());
  byId('change-policy', HTMLButtonElement).addEventListener('click', () => policy.open());

  acceptDrops((files) => {
    files.then((dropped) => (advisories.isOpen() ? advisories.load(dropped) : receive(dropped))).catch(showFault);
  });

  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || isTyping(event.target)) return;
    const filter = document.getElementById('filter');
    if (!filter) return;
    event.preventDefault();
    filter.focus();
  });
  document.addEventListener('paste', (event) => {
    if (!event.clipboardData || isTyping(event.target) || document.querySelector('dialog[open]')) return;
    const files = [...event.clipboardData.files].map((blob) => ({ path: blob.name, blob }));
    if (files.length > 0) void receive(files);
    else paste.open(event.clipboardData.getData('text/plain'));
  });
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, dialog') !== null;
}
