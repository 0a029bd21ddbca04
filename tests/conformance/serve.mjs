// A real `hc serve` on a free port, with its data in a new folder.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { binary } from './binary.mjs';
import { environment } from './environment.mjs';

export const TOKEN = 'pat.local.conformance.secret';

/** Starts it, and stops it when the test `t` ends; gives its URL. The folder `given`, if one is, stays. */
export const serve = async (t, args, given) => (await start(t, args, given)).url;

/** As `serve`; gives its URL, the id of its process, and how to end it and wait for that. */
export async function start(t, args = [], given) {
  const data = given ?? mkdtempSync(path.join(tmpdir(), 'hc-serve-'));
  const server = spawn(binary, ['serve', '--data', data, '--listen', '127.0.0.1:0', '--token', TOKEN, ...args], {
    env: environment(data),
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  const ended = once(server, 'close');
  t.after(async () => {
    server.kill();
    await ended;
    if (!given) rmSync(data, { recursive: true, force: true });
  });
  let said = '';
  for await (const text of server.stderr.setEncoding('utf8')) {
    said += text;
    const url = said.match(/http:\/\/127\.0\.0\.1:\d+/);
    if (url) {
      // What else it says must not fill the pipe.
      server.stderr.on('data', () => {}).resume();
      return { url: url[0], pid: server.pid, kill: (signal) => server.kill(signal), ended };
    }
  }
  throw new Error(`hc serve ended: ${said}`);
}
