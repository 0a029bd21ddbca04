/** Whose certificates are trusted. */

import tls from "node:tls";

import type { NodeRoute } from "hc-wasm";

/** What TLS connections on `route` are made with. Made once for many: it holds all of Node's certificates. */
export function trustOf(route: NodeRoute): tls.ConnectionOptions {
    const ca = certificates(route);
    return {
        ...(ca && { secureContext: tls.createSecureContext({ ca }) }),
        // Said here, no environment variable turns it off.
        rejectUnauthorized: true,
    };
}

/** The certificates in PEM; none where Node's are enough. */
function certificates({ extraCertificates, onlyCertificates }: NodeRoute): string[] | undefined {
    if (!extraCertificates && !onlyCertificates) {
        return undefined;
    }
    const usual = onlyCertificates ? [text(onlyCertificates)] : tls.rootCertificates;
    return extraCertificates ? [...usual, text(extraCertificates)] : [...usual];
}

function text(pem: Uint8Array): string {
    return Buffer.from(pem).toString("latin1");
}
