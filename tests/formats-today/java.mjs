// Maven of today against hc: Maven 3 and 4 read projects with parents, BOMs, profiles and subprojects and say what their
// effective POMs ask for; `hc deps` must say the same.
//
//     node tests/formats-today/java.mjs
//
// It needs a JDK, Maven (`mvn`) and a repository of packages, from which the versions below come into a temporary folder.
// HC_BINARY is the program to try (target/debug/hc). Gradle itself is in no registry of packages, so it is not tried.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const MAVEN_3 = '3.10.0';
const MAVEN_4 = '4.0.0-rc-7';
const DEPENDENCY_PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.9.0';
const HELP_PLUGIN = 'org.apache.maven.plugins:maven-help-plugin:3.5.1';

const root = path.resolve(import.meta.dirname, '../..');
const hc = path.resolve(process.env.HC_BINARY ?? path.join(root, 'target/debug/hc'));
const temporary = mkdtempSync(path.join(tmpdir(), 'hc-formats-today-'));

/** Runs a program; `mayExitWith` is a code other than 0 that is no failure. */
function run(command, args, cwd, mayExitWith = 0) {
  const done = spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (done.status !== 0 && done.status !== mayExitWith) {
    throw new Error(`${path.basename(command)} ${args.join(' ')}: ${done.error ?? done.stderr}${done.stdout}`);
  }
  return done;
}

/** Brings a version of Maven into the temporary folder; gives its program. */
function install(version) {
  const tools = path.join(temporary, 'tools');
  const artifact = `org.apache.maven:apache-maven:${version}:tar.gz:bin`;
  mkdirSync(tools, { recursive: true });
  run('mvn', ['-q', '-B', `${DEPENDENCY_PLUGIN}:copy`, `-Dartifact=${artifact}`, `-DoutputDirectory=${tools}`], temporary);
  run('tar', ['-xzf', `apache-maven-${version}-bin.tar.gz`], tools);
  return path.join(tools, `apache-maven-${version}`, 'bin', 'mvn');
}

/** What the effective POMs of a build ask for: `group:artifact version`, but for what the build makes itself. */
function effective(maven, folder) {
  const output = path.join(temporary, 'effective.xml');
  rmSync(output, { force: true });
  run(maven, ['-q', '-B', `${HELP_PLUGIN}:effective-pom`, `-Doutput=${output}`], folder);
  let text = readFileSync(output, 'utf8').replace(/<!--.*?-->/gs, '');
  for (const element of ['dependencyManagement', 'build', 'reporting', 'profiles']) {
    text = text.replace(new RegExp(`<${element}>.*?</${element}>`, 'gs'), '');
  }
  const field = (block, name) => new RegExp(`<${name}>(.*?)</${name}>`, 's').exec(block)?.[1] ?? '';
  const named = (block) => `${field(block, 'groupId')}:${field(block, 'artifactId')} ${field(block, 'version')}`;
  const projects = [...text.matchAll(/<project[ >].*?<\/project>/gs)].map(([project]) => project);
  const members = new Set(projects.map((project) => named(project.replace(/<(dependencies|parent)>.*?<\/\1>/gs, ''))));
  const asked = projects.flatMap((project) => [...project.matchAll(/<dependency>.*?<\/dependency>/gs)].map(([block]) => named(block)));
  return new Set(asked.filter((dependency) => !members.has(dependency)));
}

/** What hc lists of the same, and whether it says that it does not know all. */
function listed(folder) {
  const { stdout, stderr } = run(hc, ['deps', 'pom.xml', '--format', 'json'], folder, 4);
  const rows = JSON.parse(stdout).map((row) => `${row.name} ${row.version}`);
  return { rows: new Set(rows), isOpen: /known only where Maven runs/.test(stderr) };
}

const gav = (artifact) => `<groupId>org.own</groupId><artifactId>${artifact}</artifactId><version>1</version>`;
const dependency = (artifact, rest = '') => `<dependency><groupId>ex</groupId><artifactId>${artifact}</artifactId>${rest}</dependency>`;
const version = (text) => `<version>${text}</version>`;
const dependencies = (...list) => `<dependencies>${list.join('')}</dependencies>`;
const managed = (...list) => `<dependencyManagement>${dependencies(...list)}</dependencyManagement>`;
const importOf = (artifact, given = version('1')) =>
  `<dependency><groupId>org.own</groupId><artifactId>${artifact}</artifactId>${given}<type>pom</type><scope>import</scope></dependency>`;
const modules = (...list) => `<modules>${list.map((module) => `<module>${module}</module>`).join('')}</modules>`;
const parent = `<parent>${gav('root')}</parent>`;
const pom = (body, model = '4.0.0') =>
  `<project xmlns="http://maven.apache.org/POM/${model}"><modelVersion>${model}</modelVersion>${body}</project>`;
const pom41 = (body) => pom(body, '4.1.0');
const aggregator = '<packaging>pom</packaging>';
const profile = (id, activation, body) => `<profile><id>${id}</id><activation>${activation}</activation>${body}</profile>`;

