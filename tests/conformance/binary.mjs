// The native binary, as `cargo build --release` leaves it, or the one that `HC_BINARY` names.

import path from 'node:path';

import { root } from './cases.mjs';

export const binary =
  (process.env.HC_BINARY && path.resolve(process.env.HC_BINARY)) ||
  path.join(root, 'target/release', process.platform === 'win32' ? 'hc.exe' : 'hc');
