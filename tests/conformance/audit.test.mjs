// The audit against a service that answers as a service might, over real HTTP, natively and from the npm package:
// whatever it answers, nothing is allowed that it did not name. `HC_BLESS=1` writes down what the native program makes of it.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';

import { binary } from './binary.mjs';
import { environment } from './environment.mjs';
import { install } from './installed.mjs';
import { service } from './scripted.mjs';

const frontends = { native: [binary], node: [process.execPath, path.join(install(), 'dist/hc.cjs')] };
const outcomes = path.join(import.meta.dirname, 'audit-outcomes.txt');

const PACKAGES = 120;
const cwd = mkdtempSync(path.join(tmpdir(), 'hc-audit-'));
after(() => rmSync(cwd, { recursive: true, force: true }));
const entries = Array.from({ length: PACKAGES }, (_, index) => [`node_modules/p${index}`, { version: '1.0.0' }]);
const lock = { lockfileVersion: 3, packages: Object.fromEntries([['', { name: 'root' }], ...entries]) };
writeFileSync(path.join(cwd, 'package-lock.json'), JSON.stringify(lock));

const json = (response, status, body, headers = {}) =>
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
const html = (response, status) => response.writeHead(status).end('<html><h1>Bad gateway</h1></html>');
const cut = (response) => response.destroy();
const halfBody = (response) => {
  response.writeHead(200, { 'content-length': '99' }).write('{"data":');
  setTimeout(() => response.destroy(), 50);
};
const allowed = ({ packageName, version }) => ({ packageName, version, scanStatus: 'ALLOWED' });

/** How the service departs from what it should do; each step may answer by itself, and then gives true. */
const scenarios = {
  'all is well': {},
  'no status': { row: ({ packageName, version }) => ({ packageName, version }) },
  'a row missing': { rows: (rows) => rows.filter(({ packageName }) => packageName !== 'p7') },
  'no rows': { rows: () => [] },
  'rows null': { rows: () => null },
  'a row extra': { rows: (rows) => [...rows, { packageName: 'other', version: '1.0.0', scanStatus: 'BLOCKED' }] },
  'other letter case': { row: (row) => ({ ...row, packageName: row.packageName.toUpperCase() }) },
  'another version': { row: (row) => ({ ...row, version: '1.0' }) },
  'a row twice, then blocked': {
    rows: (rows) => [...rows, ...rows.filter(({ packageName }) => packageName === 'p7').map((row) => ({ ...row, scanStatus: 'BLOCKED' }))],
  },
  'a new status': { row: (row) => ({ ...row, scanStatus: 'QUARANTINED' }) },
  'a status in lower case': { row: (row) => ({ ...row, scanStatus: 'allowed' }) },
  '202 without an id': { start: (_, response) => json(response, 202, { data: {} }) },
  'a start that is refused': { start: (_, response) => json(response, 400, { error: { message: 'no' } }) },
  'FAILURE with an error': { poll: (_, response) => json(response, 200, { data: { status: 'FAILURE', error: 'no policy' } }) },
  'a new evaluation status': { poll: (_, response) => json(response, 200, { data: { status: 'DONE' } }) },
  'PENDING for ever': { poll: (_, response) => json(response, 200, { data: { status: 'PENDING' } }) },
  '429 with Retry-After, once': { poll: once((response) => json(response, 429, {}, { 'retry-after': '1' })) },
  'slow': { poll: (count, response, answer) => (setTimeout(answer, 700), true) },
  'HTML with 502, once': { poll: once((response) => html(response, 502)) },
  'HTML with 502, always': { poll: (_, response) => html(response, 502) },
  'HTML with 200': { poll: (_, response) => html(response, 200) },
  'one batch of three fails': {
    start: (_, response, answer, body) => (body.includes('"p0"') ? json(response, 500, { error: { message: 'lost' } }) : false),
  },
  'a redirect to another host': {
    poll: (_, response) => response.writeHead(302, { location: 'http://localhost:1/' }).end(),
  },
  'cut at connect, once': { poll: once(cut) },
  'cut in the headers, always': { poll: (_, response) => cut(response) },
  'cut in the body, always': { poll: (_, response) => halfBody(response) },
  'cut at the start': { start: (_, response) => cut(response) },
};

