// Every case with the native binary. `HC_BLESS=1` writes down what it says as what is expected.

import { binary } from './binary.mjs';
import { testEveryCase } from './run.mjs';

testEveryCase('native', [binary], { blessing: process.env.HC_BLESS === '1' });
