// The crates in Cargo's cache, pushed, and the lines of our index held against those that Cargo keeps of the public one.
//
//     node tests/packages-today/cargo.mjs

import { readFileSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

import { hash, withRegistry } from './shared/registry.mjs';

const home = process.env.CARGO_HOME ?? path.join(homedir(), '.cargo');
const root = path.resolve(import.meta.dirname, '../..');
/** The default registry, as the lockfile of this workspace names it. */
const [, INDEX] = readFileSync(path.join(root, 'Cargo.lock'), 'utf8').match(/source = "registry\+(.+?)"/);

/** Where an index keeps a crate. */
const place = (name) => {
  const lower = name.toLowerCase();
  if (lower.length < 3) return `${lower.length}/${lower}`;
  return lower.length === 3 ? `3/${lower[0]}/${lower}` : `${lower.slice(0, 2)}/${lower.slice(2, 4)}/${lower}`;
};

/** The line of a version among those that Cargo keeps: each is a version and JSON, with zeros between. */
const known = (index, name, version) => {
  const pieces = readFileSync(path.join(index, '.cache', place(name)), 'utf8').split('\0');
  const lines = pieces.filter((piece) => piece.startsWith('{')).map((piece) => JSON.parse(piece));
  return lines.find(({ vers }) => vers === version);
};

/** A dependency with what an index may leave out; `isOurs` where its default registry is another's. */
const dependency = ({ name, req, features, optional, default_features: defaults, target, kind, package: called, registry }, isOurs) => ({
  name,
  req,
  features: [...new Set(features)].sort(),
  optional,
  defaults,
  // Older versions of Cargo sent the blanks of the manifest.
  target: target?.replace(/ *= */g, ' = ') ?? null,
  kind: kind ?? 'normal',
  package: called ?? null,
  registry: registry === (isOurs ? INDEX : null) || registry === undefined ? 'default' : (registry ?? 'its own'),
});
const key = (it) => `${it.kind} ${it.name} ${it.target} ${it.req}`;
const about = (line, isOurs) => ({
  name: line.name,
  version: line.vers,
  sha256: line.cksum,
  dependencies: line.deps.map((it) => dependency(it, isOurs)).sort((a, b) => (key(a) < key(b) ? -1 : 1)),
  features: Object.fromEntries(Object.entries({ ...line.features, ...line.features2 }).map(([name, of]) => [name, [...of].sort()])),
});

await withRegistry('CARGO', async ({ get, push, same }) => {
  for (const registry of readdirSync(path.join(home, 'registry/cache'))) {
    const [cache, index] = ['cache', 'index'].map((folder) => path.join(home, 'registry', folder, registry));
    const pushed = await push(['cargo', 'ours', `${cache}/*.crate`, '--default-index', INDEX]);
    for (const { package: name, version, path: file } of pushed) {
      const theirs = known(index, name, version);
      if (!theirs) continue;
      const lines = (await get(`cargo/index/${place(name)}`)).toString().trim().split('\n');
      const ours = lines.map((line) => JSON.parse(line)).find(({ vers }) => vers === version);
      same(`${name} ${version}`, about(ours, true), about(theirs, false));
      // Older lines of the public index have none of these.
      for (const field of ['links', 'rust_version']) {
        if (theirs[field]) same(`${name} ${version} ${field}`, ours[field], theirs[field]);
      }
      const bytes = await get(`cargo/api/v1/crates/${name}/${version}/download`);
      same(`${name} ${version}, the file`, hash('sha256', bytes), hash('sha256', readFileSync(file)));
    }
  }
});
