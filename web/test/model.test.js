import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answer, knowledge, limits } from '../src/model/answer.ts';
import { INITIAL, arrange } from '../src/model/arrange.ts';
import { vectorInWords } from '../src/model/cvss-words.ts';
import { rowsAsJson } from '../src/model/export.ts';
import { intake, withDistinctPaths } from '../src/model/intake.ts';
import { nameOf, rowView } from '../src/model/row-view.ts';
import { visible } from '../src/model/text.ts';

const violation = {
  status: 'WARN',
  category: 'Security',
  advisory: 'GHSA-qwcr-r2fm-qrc7',
  cve: 'CVE-2024-45590',
  aliases: ['CVE-2024-45590'],
  summary: 'Denial of service',
  score: 8.7,
  vector: null,
  threshold: 7,
  affectedRange: '<1.20.3',
  fixVersion: '1.20.3',
};

function row(changes = {}) {
  return {
    packageName: 'body-parser',
    version: '1.20.1',
    scanId: null,
    scanStatus: 'WARN',
    ecosystem: 'npm',
    purl: 'pkg:npm/body-parser@1.20.1',
    file: 'package-lock.json',
    line: 57,
    scope: 'prod',
    direct: false,
    paths: [['express@4.18.2', 'body-parser@1.20.1']],
    source: 'registry',
    specifier: null,
    assumed: false,
    violations: [violation],
    fixVersion: '1.20.3',
    advice: [],
    evaluatedBy: 'embedded',
    note: null,
    ...changes,
  };
}

const allowed = (packageName) => row({ packageName, scanStatus: 'ALLOWED', violations: [], fixVersion: null });

function outcome(rows, failures = [], starterOnly = false) {
  const of = (status) => rows.filter(({ scanStatus }) => scanStatus === status).length;
  const counts = { allowed: of('ALLOWED'), warn: of('WARN'), blocked: of('BLOCKED'), unknown: of('UNKNOWN') };
  const coverage = { data: [{ kind: starterOnly ? 'starter' : 'export' }], files: rows.length > 0 ? [{}] : [] };
  return { report: { counts, rows, coverage }, failures };
}

test('unseen and reordering characters become visible', () => {
  for (const [text, expected] of [
    ['body-parser', 'body-parser'],
    ['évil 包', 'évil 包'],
    ['a\u202Eb', 'a\\u202Eb'],
    ['\u001b[31m', '\\u001B[31m'],
    ['a\u200bb\u00a0c\nd', 'a\\u200Bb\\u00A0c\\u000Ad'],
    ['\u{e0041}', '\\u{E0041}'],
  ]) assert.equal(visible(text), expected);
});

test('the answer counts what is not allowed', () => {
  const failure = {};
  for (const [given, expected] of [
    [outcome([row(), allowed('a'), allowed('b')]), '1 of 3 packages needs attention.'],
    [outcome([row(), row({ scanStatus: 'UNKNOWN' })]), '2 of 2 packages need attention.'],
    [outcome([allowed('a')]), 'None of 1 package needs attention.'],
    [outcome([allowed('a')], [], true), 'By the starter set, none of 1 package needs attention.'],
    [outcome([row()], [], true), '1 of 1 package needs attention.'],
    [outcome([row()], [failure]), '1 of 1 package needs attention. 1 file could not be read.'],
    [outcome([], [failure]), 'The file could not be read.'],
    [outcome([], [failure, failure]), 'No file could be read.'],
  ]) assert.equal(answer(given), expected);
  const direct = outcome([allowed('a')], [failure]);
  direct.report.coverage.files = [{ file: 'pom.xml', extent: 'direct-only' }];
  assert.equal(answer(direct), 'None of 1 package needs attention. Of pom.xml, only direct dependencies were judged. 1 file could not be read.');
});

test('what the firewall knows is told with its date, if it has one', () => {
  assert.equal(knowledge({ advisoryCount: 1, advisoryDate: null }), '1 advisory');
  assert.equal(knowledge({ advisoryCount: 18234, advisoryDate: '2026-05-12' }), '18,234 advisories, newest 2026-05-12');
});

test('a row says why in one phrase', () => {
  for (const [changes, why, fix] of [
    [{}, 'CVE-2024-45590, 8.7 ≥ 7.0', '1.20.3'],
    [{ violations: [violation, violation] }, 'CVE-2024-45590, 8.7 ≥ 7.0, and 1 more', '1.20.3'],
    [{ violations: [{ ...violation, cve: null, score: null, threshold: null }], fixVersion: null }, 'GHSA-qwcr-r2fm-qrc7, score unknown', 'none known'],
    [{ violations: [{ ...violation, advisory: 'MAL-1', cve: null, category: 'Malware', score: null }] }, 'MAL-1, malware', '1.20.3'],
    [{ scanStatus: 'UNKNOWN', violations: [], fixVersion: null, note: 'no version' }, 'no version', ''],
    [{ scanStatus: 'ALLOWED', violations: [], fixVersion: null }, '', ''],
  ]) {
    const view = rowView(row(changes), 0);
    assert.equal(view.why.join(', '), why);
    assert.equal(view.fix, fix);
  }
});

