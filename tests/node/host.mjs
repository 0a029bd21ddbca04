// What the npm package answers the program with, apart from the program.

import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';

const require = createRequire(import.meta.url);
const source = path.resolve(import.meta.dirname, '../../node-cli');
// A process that a test starts uses what the test has bundled.
process.env.HC_HOST ??= bundle();

function bundle() {
  const folder = mkdtempSync(path.join(tmpdir(), 'hc-host-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const outfile = path.join(folder, 'host.cjs');
  const { buildSync } = require(path.join(source, 'node_modules/esbuild'));
  buildSync({
    entryPoints: [path.join(source, 'src/host.ts')],
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    outfile,
  });
  return outfile;
}

/** @type {import('../../wasm/src/node').NodeHost} */
export const { host } = require(process.env.HC_HOST);
