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
  unknown: { 'notes.txt': Buffer.from('buy milk\n') },
};
