// However large a file is, `hc` stays small while it pushes and pulls it.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  createReadStream,
  createWriteStream,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { constants, createGzip } from 'node:zlib';

import { frontends, peakOf, run } from './client.mjs';
import { TOKEN, start } from './serve.mjs';

const MIB = 1 << 20;
/** In bytes; `HC_BIG=1` takes the time and room (four times the file) for the size that is promised. */
const SIZE = process.env.HC_BIG ? 4096 * MIB : 512 * MIB;
/** The most memory at one time, in bytes. */
const MOST = { native: 64 * MIB, node: 160 * MIB };

const skip = process.platform !== 'linux' && 'only Linux tells the peak of a process';

for (const [frontend, command] of Object.entries(frontends)) {
  test(`${frontend}: ${SIZE / MIB} MiB go up and come down in little memory`, { skip }, async (t) => {
    const { cwd, hc } = await session(t, command);
    const file = path.join(cwd, 'large');
    zeros(file);
    await hc('registry', 'create', 'r', '--package-type', 'GENERIC');
    const up = await hc('artifact', 'push', 'generic', 'r', 'large', '--name', 'p');
    const down = await hc('artifact', 'pull', 'generic', 'r', 'p/1.0.0/large', 'back');
    execFileSync('cmp', [file, path.join(cwd, 'back')]);
    within(t, { up, down }, MOST[frontend]);
  });

  test(`${frontend}: an npm package of ${SIZE / MIB} MiB, which goes up in JSON, does so in little memory`, { skip }, async (t) => {
    const { cwd, hc, service } = await session(t, command);
    mkdirSync(path.join(cwd, 'package'));
    writeFileSync(path.join(cwd, 'package/package.json'), '{"name":"large","version":"1.0.0"}');
    zeros(path.join(cwd, 'package/large'));
    execFileSync('tar', ['-cf', 'large.tar', 'package'], { cwd });
    // As it is: what zeros are packed into would be small.
    const stored = createGzip({ level: constants.Z_NO_COMPRESSION });
    const [tar, tgz] = ['large.tar', 'large-1.0.0.tgz'].map((name) => path.join(cwd, name));
    await pipeline(createReadStream(tar), stored, createWriteStream(tgz));
    await hc('registry', 'create', 'r', '--package-type', 'NPM');
    const up = await hc('artifact', 'push', 'npm', 'r', 'large-1.0.0.tgz');
    const tarball = `${service.url}/pkg/local/r/npm/large/-/large-1.0.0.tgz`;
    const kept = await fetch(tarball, { method: 'HEAD', headers: { 'x-api-key': TOKEN } });
    assert.equal(kept.headers.get('content-length'), `${statSync(tgz).size}`);
    within(t, { up }, MOST[frontend]);
    within(t, { 'the service': peakOf(service.pid) }, MOST.native);
  });
}

/** A folder, a service, and `hc` that works with both and gives its peak of memory. */
async function session(t, command) {
  const cwd = mkdtempSync(path.join(tmpdir(), 'hc-memory-'));
  t.after(() => rmSync(cwd, { recursive: true, force: true }));
  const service = await start(t, ['--max-body', `${2 * SIZE}`]);
  const hc = async (...args) => {
    const { exit, stderr, peak } = await run(command, args, { cwd, url: service.url, token: TOKEN });
    assert.equal(exit, 0, stderr);
    return peak;
  };
  return { cwd, service, hc };
}

/** Holds peaks, in bytes, against a limit. */
function within(t, peaks, most) {
  for (const [what, peak] of Object.entries(peaks)) {
    t.diagnostic(`${what}: ${Math.round(peak / MIB)} MiB`);
    assert.ok(peak > 0 && peak <= most, `${what}: ${Math.round(peak / MIB)} MiB`);
  }
}

/** A file that takes no room on the disk. */
function zeros(file) {
  writeFileSync(file, 'so that it is not all zeros');
  truncateSync(file, SIZE);
}
