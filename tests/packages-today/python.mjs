// Wheels and sdists that pip downloads, pushed, and what the registry says of them held against pip's own report of what it
// got: names, versions, checksums, the Pythons that they want, and their metadata.
//
//     node tests/packages-today/python.mjs

import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

import { hash, withRegistry } from './shared/registry.mjs';

/** Of every kind of name and build: pure, with C, with capitals, dots and underscores, old and new metadata. */
const WHEELS = ['requests', 'PyYAML', 'zope.interface', 'typing_extensions', 'ruamel.yaml', 'MarkupSafe', 'numpy', 'backports.tarfile'];
const SDISTS = ['PyYAML', 'zope.interface', 'requests', 'docopt', 'ruamel.yaml.clib'];
const folded = (name) => name.toLowerCase().replace(/[-_.]+/g, '-');

await withRegistry('PYTHON', async ({ folder, get, push, run, same }) => {
  const files = folder('files');
  const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => /^(PIP_|SSL_|HTTPS?_PROXY|NO_PROXY|PYENV_)/i.test(name)));
  const pip = (args) => run('pip', args, { env: { ...environment, PIP_FIND_LINKS: '' } });
  const reports = new Map();
  const download = async (args, packages) => {
    await pip(['download', '--quiet', '--no-deps', '--dest', files, ...args, ...packages]);
    const report = await pip(['install', '--quiet', '--dry-run', '--no-deps', '--ignore-installed', '--report', '-', ...args, ...packages]);
    for (const { download_info: info, metadata } of JSON.parse(report.stdout).install) {
      reports.set(path.basename(new URL(info.url).pathname), { sha256: info.archive_info.hashes.sha256, metadata });
    }
  };
  await download(['--only-binary', ':all:'], WHEELS);
  for (const sdist of SDISTS) await download(['--no-binary', sdist], [sdist]).catch((error) => console.log(`${sdist} was not built: ${error.stderr?.trim().split('\n').at(-1)}`));
  const pushed = await push(['python', 'ours', files]);
  same('all were pushed', pushed.length, readdirSync(files).length);
  const accept = 'application/vnd.pypi.simple.v1+json';
  for (const { file, package: name, version, path: local } of pushed) {
    const theirs = reports.get(file);
    if (!theirs) continue;
    const { metadata, sha256 } = theirs;
    const page = JSON.parse(await get(`python/simple/${folded(metadata.name)}/`, { accept }));
    const ours = page.files.find(({ filename }) => filename === file);
    same(`${file}, its name and version`, [folded(name), version], [folded(metadata.name), metadata.version]);
    same(`${file}, its checksum`, [ours?.hashes.sha256, hash('sha256', readFileSync(local))], [sha256, sha256]);
    same(`${file}, its Pythons`, ours?.['requires-python'] ?? null, metadata.requires_python ?? null);
    if (file.endsWith('.whl')) {
      const text = (await get(`${new URL(ours.url).pathname.split('/ours/')[1]}.metadata`))?.toString() ?? '';
      const told = [...text.split(/\r?\n\r?\n/)[0].matchAll(/^Requires-Dist: *(.*)$/gm)].map(([, one]) => one.trim());
      const plain = (one) => one.replace(/\s+/g, '').replace(/'/g, '"').replace(/[()]/g, '');
      same(`${file}, what it requires`, told.map(plain), (metadata.requires_dist ?? []).map(plain));
    }
  }
});
