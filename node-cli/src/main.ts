/** The bin: runs the program on the command line's arguments and sets the exit code. */

import { run } from "hc-wasm";

import { host } from "./host";

// A panic in the program arrives here, because no promise can carry it out of WebAssembly.
process.on("uncaughtException", (error: Error) => {
    host.print("stderr", `hc: ${error.message}\nThis is a fault in hc. Please report it with the command that led here.\n`);
    process.exit(1);
});

void run(process.argv.slice(2), host).then((code) => {
    process.exitCode = code;
});
