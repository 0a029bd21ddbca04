/**
 * What Node does for the program. Every method is synchronous and throws Node's own system errors,
 * whose `code` (`ENOENT`, `EISDIR`, …) tells the program what went wrong.
 */
export interface NodeHost {
    /** The value of an environment variable. */
    env(name: string): string | undefined;
    /** Whether a person looks at this stream. */
    isTerminal(stream: StreamName): boolean;
    /** Writes all of `text` before it returns. */
    print(stream: StreamName, text: string): void;
    /** All bytes of a file. */
    read(path: string): Uint8Array;
    /** The names in a folder, in any order. */
    list(path: string): NodeEntry[];
    /** The absolute path of `path`, without asking whether it exists. */
    absolute(path: string): string;
}

/** One of the program's two outputs. */
export type StreamName = "stdout" | "stderr";

/** A name in a folder. */
export interface NodeEntry {
    name: string;
    isFolder: boolean;
}
