#!/usr/bin/env bash
# Yarn 1.22.22 and Deno 2.9.6: an audit does not reach a registry of one's own, or not with its key.
#
# Both read `registry` and the registry's `_authToken` from .npmrc, and install from there with the key. `yarn audit`
# of Yarn 1 then asks Yarn's own default registry, whatever is configured, and so tells it the names of all packages,
# private ones too. `deno audit` asks the registry, but sends no key, so that one that wants a key cannot answer.
#
# Observed, with a registry that notes what comes:
#
#     yarn: install with the key, audit not asked
#     deno: install with the key, audit without a key
set -euo pipefail

folder=$(mktemp -d)
trap 'kill "$registry" 2> /dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
export HOME=$folder
npm install --silent --no-audit --no-fund --prefix tools yarn@1.22.22 deno@2.9.6 > install.log 2>&1
mkdir package && echo '{"name":"left","version":"1.0.0"}' > package/package.json && tar -czf left.tgz package

cat > registry.mjs <<'REGISTRY'
import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
const tarball = readFileSync('left.tgz');
const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
const server = http.createServer((request, response) => {
  const what = request.url.includes('/security/') ? 'audit' : 'install';
  appendFileSync('seen', `${what} ${request.headers.authorization === 'Bearer key' ? 'with' : 'without'}\n`);
  if (what === 'audit') return response.writeHead(401).end('{"error":"no key"}');
  if (request.url.endsWith('.tgz')) return response.end(tarball);
  const version = { name: 'left', version: '1.0.0', dist: { tarball: `http://${request.headers.host}/left/-/left.tgz`, integrity } };
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ name: 'left', 'dist-tags': { latest: '1.0.0' }, time: { '1.0.0': '2020-01-01T00:00:00Z' }, versions: { '1.0.0': version } }));
});
server.listen(0, '127.0.0.1', () => writeFileSync('port', `${server.address().port}`));
REGISTRY
node registry.mjs &
registry=$!
until [ -s port ]; do :; done

for client in yarn deno; do
  mkdir "$client"
  echo '{"name":"mine","version":"1.0.0"}' > "$client/package.json"
  printf 'registry=http://127.0.0.1:%s/\n//127.0.0.1:%s/:_authToken=key\nalways-auth=true\n' "$(cat port)" "$(cat port)" > "$client/.npmrc"
  : > seen
  case $client in
    yarn) add='add left' ;;
    deno) add='add npm:left' ;;
  esac
  (cd "$client" && "../tools/node_modules/.bin/$client" $add > said 2>&1) || { cat "$client/said"; exit 1; }
  (cd "$client" && "../tools/node_modules/.bin/$client" audit > said 2>&1) || true
  found=$(sort -u seen | tr '\n' ' ')
  echo "$client: $found"
  case "$client: $found" in
    'yarn: install with ' | 'deno: audit without install with ') ;;
    *) echo "not as observed before"; exit 1 ;;
  esac
done
