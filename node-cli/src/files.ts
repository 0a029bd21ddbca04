/** Files and folders, handled at once: what is read and written is small, or comes in pieces. */

import fs from "node:fs";
import path from "node:path";

import type { NodeEntry, NodeStat } from "hc-wasm";

export function read(file: string, limit: number): Uint8Array {
    return withRegularFile(file, (descriptor) => {
        let bytes = Buffer.allocUnsafeSlow(Math.min(fs.fstatSync(descriptor).size, limit) + 1);
        let filled = 0;
        for (;;) {
            const count = fs.readSync(descriptor, bytes, filled, bytes.length - filled, null);
            filled += count;
            if (filled > limit) {
                throw fault("EFBIG", "the file is too large");
            }
            if (count === 0) {
                return bytes.subarray(0, filled);
            }
            if (filled === bytes.length) {
                // It is longer than the system says, as files in /proc are.
                bytes = Buffer.concat([bytes], filled * 2);
            }
        }
    });
}

export function list(folder: string): NodeEntry[] {
    return fs.readdirSync(folder, { withFileTypes: true }).map((entry) => ({ name: entry.name, kind: kindOf(entry) }));
}

/** A link to a folder is no folder: following it could lead in a circle. */
function kindOf(entry: fs.Dirent): NodeEntry["kind"] {
    if (entry.isFile()) {
        return "file";
    }
    if (entry.isDirectory()) {
        return "folder";
    }
    return entry.isSymbolicLink() ? "link" : "other";
}

export function realPath(file: string): string {
    return fs.realpathSync.native(file);
}

export function stat(file: string): NodeStat {
    const stats = fs.statSync(file);
    // Windows has no modes; what Node gives there is made up.
    const mode = process.platform === "win32" ? undefined : stats.mode & 0o7777;
    return { isFolder: stats.isDirectory(), isFile: stats.isFile(), size: stats.size, mode };
}

export function readAt(file: string, offset: number, length: number): Uint8Array {
    return withRegularFile(file, (descriptor) => {
        const bytes = room(length);
        let filled = 0;
        while (filled < length) {
            const count = fs.readSync(descriptor, bytes, filled, length - filled, offset + filled);
            if (count === 0) {
                break;
            }
            filled += count;
        }
        return bytes.subarray(0, filled);
    });
}

export function write(file: string, bytes: Uint8Array, mode: number | undefined): void {
    const temporary = path.join(path.dirname(file), `.hc-${crypto.randomUUID()}`);
    try {
        withFile(temporary, "wx", mode, (descriptor) => {
            if (mode !== undefined) {
                // What the process's umask took away from the mode comes back.
                fs.fchmodSync(descriptor, mode);
            }
            writeAll(descriptor, bytes, 0);
            fs.fsyncSync(descriptor);
        });
        fs.renameSync(temporary, file);
    } catch (error) {
        fs.rmSync(temporary, { force: true });
        throw error;
    }
}

export function writeAt(file: string, offset: number, bytes: Uint8Array): void {
    const there = fs.statSync(file, { throwIfNoEntry: false });
    if (there) {
        refuseOthers(there);
    }
    const flags = fs.constants.O_WRONLY | (offset === 0 ? fs.constants.O_CREAT : 0);
    withFile(file, flags, undefined, (descriptor) => {
        if (offset > 0 && fs.fstatSync(descriptor).size < offset) {
            throw new Error("another program changed it meanwhile");
        }
        writeAll(descriptor, bytes, offset);
        fs.ftruncateSync(descriptor, offset + bytes.length);
    });
}

export function createFolder(folder: string, mode: number | undefined): void {
    const isNew = fs.mkdirSync(folder, { recursive: true, mode }) !== undefined;
    if (isNew && mode !== undefined) {
        fs.chmodSync(folder, mode);
    }
}

export function rename(from: string, to: string): void {
    fs.renameSync(from, to);
}

export function remove(file: string): void {
    fs.unlinkSync(file);
}

/** What is read in pieces goes through one and the same buffer: a new one each time would pile up as garbage. */
let reused = Buffer.alloc(0);

function room(length: number): Buffer {
    if (reused.length < length) {
        reused = Buffer.allocUnsafeSlow(length);
    }
    return reused.subarray(0, length);
}

/**
 * Opens a regular file to read it. Opening a pipe would wait for whoever writes to it, and a device may do anything when
 * it is opened: what stands there is looked at before, and again when it is open.
 */
function withRegularFile<T>(file: string, use: (descriptor: number) => T): T {
    refuseOthers(fs.statSync(file));
    // Windows has no such flag, and needs none.
    const flags = fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0);
    return withFile(file, flags, undefined, (descriptor) => {
        refuseOthers(fs.fstatSync(descriptor));
        return use(descriptor);
    });
}

function refuseOthers(stats: fs.Stats): void {
    if (stats.isDirectory()) {
        throw fault("EISDIR", "a folder is no file");
    }
    if (!stats.isFile()) {
        throw fault("ESPIPE", "a pipe, socket or device is no regular file");
    }
}

/** An error as Node's own are, with the name of the system's fault. */
function fault(code: string, message: string): Error {
    return Object.assign(new Error(message), { code });
}

function withFile<T>(file: string, flags: fs.OpenMode, mode: number | undefined, use: (descriptor: number) => T): T {
    const descriptor = fs.openSync(file, flags, mode);
    try {
        return use(descriptor);
    } finally {
        fs.closeSync(descriptor);
    }
}

function writeAll(descriptor: number, bytes: Uint8Array, offset: number): void {
    let written = 0;
    while (written < bytes.length) {
        written += fs.writeSync(descriptor, bytes, written, bytes.length - written, offset + written);
    }
}
