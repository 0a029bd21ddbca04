// Bundles the tests of the pure modules for Node and runs them.
import { spawnSync } from 'node:child_process';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const web = path.dirname(fileURLToPath(import.meta.url));
const bundled = path.join(web, '../target/web-test');
const tests = (await readdir(path.join(web, 'test'))).filter((name) => name.endsWith('.test.js'));

await rm(bundled, { recursive: true, force: true });
await build({
  entryPoints: tests.map((name) => path.join(web, 'test', name)),
  outdir: bundled,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  logLevel: 'warning',
});
const files = tests.map((name) => path.join(bundled, name.replace(/\.js$/, '.mjs')));
const { status } = spawnSync(process.execPath, ['--test', ...files], { stdio: 'inherit' });
process.exit(status ?? 1);
