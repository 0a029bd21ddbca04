// The ways in: drop, choose, paste, example; and what is said of a file that cannot be read.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

import { outcome, start } from './chromium.mjs';
import { example, lockOf, named, textOf } from './files.mjs';

const { browser, url } = await start();

/** A test on a page of its own. */
function onPage(name, use) {
  test(name, async () => {
    const page = await browser.newPage();
    await page.goto(url);
    await use(page);
    await page.close();
  });
}

onPage('the page says what it reads before anything is given', async (page) => {
  await page.waitForFunction(() => document.getElementById('formats').textContent.includes('pom.xml'));
  assert.equal(await page.evaluate(() => document.documentElement.dataset.state), 'idle');
  assert.equal(await page.evaluate(() => window.hcReport()), null);
});

onPage('a file that is chosen is audited', async (page) => {
  await page.setInputFiles('#file', example('package-lock.json'));
  const { report, failures } = await outcome(page);
  assert.deepEqual(failures, []);
  assert.ok(report.counts.warn > 0);
  assert.match(await page.textContent('#answer'), /need attention/);
});

/** Drops a file or a folder onto the page. */
async function drop(page, file) {
  const client = await page.context().newCDPSession(page);
  const data = { items: [], files: [file], dragOperationsMask: 1 };
  const drag = (type) => client.send('Input.dispatchDragEvent', { type, x: 300, y: 400, data });
  // Under load Chromium's simulated drag may end without a drop, as when a hand slips: then it is done again.
  const dropped = page.evaluate(() => new Promise((resolve) => addEventListener('drop', () => resolve(true))));
  const slipped = () => new Promise((resolve) => setTimeout(resolve, 2000, false));
  do {
    await drag('dragEnter');
    await page.waitForSelector('html[data-hover]');
    for (const type of ['dragOver', 'drop']) await drag(type);
  } while (!(await Promise.race([dropped, slipped()])));
}

onPage('a file that is dropped anywhere is audited', async (page) => {
  await drop(page, example('pom.xml'));
  const { report } = await outcome(page);
  assert.equal(report.coverage.files[0].file, 'pom.xml');
  assert.equal(report.counts.blocked, 1);
  assert.match(await page.textContent('#answer'), /^\d+ of 3 packages needs? attention\. Of pom\.xml, only direct dependencies were judged\./);
});

onPage('a folder that is dropped is read by the rules for a folder on disk', async (page) => {
  const folder = path.join(mkdtempSync(path.join(tmpdir(), 'hc-drop-')), 'repo');
  const files = {
    '.gitignore': 'build/\n',
    'app/package-lock.json': lockOf(['a']),
    'app/package.json': '{}',
    'build/package-lock.json': lockOf(['b']),
    'Cargo.lock': '',
    'pom.xml': textOf('pom.xml'),
    'tests/lenient/hc-firewall.toml': '[security]\nblock = false\nwarn = false\n',
    'tests/lenient/pom.xml': textOf('pom.xml'),
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  await drop(page, folder);
  const { report, passedOver } = await outcome(page);
  rmSync(path.dirname(folder), { recursive: true });
  assert.deepEqual(
    report.coverage.files.map(({ file, policy }) => [file, policy]),
    [['repo/app/package-lock.json', 'built-in'], ['repo/pom.xml', 'built-in'], ['repo/tests/lenient/pom.xml', 'repo/tests/lenient/hc-firewall.toml']],
  );
  const blocked = report.rows.filter(({ scanStatus }) => scanStatus === 'BLOCKED').map(({ file }) => file);
  assert.deepEqual(blocked, ['repo/pom.xml']);
  for (const name of ['repo/build', 'repo/Cargo.lock', 'repo/app/package.json']) {
    assert.ok(passedOver.some((line) => line.includes(name)), `${name} is told`);
  }
  assert.match(await page.textContent('#answer'), /hc-firewall\.toml loosens the built-in one/);
});

onPage('a text that is pasted is recognised by its content', async (page) => {
  await page.click('#paste');
  await page.fill('#paste-text', textOf('package-lock.json'));
  await page.click('#paste-dialog button[value=audit]');
  const { report } = await outcome(page);
  assert.equal(report.coverage.files[0].format, 'package-lock.json');
});

onPage('the example is one click away', async (page) => {
  await page.click('#example');
  const { report } = await outcome(page);
  assert.ok(report.rows.some(({ packageName, scanStatus }) => packageName === 'lodash' && scanStatus === 'WARN'));
});

onPage('several files give one report, each row with its file', async (page) => {
  await page.setInputFiles('#file', [example('package-lock.json'), example('requirements.txt'), example('pom.xml')]);
  const { report } = await outcome(page);
  assert.deepEqual(new Set(report.rows.map(({ file }) => file)), new Set(report.coverage.files.map(({ file }) => file)));
  assert.equal(report.coverage.files.length, 3);
});

onPage('a broken file is told with its place, and the others go on', async (page) => {
  const broken = textOf('package-lock.json').slice(0, 1000);
  await page.setInputFiles('#file', [named('package-lock.json', broken), named('npm-shrinkwrap.json', lockOf(['a']))]);
  const { report, failures } = await outcome(page);
  assert.equal(report.rows.length, 1);
  assert.equal(failures.length, 1);
  const [{ file, line, column, message }] = failures;
  const told = await page.textContent('#files .failure');
  assert.ok(told.includes(`${file}:${line}:${column}: ${message}`), told);
});

onPage('a file of no known kind fails and says what is read', async (page) => {
  await page.setInputFiles('#file', named('notes.txt', 'buy milk\n'));
  const { failures } = await outcome(page);
  assert.equal(failures[0].code, 'unsupported');
  assert.equal(await page.evaluate(() => document.documentElement.dataset.state), 'failed');
  assert.match(await page.textContent('#files .failure'), /requirements\.txt/);
});
