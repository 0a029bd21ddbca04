/** A proxy, as its URL names it. */

import type { OutgoingHttpHeaders } from "node:http";
import net from "node:net";

import { NetFault } from "./faults";

/** An HTTP proxy. */
export class Proxy {
    readonly secure: boolean;
    readonly host: string;
    readonly port: number;
    /** Whom its certificate must name; Node would take the host that the request is for. An address is no name. */
    readonly servername: string;
    /** What it wants to be told with each request. */
    readonly headers: OutgoingHttpHeaders;

    constructor(text: string) {
        const url = parse(text);
        this.secure = url.protocol === "https:";
        this.host = withoutBrackets(url.hostname);
        this.servername = net.isIP(this.host) ? "" : this.host;
        this.port = Number(url.port) || (this.secure ? 443 : 80);
        this.headers = authorization(url);
    }

    /** Its name in messages, which shows no password. */
    toString(): string {
        return `the proxy ${this.host}:${this.port}`;
    }
}

/** The host of a URL, as a connection wants it: only a URL has brackets around an IPv6 address. */
export function withoutBrackets(host: string): string {
    return host.replace(/^\[|\]$/g, "");
}

function parse(text: string): URL {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url?.protocol !== "http:" && url?.protocol !== "https:") {
        // The text is not shown, for it may hold a password.
        throw new NetFault("connect", "the proxy is not given as http://host:port");
    }
    return url;
}

/** For a proxy that wants a user and password (RFC 7617). */
function authorization({ username, password }: URL): OutgoingHttpHeaders {
    if (username === "" && password === "") {
        return {};
    }
    const credentials = Buffer.from(`${decoded(username)}:${decoded(password)}`);
    return { "proxy-authorization": `Basic ${credentials.toString("base64")}` };
}

/** Without percent-encoding; as it stands where that is malformed. */
function decoded(text: string): string {
    try {
        return decodeURIComponent(text);
    } catch {
        return text;
    }
}
