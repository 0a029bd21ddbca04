// What the scripts in tests/clients-today/ share: the lines of docs/serve.md, run as they stand there by clients of today
// against a real `hc serve`, and the table of what worked.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { binary } from '../conformance/binary.mjs';
import { root } from '../conformance/cases.mjs';
import { TOKEN, serve } from '../conformance/serve.mjs';

/** What nobody should use; the audits must say so. */
export const ADVISORY = 'GHSA-9999-today-left';

const cleanups = [];
export const temporary = mkdtempSync(path.join(tmpdir(), 'hc-clients-today-'));
cleanups.push(() => rmSync(temporary, { recursive: true, force: true, maxRetries: 3 }));
const rows = [];

/** The block of files and commands below a client's heading: `{files: {path: text}, lines: [command]}`. */
function section(client) {
  const text = readFileSync(path.join(root, 'docs/serve.md'), 'utf8');
  const found = text.split(/^### /m).find((part) => part.startsWith(`${client}\n`));
  if (!found) throw new Error(`docs/serve.md says nothing of ${client}`);
  const own = found.split(/^## /m)[0];
  const files = {};
  for (const [, name, content] of own.matchAll(/^In `([^`]+)`[^\n]*:\n\n```\w*\n(.*?)^```$/gms)) files[name] = content;
  const commands = own.match(/^```sh\n(.*?)^```$/ms)?.[1] ?? '';
  return { files, lines: commands.split('\n').filter((line) => line && !line.startsWith('#')) };
}

/** A server with a registry `ours`, and hc for it. */
export async function registry(type) {
  const advisories = path.join(temporary, 'advisories');
  mkdirSync(advisories, { recursive: true });
  const affected = [{ package: { ecosystem: 'npm', name: 'left' }, versions: ['1.0.0'], ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '2.0.0' }] }] }];
  const record = { id: ADVISORY, modified: '2026-01-01T00:00:00Z', summary: 'Left goes right', database_specific: { severity: 'HIGH' }, affected };
  writeFileSync(path.join(advisories, `${ADVISORY}.json`), JSON.stringify(record));
  const url = await serve({ after: (cleanup) => cleanups.push(cleanup) }, ['--advisories', advisories]);
  const env = { ...process.env, HARNESS_API_URL: url, HARNESS_API_KEY: TOKEN, HARNESS_SERVER: 'saas' };
  const hc = (args, cwd = temporary) => execFileSync(binary, args, { env, cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  hc(['registry', 'create', 'ours', '--package-type', type]);
  return { url, hc };
}

/** Runs a program to its end; gives its exit code and all that it said. */
export function run(command, args, options = {}) {
  const done = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28, timeout: 300_000, input: '', ...options });
  return { exit: done.status, said: `${done.error ?? ''}${done.stdout ?? ''}${done.stderr ?? ''}` };
}

/**
 * Runs a client's lines in a project of these files. `expect` gives for words in a line what must be true of its outcome
 * in place of exit code 0; `after` looks at what is there in the end. `path` is where the client's programs are.
 */
export function client(name, { version, url, project = {}, path: programs = [], words = {}, env = () => ({}), expect = {}, before = () => {}, again, after = () => {} }) {
  const home = mkdtempSync(path.join(temporary, 'home-'));
  const cwd = path.join(home, 'project');
  const host = new URL(url);
  const told = (text) => {
    const all = { 'HOST:PORT': host.host, HOST: host.hostname, URL: url, KEY: TOKEN, ...words };
    return Object.entries(all).reduce((result, [word, value]) => result.replaceAll(new RegExp(`\\b${word}\\b`, 'g'), value), text);
  };
  const write = (file, text) => {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  const environment = {
    ...process.env, CI: '1', NO_COLOR: '1', HOME: home, XDG_CONFIG_HOME: path.join(home, '.config'), XDG_CACHE_HOME: path.join(home, '.cache'),
    PATH: [...programs, process.env.PATH].join(path.delimiter),
  };
  for (const variable of ['PIP_INDEX_URL', 'PIP_EXTRA_INDEX_URL', 'PIP_FIND_LINKS', 'NPM_CONFIG_REGISTRY', 'npm_config_registry']) delete environment[variable];
  Object.assign(environment, typeof env === 'function' ? env(home) : env);
  const commands = [];
  const tell = (works) => {
    rows.push({ name, version, commands, works });
    console.log(`${works === 'yes' ? 'ok' : 'NOT OK'} ${name} ${version}: ${works}`);
  };
  try {
    const { files, lines } = section(name);
    for (const [file, text] of Object.entries(project)) write(path.join(cwd, file), text);
    for (const [file, text] of Object.entries(files)) {
      const where = file.startsWith('~/') ? path.join(home, file.slice(2)) : path.join(cwd, file);
      // A part of a POM goes into the one that is there.
      if (file === 'pom.xml') write(where, project[file].replace('</project>', `${told(text)}</project>`));
      else write(where, told(text));
    }
    before({ cwd, home });
    for (const line of lines) {
      const set = told(line).match(/^export (\w+)=(.*)$/);
      if (set) {
        environment[set[1]] = set[2];
        continue;
      }
      commands.push(line.split(" ").slice(0, 3).filter((word) => !/^[-A-Z~.]|[\/*:]|^[01]/.test(word)).join(" "));
      const outcome = run('sh', ['-c', told(line)], { cwd, env: environment });
      const [, check] = Object.entries(expect).find(([word]) => line.includes(word)) ?? [];
      if (check ? !check(outcome) : outcome.exit !== 0) return tell(`no: \`${line}\` said: ${outcome.said.slice(-1500)}`);
    }
    if (again) {
      // The reason of a refusal reaches whoever publishes another content under the same name.
      again.change?.(cwd);
      const { exit, said } = run('sh', ['-c', told(again.line)], { cwd, env: environment });
      if (exit === 0 || !again.says.test(said)) return tell(`no: a refusal is not told (${exit}): ${said.slice(-1500)}`);
      commands.push('told why a second one is refused');
    }
    after({ cwd, home, env: environment });
    tell('yes');
  } catch (error) {
    tell(`no: ${error.message}`);
  }
}

/** Prints the table and ends; the exit code is 1 when a client did not work. */
export async function end() {
  for (const { name, version, commands, works } of rows) {
    console.log(`| ${name} | ${version} | ${commands.map((command) => `\`${command}\``).join(', ')} | ${works.split('\n')[0]} |`);
  }
  for (const cleanup of cleanups.reverse()) await cleanup();
  process.exit(rows.every(({ works }) => works === 'yes') ? 0 : 1);
}
