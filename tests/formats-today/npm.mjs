// Holds `hc deps` against what today's package managers of npm's family install: each makes a lockfile of a small
// project with aliases, overrides, a workspace, a catalog and a package from git, and installs it with and without what is for
// development. What then stands in node_modules is what hc must list. Uses the registry that npm is configured for.
//
// node tests/formats-today/npm.mjs [manager …]; HC_BINARY is the program, target/debug/hc without it.

import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const binary = path.resolve(process.env.HC_BINARY ?? path.join(import.meta.dirname, '../../target/debug/hc'));

const work = mkdtempSync(path.join(tmpdir(), 'hc-formats-today-'));
const GIT_DEPENDENCY = 'git-dep';
const manifest = {
  name: 'demo',
  version: '1.0.0',
  private: true,
  dependencies: { 'is-odd': '^3.0.1', 'odd-alias': 'npm:is-odd@2.0.0', [GIT_DEPENDENCY]: 'git+https://git.example/git-dep.git' },
  devDependencies: { 'is-even': '1.0.0' },
};
const member = { name: 'a', version: '1.0.0', dependencies: { 'is-number': '7.0.0' }, devDependencies: { 'is-even': '0.1.1' } };
const override = { 'kind-of': '6.0.3' };
const catalog = 'catalog:\n  is-odd: ^3.0.1\n';
const withCatalog = { ...manifest, dependencies: { ...manifest.dependencies, 'is-odd': 'catalog:' } };

/** Of each manager: its packages and program, its lockfile, the project's files, and its arguments. */
const managers = {
  npm: {
    shownAs: 'npm',
    // Its newest version may want a newer Node than the one that runs this.
    packages: ['npm@latest', 'node@22'],
    program: 'npm/bin/npm-cli.js',
    lockfile: 'package-lock.json',
    files: { 'package.json': { ...manifest, workspaces: ['packages/*'], overrides: override } },
    lock: ['install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--allow-git=all'],
    all: ['ci', '--ignore-scripts', '--no-audit', '--allow-git=all'],
    production: ['ci', '--ignore-scripts', '--no-audit', '--allow-git=all', '--omit=dev'],
  },
  pnpm: {
    shownAs: 'pnpm',
    packages: ['pnpm@latest'],
    program: 'pnpm/bin/pnpm.mjs',
    lockfile: 'pnpm-lock.yaml',
    files: {
      'package.json': withCatalog,
      'pnpm-workspace.yaml': `packages: ["packages/*"]\noverrides:\n  kind-of: 6.0.3\n${catalog}`,
    },
    lock: ['install', '--lockfile-only', '--ignore-scripts'],
    all: ['install', '--frozen-lockfile', '--ignore-scripts'],
    production: ['install', '--frozen-lockfile', '--ignore-scripts', '--prod'],
  },
  yarn1: {
    shownAs: 'Yarn',
    packages: ['yarn@1'],
    program: 'yarn/bin/yarn.js',
    lockfile: 'yarn.lock',
    // Yarn 1 keeps no members in its lockfile, so that hc cannot tell what they ask for.
    files: { 'package.json': { ...manifest, resolutions: override } },
    lock: ['install', '--ignore-scripts', '--non-interactive'],
    all: ['install', '--frozen-lockfile', '--ignore-scripts', '--non-interactive'],
    production: ['install', '--frozen-lockfile', '--ignore-scripts', '--non-interactive', '--production'],
  },
  yarn: {
    shownAs: 'Yarn',
    packages: ['@yarnpkg/cli-dist@latest'],
    program: '@yarnpkg/cli-dist/bin/yarn.js',
    lockfile: 'yarn.lock',
    files: {
      'package.json': { ...withCatalog, workspaces: ['packages/*'], resolutions: { 'is-number/kind-of': '6.0.3' } },
      '.yarnrc.yml': `nodeLinker: node-modules\nenableScripts: false\nenableTelemetry: false\nenableGlobalCache: false\napprovedGitRepositories: ["**"]\n${catalog}`,
    },
    lock: ['install', '--mode=update-lockfile'],
    all: ['install', '--immutable'],
    production: ['workspaces', 'focus', '--all', '--production'],
  },
  bun: {
    shownAs: 'Bun',
    packages: ['bun@latest'],
    program: 'bun/bin/bun.exe',
    isBinary: true,
    lockfile: 'bun.lock',
    files: {
      'package.json': {
        ...withCatalog,
        workspaces: { packages: ['packages/*'], catalog: { 'is-odd': '^3.0.1' } },
        overrides: override,
      },
    },
    lock: ['install', '--lockfile-only', '--ignore-scripts'],
    all: ['install', '--frozen-lockfile', '--ignore-scripts'],
    production: ['install', '--frozen-lockfile', '--ignore-scripts', '--production'],
  },
};

