// The native binary, as `cargo build --release` leaves it.

import path from 'node:path';

import { root } from './cases.mjs';

export const binary = path.join(root, 'target/release', process.platform === 'win32' ? 'hc.exe' : 'hc');
