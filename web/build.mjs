// Bundles the page into `dist/`. The folder that wasm-pack wrote may be given as the first argument.
import { cp, mkdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const web = path.dirname(fileURLToPath(import.meta.url));
const repository = path.dirname(web);
const wasm = path.resolve(process.argv[2] ?? path.join(repository, 'target/wasm/browser'));
const dist = path.join(web, 'dist');

for (const name of ['hc_wasm.js', 'hc_wasm_bg.wasm']) {
  if (!(await isFile(path.join(wasm, name)))) {
    console.error(`${path.join(wasm, name)} is missing. Run \`cargo xtask web\`, which builds it and then the page.`);
    process.exit(1);
  }
}

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
await build({
  entryPoints: { app: path.join(web, 'src/main.ts'), worker: path.join(web, 'src/worker.ts') },
  outdir: dist,
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  alias: { 'hc-wasm': path.join(wasm, 'hc_wasm.js') },
  logLevel: 'warning',
});
for (const name of ['index.html', 'styles.css', 'icon.svg']) {
  await cp(path.join(web, name), path.join(dist, name));
}
await cp(path.join(wasm, 'hc_wasm_bg.wasm'), path.join(dist, 'hc_wasm_bg.wasm'));

const example = path.join(repository, 'examples/package-lock.json');
if (await isFile(example)) {
  await cp(example, path.join(dist, 'example/package-lock.json'));
} else {
  console.warn('examples/package-lock.json is missing: the page is built without its example.');
}

async function isFile(file) {
  return stat(file).then((found) => found.isFile(), () => false);
}
