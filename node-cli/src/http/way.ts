/** Which connections a request may use, and how it is addressed there. */

import http from "node:http";
import https, { type RequestOptions } from "node:https";

import type { NodeRequest, NodeRoute } from "hc-wasm";

import { Proxy, withoutBrackets } from "./proxy";
import { trustOf } from "./trust";
import { TunnelAgent } from "./tunnel";

/** Where a request is sent to. */
export interface Way {
    /** Whether TLS begins at the machine that is connected to. */
    secure: boolean;
    options: RequestOptions;
    /** The proxy that is spoken to instead of the service. */
    proxy?: Proxy;
}

/** The way of `request` on `route`. Connections are kept, for all requests on equal routes. */
export function wayOf(request: NodeRequest, route: NodeRoute): Way {
    let connections = known.find((one) => one.serves(route));
    if (!connections) {
        connections = new Connections(route);
        known.push(connections);
    }
    return connections.wayOf(request);
}

const known: Connections[] = [];

/** Node tries a host's addresses in turn; its own 250 ms for each are too short for a slow line. */
const agentOptions = { keepAlive: true, autoSelectFamilyAttemptTimeout: 2000 };

/** The connections of a route. */
class Connections {
    readonly #route: NodeRoute;
    readonly #proxy: Proxy | undefined;
    #forHttps: https.Agent | undefined;
    #forHttp: http.Agent | undefined;

    constructor(route: NodeRoute) {
        this.#route = route;
        this.#proxy = route.proxy === undefined ? undefined : new Proxy(route.proxy);
    }

    serves({ proxy, extraCertificates, onlyCertificates, patience }: NodeRoute): boolean {
        return (
            this.#route.proxy === proxy &&
            this.#route.patience === patience &&
            equal(this.#route.extraCertificates, extraCertificates) &&
            equal(this.#route.onlyCertificates, onlyCertificates)
        );
    }

    wayOf({ method, secure, host, port, target }: NodeRequest): Way {
        const direct = { method, host: withoutBrackets(host), port, path: target };
        if (secure) {
            this.#forHttps ??= this.#httpsAgent();
            return { secure, options: { ...direct, agent: this.#forHttps } };
        }
        this.#forHttp ??= this.#httpAgent();
        if (!this.#proxy) {
            return { secure, options: { ...direct, agent: this.#forHttp } };
        }
        const authority = port === 80 ? host : `${host}:${port}`;
        return this.#toProxy(this.#proxy, method, authority, target);
    }

    /** A request that the proxy makes in turn (RFC 9112, 3.2.2). */
    #toProxy(proxy: Proxy, method: string, authority: string, target: string): Way {
        const { secure, host, port, servername } = proxy;
        const headers = { ...proxy.headers, host: authority };
        const path = `http://${authority}${target}`;
        return { secure, options: { method, host, port, servername, path, headers, agent: this.#forHttp }, proxy };
    }

    #httpsAgent(): https.Agent {
        const options = { ...agentOptions, ...trustOf(this.#route) };
        return this.#proxy ? new TunnelAgent(this.#proxy, this.#route.patience, options) : new https.Agent(options);
    }

    #httpAgent(): http.Agent {
        const isSecure = this.#proxy?.secure;
        return isSecure ? new https.Agent({ ...agentOptions, ...trustOf(this.#route) }) : new http.Agent(agentOptions);
    }
}

function equal(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
    return one && other ? Buffer.compare(one, other) === 0 : one === other;
}
