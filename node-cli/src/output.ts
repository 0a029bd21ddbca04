/** The program's two outputs. */

import fs from "node:fs";

import type { StreamName } from "hc-wasm";

const descriptors = { stdout: 1, stderr: 2 } as const;

export function isTerminal(stream: StreamName): boolean {
    return require("node:tty").isatty(descriptors[stream]);
}

/** How wide the terminal is that stdout goes to. */
export function columns(): number | undefined {
    // Asking for the stream makes it, which only a terminal is worth.
    return isTerminal("stdout") ? process.stdout.columns : undefined;
}

/** Writes every byte now, so that nothing is lost when the process ends. */
export function print(stream: StreamName, text: string): void {
    const bytes = Buffer.from(text);
    let written = 0;
    while (written < bytes.length) {
        try {
            written += fs.writeSync(descriptors[stream], bytes, written);
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
