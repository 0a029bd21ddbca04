// The real go command against a real `hc serve`.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, symlinkSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { once } from 'node:events';
import { test } from 'node:test';

import { certificate } from '../conformance/scripted.mjs';
import { TOKEN } from '../conformance/serve.mjs';
import { frontends, needs, sha256, world } from './world.mjs';

await needs('go', ['version'], 'the Go toolchain, from its site or your system’s packages');
await needs('git', ['version'], 'git, from your system’s packages');
// What the standard library compiles to is the same for all.
const GOCACHE = execFileSync('go', ['env', 'GOCACHE'], { encoding: 'utf8' }).trim();

/** Takes TLS off in front of the server: the go command gives a password to HTTPS alone. */
async function front(t, url) {
  const tls = certificate(['localhost'], t);
  const target = new URL(url);
  const server = https.createServer({ key: tls.key, cert: tls.cert }, (request, response) => {
    const headers = { ...request.headers, host: target.host, 'x-forwarded-proto': 'https' };
    const onward = http.request(target, { method: request.method, path: request.url, headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  t.after(() => server.close());
  return { port: server.address().port, file: tls.file };
}

for (const [frontend, command] of Object.entries(frontends)) {
  test(`${frontend}: go gets, builds and runs modules that were pushed`, async (t) => {
    const { at, hc, push, run, url, write } = await world(t, command, 'GO');
    const tls = await front(t, url);
    write({
      'base/go.mod': 'module go.example/Base\n\ngo 1.21\n',
      'base/base.go': 'package base\n\nconst Name = "base"\n',
      'tools/go.mod': 'module go.example/tools.git/v2\n\ngo 1.24\n\nrequire go.example/Base v1.0.0-RC.1\n',
      'tools/tools.go': 'package tools\n\nimport base "go.example/Base"\n\nfunc Say() string { return "tools on " + base.Name }\n',
      'tools/LICENSE': 'Do as you like.\n',
      'tools/deep/é λ.txt': 'a name with a space\n',
      'tools/deep/vendor/x/x.go': 'package x\n',
      'tools/deep/vendor/own.go': 'package vendor\n',
      'tools/vendor/modules.txt': '# go.example/Base v1.0.0-RC.1\n',
      'tools/vendor/go.example/Base/base.go': 'package base\n',
      'tools/nested/go.mod': 'module go.example/nested\n',
      'tools/nested/n.go': 'package nested\n',
      'old/old.go': 'package old\n',
      'old/vendor/x/x.go': 'package x\n',
      'tools/.gitattributes': '* -text\n',
      'main/go.mod': 'module main.example/main\n\ngo 1.24\n',
      'main/main.go': 'package main\n\nimport (\n\t"fmt"\n\t"go.example/tools.git/v2"\n)\n\nfunc main() { fmt.Println(tools.Say()) }\n',
      '.netrc': `machine localhost:${tls.port} login any password ${TOKEN}\n`,
    });
    symlinkSync('tools.go', at('tools/link.go'));

    // The module in the current folder, with a pre-release version; then the one in a folder that is named.
    const [base] = await push(['go', 'ours', 'v1.0.0-RC.1'], { cwd: at('base') });
    const [tools] = await push(['go', 'ours', at('tools'), '--version', 'v2.1.0']);
    assert.deepEqual([base.status, tools.status], ['pushed', 'pushed']);
    const [again] = await push(['go', 'ours', at('tools'), '--version', 'v2.1.0', '--skip-existing']);
    assert.deepEqual([again.status, again.checksums], ['skipped', tools.checksums]);
    await assert.rejects(hc(['artifact', 'push', 'go', 'ours', at('tools'), '--version', 'v3.0.0']), /v3\.0\.0 is another major version/);

    const env = {
      GOCACHE,
      GOPATH: at('gopath'),
      GOPROXY: `https://localhost:${tls.port}/pkg/local/ours/go`,
      GONOSUMDB: '*',
      GOFLAGS: '-mod=mod -modcacherw',
      GOTOOLCHAIN: 'local',
      SSL_CERT_FILE: tls.file,
    };
    const go = (args, options) => run('go', args, { cwd: at('main'), ...options, env: { ...env, ...options?.env } });
    await go(['get', 'go.example/tools.git/v2@latest']);
    await go(['build', '-o', at('program')]);
    assert.equal((await run(at('program'), [])).stdout, 'tools on base\n');
    await go(['mod', 'verify']);

    const download = async (module, options) => JSON.parse((await go(['mod', 'download', '-json', module], options)).stdout);
    for (const [module, pushed] of [
      ['go.example/Base@v1.0.0-RC.1', base],
      ['go.example/tools.git/v2@v2.1.0', tools],
    ]) {
      assert.equal(sha256((await download(module)).Zip), pushed.checksums.sha256, module);
    }

    // The go command's own zip of the same folder, which it takes out of a repository, has the same hash.
    const git = (...args) => run('git', ['-c', 'user.name=x', '-c', 'user.email=x@mail.example', ...args], { cwd: at('tools') });
    await git('init', '-q');
    await git('add', '--all', '--force');
    await git('commit', '-q', '-m', 'All');
    await git('tag', 'v2.1.0');
    write({ '.gitconfig': `[url "file://${at('tools')}"]\n\tinsteadOf = https://go.example/tools\n[safe]\n\tdirectory = *\n` });
    const direct = { GOPROXY: 'direct', GOPATH: at('direct') };
    const theirs = await download('go.example/tools.git/v2@v2.1.0', { env: direct });
    assert.equal(theirs.Sum, (await download('go.example/tools.git/v2@v2.1.0')).Sum);
    // The same for a module without a go.mod, at a version and at a commit.
    const [old] = await push(['go', 'ours', at('old'), '--module', 'go.example/old.git', '--version', 'v2.0.0+incompatible']);
    const inOld = (...args) => run('git', ['-c', 'user.name=x', '-c', 'user.email=x@mail.example', ...args], { cwd: at('old') });
    await inOld('init', '-q');
    await inOld('add', '--all', '--force');
    await inOld('commit', '-q', '-m', 'All');
    await inOld('tag', 'v2.0.0');
    write({
      '.gitconfig': `[url "file://${at('tools')}"]\n\tinsteadOf = https://go.example/tools\n[url "file://${at('old')}"]\n\tinsteadOf = https://go.example/old\n[safe]\n\tdirectory = *\n`,
    });
    const theirOld = await download('go.example/old.git@v2.0.0+incompatible', { env: direct });
    const ourOld = await download('go.example/old.git@v2.0.0+incompatible');
    assert.deepEqual([ourOld.Sum, ourOld.GoModSum], [theirOld.Sum, theirOld.GoModSum]);
    assert.equal(sha256(ourOld.Zip), old.checksums.sha256);
    const commit = (await inOld('rev-parse', 'HEAD')).stdout.trim();
    await inOld('tag', '-d', 'v2.0.0');
    const theirCommit = await download(`go.example/old.git@${commit}`, { env: { ...direct, GOPATH: at('direct2') } });
    await push(['go', 'ours', at('old'), '--module', 'go.example/old.git', '--version', theirCommit.Version]);
    const ourCommit = await download(`go.example/old.git@${theirCommit.Version}`);
    assert.equal(ourCommit.Sum, theirCommit.Sum);
    const time = ({ Info }) => JSON.parse(readFileSync(Info, 'utf8')).Time;
    assert.equal(time(ourCommit), time(theirCommit));
    // And now that the folder is a repository, what is pushed is still the same.
    const [later] = await push(['go', 'ours', at('tools'), '--version', 'v2.1.0', '--dry-run']);
    assert.deepEqual(later.checksums, tools.checksums);
  });
}
