// However large a body is, the process stays small.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { after, test } from 'node:test';
import { promisify } from 'node:util';

import { listen } from './http.mjs';
import { SIZE } from './size.mjs';

/** What the collector lets lie about before it collects, the more the busier the machine is: 36 to 65 MB were seen. */
const MOST_GROWTH = 80_000_000;
const folder = mkdtempSync(path.join(tmpdir(), 'hc-memory-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function* zeros() {
  const piece = Buffer.alloc(1_000_000);
  for (let sent = 0; sent < SIZE; sent += piece.length) yield piece;
}

const port = await listen(
  http.createServer(async (request, response) => {
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    if (request.method === 'GET') {
      Readable.from(zeros()).pipe(response);
      return;
    }
    let length = 0;
    for await (const chunk of request) length += chunk.length;
    response.end('.'.repeat(length / 1_000_000));
  }),
);

async function transfer(...args) {
  const script = path.join(import.meta.dirname, 'transfer.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...args]);
  return JSON.parse(stdout);
}

test('memory: a file is sent without being held', async (context) => {
  const file = path.join(folder, 'large');
  writeFileSync(file, '');
  truncateSync(file, SIZE);
  const { received, growth } = await transfer('up', port, file);
  assert.equal(received, SIZE / 1_000_000);
  context.diagnostic(`grew by ${growth / 1e6} MB`);
  assert.ok(growth < MOST_GROWTH, `the process grew by ${growth} bytes`);
});

test('memory: a body is received without being held', async (context) => {
  const { received, growth } = await transfer('down', port);
  assert.equal(received, SIZE);
  context.diagnostic(`grew by ${growth / 1e6} MB`);
  assert.ok(growth < MOST_GROWTH, `the process grew by ${growth} bytes`);
});
