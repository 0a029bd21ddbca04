// npm's family of today against `hc serve`: installing, publishing and audits, by the lines of docs/serve.md.
//
//     node tests/clients-today/npm.mjs [client …]
//
// Takes the newest versions from the registry that npm is configured for. HC_BINARY is the program to try.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { ADVISORY, client, end, registry, run, temporary } from '../clients/today.mjs';

/** A package that is found vulnerable, packed as npm packs. */
function packed() {
  const folder = path.join(temporary, 'left/package');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name: 'left', version: '1.0.0', main: 'index.js' }));
  writeFileSync(path.join(folder, 'index.js'), 'module.exports = "left";\n');
  const file = path.join(temporary, 'left-1.0.0.tgz');
  execFileSync('tar', ['-czf', file, '-C', path.dirname(folder), 'package']);
  return file;
}

/** Of each client: its packages, how it tells its version, and how it publishes once more. */
const clients = {
  npm: { packages: ['npm@latest', 'node@24'], again: 'npm publish' },
  pnpm: { packages: ['pnpm@latest', 'node@24'], again: 'pnpm publish --no-git-checks' },
  'Yarn 1': { packages: ['yarn@1'], program: 'yarn', again: 'yarn publish --non-interactive --new-version 1.0.0' },
  'Yarn 4': { packages: ['@yarnpkg/cli-dist@latest'], program: 'yarn', again: 'yarn npm publish' },
  Bun: { packages: ['bun@latest'], program: 'bun', again: 'bun publish' },
  Deno: { packages: ['deno@latest'], program: 'deno' },
};

const chosen = process.argv.slice(2);
const { url, hc } = await registry('NPM');
hc(['artifact', 'push', 'npm', 'ours', packed()]);
for (const [name, { packages, program = name, again }] of Object.entries(clients)) {
  if (chosen.length && !chosen.includes(name)) continue;
  const tools = path.join(temporary, 'tools', name.replace(' ', '-'));
  mkdirSync(tools, { recursive: true });
  run('npm', ['install', '--no-audit', '--no-fund', '--prefix', tools, ...packages]);
  const bin = path.join(tools, 'node_modules/.bin');
  const env = { PATH: `${bin}${path.delimiter}${process.env.PATH}` };
  const version = run(program, ['--version'], { cwd: tools, env: { ...process.env, ...env } }).said.match(/\d+\.\d+\.\d+\S*/)?.[0] ?? 'unknown';
  const mine = `mine-${name.toLowerCase().replace(' ', '-')}`;
  client(name, {
    version,
    url,
    path: [bin],
    words: { NAME: 'left' },
    project: { 'package.json': JSON.stringify({ name: mine, version: '1.0.0', license: 'MIT' }), 'yarn.lock': '' },
    expect: { audit: ({ exit, said }) => exit !== 0 && (said.includes(ADVISORY) || said.includes('Left goes right')) },
    again: again && {
      line: again,
      change: (cwd) => writeFileSync(path.join(cwd, 'more.js'), '1;\n'),
      says: /published|already|exists|conflict/i,
    },
    after({ cwd }) {
      const left = path.join(cwd, 'node_modules/left/index.js');
      const plug = path.join(cwd, '.pnp.cjs');
      const isThere = name === 'Deno' || (existsSync(plug) && readFileSync(plug, 'utf8').includes('left')) || existsSync(left);
      if (!isThere) throw new Error('left is not installed');
      if (!again) return;
      const found = JSON.parse(hc(['artifact', 'get', mine, '--registry', 'ours', '--format', 'json']));
      if (found.versions[0].name !== '1.0.0') throw new Error('it was not published');
    },
  });
}
await end();