/** Each project: which versions of Maven read it, its files, and whether only a run knows all of it. */
const projects = [
  {
    name: 'parents, properties and modules',
    mavens: [3, 4],
    files: {
      'pom.xml': pom(
        `${gav('root')}${aggregator}${modules('lib', 'app')}<properties><v>1</v><w>1</w></properties>${managed(dependency('m', `${version('${v}')}<scope>test</scope>`))}${dependencies(dependency('inherited', version('${v}.${w}')))}`,
      ),
      'lib/pom.xml': pom(`${parent}<artifactId>lib</artifactId><properties><v>2</v></properties>${dependencies(dependency('m'), dependency('own', version('${project.version}')))}`),
      'app/pom.xml': pom(
        `${parent}<artifactId>app</artifactId>${dependencies(dependency('inherited', version('9')), `<dependency>${gav('lib').replace(version('1'), version('${project.version}'))}</dependency>`)}`,
      ),
    },
  },
  {
    name: 'the order of managed versions and imports',
    mavens: [3, 4],
    files: {
      'pom.xml': pom(
        `${gav('root')}${aggregator}${modules('one', 'two', 'app', 'spelled')}<properties><g>ex</g></properties>${managed(importOf('one'), dependency('own', version('root')), dependency('s', version('root')))}`,
      ),
      'one/pom.xml': pom(`${gav('one')}${aggregator}${managed(dependency('x', version('one')), dependency('own', version('one')), dependency('only', version('one')))}`),
      'two/pom.xml': pom(`${gav('two')}${aggregator}${managed(dependency('x', version('two')))}`),
      'app/pom.xml': pom(`${parent}<artifactId>app</artifactId>${managed(importOf('two'))}${dependencies(dependency('x'), dependency('own'), dependency('only'))}`),
      'spelled/pom.xml': pom(
        `${parent}<artifactId>spelled</artifactId>${managed(dependency('s', version('spelled')).replace('ex', '${g}'))}${dependencies(dependency('s'))}`,
      ),
    },
  },
  {
    name: 'profiles',
    mavens: [3, 4],
    isOpen: true,
    files: {
      'pom.xml': pom(
        `${gav('root')}<properties><v>0</v></properties>${dependencies(dependency('x', version('${v}')))}<profiles>${profile('usual', '<activeByDefault>true</activeByDefault>', '<properties><v>1</v></properties>')}${profile('here', '<property><name>!absent</name></property>', `<properties><v>2</v></properties>${dependencies(dependency('extra', version('1')))}`)}</profiles>`,
      ),
    },
  },
  {
    name: 'arguments of the project',
    mavens: [3, 4],
    files: {
      '.mvn/maven.config': '-Pasked\n-Dv=3\n',
      'pom.xml': pom(
        `${gav('root')}<properties><v>0</v></properties>${dependencies(dependency('x', version('${v}')))}<profiles>${profile('asked', '', dependencies(dependency('extra', version('1'))))}</profiles>`,
      ),
    },
  },
  {
    name: 'model 4.1.0: what is inferred',
    mavens: [4],
    files: {
      '.mvn/.keep': '',
      'pom.xml': pom41(`${gav('root')}${aggregator}<subprojects><subproject>lib</subproject><subproject>bom</subproject><subproject>app</subproject></subprojects>${managed(dependency('m', version('1')))}`),
      'lib/pom.xml': pom41(`<parent/><artifactId>lib</artifactId>${dependencies(dependency('m'), dependency('p', `${version('1')}<type>processor</type>`), dependency('c', `${version('1')}<scope>compile-only</scope>`))}`),
      'bom/pom.xml': pom41(`<parent><relativePath>..</relativePath></parent><artifactId>bom</artifactId><packaging>bom</packaging>${managed(dependency('b', version('5')))}`),
      'app/pom.xml': pom41(
        `<parent><groupId>org.own</groupId><artifactId>root</artifactId></parent><artifactId>app</artifactId>${managed(importOf('bom', ''))}${dependencies(dependency('b'), '<dependency><groupId>org.own</groupId><artifactId>lib</artifactId></dependency>')}`,
      ),
    },
  },
  {
    name: 'model 4.1.0: subprojects that Maven finds',
    mavens: [4],
    files: {
      '.mvn/.keep': '',
      'pom.xml': pom41(`${gav('root')}${aggregator}`),
      'lib/pom.xml': pom41(`<parent/><artifactId>lib</artifactId>${dependencies(dependency('x', version('1')))}`),
      'deep/down/pom.xml': pom41(`<parent/><artifactId>down</artifactId>${dependencies(dependency('y', version('1')))}`),
    },
  },
];

const failures = [];
try {
  const mavens = { 3: [MAVEN_3, install(MAVEN_3)], 4: [MAVEN_4, install(MAVEN_4)] };
  for (const [index, { name, files, isOpen = false, mavens: wanted }] of projects.entries()) {
    const folder = path.join(temporary, `project-${index}`);
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), text);
    }
    const ours = listed(folder);
    for (const major of wanted) {
      const [number, program] = mavens[major];
      const theirs = effective(program, folder);
      const missing = [...theirs].filter((row) => !ours.rows.has(row));
      const surplus = isOpen ? [] : [...ours.rows].filter((row) => !theirs.has(row));
      const isRight = missing.length === 0 && surplus.length === 0 && ours.isOpen === isOpen;
      console.log(`| Maven ${number} | ${name} | ${theirs.size} | ${isRight ? 'the same' : 'NOT the same'} |`);
      if (!isRight) {
        failures.push(`${name}, Maven ${number}: missing ${missing.join(', ')}; surplus ${surplus.join(', ')}; open ${ours.isOpen}`);
      }
    }
  }
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
if (failures.length > 0) {
  console.error(failures.join('\n'));
  process.exit(1);
}
