/** Stdin, in pieces: whoever takes a line leaves the rest to the next. */

let chunks: AsyncIterator<Buffer> | undefined;
let waiting: Buffer = Buffer.alloc(0);

/** What has come and nobody has taken. */
export function arrived(): Buffer {
    return waiting;
}

/** Waits for more; false at the end. */
export async function more(): Promise<boolean> {
    chunks ??= process.stdin[Symbol.asyncIterator]();
    const { value, done } = await chunks.next();
    if (done) {
        return false;
    }
    waiting = Buffer.concat([waiting, value]);
    return true;
}

/** Takes the first `length` bytes of what has come. */
export function take(length: number): Buffer {
    const taken = waiting.subarray(0, length);
    waiting = waiting.subarray(length);
    return taken;
}
