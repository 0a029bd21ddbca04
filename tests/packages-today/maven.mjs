// The artifacts in Maven's local repository, pushed, and what the registry says of them held against what that has: the
// SHA-1 that the public repository told of each file, the versions, and the prefixes of plugins.
//
//     node tests/packages-today/maven.mjs

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

import { withRegistry } from './shared/registry.mjs';

const repository = path.join(homedir(), '.m2/repository');
const word = (file) => readFileSync(file, 'utf8').trim().split(/\s/)[0];

await withRegistry('MAVEN', async ({ get, push, same }) => {
  const versions = new Map();
  for (const pom of readdirSync(repository, { recursive: true }).filter((file) => file.endsWith('.pom')).sort()) {
    const folder = path.dirname(pom);
    const [version, artifact, ...group] = folder.split('/').reverse();
    if (version.endsWith('-SNAPSHOT') || path.basename(pom) !== `${artifact}-${version}.pom`) continue;
    const name = `${group.reverse().join('.')}:${artifact}`;
    const isPart = (file) => file.startsWith(`${artifact}-${version}`) && /\.(jar|tar\.gz|zip|asc)$/.test(file);
    const parts = readdirSync(path.join(repository, folder)).filter(isPart);
    const files = parts.map((file) => path.join(repository, folder, file));
    const pushed = await push(['maven', 'ours', `${name}:${version}`, ...files, '--pom', path.join(repository, pom)]);
    for (const { path: file, file: called } of pushed) {
      if (!existsSync(`${file}.sha1`)) continue;
      const ours = await get(`maven/${folder}/${called}.sha1`);
      same(`${name} ${version} ${called}`, ours?.toString(), word(`${file}.sha1`));
    }
    if (pushed.length > 0) versions.set(path.dirname(folder), [...(versions.get(path.dirname(folder)) ?? []), version]);
  }
  for (const [folder, expected] of versions) {
    const metadata = (await get(`maven/${folder}/maven-metadata.xml`)).toString();
    const [list] = metadata.match(/<versions>.*<\/versions>/s);
    same(`${folder}, its versions`, [...list.matchAll(/<version>(.*?)<\/version>/g)].map(([, one]) => one).sort(), expected.sort());
  }
  // What the public repository told of groups, where Maven asked for it.
  const groups = readdirSync(repository, { recursive: true }).filter((file) => /maven-metadata-[^/]+\.xml$/.test(file));
  for (const file of groups) {
    const prefixes = (text) => {
      const plugins = [...text.matchAll(/<plugin>.*?<\/plugin>/gs)].map(([plugin]) => plugin);
      const field = (plugin, name) => plugin.match(new RegExp(`<${name}>(.*?)</${name}>`))?.[1];
      return new Map(plugins.map((plugin) => [field(plugin, 'artifactId'), field(plugin, 'prefix')]));
    };
    const ours = prefixes((await get(`maven/${path.dirname(file)}/maven-metadata.xml`))?.toString() ?? '');
    const theirs = prefixes(readFileSync(path.join(repository, file), 'utf8'));
    for (const [artifact, prefix] of ours) same(`${path.dirname(file)}, ${artifact}`, prefix, theirs.get(artifact));
  }
});
