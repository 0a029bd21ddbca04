// Questions, at a terminal and without one.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';

import './host.mjs';

const asker = path.join(import.meta.dirname, 'asker.mjs');
// util-linux's script gives a program a terminal.
const hasScript = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0;
const hex = (...answers) => `[${answers.map((answer) => Buffer.from(answer).toString('hex'))}]`;

/** Runs the asker at a terminal; types each text when its question is seen. Gives what was shown, and the exit code. */
function atTerminal(...texts) {
  const child = spawn('script', ['-qefc', `"${process.execPath}" "${asker}"`, '/dev/null']);
  const questions = ['Token: ', 'Name: '];
  let shown = '';
  let seen = 0;
  child.stdout.setEncoding('utf8').on('data', (text) => {
    shown += text;
    for (let at; seen < texts.length && (at = shown.indexOf(questions[seen])) >= 0; seen += 1) {
      child.stdin.write(texts[seen]);
    }
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ shown, code })));
}

const typed = [
  ['what is typed', 'pat.secret\r', 'pat.secret'],
  ['backspace, of whole characters', 'pat.sex\x7fcr\u00e9\x7fet\r', 'pat.secret'],
  ['a line begun anew', 'wrong\x15pat.secret\r', 'pat.secret'],
  ['a paste with its marks', '\x1b[200~pat.secret\x1b[201~\r', 'pat.secret'],
  ['a paste of more than a line', 'pat.secret\r\nsecret\r', 'pat.secret'],
  ['cursor keys', 'pat.\x1b[D\x1bOCsecret\r', 'pat.secret'],
  ['other control characters', 'pat.\tsecret\x01\r', 'pat.secret'],
  ['nothing', '\r', ''],
];

for (const [what, keys, expected] of typed) {
  test(`prompt: a hidden answer, ${what}`, { skip: !hasScript, timeout: 10_000 }, async () => {
    const { shown, code } = await atTerminal(keys, 'me\r');
    assert.ok(shown.includes(hex(expected, 'me')), shown);
    assert.ok(!shown.includes('secret'), shown);
    assert.ok(shown.includes('Name: me'), shown);
    assert.equal(code, 0);
  });
}

test('prompt: Ctrl-C at a hidden question ends the program', { skip: !hasScript, timeout: 10_000 }, async () => {
  const { shown, code } = await atTerminal('pat\x03');
  assert.ok(!shown.includes('['), shown);
  assert.equal(code, 130);
});

test('prompt: Ctrl-D at a hidden question is no answer', { skip: !hasScript, timeout: 10_000 }, async () => {
  const { shown } = await atTerminal('\x04', 'me\r');
  assert.ok(shown.includes('[none,'), shown);
});

const piped = [
  ['two lines', 'one\ntwo\nthree', hex('one', 'two')],
  ['lines of Windows', 'one\r\ntwo\r\n', hex('one', 'two')],
  ['a last line without an end', 'one\ntwo', hex('one', 'two')],
  ['too few lines', 'one\n', `[${Buffer.from('one').toString('hex')},none]`],
  ['nothing', '', '[none,none]'],
];

for (const [what, input, expected] of piped) {
  test(`prompt: without a terminal, ${what}`, () => {
    const { stdout, stderr } = spawnSync(process.execPath, [asker], { input, encoding: 'utf8' });
    assert.equal(stdout.trim(), expected);
    assert.equal(stderr, 'Token: Name: ');
  });
}

test('prompt: all of stdin', () => {
  const script = `import(${JSON.stringify(path.join(import.meta.dirname, 'host.mjs'))}).then(async ({ host }) => {
    console.log(host.isInteractive(), (await host.readStdin()).length);
    process.exit();
  });`;
  const { stdout } = spawnSync(process.execPath, ['-e', script], { input: Buffer.alloc(1_000_000), encoding: 'utf8' });
  assert.equal(stdout, 'false 1000000\n');
});
