// Asks one hidden and one open question and prints both answers in hexadecimal, which no echo looks like.

import { host } from './host.mjs';

const answers = [await host.ask('Token: ', true), await host.ask('Name: ', false)];
const hex = (answer) => (answer === undefined ? 'none' : Buffer.from(answer).toString('hex'));
console.log(`[${answers.map(hex)}]`);
process.exit();
