// The cases that the page can run too: the files are chosen on the page, and its rows are those of `--format json`.

import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';

import { outcome, start } from '../page/chromium.mjs';
import { cases, expected, inFolderOf } from './cases.mjs';

const { browser, url } = await start();

for (const one of cases.filter((one) => one.page)) {
  test(`page: ${one.name}`, () =>
    inFolderOf(one, async (cwd) => {
      const page = await browser.newPage();
      await page.goto(url);
      for (const advisories of valuesOf('--advisories', one.args)) {
        await page.click('#change-advisories');
        await page.setInputFiles('#advisories-file', path.join(cwd, advisories));
        await page.waitForFunction((name) => document.querySelector('#firewall').textContent.includes(name), advisories);
        await page.keyboard.press('Escape');
      }
      const files = valuesOf('--file', one.args).map((file) => path.join(cwd, file));
      await page.setInputFiles('#file', files);
      const { report, failures } = await outcome(page);
      const { stdout, stderr } = expected(one.name);
      if (stdout) {
        assert.deepEqual(report.rows, JSON.parse(stdout));
      }
      for (const { message } of failures) {
        assert.ok(stderr.includes(message), `the page alone says: ${message}`);
      }
      assert.equal(failures.length > 0, stdout === '');
      await page.close();
    }));
}

/** The values of a flag. */
function valuesOf(flag, args) {
  return args.filter((_, index) => args[index - 1] === flag);
}
