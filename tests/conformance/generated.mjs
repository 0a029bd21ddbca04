// Bad and unusual inputs that no editor or version control should touch: for each folder, its files.

const lock = JSON.stringify(
  {
    name: 'root',
    version: '1.0.0',
    lockfileVersion: 3,
    packages: {
      '': { name: 'root', version: '1.0.0', dependencies: { lodash: '^4.17.0' } },
      'node_modules/lodash': { version: '4.17.20', resolved: 'https://registry.example/lodash/-/lodash-4.17.20.tgz' },
    },
  },
  null,
  2,
);

const requirements = 'flask==2.2.2\n# a comment\nurllib3==1.26.12 ; python_version >= "3.8"\n';

const pom = `<project>
  <modelVersion>4.0.0</modelVersion>
  <dependencies>
    <dependency>
      <groupId>org.apache.logging.log4j</groupId>
      <artifactId>log4j-core</artifactId>
      <version>2.14.1</version>
    </dependency>
  </dependencies>
</project>
`;

const hostile = {
  lockfileVersion: 3,
  packages: Object.fromEntries([
    ['', { name: 'root' }],
    ...['\u001b[31mred', '<img src=x onerror=alert(1)>', '__proto__', 'left\u202eright', 'new\nline'].map((name) => [
      `node_modules/${name}`,
      { version: '1.0.0' },
    ]),
  ]),
};

const scopes = {
  lockfileVersion: 3,
  packages: {
    '': { name: 'root', dependencies: { a: '1' }, devDependencies: { b: '1' }, peerDependencies: { d: '1' } },
    'node_modules/a': { version: '1.0.0', optionalDependencies: { c: '1' } },
    'node_modules/b': { version: '1.0.0', dev: true },
    'node_modules/c': { version: '1.0.0', optional: true },
    'node_modules/d': { version: '1.0.0', peer: true },
  },
};

/** Several projects, and what a walk through them must pass over. */
const tree = {
  '.gitignore': 'build/\n',
  'server/pom.xml': pom,
  'tools/requirements.txt': requirements,
  'web/package-lock.json': lock,
  'web/node_modules/lodash/package-lock.json': lock,
  'web/build/package-lock.json': lock,
};

/** git's index (version 2) of these paths. */
function index(...paths) {
  const number = (value, bytes) => {
    const written = Buffer.alloc(bytes);
    written.writeUIntBE(value, 0, bytes);
    return written;
  };
  const entry = (name) => {
    const path = Buffer.from(name);
    // Times, device, mode, owner, size and the object's name tell nothing of what is tracked.
    return Buffer.concat([Buffer.alloc(60), number(path.length, 2), path, Buffer.alloc(8 - ((62 + path.length) % 8))]);
  };
  return Buffer.concat([Buffer.from('DIRC'), number(2, 4), number(paths.length, 4), ...paths.sort().map(entry)]);
}

const manifest = (dependencies, more = {}) => JSON.stringify({ ...more, dependencies });
const asksLodash = manifest({ lodash: '^4.17.0' });
const emptyLock = '{"lockfileVersion":3,"packages":{"":{}}}';
const workspace = JSON.stringify({
  lockfileVersion: 3,
  packages: {
    '': { workspaces: ['apps/*'], dependencies: { lodash: '^4.17.0' } },
    'apps/shop': { name: 'shop', dependencies: { lodash: '^4.17.1' } },
    'node_modules/lodash': { version: '4.17.20' },
    'node_modules/shop': { resolved: 'apps/shop', link: true },
  },
});

