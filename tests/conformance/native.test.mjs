// Every case with the native binary. `HC_BLESS=1` writes down what it says as what is expected.

import path from 'node:path';

import { root } from './cases.mjs';
import { testEveryCase } from './run.mjs';

const binary = path.join(root, 'target/release', process.platform === 'win32' ? 'hc.exe' : 'hc');
testEveryCase('native', [binary], { blessing: process.env.HC_BLESS === '1' });
