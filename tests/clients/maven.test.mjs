// The real mvn against a real `hc serve`: a project whose parent and whose build extension were pushed. mvn loads
// both before any plugin, so that nothing but our repository is needed.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import http from 'node:http';
import { test } from 'node:test';

import { TOKEN } from '../conformance/serve.mjs';
import { frontends, needs, sha256, world } from './world.mjs';

await needs('mvn', ['--version'], 'on Debian, apt-get install maven');
await needs('jar', ['--version'], 'on Debian, apt-get install default-jdk-headless');

const pom = (coordinates, rest = '') => {
  const [group, artifact, version] = coordinates.split(':');
  return `<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version>
  ${rest}
</project>
`;
};
const dependency = '<dependencies><dependency><groupId>org.example</groupId><artifactId>base</artifactId><version>[1.0,2.0)</version></dependency></dependencies>';
const project = `<project>
  <modelVersion>4.0.0</modelVersion>
  <parent><groupId>org.example</groupId><artifactId>parent</artifactId><version>[1.0,2.0)</version><relativePath/></parent>
  <artifactId>project</artifactId><version>1.0</version><packaging>pom</packaging>
  <pluginRepositories><pluginRepository>
    <id>snapshots</id><url>http://replaced.example</url><snapshots><enabled>true</enabled></snapshots>
  </pluginRepository></pluginRepositories>
  <build><extensions><extension>
    <groupId>org.example</groupId><artifactId>ext</artifactId><version>1.0-SNAPSHOT</version>
  </extension></extensions></build>
</project>
`;

for (const [frontend, command] of Object.entries(frontends)) {
  test(`${frontend}: mvn resolves artifacts that were pushed, by their versions and by ranges`, async (t) => {
    const { at, hc, push, run, url, write } = await world(t, command, 'MAVEN');
    write({
      'parent.xml': pom('org.example:parent:1.0', '<packaging>pom</packaging><properties><said>by the parent</said></properties>'),
      'ext.xml': pom('org.example:ext:1.0-SNAPSHOT', dependency),
      'classes/note.txt': 'a note\n',
      'classes/site.txt': 'a site\n',
      'project/pom.xml': project,
      'settings.xml': `<settings>
  <localRepository>${at('repository')}</localRepository>
  <mirrors><mirror><id>ours</id><mirrorOf>*</mirrorOf><url>${url}/pkg/local/ours/maven</url></mirror></mirrors>
  <servers><server><id>ours</id><username>any</username><password>${TOKEN}</password></server></servers>
</settings>
`,
    });
    for (const jar of ['base-1.0.jar', 'base-1.0-sources.jar', 'built.jar', 'ext-1.0-SNAPSHOT.jar']) {
      await run('jar', ['--create', '--file', at(jar), '-C', at('classes'), 'note.txt']);
    }
    const pushed = async (...args) => (await push(['maven', 'ours', ...args])).map(({ file, status }) => `${status} ${file}`);
    assert.deepEqual(await pushed('org.example:base:1.0', at('base-1.0*.jar')), ['pushed base-1.0-sources.jar', 'pushed base-1.0.jar', 'pushed base-1.0.pom']);
    assert.deepEqual(await pushed('org.example:base:1.1', at('built.jar')), ['pushed base-1.1.jar', 'pushed base-1.1.pom']);
    assert.deepEqual(await pushed('org.example:base:1.1', at('built.jar'), '--skip-existing'), ['skipped base-1.1.jar', 'skipped base-1.1.pom']);
    assert.deepEqual(await pushed('org.example:base:2.0', at('built.jar')), ['pushed base-2.0.jar', 'pushed base-2.0.pom']);
    await pushed('org.example:ext:1.0-SNAPSHOT', at('ext-1.0-SNAPSHOT.jar'), '--pom', at('ext.xml'));
    // Which mvn gives to every extension.
    await pushed('org.codehaus.plexus:plexus-utils:1.1', at('built.jar'));
    await run('jar', ['--create', '--file', at('parent-1.0-site.jar'), '-C', at('classes'), 'site.txt']);
    await pushed('org.example:parent:1.0', at('parent-1.0-site.jar'), '--pom', at('parent.xml'));
    await assert.rejects(hc(['artifact', 'push', 'maven', 'ours', 'org.example:other:1.0', at('built.jar'), '--pom', at('ext.xml')]), /its artifact is "ext", not "other"/);
    await assert.rejects(hc(['artifact', 'push', 'maven', 'ours', 'org.example:base:1.0', at('parent-1.0-site.jar')]), /409|exists already/);

    const settings = ['--settings', at('settings.xml'), '--global-settings', at('settings.xml')];
    const mvn = async (...args) => {
      try {
        await run('mvn', ['--batch-mode', '--strict-checksums', ...settings, '--file', at('project/pom.xml'), ...args]);
      } catch (error) {
        // It tells its errors on stdout.
        throw new Error(error.stdout);
      }
    };
    await mvn('validate');

    const local = (path) => at('repository/org/example', path);
    assert.equal(readFileSync(local('parent/1.0/parent-1.0.pom'), 'utf8'), readFileSync(at('parent.xml'), 'utf8'));
    assert.equal(sha256(local('ext/1.0-SNAPSHOT/ext-1.0-SNAPSHOT.jar')), sha256(at('ext-1.0-SNAPSHOT.jar')));
    // The highest in the range, which the metadata tell.
    assert.equal(sha256(local('base/1.1/base-1.1.jar')), sha256(at('built.jar')));
    assert.ok(!existsSync(local('base/2.0')));

    await hc(['artifact', 'delete', 'org.example:base', '--registry', 'ours', '--version', '1.1']);
    await mvn('validate', '--update-snapshots', `-Dmaven.repo.local=${at('other')}`);
    assert.equal(sha256(at('other/org/example/base/1.0/base-1.0.jar')), sha256(at('base-1.0.jar')));
  });
}

