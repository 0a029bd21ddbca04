// However large a file is, `hc` stays small while it pushes and pulls it.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

import { frontends, run } from './client.mjs';
import { TOKEN, serve } from './serve.mjs';

const MIB = 1 << 20;
/** In bytes; `HC_BIG=1` takes the time and room (twice the file) for the size that is promised. */
const SIZE = process.env.HC_BIG ? 4096 * MIB : 512 * MIB;
/** The most memory at one time, in bytes. */
const MOST = { native: 64 * MIB, node: 160 * MIB };

const skip = process.platform !== 'linux' && 'only Linux tells the peak of a process';

for (const [frontend, command] of Object.entries(frontends)) {
  test(`${frontend}: ${SIZE / MIB} MiB go up and come down in little memory`, { skip }, async (t) => {
    const cwd = mkdtempSync(path.join(tmpdir(), 'hc-memory-'));
    t.after(() => rmSync(cwd, { recursive: true, force: true }));
    const url = await serve(t, ['--max-body', `${SIZE}`]);
    const hc = async (...args) => {
      const { exit, stderr, peak } = await run(command, args, { cwd, url, token: TOKEN });
      assert.equal(exit, 0, stderr);
      return peak;
    };
    const file = path.join(cwd, 'large');
    writeFileSync(file, 'so that it is not all zeros');
    truncateSync(file, SIZE);
    await hc('registry', 'create', 'r', '--package-type', 'GENERIC');
    const up = await hc('artifact', 'push', 'generic', 'r', 'large', '--name', 'p');
    const down = await hc('artifact', 'pull', 'generic', 'r', 'p/1.0.0/large', 'back');
    execFileSync('cmp', [file, path.join(cwd, 'back')]);
    t.diagnostic(`peaks: ${Math.round(up / MIB)} MiB up, ${Math.round(down / MIB)} MiB down`);
    for (const [what, peak] of Object.entries({ up, down })) {
      assert.ok(peak > 0 && peak <= MOST[frontend], `${what}: ${Math.round(peak / MIB)} MiB`);
    }
  });
}
