// What must never happen: a request to elsewhere, a script or markup out of a file, a wrong impression of safety.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { outcome, start } from './chromium.mjs';
import { example, lockOf, named } from './files.mjs';

const { browser, url } = await start();

test('nothing is asked of any other origin, and nothing is sent', async () => {
  const page = await browser.newPage();
  const requests = [];
  page.on('request', (request) => requests.push(request));
  await page.goto(url);
  await page.setInputFiles('#file', [example('package-lock.json'), example('pom.xml')]);
  await outcome(page);
  await page.locator('tr[data-index] .open').first().click();
  const elsewhere = requests.map((request) => request.url()).filter((target) => !target.startsWith(url) && !target.startsWith('blob:'));
  assert.deepEqual(elsewhere, []);
  assert.ok(requests.every((request) => request.method() === 'GET' && request.postData() === null));
  await page.close();
});

test('a hostile name is shown as text: no script runs and no element comes of it', async () => {
  const names = [
    '<img src=x onerror=window.hacked=true>',
    '@<script>window.hacked=true</script>',
    '"><svg onload=window.hacked=true>',
    'javascript:window.hacked=true',
    '\u001b[31mred',
    'left\u202Eright',
    '__proto__',
    'constructor',
  ];
  const page = await browser.newPage();
  const faults = [];
  page.on('pageerror', (error) => faults.push(error.message));
  await page.goto(url);
  await page.setInputFiles('#file', named('package-lock.json', lockOf(names)));
  const { report } = await outcome(page);
  assert.equal(report.rows.length, names.length);
  if (await page.locator('.fold').isVisible()) await page.click('.fold');
  for (const opener of await page.locator('tr[data-index] .open').all()) {
    await opener.click();
  }
  assert.equal(await page.evaluate(() => window.hacked), undefined);
  assert.equal(await page.locator('#results img, #results script, #results svg').count(), 0);
  const text = await page.textContent('#results');
  assert.ok(text.includes(names[0]) && text.includes('\\u001B') && text.includes('\\u202E'), text);
  assert.deepEqual(faults, []);
  await page.close();
});

test('an answer from the starter set alone says so beside the answer', async () => {
  const page = await browser.newPage();
  await page.goto(url);
  await page.setInputFiles('#file', example('package-lock.json'));
  const { report } = await outcome(page);
  assert.ok(report.firewall.starterOnly);
  assert.match(await page.textContent('#answer'), /starter set/);
  await page.close();
});