/** Answers the first request like that, and leaves the others alone. */
function once(answer) {
  return (count, response) => (count === 0 ? answer(response) : false);
}

/** The service of a scenario: its evaluations, and how often each step was asked. */
async function scripted({ row, rows = (all) => all, start, poll }) {
  const evaluations = [];
  const asked = { start: 0, poll: 0 };
  // An answer that was given by the scenario is not false.
  const departs = (step, name, ...rest) => step !== undefined && step(asked[name]++, ...rest) !== false;
  return service((request, response, body) => {
    if (request.method === 'POST') {
      const answer = () => {
        evaluations.push(JSON.parse(body).artifacts);
        json(response, 202, { data: { evaluationId: `e${evaluations.length - 1}` } });
      };
      if (!departs(start, 'start', response, answer, body)) answer();
    } else if (request.url.includes('/bulk-evaluate/')) {
      const artifacts = evaluations[Number(request.url.match(/bulk-evaluate\/e(\d+)/)[1])];
      const all = artifacts.map(allowed);
      const scans = rows(row ? all.map(row) : all);
      const answer = () => json(response, 200, { data: { status: 'SUCCESS', scans } });
      if (!departs(poll, 'poll', response, answer)) answer();
    } else if (request.url.includes('/details')) {
      json(response, 200, { data: {} });
    } else {
      json(response, 200, { data: { identifier: 'npm', uuid: 'u', packageType: 'NPM' } });
    }
  });
}

/** Audits against a scenario and gives a line about its outcome. */
async function outcome([program, ...first], name, t) {
  const { port, stop, requests } = await scripted(scenarios[name]);
  t.after(stop);
  const args = ['registry', 'fw', 'audit', '--file', 'package-lock.json', '--registry', 'npm', '--format', 'json'];
  const child = spawn(program, [...first, ...args, '--api-url', `http://127.0.0.1:${port}`, '--deadline', '8'], {
    cwd,
    env: environment(cwd, { HARNESS_API_KEY: 'pat.acc.id.secret' }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (data) => (stdout += data));
  child.stderr.on('data', (data) => (stderr += data));
  const exit = await new Promise((resolve) => child.on('close', resolve));
  stop();
  assert.doesNotMatch(stderr, /secret|panicked|fault in hc/);
  const counts = {};
  for (const { scanStatus } of JSON.parse(stdout)) counts[scanStatus] = (counts[scanStatus] ?? 0) + 1;
  const batches = requests.filter(({ method }) => method === 'POST').map(({ body }) => JSON.parse(body).artifacts.length);
  assert.ok(batches.every((size) => size <= 50), `batches of ${batches}`);
  const statuses = Object.entries(counts).sort().map(([status, count]) => `${count} ${status}`);
  return `${name}: exit ${exit}, ${statuses.join(', ')}`;
}

for (const [frontend, command] of Object.entries(frontends)) {
  test(`${frontend}: whatever the service answers, nothing is allowed by mistake`, async (t) => {
    const lines = [];
    // A few at a time: each waits most of its time.
    const names = Object.keys(scenarios);
    const work = async () => {
      for (let name = names.shift(); name !== undefined; name = names.shift()) {
        lines.push(await outcome(command, name, t));
      }
    };
    await Promise.all([work(), work(), work(), work()]);
    const order = Object.keys(scenarios);
    lines.sort((one, other) => order.indexOf(one.split(':')[0]) - order.indexOf(other.split(':')[0]));
    const text = `${lines.join('\n')}\n`;
    if (frontend === 'native' && process.env.HC_BLESS === '1') writeFileSync(outcomes, text);
    assert.equal(text, readFileSync(outcomes, 'utf8'));
  });
}
