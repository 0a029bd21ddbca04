// Maven 3 and 4, and Cargo, of today against `hc serve`: resolving and publishing, by the lines of docs/serve.md.
//
//     node tests/clients-today/others.mjs [client …]
//
// It needs a JDK, Maven (`mvn`) and a repository of packages, from which the versions below come into a temporary folder,
// and Cargo. HC_BINARY is the program to try. The go command, dnf, conda and Composer are tried by tests/clients.

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execFileSync } from 'node:child_process';

import { client, end, registry, run, temporary } from '../clients/today.mjs';

const MAVENS = ['3.9.16', '3.10.0', '4.0.0-rc-7'];
const DEPENDENCY_PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.9.0';

const chosen = process.argv.slice(2);
const wants = (name) => chosen.length === 0 || chosen.includes(name);
const write = (name, text) => {
  const file = path.join(temporary, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
};

/** Brings a version of Maven into the temporary folder; gives the folder of its program. */
function maven(version) {
  const tools = path.join(temporary, 'tools');
  const artifact = `org.apache.maven:apache-maven:${version}:tar.gz:bin`;
  mkdirSync(tools, { recursive: true });
  const brought = run('mvn', ['-q', '-B', `${DEPENDENCY_PLUGIN}:copy`, `-Dartifact=${artifact}`, `-DoutputDirectory=${tools}`], { cwd: temporary });
  if (brought.exit !== 0) throw new Error(brought.said);
  execFileSync('tar', ['-xzf', `apache-maven-${version}-bin.tar.gz`], { cwd: tools });
  return path.join(tools, `apache-maven-${version}`, 'bin');
}

if (wants('Maven')) {
  const { url, hc } = await registry('MAVEN');
  write('classes/note.txt', 'a note\n');
  const jar = path.join(temporary, 'left.jar');
  execFileSync('jar', ['--create', '--file', jar, '-C', path.join(temporary, 'classes'), 'note.txt']);
  hc(['artifact', 'push', 'maven', 'ours', 'org.example:left:1.0', jar]);
  for (const version of MAVENS) {
    const mine = `mine-${version.replaceAll('.', '-')}`;
    const pom = `<project><modelVersion>4.0.0</modelVersion><groupId>org.example</groupId><artifactId>${mine}</artifactId><version>1.0</version>
<properties><maven.compiler.release>11</maven.compiler.release><project.build.sourceEncoding>UTF-8</project.build.sourceEncoding></properties>
<dependencies><dependency><groupId>org.example</groupId><artifactId>left</artifactId><version>[1.0,2.0)</version></dependency></dependencies>
</project>`;
    client('Maven', {
      version,
      url,
      path: [maven(version)],
      // Java asks the system, not the environment, where the home is.
      env: (home) => ({ MAVEN_OPTS: `-Duser.home=${home} -Dmaven.repo.local=${path.join(temporary, 'repository')}` }),
      project: { 'pom.xml': pom, 'src/main/resources/note.txt': 'one\n' },
      again: {
        line: 'mvn -B deploy',
        change: (cwd) => writeFileSync(path.join(cwd, 'src/main/resources/note.txt'), 'two\n'),
        says: /a release never changes/,
      },
      after() {
        const found = JSON.parse(hc(['artifact', 'get', `org.example:${mine}`, '--registry', 'ours', '--format', 'json']));
        if (!found.versions[0].files.some(({ name }) => name === `${mine}-1.0.jar`)) throw new Error('it was not deployed');
      },
    });
  }
}

if (wants('Cargo')) {
  const { url, hc } = await registry('CARGO');
  const about = 'edition = "2021"\ndescription = "A crate"\nlicense = "MIT"\n';
  write('left-1.0.0/Cargo.toml', `[package]\nname = "left"\nversion = "1.0.0"\n${about}`);
  write('left-1.0.0/src/lib.rs', 'pub fn left() {}\n');
  execFileSync('tar', ['-czf', 'left-1.0.0.crate', 'left-1.0.0'], { cwd: temporary });
  hc(['artifact', 'push', 'cargo', 'ours', path.join(temporary, 'left-1.0.0.crate')]);
  client('Cargo', {
    version: run('cargo', ['--version']).said.match(/\d+\.\d+\.\d+/)?.[0] ?? 'unknown',
    url,
    words: { NAME: 'left' },
    // Programs of Rust's own installer find their toolchain below the home.
    env: { CARGO_TARGET_DIR: path.join(temporary, 'target'), CARGO_HOME: path.join(temporary, 'cargo'), RUSTUP_HOME: process.env.RUSTUP_HOME ?? path.join(process.env.HOME, '.rustup') },
    project: { 'Cargo.toml': `[package]\nname = "mine"\nversion = "1.0.0"\n${about}`, 'src/lib.rs': 'pub use left::left;\n' },
    again: {
      line: 'cargo publish --registry ours --allow-dirty --no-verify',
      change: (cwd) => writeFileSync(path.join(cwd, 'src/lib.rs'), '// changed\npub use left::left;\n'),
      says: /already/,
    },
    after() {
      const found = JSON.parse(hc(['artifact', 'get', 'mine', '--registry', 'ours', '--format', 'json']));
      if (found.versions[0].name !== '1.0.0') throw new Error('it was not published');
    },
  });
}
await end();
