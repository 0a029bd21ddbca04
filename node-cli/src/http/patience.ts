/** How long nothing may happen. */

import { delay } from "../delay";

/** Watches over what somebody waits for. */
export class Patience {
    readonly #limit: number;
    readonly #expire: () => void;
    #timer: NodeJS.Timeout | undefined;
    #lastLook: NodeJS.Immediate | undefined;

    /** Calls `expire` when, between `start` and `stop`, nothing happens for `limit` milliseconds. */
    constructor(limit: number, expire: () => void) {
        this.#limit = delay(limit);
        this.#expire = expire;
    }

    start(): void {
        this.stop();
        this.#timer = setTimeout(() => {
            // While the program itself was busy, something may have come that Node has not looked at.
            this.#lastLook = setImmediate(this.#expire);
        }, this.#limit);
    }

    /** Something has happened. */
    renew(): void {
        if (this.#timer) {
            this.start();
        }
    }

    stop(): void {
        clearTimeout(this.#timer);
        clearImmediate(this.#lastLook);
        this.#timer = undefined;
    }
}
