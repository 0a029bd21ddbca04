/** The bin: runs the program on the command line's arguments and ends with its exit code. */

import { run } from "hc-wasm";

import { host } from "./host";

// A program that waits for what never comes ends by itself, and has not done what it should.
process.exitCode = 1;

// A panic in the program arrives here, because no promise can carry it out of WebAssembly.
process.on("uncaughtException", (error: Error) => {
    host.print("stderr", `hc: ${error.message}\nThis is a fault in hc. Please report it with the command that led here.\n`);
    process.exit(1);
});

// Everything is written by now; neither an open connection nor a timer need be waited for.
void run(process.argv.slice(2), host).then((code) => process.exit(code));
