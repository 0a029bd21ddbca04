/** TLS to a service through a proxy that only passes bytes on. */

import http from "node:http";
import https from "node:https";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import tls from "node:tls";

import { Connection } from "./connection";
import { NetFault, faultOf } from "./faults";
import type { Proxy } from "./proxy";

type Connected = (error: Error | null, socket: Duplex) => void;

/** Keeps connections that go through a proxy. */
export class TunnelAgent extends https.Agent {
    readonly #proxy: Proxy;
    readonly #patience: number;
    readonly #trust: tls.ConnectionOptions;

    constructor(proxy: Proxy, patience: number, options: https.AgentOptions & tls.ConnectionOptions) {
        super(options);
        this.#proxy = proxy;
        this.#patience = patience;
        const { secureContext, rejectUnauthorized } = options;
        this.#trust = { secureContext, rejectUnauthorized };
    }

    override createConnection(options: https.RequestOptions, connected: Connected = () => {}): undefined {
        const { host, port } = options;
        const authority = `${host?.includes(":") ? `[${host}]` : host}:${port}`;
        this.#tunnel(authority)
            .then((socket) => tls.connect({ ...(options as tls.ConnectionOptions), socket }))
            // Where there is an error, no socket is looked for.
            .then((socket) => connected(null, socket), (error) => connected(error, undefined as never));
    }

    /** A connection to `authority`, a host and port (RFC 9110, 9.3.6). */
    #tunnel(authority: string): Promise<Socket> {
        const { secure, host, port, servername, headers } = this.#proxy;
        return new Promise((resolve, reject) => {
            const request = (secure ? https : http).request({
                method: "CONNECT",
                host,
                port,
                servername,
                path: authority,
                headers: { ...headers, host: authority },
                timeout: this.#patience,
                agent: false,
                ...this.#trust,
            });
            const connection = new Connection(request, secure, () => {});
            request.once("connect", ({ statusCode = 0 }, socket) => {
                if (statusCode >= 200 && statusCode < 300) {
                    return resolve(socket.setTimeout(0));
                }
                socket.destroy();
                reject(new NetFault("connect", `${this.#proxy} answers ${statusCode}`));
            });
            request.once("timeout", () => request.destroy(new NetFault("timeout", `${this.#proxy} does not answer`)));
            request.on("error", (error) => reject(faultOf(error, connection.phase, this.#proxy)));
            request.end();
        });
    }
}
