/** The body of a request, in pieces. */

import fs from "node:fs";

import type { NodeFilePart, NodePart } from "hc-wasm";

import { NetFault } from "./faults";

/** How much is sent at once, so that it can be seen that something is. */
const PIECE = 65_536;

/** The length of a body in bytes. */
export function lengthOf(parts: NodePart[]): number {
    return parts.reduce((sum, part) => sum + part.length, 0);
}

/** Finds out that a file cannot be read before anything is sent. */
export function checkFiles(parts: NodePart[]): void {
    for (const part of parts) {
        if (!(part instanceof Uint8Array)) {
            try {
                fs.accessSync(part.path, fs.constants.R_OK);
            } catch (error) {
                throw unreadable(part.path, error);
            }
        }
    }
}

/** A body's pieces, one when the one before is on its way; `step` is called for each. */
export async function* pieces(parts: NodePart[], step: () => void): AsyncGenerator<Uint8Array> {
    for (const part of parts) {
        for await (const piece of part instanceof Uint8Array ? slices(part) : range(part)) {
            step();
            yield piece;
        }
    }
}

function* slices(bytes: Uint8Array): Generator<Uint8Array> {
    for (let start = 0; start < bytes.length; start += PIECE) {
        yield bytes.subarray(start, start + PIECE);
    }
}

async function* range({ path, offset, length }: NodeFilePart): AsyncGenerator<Uint8Array> {
    if (length === 0) {
        return;
    }
    let missing = length;
    try {
        const range = { start: offset, end: offset + length - 1, highWaterMark: PIECE };
        for await (const piece of fs.createReadStream(path, range)) {
            missing -= piece.length;
            yield piece;
        }
    } catch (error) {
        throw unreadable(path, error);
    }
    if (missing > 0) {
        throw new NetFault("file", "the file became shorter while it was sent", { path });
    }
}

function unreadable(path: string, error: unknown): NetFault {
    const { message, code } = error as NodeJS.ErrnoException;
    return new NetFault("file", message, { path, code });
}