test('the name in a label keeps its scope', () => {
  assert.equal(nameOf('@babel/core@7.0.0'), '@babel/core');
  assert.equal(nameOf('@babel/core'), '@babel/core');
  assert.equal(nameOf('qs@6.5.2'), 'qs');
});

test('the worst stands first, and every word of the filter must be found', () => {
  const views = [
    allowed('z'),
    row({ packageName: 'mild', violations: [{ ...violation, score: 7 }] }),
    row({ packageName: 'unsure', scanStatus: 'UNKNOWN', violations: [] }),
    row({ packageName: 'worse', violations: [{ ...violation, score: 8.9 }] }),
    row({ packageName: 'malware', scanStatus: 'BLOCKED', violations: [{ ...violation, category: 'Malware', score: null }] }),
    row({ packageName: 'worst', scanStatus: 'BLOCKED', violations: [{ ...violation, score: 10 }] }),
  ].map(rowView);
  const names = (found) => found.map((view) => view.row.packageName);
  const all = arrange(views, INITIAL);
  assert.deepEqual(names(all.attention), ['malware', 'worst', 'worse', 'mild', 'unsure']);
  assert.deepEqual(names(all.allowed), ['z']);
  assert.deepEqual(names(arrange(views, { ...INITIAL, status: 'WARN' }).attention), ['worse', 'mild']);
  assert.deepEqual(names(arrange(views, { ...INITIAL, text: 'cve-2024 WORSE' }).attention), ['worse']);
  const byName = { ...INITIAL, sort: 'package', descending: true };
  assert.deepEqual(names(arrange(views, byName).attention), ['worst', 'worse', 'unsure', 'mild', 'malware']);
});

test('versions sort by their numbers', () => {
  const views = ['1.10.0', '1.9.0'].map((version) => row({ version })).map(rowView);
  const sorted = arrange(views, { ...INITIAL, sort: 'version' }).attention;
  assert.deepEqual(sorted.map((view) => view.row.version), ['1.9.0', '1.10.0']);
});

test('vectors are told in words, and what has none as it is written', () => {
  assert.deepEqual(vectorInWords('CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:H/I:L/A:N/E:P'), {
    attack: ['over the network', 'low complexity', 'no privileges needed', 'user interaction needed', 'scope changed'],
    harm: 'confidentiality high, integrity low, otherwise none',
    rest: ['E:P'],
  });
  assert.equal(vectorInWords('CVSS:4.0/AV:P/VC:N/VI:N/VA:N/SC:N/SI:N/SA:H').harm, 'availability of other systems high, otherwise none');
  assert.equal(vectorInWords('AV:N/AC:L/Au:N/C:P/I:P/A:P'), null);
});

test('what is given is sorted by its name', () => {
  const sorted = (...paths) => {
    const { files, policy, advisories } = intake(paths.map((path) => ({ path })));
    const names = (found) => found.map(({ path }) => path);
    return [names(files), policy?.path ?? null, names(advisories)];
  };
  assert.deepEqual(sorted('app/hc-firewall.toml', 'app/pom.xml', 'app/data.zip', 'anything.bin', 'npm-all.zip'), [
    ['app/hc-firewall.toml', 'app/pom.xml', 'app/data.zip', 'anything.bin'],
    null,
    ['npm-all.zip'],
  ]);
  // A policy beside files rules them; one that comes alone is for what was given before.
  assert.deepEqual(sorted('hc-firewall.toml', 'pom.xml'), [['hc-firewall.toml', 'pom.xml'], null, []]);
  assert.deepEqual(sorted('hc-firewall.toml', 'npm-all.zip'), [[], 'hc-firewall.toml', ['npm-all.zip']]);
  assert.deepEqual(sorted('npm-all.zip'), [[], null, ['npm-all.zip']]);
});

test('the answer says what it does not speak of', () => {
  const of = (files, below = 0) => limits({ coverage: { files }, counts: { below } });
  const full = { file: 'package-lock.json', extent: 'everything', gaps: [], advice: null };
  const direct = { file: 'pom.xml', extent: 'direct-only', gaps: [], advice: 'ask mvn' };
  assert.deepEqual(of([full]), []);
  assert.deepEqual(of([full, direct]), ['What direct dependencies bring in was not judged: ask mvn.']);
  assert.deepEqual(of([{ ...full, gaps: ['a', 'b'] }], 2), [
    '1 file could not be read in full: dependencies may be missing.',
    '2 findings below the thresholds of the policy stand in the details.',
  ]);
});

test('files of the same name are told apart', () => {
  const files = withDistinctPaths([{ path: 'pom.xml' }, { path: 'pom.xml' }, { path: 'pom.xml' }]);
  assert.deepEqual(files.map(({ path }) => path), ['pom.xml', '2/pom.xml', '3/pom.xml']);
});

test('the download is what the command line writes', () => {
  const json = rowsAsJson([{ score: 9, threshold: 7.5, line: 9, summary: '\n"score": 9', aliases: [] }, { score: 10 }]);
  assert.equal(
    json,
    `[
  {
    "score": 9.0,
    "threshold": 7.5,
    "line": 9,
    "summary": "\\n\\"score\\": 9",
    "aliases": []
  },
  {
    "score": 10.0
  }
]
`,
  );
});