/** A server that keeps what is put and makes nothing itself: neither checksums nor metadata. */
async function plain(t) {
  const files = new Map();
  const server = http.createServer((request, response) => {
    const pieces = [];
    request.on('data', (piece) => pieces.push(piece));
    request.on('end', () => {
      if (request.method === 'PUT') files.set(request.url, Buffer.concat(pieces));
      const found = files.get(request.url);
      response.writeHead(request.method === 'PUT' ? 201 : found ? 200 : 404);
      response.end(request.method === 'GET' ? found : undefined);
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return `http://127.0.0.1:${server.address().port}`;
}

test('mvn resolves ranges, LATEST and the newest build of a snapshot from a server that makes no metadata', async (t) => {
  const { at, run, write } = await world(t, frontends.native, 'MAVEN');
  const url = await plain(t);
  const env = { HARNESS_API_URL: url, HARNESS_API_KEY: 'key', HARNESS_ACCOUNT_ID: 'local', HARNESS_SERVER: 'open-source' };
  const push = (...args) => run(frontends.native[0], ['artifact', 'push', 'maven', 'ours', ...args], { env });
  const any = '<dependencies><dependency><groupId>org.example</groupId><artifactId>base</artifactId><version>LATEST</version></dependency></dependencies>';
  write({
    'parent.xml': pom('org.example:parent:1.0', '<packaging>pom</packaging>'),
    'ext.xml': pom('org.example:ext:1.0-SNAPSHOT', any),
    'classes/note.txt': 'a note\n',
    'classes/other.txt': 'another note\n',
    'project/pom.xml': project,
    'settings.xml': `<settings>
  <localRepository>${at('repository')}</localRepository>
  <mirrors><mirror><id>ours</id><mirrorOf>*</mirrorOf><url>${url}/pkg/local/ours/maven</url></mirror></mirrors>
</settings>
`,
  });
  const jar = (name, content) => run('jar', ['--create', '--file', at(name), '-C', at('classes'), content]);
  await jar('one.jar', 'note.txt');
  await jar('two.jar', 'other.txt');
  await push('org.example:parent:1.0', '--pom', at('parent.xml'));
  await push('org.example:base:1.0', at('one.jar'));
  await push('org.example:base:1.1', at('two.jar'));
  await push('org.example:ext:1.0-SNAPSHOT', at('one.jar'), '--pom', at('ext.xml'));
  await push('org.codehaus.plexus:plexus-utils:1.1', at('one.jar'));
  const settings = ['--settings', at('settings.xml'), '--global-settings', at('settings.xml')];
  const validate = async () => {
    const args = ['--batch-mode', '--strict-checksums', '--update-snapshots', ...settings, '--file', at('project/pom.xml'), 'validate'];
    const { stdout } = await run('mvn', args).catch((error) => assert.fail(error.stdout));
    assert.doesNotMatch(stdout, /checksum/i);
  };
  await validate();
  const local = (path) => at('repository/org/example', path);
  assert.equal(sha256(local('base/1.1/base-1.1.jar')), sha256(at('two.jar')));
  assert.equal(sha256(local('ext/1.0-SNAPSHOT/ext-1.0-SNAPSHOT.jar')), sha256(at('one.jar')));
  await push('org.example:ext:1.0-SNAPSHOT', at('two.jar'), '--pom', at('ext.xml'));
  await validate();
  assert.equal(sha256(local('ext/1.0-SNAPSHOT/ext-1.0-SNAPSHOT.jar')), sha256(at('two.jar')));
});
