/** What the program asks of the machine, answered by Node. Everything is synchronous: one command, one process. */

import fs from "node:fs";
import path from "node:path";

import type { NodeEntry, NodeHost, StreamName } from "hc-wasm";

const descriptors = { stdout: 1, stderr: 2 } as const;

export const host: NodeHost = {
    env: (name) => process.env[name],
    isTerminal: (stream) => isTerminal(stream),
    print: (stream, text) => writeAll(descriptors[stream], Buffer.from(text)),
    read: (file) => fs.readFileSync(file),
    list: (folder) => fs.readdirSync(folder, { withFileTypes: true }).map(entryOf),
    absolute: (relative) => path.resolve(relative),
};

/** A link to a folder is no folder: following it could lead in a circle. */
function entryOf(entry: fs.Dirent): NodeEntry {
    return { name: entry.name, isFolder: entry.isDirectory() };
}

function isTerminal(stream: StreamName): boolean {
    return require("node:tty").isatty(descriptors[stream]);
}


/** Writes every byte now, so that nothing is lost when the process ends. */
function writeAll(descriptor: number, bytes: Uint8Array): void {
    let written = 0;
    while (written < bytes.length) {
        try {
            written += fs.writeSync(descriptor, bytes, written);
        } catch (error) {
            // The pipe is full and its owner made it non-blocking: wait until the reader has read.
            if ((error as NodeJS.ErrnoException).code !== "EAGAIN") {
                throw error;
            }
            pause();
        }
    }
}

function pause(): void {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
}
