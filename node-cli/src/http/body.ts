/** The body of a request, in pieces. */

import fs from "node:fs";

import type { NodeBase64Part, NodeFilePart, NodePart } from "hc-wasm";

import { NetFault } from "./faults";

/**
 * How much of a file is read at once, so that it can be seen that something is sent: a multiple of 3, so that pieces
 * in base64 need no padding between them.
 */
const PIECE = 98_304;

/** The length of a body in bytes. */
export function lengthOf(parts: NodePart[]): number {
    const length = (part: NodePart) => ("base64" in part ? Math.ceil(part.length / 3) * 4 : part.length);
    return parts.reduce((sum, part) => sum + length(part), 0);
}

/** Finds out that a file cannot be read before anything is sent. */
export function checkFiles(parts: NodePart[]): void {
    for (const part of parts) {
        if (part instanceof Uint8Array) {
            continue;
        }
        const path = "base64" in part ? part.base64 : part.path;
        try {
            fs.accessSync(path, fs.constants.R_OK);
        } catch (error) {
            throw unreadable(path, error);
        }
    }
}

/** A body's pieces, one when the one before is on its way; `sent` is told the length of each. */
export async function* pieces(parts: NodePart[], sent: (length: number) => void): AsyncGenerator<Uint8Array> {
    for (const part of parts) {
        for await (const piece of piecesOf(part)) {
            sent(piece.length);
            yield piece;
        }
    }
}

function piecesOf(part: NodePart): Iterable<Uint8Array> | AsyncIterable<Uint8Array> {
    if (part instanceof Uint8Array) {
        return slices(part);
    }
    return "base64" in part ? base64(part) : range(part);
}

function* slices(bytes: Uint8Array): Generator<Uint8Array> {
    for (let start = 0; start < bytes.length; start += PIECE) {
        yield bytes.subarray(start, start + PIECE);
    }
}

async function* base64({ base64: path, length }: NodeBase64Part): AsyncGenerator<Uint8Array> {
    // A read may give less than it was asked for; what is no whole group of 3 bytes waits for the next.
    let rest: Buffer = Buffer.alloc(0);
    for await (const piece of range({ path, offset: 0, length })) {
        const bytes = Buffer.concat([rest, piece]);
        const whole = bytes.length - (bytes.length % 3);
        rest = bytes.subarray(whole);
        yield Buffer.from(bytes.toString("base64", 0, whole), "latin1");
    }
    if (rest.length > 0) {
        yield Buffer.from(rest.toString("base64"), "latin1");
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
