/** Checksums, several from one pass over the bytes. */

import { createHash } from "node:crypto";

import type { NodeHasher } from "hc-wasm";

export function hasher(algorithms: string[]): NodeHasher {
    const hashes = algorithms.map((algorithm) => createHash(algorithm));
    return {
        update: (bytes) => hashes.forEach((hash) => hash.update(bytes)),
        finish: () => hashes.map((hash) => hash.digest()),
    };
}
