// Asks one hidden and one open question and prints both answers in hexadecimal, which no echo looks like.

import { host } from './host.mjs';

const answers = [await host.ask('Token: ', true), await host.ask('Name: ', false)];
console.log(`[${answers.map((answer) => (answer === undefined ? 'none' : Buffer.from(answer).toString('hex'))).join()}]`);
process.exit();
