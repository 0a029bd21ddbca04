// What the npm package answers the program with, apart from the program.

import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';

const require = createRequire(import.meta.url);
const source = path.resolve(import.meta.dirname, '../../node-cli');
const { buildSync } = require(path.join(source, 'node_modules/esbuild'));

const folder = mkdtempSync(path.join(tmpdir(), 'hc-host-'));
const outfile = path.join(folder, 'host.cjs');
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
buildSync({
  entryPoints: [path.join(source, 'src/host.ts')],
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  outfile,
});

/** @type {import('../../wasm/src/node').NodeHost} */
export const { host } = require(outfile);
