// `hc` as a process beside a test's own servers: natively and from the installed npm package.

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { binary } from './binary.mjs';
import { environment } from './environment.mjs';
import { install } from './installed.mjs';

/** A program and its first arguments, for each frontend. */
export const frontends = { native: [binary], node: [process.execPath, path.join(install(), 'dist/hc.cjs')] };

/**
 * Starts `hc` in `cwd`, logged in to `url` by the environment. `process` is it; `ended` gives its exit code, what it
 * printed, and the most memory that it had at one time in bytes (0 where there is no /proc). `env` is more of its
 * environment.
 */
export function start([program, ...first], args, { cwd, url, token, env = {} }) {
  const process_ = spawn(program, [...first, ...args], {
    cwd,
    env: environment(cwd, { HARNESS_API_URL: url, HARNESS_API_KEY: token, HARNESS_SERVER: 'saas', ...env }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr']) process_[stream].on('data', (data) => (output[stream] += data));
  let peak = 0;
  const look = () => (peak = Math.max(peak, peakOf(process_.pid)));
  const timer = setInterval(look, 10);
  const ended = new Promise((resolve) =>
    process_.on('close', (exit) => {
      clearInterval(timer);
      resolve({ exit, peak, ...output });
    }),
  );
  return { process: process_, ended };
}

/** Runs `hc` to its end. */
export const run = (frontend, args, options) => start(frontend, args, options).ended;

/**
 * The most memory that a process had at one time, in bytes. The kernel keeps it, so that only the last moments before
 * its end are missed.
 */
export function peakOf(pid) {
  try {
    return Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmHWM:\s*(\d+) kB/)[1]) * 1024;
  } catch {
    return 0;
  }
}
