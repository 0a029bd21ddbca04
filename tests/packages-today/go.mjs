// The modules in the go command's cache, packed and pushed from their folders, and what comes back held against what the
// cache has of them: the h1 sum, the go.mod, and the info of those that name a commit.
//
//     node tests/packages-today/go.mjs

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

import { hash, withRegistry } from './shared/registry.mjs';
import { unzip } from './shared/zip.mjs';

const cache = execFileSync('go', ['env', 'GOMODCACHE'], { encoding: 'utf8' }).trim();
const files = path.join(cache, 'cache/download');

/** The sum of a module's zip, as go.sum has it (golang.org/x/mod/sumdb/dirhash, Hash1). */
const sum = (zip) => {
  const lines = [...unzip(zip)].map(([name, content]) => `${hash('sha256', content)}  ${name}\n`);
  const byName = (a, b) => Buffer.compare(Buffer.from(a.slice(66)), Buffer.from(b.slice(66)));
  return `h1:${hash('sha256', lines.sort(byName).join(''), 'base64')}`;
};
const plain = (text) => text.replace(/!([a-z])/g, (_, letter) => letter.toUpperCase());

await withRegistry('GO', async ({ get, push, same }) => {
  for (const zip of readdirSync(files, { recursive: true }).filter((file) => file.endsWith('.zip')).sort()) {
    const [, module, version] = zip.match(/^(.+)\/@v\/(.+)\.zip$/);
    const folder = path.join(cache, `${module}@${version}`);
    const theirs = (ending) => path.join(files, `${module}/@v/${version}.${ending}`);
    if (!existsSync(folder) || !existsSync(theirs('ziphash'))) continue;
    const named = existsSync(path.join(folder, 'go.mod')) ? [] : ['--module', plain(module)];
    const [pushed] = await push(['go', 'ours', folder, '--version', plain(version), ...named]);
    if (!pushed) continue;
    const ours = (ending) => get(`go/${module}/@v/${version}.${ending}`);
    same(`${module} ${version}`, [pushed.package, pushed.version], [plain(module), plain(version)]);
    same(`${module} ${version}, its sum`, sum(await ours('zip')), readFileSync(theirs('ziphash'), 'utf8').trim());
    same(`${module} ${version}, its go.mod`, (await ours('mod')).toString(), readFileSync(theirs('mod'), 'utf8'));
    if (/\d{14}-[0-9a-f]{12}(\+incompatible)?$/.test(version) && existsSync(theirs('info'))) {
      const told = (text) => (({ Version, Time }) => ({ Version, Time }))(JSON.parse(text));
      same(`${module} ${version}, its info`, told(await ours('info')), told(readFileSync(theirs('info'), 'utf8')));
    }
  }
});
