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
      await page.setInputFiles('#file', filesOf(one.args, cwd));
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

/** What a case reads: on the page, advisories are given with the files. */
function filesOf(args, cwd) {
  const given = args.filter((_, index) => ['--file', '--advisories'].includes(args[index - 1]));
  return given.map((file) => path.join(cwd, file));
}
