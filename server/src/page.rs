//! The audit page at `/`, where it was there when the server was built.

use axum::http::{Method, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};

use crate::problem::Problem;

/// A file of the page: its path, and its bytes.
type Asset = (&'static str, &'static [u8]);

/// The page's files, with `/` between folders; none where the page was not built.
const ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/page.rs"));

/// The page runs its own scripts and WebAssembly, and asks nobody but this server.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
                      connect-src 'self'; worker-src 'self'; img-src 'self'; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";

const NOT_BUILT: &str =
    "This is hc serve. The audit page is not in it: run `cargo xtask web` and build hc again.\n";

/// Answers a GET or HEAD of a file of the page.
pub(crate) async fn serve(method: Method, uri: Uri) -> Response {
    let path = uri.path().trim_start_matches('/');
    let path = if path.is_empty() { "index.html" } else { path };
    if method != Method::GET && method != Method::HEAD {
        return Problem::missing(format!("there is no {method} {} here", uri.path())).into_response();
    }
    let headers = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    match ASSETS.iter().find(|(name, _)| *name == path) {
        Some((name, bytes)) => (headers, [(header::CONTENT_TYPE, media_type(name))], *bytes).into_response(),
        None if ASSETS.is_empty() && path == "index.html" => (
            StatusCode::OK,
            headers,
            [(header::CONTENT_TYPE, "text/plain; charset=utf-8")],
            NOT_BUILT,
        )
            .into_response(),
        None => Problem::missing(format!("there is no {} here", uri.path())).into_response(),
    }
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("wasm") => "application/wasm",
        Some("json") => "application/json",
        _ => "application/octet-stream",
    }
}
