// The page: takes files in, has them audited, and shows what came of it.

import type { Failure, FormatInfo, Outcome } from 'hc-wasm';
import { Crashed, Engine, Refused } from './engine';
import { answer, limits } from './model/answer';
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
import { showPolicies, showStanding } from './view/standing';
import { dataNotice, policyNotices } from './view/summary';
import { isTyping, listenForFiles } from './ways-in';

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
/** Whether the policy in force was dropped: then it goes with what was given. */
let isPolicyDropped = false;
let outcome: Outcome | null = null;
let results: Results | null = null;
let lastAudit = 0;

window.hcReport = () => outcome;

const paste = createPasteDialog((file) => void receive([file]));
const advisories = createAdvisoriesDialog({
  load: (files) => change(files.map((file) => () => engine.call('addAdvisories', file))),
  reset: () => change([() => engine.call('resetAdvisories')]),
});
const policy = createPolicyDialog({
  apply: (name, toml) => choose(() => engine.call('setPolicy', name, toml)),
  reset: () => choose(() => engine.call('resetPolicy')),
});

let started: Promise<void> | null = null;

listenForShortcut();
listenForFiles({
  receive(files) {
    if (advisories.isOpen()) return advisories.load(files);
    for (const dialog of document.querySelectorAll<HTMLDialogElement>('dialog[open]')) dialog.close();
    void receive(files);
  },
  fail: showFault,
  paste: paste.open,
});
byId('change-advisories', HTMLButtonElement).addEventListener('click', advisories.open);
byId('change-policy', HTMLButtonElement).addEventListener('click', policy.open);
start().catch(showFault);

/** Asks the worker what it reads, once; again only after that failed. */
function start(): Promise<void> {
  started ??= introduce().catch((error: unknown) => {
    started = null;
    throw error;
  });
  return started;
}

async function introduce(): Promise<void> {
  formats = await engine.call('formats');
  adopt(await engine.call('standing'));
  byId('formats', HTMLElement).textContent = formats.flatMap(({ fileNames }) => fileNames).join(', ');
  paste.setFormats(formats);
  advisories.setFormats(formats);
}

/** Takes in what a person gave: files to audit, advisories, or a policy for what was given before. */
async function receive(files: GivenFile[]): Promise<void> {
  setPhase('working', count(files.length, 'file'));
  try {
    await start();
    const found = intake(files);
    const { policy: policyFile } = found;
    const changes: Change[] = found.advisories.map((file) => () => engine.call('addAdvisories', file));
    if (policyFile) changes.push(async () => engine.call('setPolicy', policyFile.path, await policyFile.blob.text()));
    else if (found.files.length > 0 && isPolicyDropped) changes.push(() => engine.call('resetPolicy'));
    const refused = await adoptEach(changes);
    isPolicyDropped = policyFile !== null;
    if (found.files.length > 0) given = withDistinctPaths(found.files);
    await audit(refused);
  } catch (error) {
    showFault(error);
  }
}

/** Audits what was given last. Of several audits under way only the newest is shown. */
async function audit(refused: Failure[]): Promise<void> {
  if (given.length === 0) {
    byId('files', HTMLElement).replaceChildren(...refused.map(failureElement));
    setPhase(refused.length > 0 ? 'failed' : 'idle');
    return;
  }
  const number = ++lastAudit;
  setPhase('working', count(given.length, 'file'));
  try {
    const found = await engine.call('audit', given);
    if (number !== lastAudit) return;
    outcome = found;
    showOutcome(found, refused);
    setPhase(found.report.coverage.files.length > 0 ? 'done' : 'failed');
  } catch (error) {
    showFault(error);
  }
}

/** Changes what gives the verdicts, and audits again. Gives what went wrong, for the dialog that asked. */
async function change(changes: Change[]): Promise<HTMLElement[]> {
  try {
    const refused = await adoptEach(changes);
    if (given.length > 0 && refused.length < changes.length) await audit([]);
    return refused.map(failureElement);
  } catch (error) {
    return [faultElement(error)];
  }
}

/** Changes the policy to one that stays, whatever is given later. */
function choose(policyChange: Change): Promise<HTMLElement[]> {
  isPolicyDropped = false;
  return change([policyChange]);
}

type Change = () => Promise<Standing>;

/** Makes the changes one after another. Gives those that were refused; the others hold. */
async function adoptEach(changes: readonly Change[]): Promise<Failure[]> {
  const refused: Failure[] = [];
  for (const make of changes) {
    try {
      adopt(await make());
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      refused.push(error.failure);
    }
  }
  return refused;
}

function adopt(standing: Standing): void {
  showStanding(standing);
  advisories.show(standing);
  policy.show(standing);
}

function showOutcome(found: Outcome, refused: Failure[]): void {
  const { report, failures } = found;
  byId('files', HTMLElement).replaceChildren(...filesElements(report.coverage.files, [...refused, ...failures], found.passedOver));
  const short = report.coverage.data.some(({ note }) => note !== null);
  const notices = [
    ...(short && report.rows.length > 0 ? [dataNotice(report, advisories.open)] : []),
    ...policyNotices(report),
    h('ul', { class: 'limits' }, ...limits(report).map((limit) => h('li', {}, limit))),
  ];
  byId('answer', HTMLElement).replaceChildren(h('h2', {}, answer(found)), ...notices);
  showPolicies(report);
  results?.dispose();
  results = report.rows.length > 0 ? createResults(found) : null;
  byId('results', HTMLElement).replaceChildren(...(results ? [results.element] : []));
  document.documentElement.toggleAttribute('data-answered', true);
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
    ? problemElement(`The audit stopped: ${message}.`, 'The next one starts afresh, with the same policy and advisories. If the same file stops it again, please report it.')
    : problemElement(`This could not be read: ${message}.`, 'Give the files again, or choose them with the button.');
}

function setPhase(phase: Phase, what = ''): void {
  document.documentElement.dataset['state'] = phase;
  const working = document.querySelector('.working');
  if (working) working.textContent = phase === 'working' ? `Reading ${what}…` : '';
}

/** `/` goes to the filter. */
function listenForShortcut(): void {
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || isTyping(event.target)) return;
    const filter = document.getElementById('filter');
    if (!filter) return;
    event.preventDefault();
    filter.focus();
  });
}
