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
    list: (folder) => fs.readdirSync(folder, { withFileTypes: true }).map((entry) => entryOf(folder, entry)),
    absolute: (relative) => path.resolve(relative),
};

function isTerminal(stream: StreamName): boolean {
    return require("node:tty").isatty(descriptors[stream]);
}

/** A link counts as what it leads to; one that leads nowhere is no folder. */
function entryOf(folder: string, entry: fs.Dirent): NodeEntry {
    const { name } = entry;
    return { name, isFolder: entry.isSymbolicLink() ? isFolder(path.join(folder, name)) : entry.isDirectory() };
}

function isFolder(target: string): boolean {
    try {
        return fs.statSync(target).isDirectory();
    } catch {
        return false;
    }
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
