// The nginx of docs/serve.md before a real `hc serve`, and npm, which refuses tarballs of another origin.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { test } from 'node:test';

import { certificate } from '../conformance/scripted.mjs';
import { TOKEN } from '../conformance/serve.mjs';
import { frontends, needs, world } from './world.mjs';

// Debian keeps it where only root's PATH leads.
process.env.PATH += `${path.delimiter}/usr/sbin`;
await needs('nginx', ['-v'], 'on Debian, apt-get install nginx-light');
await needs('openssl', ['version'], 'on Debian, apt-get install openssl');

/** A port that nobody listens at. */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** The lines of the documentation, with places of this machine. */
function configuration(home, front, back) {
  const docs = readFileSync(new URL('../../docs/serve.md', import.meta.url), 'utf8');
  const [, server] = docs.match(/```nginx\n([^]*?)```/);
  const here = server
    .replace('listen 443 ssl', `listen 127.0.0.1:${front} ssl`)
    .replace('/etc/ssl/packages.example.pem', `${home}/front.pem`)
    .replace('/etc/ssl/packages.example.key', `${home}/front.key`)
    .replaceAll('packages.example', 'localhost')
    .replace('http://127.0.0.1:8717', back);
  return `daemon off; pid ${home}/nginx.pid; error_log stderr;
events {}
http {
  access_log off;
  client_body_temp_path ${home}/body; proxy_temp_path ${home}/proxy; fastcgi_temp_path ${home}/f; uwsgi_temp_path ${home}/u; scgi_temp_path ${home}/s;
${here}}
`;
}

for (const [how, option] of [['--public-url', (front) => ['--public-url', `https://localhost:${front}`]], ['what nginx says', () => ['--host', 'localhost']]]) {
  test(`npm installs through nginx with TLS, by ${how}`, async (t) => {
    const front = await freePort();
    const { at, hc, home, run, url, write } = await world(t, frontends.native, 'NPM', option(front));
    const tls = certificate(['localhost'], t);
    let lines = configuration(home, front, url);
    // The port of the test is no usual one, so that the name alone is not what the client asked for.
    lines = lines.replace('Host $host;', 'Host $http_host;');
    if (how !== '--public-url') lines = lines.replace('Host $http_host;', `Host ${new URL(url).host}; proxy_set_header X-Forwarded-Host localhost;`);
    write({
      'front.key': tls.key,
      'front.pem': tls.cert,
      'nginx.conf': lines,
      'left/package.json': '{"name": "left", "version": "1.0.0"}',
      'project/package.json': '{"name": "project", "version": "0.0.0", "private": true}',
    });
    const nginx = spawn('nginx', ['-c', at('nginx.conf'), '-p', home], { stdio: ['ignore', 'ignore', 'pipe'] });
    const ended = once(nginx, 'close');
    let said = '';
    nginx.stderr.setEncoding('utf8').on('data', (text) => (said += text));
    t.after(async () => {
      nginx.kill();
      await ended;
    });
    const registry = `https://localhost:${front}/pkg/local/ours/npm/`;
    write({ '.npmrc': `registry=${registry}\n${registry.slice(6)}:_authToken=${TOKEN}\ncafile=${tls.file}\n` });
    mkdirSync(at('packed'));
    const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', at('packed')], { cwd: at('left') });
    await hc(['artifact', 'push', 'npm', 'ours', at('packed', stdout.trim()), '--ca-file', tls.file]);
    const view = async () => JSON.parse((await run('npm', ['view', 'left', 'dist', '--json'], { cwd: at('project') })).stdout);
    for (let attempt = 0; ; attempt += 1) {
      try {
        const { tarball } = await view();
        const origin = how === '--public-url' ? `https://localhost:${front}` : 'https://localhost';
        assert.equal(tarball, `${origin}/pkg/local/ours/npm/left/-/left-1.0.0.tgz`);
        break;
      } catch (error) {
        if (error instanceof assert.AssertionError || attempt === 20) throw new Error(`${error.message}\nnginx: ${said}`);
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
    }
    if (how !== '--public-url') return;
    await run('npm', ['install', 'left', '--no-audit', '--no-fund'], { cwd: at('project') });
    const { packages } = JSON.parse(readFileSync(at('project/package-lock.json'), 'utf8'));
    assert.ok(packages['node_modules/left'].resolved.startsWith(registry));
  });
}
