// Python's package managers of today against hc: each, in its newest version, locks a project with groups, extras,
// members, sources and markers, and says what it would install of it; `hc deps` must say the same.
//
//     node tests/formats-today/python.mjs
//
// It needs Python 3.11 or later, git, and a package index. Everything is installed into a temporary folder. HC_BINARY is
// the program to try (target/debug/hc), PYTHON the interpreter (python3).

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const hc = path.resolve(process.env.HC_BINARY ?? path.join(root, 'target/debug/hc'));
const temporary = mkdtempSync(path.join(tmpdir(), 'hc-formats-today-'));

/** What the tools are told beside their arguments: to stay in the folder, and whose repositories are on this disk. */
const environment = {
  ...process.env,
  NO_COLOR: '1',
  PIPENV_VENV_IN_PROJECT: '1',
  PDM_CHECK_UPDATE: '0',
  POETRY_VIRTUALENVS_IN_PROJECT: '1',
  POETRY_SYSTEM_GIT_CLIENT: 'true',
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: `url.file://${temporary}/.insteadOf`,
  GIT_CONFIG_VALUE_0: 'https://git.example/',
};

function run(command, args, cwd) {
  const done = spawnSync(command, args, { cwd, env: environment, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (done.status !== 0) {
    throw new Error(`${path.basename(command)} ${args.join(' ')}: ${done.error ?? done.stderr}${done.stdout}`);
  }
  return done.stdout;
}

/** A virtual environment with the newest version of a package, and what it needs besides; gives the program and its version. */
function install(name, ...besides) {
  const folder = path.join(temporary, 'tools', name);
  run(process.env.PYTHON ?? 'python3', ['-m', 'venv', folder], temporary);
  const bin = process.platform === 'win32' ? 'Scripts' : 'bin';
  run(path.join(folder, bin, 'python'), ['-m', 'pip', 'install', '--quiet', '--upgrade', name, ...besides], temporary);
  const program = path.join(folder, bin, name);
  return { program, python: path.join(folder, bin, 'python'), version: run(program, ['--version'], temporary).match(/\d+(\.\d+)+/)[0] };
}

/** How many requirements files are generated for pip. */
const GENERATED = 2000;

/** Writes a project's files, and a package in a repository of git's. */
function project(name, files) {
  const folder = path.join(temporary, name);
  const all = { ...files, 'gitdep/pyproject.toml': manifest('gitdep', '1.0') };
  for (const [file, text] of Object.entries(all)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  const git = (...args) => run('git', args, path.join(folder, 'gitdep'));
  git('init', '--quiet');
  git('add', '.');
  git('-c', 'user.name=x', '-c', 'user.email=x@x.example', 'commit', '--quiet', '--message=x');
  return { folder, gitUrl: `https://git.example/${name}/gitdep` };
}

function manifest(name, version, dependencies = []) {
  return `[project]
name = "${name}"
version = "${version}"
requires-python = ">=3.11"
dependencies = ${JSON.stringify(dependencies)}
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"
[tool.setuptools]
py-modules = []
`;
}

/** What hc lists of a file: `name==version` of what comes from a registry, the name alone of all else. */
function listed(folder, file, omit = []) {
  const flags = omit.length > 0 ? ['--omit', omit.join(',')] : [];
  const rows = JSON.parse(run(hc, ['deps', file, '--format', 'json', ...flags], folder));
  return new Set(rows.map((row) => (row.source === 'registry' ? `${row.name}==${row.version}` : row.name)));
}

/** The same out of lines of requirements, as the tools export them. */
function exported(text) {
  const found = new Set();
  for (const line of text.replace(/\\\n/g, '').split('\n')) {
    const pinned = /^([A-Za-z0-9][\w.-]*)(?:\[.*?\])?==([^\s;]+)/.exec(line);
    const placed = /^(?:-e )?([A-Za-z0-9][\w.-]*)(?:\[.*?\])? @ /.exec(line) ?? /^(?:-e )?.*#egg=([\w.-]+)/.exec(line);
    const name = (found) => found[1].toLowerCase().replace(/[-_.]+/g, '-');
    if (pinned) found.add(`${name(pinned)}==${pinned[2]}`);
    else if (placed) found.add(name(placed));
  }
  return found;
}

const results = [];

/** Takes down a result, and prints it as a row of the table. */
function tell(tool, what, count, isSame, difference) {
  results.push(isSame);
  console.log(`| ${tool} | ${what} | ${count} | ${isSame ? 'the same' : `NOT the same: ${difference}`} |`);
}

function compare(tool, what, ours, theirs) {
  const missing = [...theirs].filter((row) => !ours.has(row));
  const more = [...ours].filter((row) => !theirs.has(row));
  const isSame = missing.length + more.length === 0 && theirs.size > 0;
  tell(tool, what, theirs.size, isSame, `missing ${missing.join(', ')}; surplus ${more.join(', ')}`);
}

const GROUPS = `
[project.optional-dependencies]
"Net_work" = ["requests[socks]==2.32.3"]
[dependency-groups]
Dev_tools = ["iniconfig==2.0.0", {include-group = "docs"}]
docs = ["markupsafe==2.1.5"]
`;

function uv() {
  const { program, version } = install('uv');
  const tool = `uv ${version}`;
  const base = project('uv', {
    'm/a/pyproject.toml': `${manifest('member-a', '1', ['six==1.16.0'])}
[project.optional-dependencies]
x = ["attrs==23.1.0"]
y = ["toml==0.10.2"]
[dependency-groups]
dev = ["click==7.1.2"]
`,
    'm/b/pyproject.toml': `${manifest('member-b', '1', ['requests==2.32.3'])}[dependency-groups]\ndev = ["idna==3.7"]\n`,
    'local/pyproject.toml': manifest('local-one', '1', ['zipp==3.19.0']),
  });
  writeFileSync(
    path.join(base.folder, 'pyproject.toml'),
    `${manifest('root-project', '1', ['Member.A[X]', 'gitdep', "colorama==0.4.6; sys_platform == 'win32'", 'pyyaml>=6'])}${GROUPS}
source = ["local-one"]
[tool.uv]
default-groups = ["dev-tools"]
override-dependencies = ["pyyaml==6.0.2"]
constraint-dependencies = ["certifi<2025"]
[tool.uv.workspace]
members = ["m/*"]
[tool.uv.sources]
member-a = { workspace = true }
gitdep = { git = "${base.gitUrl}" }
local-one = { path = "local", group = "source" }
`,
  );
  run(program, ['lock'], base.folder);
  const list = (...args) =>
    exported(run(program, ['export', '--quiet', '--frozen', '--no-hashes', '--no-header', '--no-annotate', ...args], base.folder));
  // The folder of a local package is exported without its name.
  const withLocal = (rows) => rows.add('local-one');
  const members = ['--all-packages', '--no-emit-workspace'];
  const all = [...members, '--all-extras'];
  compare(tool, 'uv.lock', listed(base.folder, 'uv.lock'), withLocal(list(...all, '--all-groups')));
  compare(tool, 'uv.lock --omit dev', listed(base.folder, 'uv.lock', ['dev']), list(...all, '--no-default-groups'));
  compare(tool, 'uv.lock --omit dev,optional', listed(base.folder, 'uv.lock', ['dev', 'optional']), list(...members, '--no-default-groups'));

  writeFileSync(path.join(base.folder, 's.py'), '# /// script\n# requires-python = ">=3.11"\n# dependencies = ["requests[socks]==2.32.3"]\n# ///\n');
  run(program, ['lock', '--script', 's.py'], base.folder);
  compare(tool, 's.py.lock', listed(base.folder, 's.py.lock'), list('--script', 's.py'));

  run(program, ['export', '--quiet', '--frozen', '--format', 'pylock.toml', ...all, '--all-groups', '-o', 'pylock.toml'], base.folder);
  compare(tool, 'pylock.toml', listed(base.folder, 'pylock.toml'), withLocal(list(...all, '--all-groups')));
}

function poetry() {
  const { program, python, version } = install('poetry');
  const tool = `Poetry ${version}`;
  const base = project('poetry', {});
  writeFileSync(
    path.join(base.folder, 'pyproject.toml'),
    `[project]
name = "root-project"
version = "1"
requires-python = ">=3.11,<4"
dependencies = ["six==1.16.0", "colorama==0.4.6; sys_platform == 'win32'", "gitdep @ git+${base.gitUrl}"]
${GROUPS}
[tool.poetry]
package-mode = false
[[tool.poetry.source]]
name = "index"
url = "${index(python)}"
priority = "primary"
[tool.poetry.group.Extra_Group]
optional = true
[tool.poetry.group.Extra_Group.dependencies]
click = "7.1.2"
[build-system]
requires = ["poetry-core"]
build-backend = "poetry.core.masonry.api"
`,
  );
  run(program, ['lock', '--no-interaction'], base.folder);
  const list = (...args) => {
    // What is for another platform, it does not tell.
    const told = run(program, ['install', '--dry-run', '--no-root', '--no-ansi', '--no-interaction', ...args], base.folder);
    const rows = [...told.matchAll(/^ +- (?:Installing|Updating|Downgrading) (\S+) \((?:\S+ -> )?(\S+?)( \S+)?\)(?!: Skipped)/gm)];
    return new Set(rows.map(([, name, version, place]) => (place ? name : `${name}==${version}`))).add('colorama==0.4.6');
  };
  compare(tool, 'poetry.lock', listed(base.folder, 'poetry.lock'), list('--all-groups', '--all-extras'));
  compare(tool, 'poetry.lock --omit dev', listed(base.folder, 'poetry.lock', ['dev']), list('--only', 'main', '--all-extras'));
  compare(tool, 'poetry.lock --omit dev,optional', listed(base.folder, 'poetry.lock', ['dev', 'optional']), list('--only', 'main'));
}

function pdm() {
  // PDM 2.29 asks for any hishel from 1.4 on; the second lacks what it uses.
  const { program, version } = install('pdm', 'hishel<2');
  const tool = `PDM ${version}`;
  const base = project('pdm', {});
  writeFileSync(
    path.join(base.folder, 'pyproject.toml'),
    `${manifest('root-project', '1', ['six==1.16.0', `gitdep @ git+${base.gitUrl}`, "colorama==0.4.6; sys_platform == 'win32'"])}${GROUPS}
[tool.pdm]
distribution = false
[tool.pdm.dev-dependencies]
Old_Style = ["click==7.1.2"]
[tool.pdm.resolution.overrides]
certifi = "2024.2.2"
`,
  );
  run(program, ['lock', '--group', ':all'], base.folder);
  const list = (...args) => exported(run(program, ['export', '--no-hashes', ...args], base.folder));
  compare(tool, 'pdm.lock', listed(base.folder, 'pdm.lock'), list('--group', ':all'));
  compare(tool, 'pdm.lock --omit dev', listed(base.folder, 'pdm.lock', ['dev']), list('--prod', '--group', 'net-work'));
  compare(tool, 'pdm.lock --omit dev,optional', listed(base.folder, 'pdm.lock', ['dev', 'optional']), list('--prod'));
  run(program, ['lock', '--group', ':all', '--strategy', 'static_urls'], base.folder);
  compare(tool, 'pdm.lock with URLs', listed(base.folder, 'pdm.lock'), list('--group', ':all'));
  rmSync(path.join(base.folder, 'pyproject.toml'));
  const lone = listed(base.folder, 'pdm.lock', ['dev']);
  compare(tool, 'a lone pdm.lock --omit dev', lone, listed(base.folder, 'pdm.lock'));
}

function pipenv() {
  const { program, python, version } = install('pipenv');
  const tool = `pipenv ${version}`;
  const base = project('pipenv', { 'local/pyproject.toml': manifest('local-one', '1') });
  writeFileSync(
    path.join(base.folder, 'Pipfile'),
    `[[source]]
url = "${index(python)}"
verify_ssl = true
name = "index"
[packages]
requests = {version = "==2.32.3", extras = ["socks"]}
colorama = {version = "==0.4.6", sys_platform = "== 'win32'"}
gitdep = {git = "${base.gitUrl}"}
[dev-packages]
click = "==7.1.2"
[web_stuff]
six = "==1.16.0"
`,
  );
  run(program, ['lock'], base.folder);
  const list = (...args) => exported(run(program, ['requirements', ...args], base.folder));
  const all = list('--categories=packages dev-packages web_stuff');
  compare(tool, 'Pipfile.lock', listed(base.folder, 'Pipfile.lock'), all);
  compare(tool, 'Pipfile.lock --omit dev', listed(base.folder, 'Pipfile.lock', ['dev']), list('--categories=packages web_stuff'));
}

function pip() {
  const { program, version, python } = install('pip');
  const tool = `pip ${version}`;
  const base = project('pip', {
    'requirements.txt': '--pre -r more.txt\nsix==1.16.0 # why\ncolorama==0.4.6 ; sys_platform == "win32"\n-c pins.txt\n',
    'more.txt': 'requests[socks]\n',
    'pins.txt': 'requests==2.32.3\n',
  });
  run(program, ['lock', '--quiet', '-r', 'requirements.txt', '-o', 'pylock.toml'], base.folder);
  const report = JSON.parse(
    run(program, ['install', '--quiet', '--dry-run', '--ignore-installed', '--report', '-', '-r', 'requirements.txt'], base.folder),
  );
  const name = (row) => row.metadata.name.toLowerCase().replace(/[-_.]+/g, '-');
  const installed = new Set(report.install.map((row) => `${name(row)}==${row.metadata.version}`));
  compare(tool, 'pylock.toml', listed(base.folder, 'pylock.toml'), installed);
  const asked = report.install.filter((row) => row.requested).map((row) => `${name(row)}==${row.metadata.version}`);
  compare(tool, 'requirements.txt', listed(base.folder, 'requirements.txt'), new Set([...asked, 'colorama==0.4.6']));

  const script = path.join(import.meta.dirname, 'pip_requirements.py');
  const done = spawnSync(python, [script, hc, `${GENERATED}`], { encoding: 'utf8' });
  tell(tool, 'generated requirements.txt', GENERATED, done.status === 0, `${done.stdout}${done.stderr}`);
}

/** The index that pip is set up with, for tools that have one of their own: nothing here names one. */
function index(python) {
  const script = 'from pip._internal.cli.cmdoptions import index_url; print(index_url().default)';
  return run(python, ['-c', script], temporary).trim();
}

const wanted = process.argv.slice(2);
try {
  for (const check of [uv, poetry, pdm, pipenv, pip]) {
    if (wanted.length > 0 && !wanted.includes(check.name)) continue;
    try {
      check();
    } catch (error) {
      tell(check.name, 'its own run', 0, false, error.message);
    }
  }
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
process.exitCode = results.length > 0 && results.every((isSame) => isSame) ? 0 : 1;
