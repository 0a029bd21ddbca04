//! Requests and responses, as JavaScript has them.

use ::http::uri::Scheme;
use ::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use hc_app::host::{Body, NetError, NetErrorKind, Response, Route};
use hc_core::api::{Part, Request};
use js_sys::{Error, JsOption, Object, Uint8Array};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// A request; see `node.d.ts`.
    #[wasm_bindgen(extends = Object, typescript_type = "NodeRequest")]
    #[derive(Debug)]
    pub type NodeRequest;

    #[wasm_bindgen(method, setter)]
    fn set_method(this: &NodeRequest, method: &str);
    #[wasm_bindgen(method, setter)]
    fn set_secure(this: &NodeRequest, secure: bool);
    #[wasm_bindgen(method, setter)]
    fn set_host(this: &NodeRequest, host: &str);
    #[wasm_bindgen(method, setter)]
    fn set_port(this: &NodeRequest, port: u16);
    #[wasm_bindgen(method, setter)]
    fn set_target(this: &NodeRequest, target: &str);
    #[wasm_bindgen(method, setter)]
    fn set_headers(this: &NodeRequest, headers: Vec<String>);
    #[wasm_bindgen(method, setter)]
    fn set_parts(this: &NodeRequest, parts: Vec<JsValue>);

    /// A range of a file.
    #[wasm_bindgen(extends = Object)]
    type NodeFilePart;

    #[wasm_bindgen(method, setter)]
    fn set_path(this: &NodeFilePart, path: &str);
    #[wasm_bindgen(method, setter)]
    fn set_offset(this: &NodeFilePart, offset: f64);
    #[wasm_bindgen(method, setter)]
    fn set_length(this: &NodeFilePart, length: f64);

    /// All of a file, in base64.
    #[wasm_bindgen(extends = Object)]
    type NodeBase64Part;

    #[wasm_bindgen(method, setter)]
    fn set_base64(this: &NodeBase64Part, path: &str);
    #[wasm_bindgen(method, setter)]
    fn set_length(this: &NodeBase64Part, length: f64);

    /// The way that a request takes.
    #[wasm_bindgen(extends = Object, typescript_type = "NodeRoute")]
    #[derive(Debug)]
    pub type NodeRoute;

    #[wasm_bindgen(method, setter)]
    fn set_proxy(this: &NodeRoute, proxy: Option<&str>);
    #[wasm_bindgen(method, setter, js_name = extraCertificates)]
    fn set_extra_certificates(this: &NodeRoute, pem: Option<Uint8Array>);
    #[wasm_bindgen(method, setter, js_name = onlyCertificates)]
    fn set_only_certificates(this: &NodeRoute, pem: Option<Uint8Array>);
    #[wasm_bindgen(method, setter)]
    fn set_patience(this: &NodeRoute, patience: f64);

    /// A request on its way, and its response.
    #[wasm_bindgen(typescript_type = "NodeExchange")]
    #[derive(Debug)]
    pub type NodeExchange;

    #[wasm_bindgen(method, catch)]
    async fn head(this: &NodeExchange) -> Result<NodeResponseHead, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn chunk(this: &NodeExchange) -> Result<JsOption<Uint8Array>, JsValue>;
    #[wasm_bindgen(method)]
    fn cancel(this: &NodeExchange);

    /// The head of a response.
    type NodeResponseHead;

    #[wasm_bindgen(method, getter)]
    fn status(this: &NodeResponseHead) -> u16;
    #[wasm_bindgen(method, getter)]
    fn headers(this: &NodeResponseHead) -> Vec<String>;

    /// Why no response came.
    #[wasm_bindgen(extends = Error)]
    type NodeNetFault;

    #[wasm_bindgen(method, getter)]
    fn kind(this: &NodeNetFault) -> Option<String>;
    #[wasm_bindgen(method, getter, js_name = mayHaveArrived)]
    fn may_have_arrived(this: &NodeNetFault) -> Option<bool>;
    #[wasm_bindgen(method, getter)]
    fn path(this: &NodeNetFault) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn code(this: &NodeNetFault) -> Option<String>;
}

