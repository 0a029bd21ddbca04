/** A request and its response, over node:http and node:https: fetch would hold a whole body in memory. */

import http, { type ClientRequest, type IncomingMessage } from "node:http";
import https from "node:https";
import { Readable, pipeline } from "node:stream";

import type { NodeExchange, NodeRequest, NodeResponseHead, NodeRoute } from "hc-wasm";

import { checkFiles, lengthOf, pieces } from "./body";
import { Connection } from "./connection";
import { NetFault, faultOf, isClosed } from "./faults";
import { Patience } from "./patience";
import type { Proxy } from "./proxy";
import { wayOf } from "./way";

type Arrived = (incoming: IncomingMessage) => void;
type Failed = (error: unknown) => void;
type Sent = (bytes: number) => void;

export function send(request: NodeRequest, route: NodeRoute, sent: Sent): NodeExchange {
    return new Exchange(request, route, sent);
}

class Exchange implements NodeExchange {
    readonly #request: NodeRequest;
    readonly #route: NodeRoute;
    readonly #patience: Patience;
    #sent: Sent;
    #failed: Failed = () => {};
    #proxy: Proxy | undefined;
    #connection: Connection | undefined;
    #outgoing: ClientRequest | undefined;
    #incoming: IncomingMessage | undefined;
    #chunks: AsyncIterator<Buffer> | undefined;

    constructor(request: NodeRequest, route: NodeRoute, sent: Sent) {
        this.#request = request;
        this.#route = route;
        this.#sent = sent;
        const late = () => this.#failed(new NetFault("timeout", "nothing came in time"));
        this.#patience = new Patience(route.patience, late);
    }

    async head(): Promise<NodeResponseHead> {
        const incoming = await this.#watched(
            new Promise<IncomingMessage>((arrived, failed) => {
                this.#failed = failed;
                this.#start(arrived, failed);
            }),
        );
        this.#failed = (error) => incoming.destroy(error as Error);
        this.#incoming = incoming;
        this.#chunks = incoming[Symbol.asyncIterator]();
        return { status: incoming.statusCode ?? 0, headers: incoming.rawHeaders };
    }

    async chunk(): Promise<Uint8Array | undefined> {
        if (!this.#chunks) {
            throw new Error("the head has not come yet");
        }
        const { value, done } = await this.#watched(this.#chunks.next());
        if (done) {
            this.#finish();
        }
        return value;
    }

    cancel(): void {
        const outgoing = this.#outgoing;
        this.#outgoing = undefined;
        // Pieces may still be asked for while the request is torn down, but nobody counts them any more.
        this.#sent = () => {};
        this.#patience.stop();
        if (this.#incoming?.complete && !this.#incoming.readableDidRead) {
            // All of it is here and nobody wants it: the connection is still good.
            this.#incoming.resume();
        } else {
            outgoing?.destroy();
        }
    }

    #start(arrived: Arrived, failed: Failed): void {
        checkFiles(this.#request.parts);
        const { secure, options, proxy } = wayOf(this.#request, this.#route);
        const outgoing = (secure ? https : http).request(options);
        const step = () => this.#patience.renew();
        this.#proxy = proxy;
        this.#outgoing = outgoing;
        this.#connection = new Connection(outgoing, secure, step);
        outgoing.once("response", arrived);
        outgoing.on("error", (error) => {
            if (this.#isStale(outgoing, error)) {
                this.#start(arrived, failed);
            } else {
                failed(error);
            }
        });
        outgoing.once("close", () => {
            if (this.#outgoing === outgoing) {
                failed(new NetFault("broken", "the other side answers what nobody asked"));
            }
        });
        this.#send(outgoing, step, failed);
    }

    #send(outgoing: ClientRequest, step: () => void, failed: Failed): void {
        const { headers, parts } = this.#request;
        for (let index = 0; index + 1 < headers.length; index += 2) {
            outgoing.appendHeader(headers[index]!, headers[index + 1]!);
        }
        if (parts.length === 0) {
            outgoing.end();
            return;
        }
        outgoing.setHeader("content-length", lengthOf(parts));
        const pieceSent = (length: number) => {
            step();
            this.#sent(length);
        };
        pipeline(Readable.from(pieces(parts, pieceSent)), outgoing, (error) => {
            if (error) {
                failed(error);
            }
        });
    }

    /**
     * Whether the request went out on a kept connection just as the service gave that up. Only one that changes
     * nothing is sent again, since nobody knows whether it was heard (RFC 9110, 9.2.2). Each such connection is
     * gone afterwards, so this comes to an end.
     */
    #isStale(outgoing: ClientRequest, error: Error): boolean {
        const { method, parts } = this.#request;
        const isSafe = ["GET", "HEAD"].includes(method) && parts.length === 0;
        const isOpen = this.#outgoing === outgoing && !this.#incoming;
        return isOpen && isSafe && outgoing.reusedSocket && isClosed(error);
    }

    /** Waits, but not when nothing happens for too long. */
    async #watched<T>(step: Promise<T>): Promise<T> {
        this.#patience.start();
        try {
            return await step;
        } catch (error) {
            const phase = this.#connection?.phase ?? "connecting";
            const fault = faultOf(error, phase, this.#proxy);
            fault.mayHaveArrived = phase === "up";
            this.cancel();
            throw fault;
        } finally {
            this.#patience.stop();
        }
    }

    #finish(): void {
        // A service that answers before it has heard everything is not told the rest.
        if (!this.#outgoing?.writableFinished) {
            this.#outgoing?.destroy();
        }
        this.#outgoing = undefined;
    }
}
