// The tarballs in npm's cache, pushed, and what the registry says of each version held against the documents of the public
// one that lie in the same cache.
//
//     node tests/packages-today/npm.mjs

import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { sorted, withRegistry } from './shared/registry.mjs';

const cache = path.join(execFileSync('npm', ['config', 'get', 'cache'], { encoding: 'utf8' }).trim(), '_cacache');

/** The newest entry of each key: what was asked for, and the checksum of what came. */
const entries = new Map();
for (const file of readdirSync(path.join(cache, 'index-v5'), { recursive: true })) {
  const full = path.join(cache, 'index-v5', file);
  if (!statSync(full).isFile()) continue;
  for (const line of readFileSync(full, 'utf8').split('\n')) {
    const json = line.slice(line.indexOf('\t') + 1);
    const entry = json.startsWith('{') ? JSON.parse(json) : {};
    // What was packed on this machine is in no registry.
    if (entry.integrity && /:https?:/.test(entry.key)) entries.set(`${entry.key} ${entry.metadata?.reqHeaders?.accept}`, entry);
  }
}
const content = ({ integrity }) => {
  const [algorithm, base64] = integrity.split(' ')[0].split(/-(.*)/s);
  const hex = Buffer.from(base64, 'base64').toString('hex');
  return path.join(cache, 'content-v2', algorithm, hex.slice(0, 2), hex.slice(2, 4), hex.slice(4));
};
const read = (entry) => {
  try {
    return readFileSync(content(entry));
  } catch {
    return undefined;
  }
};

/** What an abbreviated document says of a version. A full one has them as its publisher wrote them. */
const FIELDS = ['bin', 'bundleDependencies', 'cpu', 'dependencies', 'directories', 'engines', 'hasInstallScript', 'name', 'os', 'optionalDependencies', 'peerDependencies', 'peerDependenciesMeta', 'version'];
const isEmpty = (value) => value === undefined || value === null || value === false || (typeof value === 'object' && Object.keys(value).length === 0);
const WRITTEN = ['bin', 'hasInstallScript'];
const about = (manifest, isAbbreviated) => {
  const fields = FIELDS.filter((field) => isAbbreviated || !WRITTEN.includes(field));
  const kept = fields.map((field) => [field, manifest[field]]).filter(([, value]) => !isEmpty(value));
  const { integrity, shasum } = manifest.dist;
  return sorted({ ...Object.fromEntries(kept), integrity, shasum });
};

await withRegistry('NPM', async ({ base, folder, get, push, same }) => {
  const tarballs = folder('tarballs');
  const documents = new Map();
  for (const entry of entries.values()) {
    const bytes = read(entry);
    if (!bytes) continue;
    if (entry.key.endsWith('.tgz')) {
      writeFileSync(path.join(tarballs, entry.key.replace(/^.*?:\/\/[^/]+\//, '').replace(/[^\w.@-]+/g, '_')), bytes);
    } else if (bytes[0] === 0x7b) {
      const document = JSON.parse(bytes);
      const { name, versions = {} } = document;
      // A mirror may give the full one to those who ask for less.
      const isAbbreviated = !('_id' in document || 'time' in document);
      for (const [version, manifest] of Object.entries(versions)) {
        const known = documents.get(`${name} ${version}`);
        if (isAbbreviated || !known) documents.set(`${name} ${version}`, { manifest, isAbbreviated });
      }
    }
  }
  const pushed = await push(['npm', 'ours', `${tarballs}/*.tgz`, '--tag', 'cached']);
  for (const { package: name, version } of pushed) {
    const theirs = documents.get(`${name} ${version}`);
    if (!theirs) continue;
    const accept = 'application/vnd.npm.install-v1+json';
    const ours = JSON.parse(await get(`npm/${name.replace('/', '%2f')}`, { accept })).versions[version];
    const { manifest, isAbbreviated } = theirs;
    same(`${name} ${version}`, about(ours, isAbbreviated), about(manifest, isAbbreviated));
    const tarball = await get(ours.dist.tarball.slice(base.length + 1));
    same(`${name} ${version}, its tarball`, tarball !== undefined, true);
  }
});