/// The request for Node.
///
/// # Errors
/// When its URL names no host.
pub(super) fn node_request(request: &Request) -> Result<NodeRequest, NetError> {
    let uri = request.uri();
    let Some(host) = uri.host() else {
        return Err(NetError {
            kind: NetErrorKind::Connect("the URL names no host".to_owned()),
            may_have_arrived: false,
        });
    };
    let secure = uri.scheme() != Some(&Scheme::HTTP);
    let object = Object::new().unchecked_into::<NodeRequest>();
    object.set_method(request.method().as_str());
    object.set_secure(secure);
    object.set_host(host);
    object.set_port(uri.port_u16().unwrap_or(if secure { 443 } else { 80 }));
    object.set_target(uri.path_and_query().map_or("/", |target| target.as_str()));
    object.set_headers(flat(request.headers()));
    object.set_parts(request.body().iter().map(node_part).collect());
    Ok(object)
}

fn node_part(part: &Part) -> JsValue {
    match part {
        Part::Bytes(bytes) => Uint8Array::from(bytes.as_slice()).into(),
        Part::File { path, offset, length } => {
            let object = Object::new().unchecked_into::<NodeFilePart>();
            object.set_path(path);
            object.set_offset(*offset as f64);
            object.set_length(*length as f64);
            object.into()
        }
        Part::Base64 { path, length } => {
            let object = Object::new().unchecked_into::<NodeBase64Part>();
            object.set_base64(path);
            object.set_length(*length as f64);
            object.into()
        }
    }
}

/// The route for Node.
pub(super) fn node_route(route: &Route) -> NodeRoute {
    let object = Object::new().unchecked_into::<NodeRoute>();
    object.set_proxy(route.proxy.as_deref());
    object.set_extra_certificates(route.extra_certificates.as_deref().map(Uint8Array::from));
    object.set_only_certificates(route.only_certificates.as_deref().map(Uint8Array::from));
    object.set_patience(super::milliseconds(route.patience));
    object
}

/// A response that is awaited or read; dropping it ends the exchange.
#[derive(Debug)]
pub struct Exchange {
    node: NodeExchange,
    /// Called from JavaScript until the exchange is cancelled; it must live so long.
    _sent: Closure<dyn Fn(f64)>,
}

impl Exchange {
    pub(super) fn new(node: NodeExchange, sent: Closure<dyn Fn(f64)>) -> Self {
        Self { node, _sent: sent }
    }

    /// Waits for the head.
    pub(super) async fn response(self) -> Result<Response<Self>, NetError> {
        let head = self.node.head().await.map_err(net_error)?;
        Ok(Response {
            status: StatusCode::from_u16(head.status()).map_err(|_| NetError {
                kind: NetErrorKind::Broken(format!("{} is no status", head.status())),
                may_have_arrived: true,
            })?,
            headers: header_map(&head.headers()),
            body: self,
        })
    }
}

impl Body for Exchange {
    async fn chunk(&mut self) -> Result<Option<Vec<u8>>, NetError> {
        let chunk = self.node.chunk().await.map_err(net_error)?;
        Ok(chunk.into_option().map(|bytes| bytes.to_vec()))
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.node.cancel();
    }
}

/// Names and values in turns; each character of a value is one of its bytes.
fn flat(headers: &HeaderMap) -> Vec<String> {
    let latin1 = |value: &HeaderValue| value.as_bytes().iter().map(|byte| char::from(*byte)).collect();
    headers
        .iter()
        .flat_map(|(name, value)| [name.to_string(), latin1(value)])
        .collect()
}

/// What Node took for headers and the `http` crate does not is left out.
fn header_map(flat: &[String]) -> HeaderMap {
    let header = |name: &String, value: &String| {
        let bytes: Vec<u8> = value.chars().map(|character| character as u8).collect();
        Some((
            name.parse::<HeaderName>().ok()?,
            HeaderValue::from_bytes(&bytes).ok()?,
        ))
    };
    let pairs = flat.chunks_exact(2);
    let mut headers = HeaderMap::new();
    for (name, value) in pairs.filter_map(|pair| header(pair.first()?, pair.last()?)) {
        headers.append(name, value);
    }
    headers
}

fn net_error(rejected: JsValue) -> NetError {
    let fault = rejected.unchecked_into::<NodeNetFault>();
    let message = || String::from(fault.message());
    let kind = match fault.kind().as_deref() {
        Some("resolve") => NetErrorKind::Resolve,
        Some("connect") => NetErrorKind::Connect(message()),
        Some("tls") => NetErrorKind::Tls(message()),
        Some("timeout") => NetErrorKind::Timeout,
        Some("file") => NetErrorKind::File {
            path: fault.path().unwrap_or_default(),
            error: super::coded_error(fault.code().as_deref(), &fault),
        },
        _ => NetErrorKind::Broken(message()),
    };
    NetError {
        kind,
        may_have_arrived: fault.may_have_arrived().unwrap_or(true),
    }
}
