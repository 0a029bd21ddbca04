/**
 * What Node does for the program. Files are handled at once, since there is nobody else to serve; what
 * depends on somebody else gives a promise. A method that fails throws, or rejects with, Node's own system
 * error, whose `code` (`ENOENT`, `EISDIR`, …) tells the program what went wrong.
 *
 * Sizes and offsets are in bytes, times in milliseconds. A `mode` is a file's permissions; absent, they are
 * as the system does by default.
 */
export interface NodeHost {
    /** The value of an environment variable. */
    env(name: string): string | undefined;
    /** Whether a person looks at this stream. */
    isTerminal(stream: StreamName): boolean;
    /** How many characters a line of the terminal holds that stdout goes to; undefined where it goes elsewhere. */
    columns(): number | undefined;
    /** Writes all of `text` before it returns. */
    print(stream: StreamName, text: string): void;

    /**
     * All bytes of a regular file of at most `limit`. Throws with the code `ESPIPE` for what is neither a file nor a
     * folder, and with `EFBIG` for a larger one.
     */
    read(path: string, limit: number): Uint8Array;
    /** The names in a folder, in any order. */
    list(path: string): NodeEntry[];
    /** The absolute path of `path`, without asking whether it exists. */
    absolute(path: string): string;
    /** Where `path` leads when all links are followed. */
    realPath(path: string): string;
    /** What stands at `path`, links followed. */
    stat(path: string): NodeStat;
    /** At most `length` bytes from `offset` on; fewer only at the end. They are there until the next call. */
    readAt(path: string, offset: number, length: number): Uint8Array;
    /** Begins to compute checksums (`md5`, `sha1`, `sha256`, `sha512`); throws if there is no such one. */
    hasher(algorithms: string[]): NodeHasher;
    /** Makes `bytes` the whole content, or leaves the old content. */
    write(path: string, bytes: Uint8Array, mode: number | undefined): void;
    /** Writes `bytes` at `offset` and ends the file there. */
    writeAt(path: string, offset: number, bytes: Uint8Array): void;
    /** Makes a folder, and those above it, where they are missing. */
    createFolder(path: string, mode: number | undefined): void;
    /** Gives a file another name, in place of whatever had it. */
    rename(from: string, to: string): void;
    /** Removes a file. */
    remove(path: string): void;

    /** Whether a person sits at stdin and sees stderr. */
    isInteractive(): boolean;
    /** Asks on stderr; gives the line that is typed, or nothing when stdin ends first. */
    ask(question: string, hidden: boolean): Promise<string | undefined>;
    /** All of stdin, if that is at most `limit` bytes; else rejects with the code `EFBIG`. */
    readStdin(limit: number): Promise<Uint8Array>;

    /**
     * Sends a request as it is, following no redirect. `sent` is told the length of each piece of the body that
     * goes out, and never called once the exchange is cancelled.
     */
    send(request: NodeRequest, route: NodeRoute, sent: (bytes: number) => void): NodeExchange;

    /** Waits. */
    sleep(duration: number): Promise<void>;
    /** The time since the process started; never goes back. */
    clock(): number;
    /** The time since the beginning of 1970, in UTC. */
    now(): number;
    /** Any number of 64 bits. */
    random(): bigint;
}

/** Computes checksums while the bytes go by. */
export interface NodeHasher {
    /** Takes the next bytes, which are somebody else's when it returns. */
    update(bytes: Uint8Array): void;
    /** The checksums, in the order that they were asked for. */
    finish(): Uint8Array[];
}

/** One of the program's two outputs. */
export type StreamName = "stdout" | "stderr";

/** A name in a folder. */
export interface NodeEntry {
    name: string;
    /** Of the name itself: links are not followed. */
    kind: "file" | "folder" | "link" | "other";
}

/** What stands at a path. */
export interface NodeStat {
    isFolder: boolean;
    /** No pipe, socket or device. */
    isFile: boolean;
    size: number;
    /** Absent where the system has no modes. */
    mode: number | undefined;
}

/** A request. */
export interface NodeRequest {
    method: string;
    /** Whether by TLS. */
    secure: boolean;
    /** As in a URL: an IPv6 address stands in brackets. */
    host: string;
    port: number;
    /** Path and query, as they are sent. */
    target: string;
    /** Names and values in turns; a character is a byte. */
    headers: string[];
    parts: NodePart[];
}

/** A piece of a request's body: these bytes, a range of a file, or a file in base64. */
export type NodePart = Uint8Array | NodeFilePart | NodeBase64Part;

/** A range of a file. */
export interface NodeFilePart {
    path: string;
    offset: number;
    length: number;
}

/** All of a file in base64, without line breaks. */
export interface NodeBase64Part {
    /** The file's path. */
    base64: string;
    /** The file's own length. */
    length: number;
}

/** The way that a request takes. */
export interface NodeRoute {
    /** The URL of an HTTP proxy, perhaps with a user and password. */
    proxy: string | undefined;
    /** Certificates (PEM) to trust besides Node's. */
    extraCertificates: Uint8Array | undefined;
    /** Certificates (PEM) to trust instead of Node's. */
    onlyCertificates: Uint8Array | undefined;
    /** How long nothing may happen. */
    patience: number;
}

/** A request on its way, and its response. Its promises reject with a `NodeNetFault`. */
export interface NodeExchange {
    /** The head of the response. */
    head(): Promise<NodeResponseHead>;
    /** The next bytes of its body; nothing at the end. Asked for one after the other. */
    chunk(): Promise<Uint8Array | undefined>;
    /** Ends it, wherever it is. */
    cancel(): void;
}

/** The head of a response. */
export interface NodeResponseHead {
    status: number;
    /** Names and values in turns; a character is a byte. */
    headers: string[];
}

/** Why no response came. */
export interface NodeNetFault extends Error {
    kind: "resolve" | "connect" | "tls" | "timeout" | "broken" | "file";
    /** Whether the request may have reached the service. */
    mayHaveArrived: boolean;
    /** The file that cannot be read. */
    path?: string;
    /** The system's name of why it cannot. */
    code?: string;
}
