/** Questions to the person at the terminal, and what is piped in instead. */

import tty from "node:tty";

import { edited, key } from "./keys";
import { print } from "./output";
import { arrived, more, take } from "./stdin";

/** What a shell reports of a program that Ctrl-C ended. */
const INTERRUPTED = 130;

export function isInteractive(): boolean {
    return tty.isatty(0) && tty.isatty(2);
}

/** The line that is typed, without its end; nothing when stdin ends first. */
export async function ask(question: string, hidden: boolean): Promise<string | undefined> {
    if (!hidden || !tty.isatty(0)) {
        print("stderr", question);
        return line();
    }
    // Before the question, or a hasty answer would be seen.
    process.stdin.setRawMode(true);
    try {
        print("stderr", question);
        return await secret();
    } finally {
        process.stdin.setRawMode(false);
        print("stderr", "\n");
    }
}

export async function readStdin(limit: number): Promise<Uint8Array> {
    while (await more()) {
        // All of it is wanted, up to what can be held.
        if (arrived().length > limit) {
            throw Object.assign(new Error("the input is too large"), { code: "EFBIG" });
        }
    }
    return take(arrived().length);
}

async function line(): Promise<string | undefined> {
    let end = -1;
    while ((end = arrived().indexOf("\n")) < 0) {
        if (!(await more())) {
            const last = take(arrived().length);
            return last.length > 0 ? last.toString() : undefined;
        }
    }
    return take(end + 1).toString().replace(/\r?\n$/, "");
}

/** A line of a terminal that neither shows nor edits what is typed. */
async function secret(): Promise<string | undefined> {
    for (;;) {
        const end = arrived().findIndex((byte) => byte === key.enter || byte === key.lineFeed);
        const typed = end < 0 ? arrived() : arrived().subarray(0, end);
        if (typed.includes(key.interrupt)) {
            interrupt();
        }
        if (end >= 0) {
            // What a paste has after the line answers no question that was seen.
            take(arrived().length);
            return edited(typed.toString());
        }
        const hasLeft = typed.includes(key.endOfInput) && edited(typed.toString()) === "";
        if (hasLeft || !(await more())) {
            take(typed.length);
            return undefined;
        }
    }
}

function interrupt(): never {
    process.stdin.setRawMode(false);
    print("stderr", "\n");
    process.exit(INTERRUPTED);
}
