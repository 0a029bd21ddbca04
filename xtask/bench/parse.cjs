// Measures the wasm build that `cargo xtask bench` names: node parse.cjs MODULE FILE ROUNDS

const { readFileSync } = require('node:fs');

const [module_, file, rounds] = process.argv.slice(2);
const { parse } = require(module_);
const bytes = readFileSync(file);
for (let round = 0; round < Number(rounds); round++) {
  const start = performance.now();
  parse(file, bytes);
  console.log(`parse ${performance.now() - start}`);
}
