// The real dnf against a real `hc serve`, with packages that rpmbuild makes; createrepo_c says what metadata
// should look like.

import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';

import { TOKEN } from '../conformance/serve.mjs';
import { frontends, needs, sha256, world } from './world.mjs';

const advice = 'on Debian, apt-get install dnf rpm createrepo-c';
await needs('dnf', ['--version'], advice);
await needs('rpmbuild', ['--version'], advice);
await needs('createrepo_c', ['--version'], advice);

const greeting = (version) => `
Name: greeting
Epoch: 1
Version: ${version}
Release: 1
Summary: Says <hello> & "more"
License: MIT
URL: https://greeting.example/?a=1&b=2
BuildArch: noarch
Provides: hello(world) = 2.0
Recommends: weather >= 3
Conflicts: silence < 1:2-3
%description
Several
lines, and an é.
%install
mkdir -p %{buildroot}/usr/bin %{buildroot}/etc "%{buildroot}/usr/share/greeting/a b"
printf '#!/bin/sh\\necho hello ${version}\\n' > %{buildroot}/usr/bin/greeting
echo polite=yes > %{buildroot}/etc/greeting.conf
mkdir -p %{buildroot}/var/cache/greeting
ln -s ../greeting %{buildroot}/usr/share/greeting/link
echo read > %{buildroot}/usr/share/greeting/README
echo note > "%{buildroot}/usr/share/greeting/a b/n&te"
%files
%attr(755,root,root) /usr/bin/greeting
%config /etc/greeting.conf
%dir /usr/share/greeting
"/usr/share/greeting/a b"
/usr/share/greeting/link
%ghost /etc/greeting.cache
%ghost %dir /var/cache/greeting
%ghost /var/cache/greeting/bin/g
%doc /usr/share/greeting/README
%changelog
* Tue Feb 03 2026 A Person <a@mail.example> - 1:${version}-1
- Second
* Fri Jan 02 2026 A Person <a@mail.example> - 1:0-1
- First <one>
`;
const greeter = `
Name: greeter+
Version: 2.0^git1
Release: 3
Summary: Needs a greeting
License: MIT
BuildArch: noarch
Requires: greeting >= 1:1.0
Requires: hello(world)
%description
Nothing of its own.
%files
`;

/** The documents that a folder of metadata holds, by their kinds. */
async function documents(read) {
  const repomd = (await read('repodata/repomd.xml')).toString();
  const found = {};
  for (const [, kind, body] of repomd.matchAll(/<data type="(\w+)">(.*?)<\/data>/gs)) {
    const [, href] = body.match(/href="([^"]+)"/);
    if (href.endsWith('.xml.gz')) found[kind] = gunzipSync(await read(href)).toString();
  }
  return found;
}

/** What may differ between two repositories with the same packages is taken out, and packages are sorted. */
function comparable(xml) {
  const packages = [...xml.matchAll(/<package .*?<\/package>/gs)].map(([text]) =>
    text
      .replace(/<time file="\d+"/, '<time')
      .replace(/<location .*?\/>/, '')
      .replace(/&quot;/g, '"')
      .replace(/>\s+</g, '><')
      .replace(/<([\w:]+)><\/\1>/g, '<$1/>'),
  );
  return packages.sort();
}

for (const [frontend, command] of Object.entries(frontends)) {
  test(`${frontend}: dnf finds and installs packages that were pushed`, async (t) => {
    const { at, hc, push, run, url, write } = await world(t, command, 'RPM');
    const specs = { 'old.spec': greeting('1.0~rc1'), 'new.spec': greeting('1.0'), 'greeter.spec': greeter };
    write(specs);
    for (const spec of Object.keys(specs)) {
      await run('rpmbuild', ['-bb', '--define', `_topdir ${at('build')}`, '--define', '_build_id_links none', at(spec)]);
    }
    const built = at('build/RPMS/noarch');
    const pushed = await push(['rpm', 'ours', `${built}/*.rpm`]);
    const names = ['greeter+-2.0^git1-3.noarch.rpm', 'greeting-1.0-1.noarch.rpm', 'greeting-1.0~rc1-1.noarch.rpm'];
    assert.deepEqual(pushed.map(({ file, status }) => [file, status]), names.map((name) => [name, 'pushed']));
    const again = await push(['rpm', 'ours', `${built}/*.rpm`, '--skip-existing']);
    assert.deepEqual(again.map(({ status }) => status), ['skipped', 'skipped', 'skipped']);
    copyFileSync(at('greeter.spec'), at('fake.rpm'));
    await assert.rejects(hc(['artifact', 'push', 'rpm', 'ours', at('fake.rpm')]), /is not an RPM package/);

    // The metadata are what createrepo_c makes of the same packages.
    await run('createrepo_c', ['--quiet', '--no-database', '--general-compress-type=gz', '--compatibility', built]);
    const theirs = await documents((file) => readFileSync(`${built}/${file}`));
    const base = `${url}/pkg/local/ours/rpm`;
    const ours = await documents(async (file) => {
      const response = await fetch(`${base}/${file}`, { headers: { 'x-api-key': TOKEN } });
      assert.equal(response.status, 200, file);
      return Buffer.from(await response.arrayBuffer());
    });
    for (const kind of ['primary', 'filelists', 'other']) assert.deepEqual(comparable(ours[kind]), comparable(theirs[kind]));

    write({ 'repos/ours.repo': `[ours]\nname=ours\nbaseurl=${base}\ngpgcheck=0\nusername=any\npassword=${TOKEN}\n` });
    const root = at('root');
    mkdirSync(root);
    const ofOurs = ['--installroot', root, '--releasever', '1', '--noplugins', '--setopt', `reposdir=${at('repos')}`];
    const dnf = (...args) => run('dnf', ['--assumeyes', ...ofOurs, ...args]);
    const { stdout } = await dnf('repoquery', '--quiet', '--all');
    assert.deepEqual(stdout.trim().split('\n').sort(), ['greeter+-0:2.0^git1-3.noarch', 'greeting-1:1.0-1.noarch', 'greeting-1:1.0~rc1-1.noarch']);
    await dnf('install', '--setopt', 'keepcache=1', 'greeter+');
    const installed = await run('rpm', ['--root', root, '--query', '--all', '--queryformat', '%{NEVRA}\n']);
    assert.deepEqual(installed.stdout.trim().split('\n').sort(), ['greeter+-2.0^git1-3.noarch', 'greeting-1:1.0-1.noarch']);
    assert.equal(readFileSync(`${root}/usr/share/greeting/a b/n&te`, 'utf8'), 'note\n');
    await run('rpm', ['--root', root, '--verify', 'greeting']);

    // What arrived is what was built, byte by byte.
    const cache = `${root}/var/cache/dnf`;
    const folder = readdirSync(cache).find((name) => /^ours-\w+$/.test(name));
    const arrived = readdirSync(`${cache}/${folder}/packages`);
    assert.deepEqual(arrived.sort(), names.slice(0, 2));
    for (const name of arrived) assert.equal(sha256(`${cache}/${folder}/packages/${name}`), sha256(`${built}/${name}`), name);

    // A version that is deleted is gone for dnf too.
    await hc(['artifact', 'delete', 'greeting', '--registry', 'ours', '--version', '1:1.0-1']);
    const left = await dnf('repoquery', '--quiet', '--refresh', 'greeting');
    assert.equal(left.stdout.trim(), 'greeting-1:1.0~rc1-1.noarch');
  });
}
