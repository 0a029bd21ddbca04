// Bad and unusual inputs that no editor or version control should touch, each by the name of its file.

const lock = JSON.stringify(
  {
    name: 'root',
    version: '1.0.0',
    lockfileVersion: 3,
    packages: {
      '': { name: 'root', version: '1.0.0', dependencies: { lodash: '^4.17.0' } },
      'node_modules/lodash': { version: '4.17.20', resolved: 'https://registry.example/lodash-4.17.20.tgz' },
    },
  },
  null,
  2,
);

const text = (content) => () => Buffer.from(content);

export const generated = {
  'package-lock.json': text(lock),
  'truncated.json': text(lock.slice(0, lock.length / 2)),
  'binary.json': () => Buffer.from(Array.from({ length: 512 }, (_, index) => (index * 37) % 256)),
  'deep.json': text('['.repeat(100_000) + ']'.repeat(100_000)),
  'deep-value.json': text(`{"lockfileVersion":3,"packages":{"":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}}`),
  'empty.json': text(''),
  'bom.json': text(`\uFEFF${lock}`),
  'crlf.json': text(lock.replaceAll('\n', '\r\n')),
  'utf16le.json': () => Buffer.from(`\uFEFF${lock}`, 'utf16le'),
  'conflict.json': text(`<<<<<<< ours\n${lock}\n=======\n${lock}\n>>>>>>> theirs\n`),
  'no-dependencies.json': text('{"lockfileVersion":3,"packages":{"":{"name":"root"}}}'),
  'unknown.txt': text('a file like no other\n'),
  'hostile-names.json': text(
    JSON.stringify({
      lockfileVersion: 3,
      packages: {
        '': { name: 'root' },
        'node_modules/\u001b[31mred': { version: '1.0.0' },
        'node_modules/<img src=x onerror=alert(1)>': { version: '1.0.0' },
        'node_modules/__proto__': { version: '1.0.0' },
      },
    }),
  ),
};
