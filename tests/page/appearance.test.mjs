// Pictures of the page, light and dark, in target/screenshots: for the README and for people to look at.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { outcome, start } from './chromium.mjs';
import { example } from './files.mjs';

const { browser, url } = await start();
const screenshots = path.resolve(import.meta.dirname, '../../target/screenshots');
mkdirSync(screenshots, { recursive: true });

const backgrounds = new Map();

for (const colorScheme of ['light', 'dark']) {
  for (const [size, width] of [['wide', 1280], ['narrow', 360]]) {
    test(`${colorScheme} and ${size}`, async () => {
      const page = await browser.newPage({ colorScheme, viewport: { width, height: 800 } });
      await page.goto(url);
      await page.waitForFunction(() => document.getElementById('formats').textContent !== '');
      await page.screenshot({ path: path.join(screenshots, `before-${colorScheme}-${size}.png`) });
      await page.setInputFiles('#file', example('package-lock.json'));
      await outcome(page);
      await page.locator('tr[data-index] .open').first().click();
      await page.screenshot({ path: path.join(screenshots, `after-${colorScheme}-${size}.png`) });
      backgrounds.set(colorScheme, await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
      await page.close();
    });
  }
}

test('dark is another colour than light', () => {
  assert.notEqual(backgrounds.get('dark'), backgrounds.get('light'));
});
