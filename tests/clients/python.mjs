// The virtual environment with Python's clients that `cargo xtask setup` makes.

import { existsSync } from 'node:fs';
import path from 'node:path';

import { root } from '../conformance/cases.mjs';

const folder = path.join(root, 'target/tools/python');

export const python = path.join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');

if (!existsSync(python)) throw new Error(`${python} is missing: run \`cargo xtask setup\``);