/** Folders that are walked, each for one of the rules. */
const walks = {
  'walk-empty-lockfile': {
    'npm/package.json': asksLodash,
    'npm/package-lock.json': emptyLock,
    'gradle/build.gradle': "dependencies { implementation 'org.apache.logging.log4j:log4j-core:2.14.1' }\n",
    'gradle/gradle.lockfile': 'empty=\n',
    'older/package.json': manifest({ lodash: '^4.17.21' }),
    'older/package-lock.json': lock,
  },
  'walk-ignored-lockfile': {
    '.git/HEAD': '',
    '.gitignore': 'package-lock.json\n',
    'lib/package.json': asksLodash,
    'lib/package-lock.json': lock,
  },
  'walk-tracked': {
    '.git/index': index('build/package-lock.json', 'env/requirements.txt', 'web/node_modules/own/package-lock.json'),
    '.gitignore': 'build/\n',
    'build/package-lock.json': lock,
    'build/requirements.txt': requirements,
    'env/pyvenv.cfg': 'home = /usr/bin\n',
    'env/bin/python': '',
    'env/requirements.txt': 'flask==2.2.2\n',
    'env/lib/requirements.txt': requirements,
    'web/node_modules/own/package-lock.json': lock,
    'web/node_modules/other/package-lock.json': lock,
  },
  'walk-marks': {
    'apps/vendor/requirements.txt': 'flask==2.2.2\n',
    'forged/pyvenv.cfg': '',
    'forged/requirements.txt': 'flask==2.2.3\n',
    'go/vendor/modules.txt': '# example.com/m v1.0.0\n',
    'go/vendor/example.com/m/requirements.txt': requirements,
  },
  'walk-members': {
    'package.json': asksLodash,
    'package-lock.json': workspace,
    'apps/shop/package.json': manifest({ lodash: '^4.17.1' }, { name: 'shop' }),
    'apps/other/package.json': manifest({ lodash: '^4.17.2' }, { name: 'other' }),
    'apps/more/package.json': manifest({ shop: '*' }, { name: 'more' }),
  },
  'walk-names': {
    'Cargo.lock': '',
    'constraints.txt': requirements,
    'gradle/dependency-locks/runtimeClasspath.lockfile': '# written by Gradle\norg.slf4j:slf4j-api:2.0.13\n',
    'requirements/README.txt': 'Requirements of the service.\n',
    'requirements/base.in': 'flask>=2\n',
    'requirements/base.txt': 'flask==2.2.2\n',
    'requirements/dev.in': 'pytest>=8\n',
    'tools/run.py.lock': 'version = 1\nrequires-python = ">=3.12"\n',
  },
  'as-format': { list: 'flask==2.2.2\n', 'notes.txt': 'buy milk\n' },
  'reference-outside': {
    'home/auth.json': '{\n  "token": "pat.acc.id.secret"\n}\n',
    'repo/.git/HEAD': '',
    'repo/settings.json': '{\n  "token": "pat.acc.id.secret"\n}\n',
    'repo/requirements.txt': 'flask==2.2.2\n-r ../home/auth.json\n-r settings.json\n',
  },
};

const npm = (content) => ({ 'package-lock.json': Buffer.from(content) });
const python = (content) => ({ 'requirements.txt': Buffer.from(content) });
const maven = (content) => ({ 'pom.xml': Buffer.from(content) });

const binary = Buffer.from(Array.from({ length: 512 }, (_, index) => (index * 37) % 256));
const half = (content) => content.slice(0, content.length / 2);
const crlf = (content) => content.replaceAll('\n', '\r\n');
const utf16le = (content) => Buffer.from(`\uFEFF${content}`, 'utf16le');
const nested = (open, close) => open.repeat(100_000) + close.repeat(100_000);

export const generated = {
  'npm-truncated': npm(half(lock)),
  'npm-binary': npm(binary),
  'npm-deep': npm(nested('[', ']')),
  'npm-deep-value': npm(`{"lockfileVersion":3,"packages":{"":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}}`),
  'npm-empty': npm(''),
  'npm-conflict': npm(`<<<<<<< ours\n${lock}\n=======\n${lock}\n>>>>>>> theirs\n`),
  'npm-bom': npm(`\uFEFF${lock}`),
  'npm-crlf': npm(crlf(lock)),
  'npm-utf16': npm(utf16le(lock)),
  'npm-other-json': npm('{"name": "not a lockfile"}'),
  'npm-newer': npm(lock.replace('"lockfileVersion": 3', '"lockfileVersion": 99')),
  'npm-no-dependencies': npm('{"lockfileVersion":3,"packages":{"":{"name":"root"}}}'),
  'npm-hostile-names': npm(JSON.stringify(hostile)),
  'npm-other-name': { 'locked.json': Buffer.from(lock) },
  'python-binary': python(binary),
  'python-empty': python(''),
  'python-bom': python(`\uFEFF${requirements}`),
  'python-crlf': python(crlf(requirements)),
  'python-utf16': python(utf16le(requirements)),
  'python-line-ends': python('flask==3.0.3\n# a comment\fsix==1.16.0\n# another\u2028attrs==23.1.0\n# and one\u0085ujson==5.10.0\n'),
  'python-utf-7': python('# -*- coding: utf-7 -*-\nflask==3.0.3\n# a comment+AAo-six==1.16.0\n'),
  'maven-truncated': maven(half(pom)),
  'maven-binary': maven(binary),
  'maven-deep': maven(nested('<a>', '</a>')),
  'maven-empty': maven(''),
  'maven-bom': maven(`\uFEFF${pom}`),
  'maven-crlf': maven(crlf(pom)),
  'maven-utf16': maven(utf16le(pom)),
  'npm-scopes': npm(JSON.stringify(scopes, null, 2)),
  tree: Object.fromEntries(Object.entries(tree).map(([name, text]) => [name, Buffer.from(text)])),
  ...walks,
  unknown: { 'notes.txt': Buffer.from('buy milk\n') },
};
