// The firewall is the person's own: its advisories and its policy can be seen and changed.

import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';

import { outcome, start } from './chromium.mjs';
import { example, named } from './files.mjs';

const { browser, url } = await start();
const fixtures = path.resolve(import.meta.dirname, '../conformance/fixtures');

test('an OSV export gives the verdicts once it is loaded', async () => {
  const page = await browser.newPage();
  await page.goto(url);
  await page.setInputFiles('#file', path.join(fixtures, 'advisories/package-lock.json'));
  await outcome(page);
  await page.click('#change-advisories');
  await page.setInputFiles('#advisories-file', path.join(fixtures, 'advisories/export.zip'));
  await page.waitForFunction(() => window.hcReport().report.firewall.advisories.endsWith('export.zip'));
  const { report } = await outcome(page);
  assert.equal(report.firewall.starterOnly, false);
  assert.equal(report.rows[0].violations[0].advisory, 'EXAMPLE-2024-0001');
  await page.close();
});

test('a policy that came with the lockfile is in force', async () => {
  const page = await browser.newPage();
  await page.goto(url);
  await page.setInputFiles('#file', ['hc-firewall.toml', 'package-lock.json'].map((name) => path.join(fixtures, 'policy/strict', name)));
  const { report } = await outcome(page);
  assert.deepEqual(report.coverage.policies.map(({ policy }) => policy), ['hc-firewall.toml']);
  assert.equal(await page.textContent('#policy'), 'hc-firewall.toml');
  assert.equal(report.rows[0].scanStatus, 'BLOCKED');
  await page.close();
});

test('a policy that was dropped goes with its drop', async () => {
  const page = await browser.newPage();
  await page.goto(url);
  await page.setInputFiles('#file', example('pom.xml'));
  assert.equal((await outcome(page)).report.counts.blocked, 1);
  await page.setInputFiles('#file', named('hc-firewall.toml', '[security]\nblock = false\nwarn = false\n'));
  await page.waitForFunction(() => window.hcReport().report.counts.blocked === 0);
  await page.setInputFiles('#file', example('pom.xml'));
  await page.waitForFunction(() => window.hcReport().report.counts.blocked === 1);
  await page.close();
});

test('a policy that cannot be read is told in the dialog, and the old one stays', async () => {
  const page = await browser.newPage();
  await page.goto(url);
  await page.waitForFunction(() => document.getElementById('policy').textContent === 'built-in');
  await page.click('#change-policy');
  await page.fill('#policy-text', 'block = [');
  await page.click('#policy-apply');
  await page.waitForSelector('#policy-failures .failure');
  assert.equal(await page.textContent('#policy'), 'built-in');
  await page.close();
});
