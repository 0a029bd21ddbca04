// What one does with an answer: filter, sort, open a row's details; by pointer and by keyboard.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { outcome, start } from './chromium.mjs';
import { example } from './files.mjs';

const { browser, url } = await start();

/** A test on a page that shows the answer to the example. */
function onAnswer(name, use, viewport = { width: 1280, height: 900 }) {
  test(name, async () => {
    const page = await browser.newPage({ viewport });
    await page.goto(url);
    await page.setInputFiles('#file', example('package-lock.json'));
    const { report } = await outcome(page);
    await use(page, report);
    await page.close();
  });
}

const shown = (page) => page.locator('tr[data-index]').count();

onAnswer('what needs attention is shown, what is allowed is folded', async (page, { counts }) => {
  assert.equal(await shown(page), counts.warn + counts.blocked + counts.unknown);
  await page.click('.fold');
  assert.equal(await shown(page), counts.warn + counts.blocked + counts.unknown + counts.allowed);
});

onAnswer('a part of the bar filters the table, and once more frees it', async (page, { counts }) => {
  await page.click('.bar .part.allowed');
  assert.equal(await page.locator('.bar .part.allowed').getAttribute('aria-pressed'), 'true');
  assert.equal(await shown(page), counts.allowed);
  await page.click('.bar .part.allowed');
  assert.equal(await shown(page), counts.warn + counts.blocked + counts.unknown);
});

onAnswer('the filter finds a package by its name', async (page) => {
  await page.keyboard.press('/');
  await page.keyboard.type('lodash');
  const names = await page.locator('tr[data-index] .open').allTextContents();
  assert.ok(names.length > 0 && names.every((name) => name.includes('lodash')), names.join());
});

onAnswer('a column sorts both ways', async (page) => {
  const sorted = () => page.locator('th.package').getAttribute('aria-sort');
  await page.click('th.package button');
  const first = await sorted();
  await page.click('th.package button');
  assert.deepEqual(new Set([first, await sorted()]), new Set(['ascending', 'descending']));
});

onAnswer('details open and close by keyboard, and the focus comes back', async (page) => {
  const opener = page.locator('tr[data-index] .open').first();
  await opener.focus();
  await page.keyboard.press('Enter');
  assert.equal(await opener.getAttribute('aria-expanded'), 'true');
  assert.match(await page.textContent('.details'), /Affected/);
  await page.keyboard.press('Escape');
  assert.equal(await page.locator('.details').count(), 0);
  assert.ok(await opener.evaluate((element) => element === document.activeElement));
});

onAnswer('details tell the advisory, its score, the fix and the path', async (page, { rows }) => {
  const row = rows.find(({ packageName }) => packageName === 'body-parser');
  await page.locator('tr[data-index] .open', { hasText: 'body-parser' }).click();
  const details = await page.textContent('.details');
  const [{ advisory, affectedRange, fixVersion }] = row.violations;
  for (const part of [advisory, affectedRange, fixVersion, row.purl]) {
    assert.ok(details.includes(part), `${part} is not in: ${details}`);
  }
});

onAnswer(
  'nothing is wider than a screen of 320 pixels',
  async (page) => {
    await page.locator('tr[data-index] .open').first().click();
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= 320));
  },
  { width: 320, height: 700 },
);
