// The real Cargo against a real `hc serve`.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

import { root } from '../conformance/cases.mjs';
import { TOKEN } from '../conformance/serve.mjs';
import { frontends, needs, sha256, world } from './world.mjs';

await needs('cargo', ['--version'], 'Rust, from rustup');
await needs('tar', ['--version'], 'tar, from your system’s packages');

// Tests have homes of their own; the toolchain is this machine's.
const RUSTUP_HOME = process.env.RUSTUP_HOME ?? path.join(os.homedir(), '.rustup');

/** The file of a crate that others made, and that this project needs: Cargo has fetched it. */
function foreign(name) {
  execFileSync('cargo', ['fetch', '--quiet'], { cwd: root });
  const caches = path.join(process.env.CARGO_HOME ?? path.join(os.homedir(), '.cargo'), 'registry/cache');
  for (const cache of readdirSync(caches)) {
    const file = readdirSync(path.join(caches, cache)).find((file) => new RegExp(`^${name}-\\d[^-]*\\.crate$`).test(file));
    if (file) return path.join(caches, cache, file);
  }
  throw new Error(`Cargo has not fetched ${name}`);
}

for (const [frontend, command] of Object.entries(frontends)) {
  test(`${frontend}: Cargo builds against crates that were pushed, with their features and dependencies`, async (t) => {
    const { at, hc, push, run, url, write } = await world(t, command, 'CARGO');
    const index = `sparse+${url}/pkg/local/ours/cargo/index/`;
    const env = { CARGO_HOME: at('cargo-home'), RUSTUP_HOME, CARGO_TARGET_DIR: at('target') };
    const cargo = (folder, ...args) => run('cargo', args, { cwd: at(folder), env });
    const packed = async (folder, name) => {
      await cargo(folder, 'package', '--allow-dirty', '--no-verify', '--quiet');
      return at('target/package', `${name}.crate`);
    };
    write({
      'cargo-home/config.toml': `[registries.ours]\nindex = "${index}"\n[registry]\nglobal-credential-providers = ["cargo:token"]\n`,
      'cargo-home/credentials.toml': `[registries.ours]\ntoken = "${TOKEN}"\n`,
      'z/Cargo.toml': '[package]\nname = "z_zz"\nversion = "0.3.1+one"\nedition = "2021"\ndescription = "Z"\nlicense = "MIT"\n[features]\nloud = []\n',
      'z/src/lib.rs': 'pub fn say() -> &\'static str { if cfg!(feature = "loud") { "LOUD" } else { "quiet" } }\n',
      'a/Cargo.toml': [
        '[package]\nname = "a-a"\nversion = "1.0.0"\nedition = "2021"\nrust-version = "1.70"\nlinks = "aa"\nbuild = "build.rs"\nreadme = "README.md"',
        '[features]\ndefault = ["plain"]\nplain = []\nshout = ["dep:zed", "zed?/loud"]',
        '[dependencies]\nzed = { package = "z_zz", version = "0.3", registry = "ours", optional = true }',
        "[target.'cfg(windows)'.dev-dependencies]\nz_zz = { version = \"0.3\", registry = \"ours\" }\n",
      ].join('\n'),
      'a/README.md': '# a\n',
      'a/build.rs': 'fn main() {}\n',
      'a/src/lib.rs': [
        '#[cfg(feature = "shout")]\npub fn say() -> &\'static str { zed::say() }',
        '#[cfg(not(feature = "shout"))]\npub fn say() -> &\'static str { "nothing" }\n',
      ].join('\n'),
      'b/Cargo.toml':
        '[package]\nname = "b"\nversion = "0.0.0"\nedition = "2021"\n[dependencies]\n' +
        'a-a = { version = "1", registry = "ours", features = ["shout"], default-features = false }\nitoa = { version = "1", registry = "ours" }\n',
      'b/src/main.rs': 'fn main() { println!("{} {}", a_a::say(), itoa::Buffer::new().format(7)); }\n',
      'c/Cargo.toml': '[package]\nname = "c"\nversion = "1.0.0"\nedition = "2021"\ndescription = "C"\nlicense = "MIT"\npublish = ["ours"]\n[dependencies]\na-a = { version = "1", registry = "ours" }\n',
      'c/src/lib.rs': '',
    });
    const z = await packed('z', 'z_zz-0.3.1+one');
    const itoa = at(path.basename(foreign('itoa')));
    copyFileSync(foreign('itoa'), itoa);
    const first = await push(['cargo', 'ours', z, itoa]);
    assert.deepEqual(first.map((row) => row.status), ['pushed', 'pushed']);
    const a = await packed('a', 'a-a-1.0.0');
    await push(['cargo', 'ours', a]);

    await cargo('b', 'build', '--quiet');
    assert.equal((await run(at('target/debug/b'), [])).stdout, 'LOUD 7\n');
    const lock = readFileSync(at('b/Cargo.lock'), 'utf8');
    for (const file of [z, a, itoa]) {
      // What Cargo got is what was pushed, and the lockfile holds it to that.
      const [cache] = readdirSync(at('cargo-home/registry/cache'));
      assert.equal(sha256(at('cargo-home/registry/cache', cache, path.basename(file))), sha256(file));
      assert.ok(lock.includes(sha256(file)));
    }

    // The dependencies of a crate that others made come from where its own lockfile says.
    const indexmap = at(path.basename(foreign('indexmap')));
    copyFileSync(foreign('indexmap'), indexmap);
    await push(['cargo', 'ours', indexmap]);
    const locked = (await run('tar', ['-xzOf', indexmap, `${path.basename(indexmap, '.crate')}/Cargo.lock`])).stdout;
    const [, source] = locked.match(/^source = "registry\+(.+)"$/m);
    const line = await fetch(`${index.slice('sparse+'.length)}in/de/indexmap`, { headers: { Authorization: TOKEN } });
    const { deps, features } = JSON.parse(await line.text());
    assert.ok(deps.length > 0 && 'std' in features);
    assert.deepEqual([...new Set(deps.map((dep) => dep.registry))], [source]);

    // The same again is taken as done, another content is not.
    assert.equal((await push(['cargo', 'ours', a]))[0].status, 'pushed');
    assert.equal((await push(['cargo', 'ours', a, '--skip-existing']))[0].status, 'skipped');
    write({ 'a/src/other.rs': '' });
    const other = await packed('a', 'a-a-1.0.0');
    await assert.rejects(hc(['artifact', 'push', 'cargo', 'ours', other]), /a-a 1\.0\.0 is published already with another content/);
    await assert.rejects(hc(['artifact', 'push', 'cargo', 'ours', other, '--skip-existing']), /there already with another content/);

    // Cargo's own publisher, and what it can take back.
    await cargo('c', 'publish', '--registry', 'ours', '--allow-dirty', '--quiet');
    await assert.rejects(cargo('c', 'publish', '--registry', 'ours', '--allow-dirty'), /already exists/);
    const { stdout } = await hc(['artifact', 'list', '--all', '--format', 'json']);
    const artifacts = JSON.parse(stdout).map(({ name, version }) => `${name}@${version}`);
    assert.deepEqual(artifacts.filter((name) => !/^i(toa|ndexmap)@/.test(name)).sort(), ['a-a@1.0.0', 'c@1.0.0', 'z_zz@0.3.1+one']);
    await cargo('c', 'yank', '--registry', 'ours', '--version', '1.0.0', 'c');
    write({ 'd/Cargo.toml': '[package]\nname = "d"\nversion = "0.0.0"\nedition = "2021"\n[dependencies]\nc = { version = "1", registry = "ours" }\n', 'd/src/main.rs': 'fn main() {}\n' });
    await assert.rejects(cargo('d', 'build'), /yanked/);
    await cargo('c', 'yank', '--undo', '--registry', 'ours', '--version', '1.0.0', 'c');
    await cargo('d', 'build', '--quiet');
  });
}
