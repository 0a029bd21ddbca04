// Python's package managers of today against `hc serve`: installing and publishing, by the lines of docs/serve.md.
//
//     node tests/clients-today/python.mjs [client …]
//
// Takes the newest versions from the index that pip is configured for. HC_BINARY is the program to try, PYTHON the
// interpreter (python3).

import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { client, end, registry, run, temporary } from '../clients/today.mjs';

const python = process.env.PYTHON ?? 'python3';
const scripts = process.platform === 'win32' ? 'Scripts' : 'bin';

/** Makes wheels with nothing but Python's own library. */
const WHEEL = `
import base64, hashlib, sys, zipfile
folder, name, version, entry, text = sys.argv[1:]
module = name.replace('-', '_')
info = f'{module}-{version}.dist-info'
files = {
    f'{module}.py': f'{text}\\ndef main(): print({name!r})\\n',
    f'{info}/METADATA': f'Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\nRequires-Python: >=3.8\\n\\n',
    f'{info}/WHEEL': 'Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n',
    f'{info}/entry_points.txt': f'[console_scripts]\\n{entry} = {module}:main\\n',
}
with zipfile.ZipFile(f'{folder}/{module}-{version}-py3-none-any.whl', 'w') as archive:
    record = ''
    for path, content in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content.encode()).digest()).rstrip(b'=').decode()
        record += f'{path},sha256={digest},{len(content)}\\n'
        archive.writestr(path, content)
    archive.writestr(f'{info}/RECORD', record + f'{info}/RECORD,,\\n')
`;
function wheel(folder, name, text = '') {
  mkdirSync(folder, { recursive: true });
  execFileSync(python, ['-c', WHEEL, folder, name, '1.0', name, text]);
}

/** A virtual environment with the newest version of a client. */
function install(...packages) {
  const folder = path.join(temporary, 'tools', packages[0]);
  run(python, ['-m', 'venv', folder]);
  const bin = path.join(folder, scripts);
  const { exit, said } = run(path.join(bin, 'python'), ['-m', 'pip', 'install', '--quiet', '--upgrade', ...packages], { timeout: 500_000 });
  if (exit !== 0) throw new Error(said);
  const version = run(path.join(bin, 'python'), ['-c', `import importlib.metadata as m; print(m.version(${JSON.stringify(packages[0])}))`]).said.trim();
  return { bin, version };
}

const project = (name, backend, tool = '') => `[project]
name = "${name}"
version = "1.0"
description = "Mine"
requires-python = ">=3.11"
dependencies = []
${backend ? `\n[build-system]\nrequires = ["${backend[0]}"]\nbuild-backend = "${backend[1]}"\n` : ''}${tool}`;

/** Of each client: its packages, and how it publishes once more; those without `again` only install. */
const clients = {
  pip: { packages: ['pip'] },
  uv: { packages: ['uv'], again: 'uv publish --publish-url URL/pkg/local/ours/python/ --username any dist/*' },
  pipx: { packages: ['pipx'] },
  twine: { packages: ['twine'], again: 'twine upload dist/*' },
  Hatch: { packages: ['hatch'], again: 'hatch publish dist/*' },
  Flit: { packages: ['flit'], backend: ['flit_core >=3', 'flit_core.buildapi'], again: 'flit publish' },
  Poetry: { packages: ['poetry'], backend: ['poetry-core', 'poetry.core.masonry.api'], tool: '\n[tool.poetry]\npackages = [{ include = "*.py" }]\n', again: 'poetry publish --repository ours' },
  // It wants of hishel what version 2 has no more.
  PDM: { packages: ['pdm', 'hishel<2'], tool: '\n[tool.pdm]\ndistribution = false\n', again: 'pdm publish --no-build' },
};

const chosen = process.argv.slice(2);
const { url, hc } = await registry('PYTHON');
const dist = path.join(temporary, 'left-dist');
wheel(dist, 'left');
// pipx wants pip itself in the index.
run(python, ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary=:all:', '--dest', dist, 'pip']);
hc(['artifact', 'push', 'python', 'ours', dist]);
for (const [name, { packages, backend, tool, again }] of Object.entries(clients)) {
  if (chosen.length && !chosen.includes(name)) continue;
  const mine = `mine-${name.toLowerCase()}`;
  const module = mine.replace('-', '_');
  const { bin, version } = install(...packages);
  const ready = path.join(temporary, 'ready', name);
  wheel(ready, mine);
  client(name, {
    version,
    url,
    path: [bin],
    words: { NAME: 'left' },
    env: {
      PIP_DISABLE_PIP_VERSION_CHECK: '1', PDM_CHECK_UPDATE: '0', PDM_IGNORE_ACTIVE_VENV: '1', POETRY_VIRTUALENVS_IN_PROJECT: '1',
      POETRY_KEYRING_ENABLED: 'false', PYTHON_KEYRING_BACKEND: 'keyring.backends.null.Keyring',
    },
    project: { 'pyproject.toml': project(mine, backend, tool), [`${module}.py`]: '"""Mine"""\n' },
    before: ({ cwd }) => {
      if (name !== 'Flit') execFileSync('cp', ['-r', ready, path.join(cwd, 'dist')]);
      execFileSync('git', ['init', '-q'], { cwd });
    },
    again: again && {
      line: again.replace('URL', url),
      change: (cwd) => {
        if (name === 'Flit') writeFileSync(path.join(cwd, `${module}.py`), '"""Mine, changed"""\n');
        else wheel(path.join(cwd, 'dist'), mine, 'changed = 1');
      },
      says: /another content/,
    },
    after({ cwd, home }) {
      if (name === 'pip') execFileSync(path.join(bin, 'python'), ['-c', 'import left']);
      if (name === 'pipx' && !readdirSync(path.join(home, '.local/bin')).includes('left')) throw new Error('left is not there');
      if (!again) return;
      const found = JSON.parse(hc(['artifact', 'get', mine, '--registry', 'ours', '--format', 'json'], cwd));
      if (found.versions[0].name !== '1.0') throw new Error('it was not published');
    },
  });
}
await end();
