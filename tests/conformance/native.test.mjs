// Every case with the native binary. `HC_BLESS=1` writes down what it says as what is expected.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { binary } from './binary.mjs';
import { cases, expectedNames } from './cases.mjs';
import { testEveryCase } from './run.mjs';

testEveryCase('native', [binary], { blessing: process.env.HC_BLESS === '1' });

test('native: every case has a name of its own, and nothing else is expected', () => {
  const names = cases.map(({ name }) => name);
  assert.deepEqual(expectedNames(), [...names].sort());
});
