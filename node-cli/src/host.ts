/** What the program asks of the machine, answered by Node. */

import path from "node:path";

import type { NodeHost } from "hc-wasm";

import { delay } from "./delay";
import * as files from "./files";
import { columns, isTerminal, print } from "./output";

export const host: NodeHost = {
    env: (name) => process.env[name],
    isTerminal,
    columns,
    print,

    ...files,
    absolute: (relative) => path.resolve(relative),

    hasher: (algorithms) => checksums().hasher(algorithms),

    isInteractive: () => prompt().isInteractive(),
    ask: (question, hidden) => prompt().ask(question, hidden),
    readStdin: (limit) => prompt().readStdin(limit),

    send: (request, route, sent) => network().send(request, route, sent),

    sleep: (duration) => new Promise((resolve) => setTimeout(resolve, delay(duration))),
    clock: () => performance.now(),
    now: () => Date.now(),
    random: () => crypto.getRandomValues(new BigUint64Array(1))[0] ?? 0n,
};

// Node's own modules for these take longer to load than the whole program: only who needs them waits.

function prompt(): typeof import("./prompt") {
    return require("./prompt");
}

function checksums(): typeof import("./hasher") {
    return require("./hasher");
}

function network(): typeof import("./http/exchange") {
    return require("./http/exchange");
}
