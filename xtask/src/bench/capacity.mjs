// What one `hc serve` carries, for `cargo xtask bench capacity` and by itself:
//
//     node xtask/src/bench/capacity.mjs HC SIZE…
//
// For each number of versions, of packages with a hundred versions of one file of 1 KiB: how fast they come in, how much
// disk and memory the server has then, how fast it starts, and how many requests a second it answers. Who asks runs on the
// same machine. One line of JSON for each size.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';

const [hc, ...sizes] = process.argv.slice(2);
const TOKEN = 'pat.local.bench.none';
const AT_ONCE = 32;
const SECONDS = 5;
const A_PACKAGE = 100;

for (const size of sizes.map(Number)) console.log(JSON.stringify(await measure(size)));

async function measure(versions) {
  const data = mkdtempSync(path.join(tmpdir(), 'hc-capacity-'));
  try {
    let server = await start(data);
    await server.ask('POST', '/api/v1/registry?space_ref=local', JSON.stringify({ identifier: 'r', packageType: 'GENERIC' }));
    const before = performance.now();
    await all(versions, (number) => server.ask('PUT', file(number), Buffer.alloc(1024, `${number} `)));
    const filled = (performance.now() - before) / 1000;
    await server.stop();
    const starting = performance.now();
    server = await start(data);
    const started = performance.now() - starting;
    const random = () => Math.floor(Math.random() * versions);
    const packages = versions / A_PACKAGE;
    const artifact = () => `/api/v1/registry/local/r/+/artifact/p${Math.floor(Math.random() * packages)}/+/versions?size=20`;
    const list = () => `/api/v1/spaces/local/+/artifacts?reg_identifier=r&size=20&page=${Math.floor(Math.random() * Math.max(1, packages / 20))}`;
    const result = {
      versions,
      pushes: versions / filled,
      downloads: await rate(server, 'GET', () => file(random())),
      heads: await rate(server, 'HEAD', () => file(random())),
      versionLists: await rate(server, 'GET', artifact),
      memoryBytes: memory(server.process.pid),
      // A page of the versions of all packages, which are sorted for it.
      artifactLists: await rate(server, 'GET', list),
      memoryBytesThen: memory(server.process.pid),
      startMilliseconds: started,
      recordBytes: sizeOf(data, (name) => name.startsWith('records')),
      contentBytes: sizeOf(path.join(data, 'files'), () => true),
    };
    await server.stop();
    return result;
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

function file(number) {
  return `/pkg/local/r/files/p${Math.floor(number / A_PACKAGE)}/1.${number % A_PACKAGE}/f`;
}

async function start(data) {
  const args = ['serve', '--data', data, '--listen', '127.0.0.1:0', '--token', TOKEN];
  const child = spawn(hc, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'close');
  let said = '';
  let port;
  for await (const text of child.stderr.setEncoding('utf8')) {
    said += text;
    port = said.match(/http:\/\/127\.0\.0\.1:(\d+)/)?.[1];
    if (port) break;
  }
  if (!port) throw new Error(said);
  child.stderr.on('data', () => {}).resume();
  const agent = new http.Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const ask = (method, where, body) =>
    new Promise((resolve, reject) => {
      const headers = { 'x-api-key': TOKEN, ...(body && { 'content-length': Buffer.byteLength(body) }) };
      const request = http.request({ host: '127.0.0.1', port, method, path: where, agent, headers }, (answer) => {
        answer.resume().on('end', () => (answer.statusCode < 300 ? resolve() : reject(new Error(`${method} ${where}: ${answer.statusCode}`))));
      });
      request.on('error', reject).end(body);
    });
  const stop = async () => {
    agent.destroy();
    child.kill();
    await ended;
  };
  return { process: child, ask, stop };
}

/** Does all of so many things, some at once. */
async function all(count, work) {
  let next = 0;
  const worker = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** How many requests a second are answered. */
async function rate(server, method, where) {
  const end = performance.now() + SECONDS * 1000;
  let count = 0;
  const worker = async () => {
    while (performance.now() < end) {
      await server.ask(method, where());
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return count / SECONDS;
}

/** What files take on the disk, in whole blocks. */
function sizeOf(folder, wanted) {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const at = path.join(folder, entry.name);
    if (entry.isDirectory()) bytes += sizeOf(at, wanted);
    else if (wanted(entry.name)) bytes += statSync(at).blocks * 512;
  }
  return bytes;
}

/** The most memory that a process had at one time; 0 where there is no /proc. */
function memory(pid) {
  try {
    return Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmHWM:\s*(\d+) kB/)[1]) * 1024;
  } catch {
    return 0;
  }
}