/** Every `name@version` in the node_modules at and below a folder; links lead to what is found elsewhere. */
function installed(folder, found = new Set()) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const below = path.join(folder, entry.name);
    if (!entry.isDirectory()) continue;
    const parent = path.basename(folder).startsWith('@') ? path.dirname(folder) : folder;
    const isPackage = path.basename(parent) === 'node_modules' && existsSync(path.join(below, 'package.json'));
    if (isPackage) {
      const { name, version } = JSON.parse(readFileSync(path.join(below, 'package.json'), 'utf8'));
      found.add(name === GIT_DEPENDENCY ? name : `${name}@${version}`);
    }
    installed(below, found);
  }
  return found;
}

function listed(folder, lockfile, ...omit) {
  const text = execFileSync(binary, ['deps', lockfile, '--format', 'json', ...omit], { cwd: folder, encoding: 'utf8' });
  const rows = JSON.parse(text);
  // Not every lockfile has the version of what comes from git.
  return new Set(rows.map(({ name, version, source }) => (source === 'git' ? name : `${name}@${version}`)));
}

/** The package that the projects take from git; it asks for one of the registry. */
function makeRepository() {
  const folder = path.join(work, 'git/git-dep.git');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name: GIT_DEPENDENCY, version: '1.2.3', dependencies: { 'is-buffer': '2.0.5' } }));
  const git = (...args) => execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@x.example', ...args], { cwd: folder });
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '--message=x');
}

const without = (a, b) => [...a].filter((name) => !b.has(name)).sort();

/** Prints a row of the table of results; whether both are the same. */
function compare(tool, what, theirs, ours) {
  const missing = without(theirs, ours);
  const surplus = without(ours, theirs);
  const isSame = missing.length + surplus.length === 0 && theirs.size > 0;
  console.log(`| ${tool} | ${what} | ${theirs.size} | ${isSame ? 'the same' : `NOT the same: missing ${missing.join(', ')}; surplus ${surplus.join(', ')}`} |`);
  return isSame;
}

function check(name, work) {
  const manager = managers[name];
  const tools = path.join(work, 'tools', name);
  mkdirSync(tools, { recursive: true });
  writeFileSync(path.join(tools, 'package.json'), '{"private": true}');
  const options = { cwd: tools, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] };
  // The install script of bun puts the program in its place.
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel', 'error', ...manager.packages], options);
  const program = path.join(tools, 'node_modules', manager.program);
  const newer = path.join(tools, 'node_modules/node/bin/node');
  const node = existsSync(newer) ? newer : process.execPath;
  const [command, ...first] = manager.isBinary ? [program] : [node, program];
  const run = (cwd, args) => {
    // A manager that is told it runs in CI refuses to write a lockfile.
    const env = {
      ...process.env,
      CI: '',
      YARN_ENABLE_IMMUTABLE_INSTALLS: 'false',
      // They keep clones of repositories, which are made anew with each run.
      YARN_CACHE_FOLDER: path.join(work, 'cache/yarn'),
      BUN_INSTALL_CACHE_DIR: path.join(work, 'cache/bun'),
      // The repository is on this disk.
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: `url.file://${work}/git/.insteadOf`,
      GIT_CONFIG_VALUE_0: 'https://git.example/',
    };
    return execFileSync(command, [...first, ...args], { ...options, cwd, env });
  };

  const project = path.join(work, name);
  mkdirSync(path.join(project, 'packages/a'), { recursive: true });
  for (const [file, content] of Object.entries(manager.files)) {
    const text = typeof content === 'string' ? content : JSON.stringify(content, null, 2);
    writeFileSync(path.join(project, file), text);
  }
  writeFileSync(path.join(project, 'packages/a/package.json'), JSON.stringify(member));
  const version = run(project, ['--version']).trim();
  run(project, manager.lock);
  rmSync(path.join(project, 'node_modules'), { recursive: true, force: true });

  const production = path.join(work, `${name}-production`);
  cpSync(project, production, { recursive: true });
  run(project, manager.all);
  run(production, manager.production);
  const tool = `${manager.shownAs} ${version}`;
  const whole = compare(tool, manager.lockfile, installed(project), listed(project, manager.lockfile));
  const omitting = listed(project, manager.lockfile, '--omit', 'dev');
  return compare(tool, `${manager.lockfile} --omit dev`, installed(production), omitting) && whole;
}

const chosen = process.argv.slice(2);
let failed = false;
try {
  makeRepository();
  for (const name of chosen.length > 0 ? chosen : Object.keys(managers)) {
    try {
      failed = !check(name, work) || failed;
    } catch (error) {
      failed = true;
      console.log(`${name}: ${error.message.split('\n')[0]} ${String(error.stdout ?? '').trim().slice(-400)} ${String(error.stderr ?? '').trim().slice(-400)}`);
    }
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
