/** How far the connection of a request is. */

import type { ClientRequest } from "node:http";

import type { Phase } from "./faults";

/** The connection that a request is given. */
export class Connection {
    phase: Phase = "connecting";

    /** Follows it for `request`; calls `step` at each step that it makes. */
    constructor(request: ClientRequest, secure: boolean, step: () => void) {
        const reach = (phase: Phase) => () => {
            this.phase = phase;
            step();
        };
        const connected = reach(secure ? "securing" : "up");
        request.once("socket", (socket) => {
            if (request.reusedSocket) {
                return reach("up")();
            }
            if (!socket.connecting) {
                connected();
            }
            socket.once("lookup", step).once("connect", connected).once("secureConnect", reach("up"));
        });
    }
}
