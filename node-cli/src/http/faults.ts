/** Why no response came, in the words that the program knows. */

import util from "node:util";

import type { NodeNetFault } from "hc-wasm";

import type { Proxy } from "./proxy";

/** How far a connection is: `up` when a request can travel on it. */
export type Phase = "connecting" | "securing" | "up";

export class NetFault extends Error implements NodeNetFault {
    /** Set by whoever knows how far the request was. */
    mayHaveArrived = false;
    declare path?: string;
    declare code?: string;

    constructor(
        readonly kind: NodeNetFault["kind"],
        message: string,
        file?: { path: string; code?: string | undefined },
    ) {
        super(message);
        Object.assign(this, file);
    }
}

/** What Node and its TLS add to an error. */
interface SystemError extends Error {
    code?: string;
    errno?: number;
    syscall?: string;
    /** OpenSSL's words, without the place in its source. */
    reason?: string;
}

/** What `error` means in this phase of a connection, to `proxy` if it is one to a proxy. */
export function faultOf(error: unknown, phase: Phase, proxy?: Proxy): NetFault {
    if (error instanceof NetFault) {
        return error;
    }
    const cause = causeOf(error);
    const kind = kindOf(cause, phase);
    if (!proxy) {
        return new NetFault(kind, words(cause));
    }
    // The name that does not resolve is not the service's.
    return new NetFault(kind === "resolve" ? "connect" : kind, `${proxy}: ${words(cause)}`);
}

/** Whether the other side closed the connection. */
export function isClosed(error: SystemError): boolean {
    return ["ECONNRESET", "EPIPE", "ERR_STREAM_PREMATURE_CLOSE"].includes(error.code ?? "");
}

/** Of a host's several addresses, each fails for a reason of its own; the first has most to say. */
function causeOf(error: unknown): SystemError {
    const [first] = error instanceof AggregateError ? error.errors : [error];
    return first instanceof Error ? first : new Error(String(first));
}

function kindOf(error: SystemError, phase: Phase): NetFault["kind"] {
    const code = error.code ?? "";
    if (error.syscall === "getaddrinfo") {
        return "resolve";
    }
    if (code === "ETIMEDOUT") {
        return "timeout";
    }
    if (isClosed(error)) {
        return "broken";
    }
    if (phase === "connecting") {
        return "connect";
    }
    // A server that asks for a client's certificate says so only after the handshake.
    return phase === "securing" || code === "EPROTO" || code.startsWith("ERR_SSL_") ? "tls" : "broken";
}

function words(error: SystemError): string {
    if (isClosed(error)) {
        return "the other side closed it";
    }
    if (error.code === "ECONNREFUSED") {
        return "the connection was refused";
    }
    const known = error.errno === undefined ? undefined : util.getSystemErrorMap().get(error.errno);
    return error.reason ?? opensslReason(error.message) ?? known?.[1] ?? error.message;
}

/** The last of OpenSSL's words before the place in its source: `…:SSL routines:FUNCTION:REASON:FILE:LINE:`. */
function opensslReason(message: string): string | undefined {
    return /:SSL routines:[^:]*:([^:]+):/.exec(message)?.[1];
}
