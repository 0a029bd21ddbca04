//! Requests over the network.

mod activity;
mod body;
mod refusal;

use std::cell::RefCell;
use std::error::Error as StdError;
use std::io::{self, ErrorKind};
use std::pin::pin;
use std::sync::Once;
use std::time::Duration;

use hc_app::host::{self, Meter, NetError, NetErrorKind, Response, Route};
use hc_core::api::Request;
use http::Uri;
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, Proxy};
use tokio::time::timeout;

use activity::Activity;
use body::{FileError, Parts};

/// Connections, kept open between requests.
#[derive(Default)]
pub(crate) struct Http {
    clients: RefCell<Vec<(Route, Client)>>,
}

impl Http {
    /// Sends a request and waits for the response's head.
    pub(crate) async fn send(
        &self,
        request: &Request,
        route: &Route,
        meter: &Meter,
    ) -> Result<Response<NativeBody>, NetError> {
        let client = self.client(route)?;
        let uri = request.uri();
        let activity = Activity::new();
        let body = Parts::open(request.body(), activity.clone(), meter.clone())?;
        let request = client
            .request(request.method().clone(), request.uri().to_string())
            .headers(request.headers().clone())
            .body(reqwest::Body::wrap(body));
        let sent = pin!(request.send());
        let response = activity.limit(sent, route.patience).await.ok_or(NetError {
            kind: NetErrorKind::Timeout,
            may_have_arrived: true,
        })?;
        let response = match response {
            Ok(response) => response,
            Err(error) => return Err(explained(net_error(&error), &error, route, uri).await),
        };
        Ok(Response {
            status: response.status(),
            headers: response.headers().clone(),
            body: NativeBody {
                response,
                patience: route.patience,
            },
        })
    }

    /// The client for a route; each keeps its own connections.
    fn client(&self, route: &Route) -> Result<Client, NetError> {
        let mut clients = self.clients.borrow_mut();
        if let Some((_, client)) = clients.iter().find(|(known, _)| known == route) {
            return Ok(client.clone());
        }
        let client = build(route).map_err(|error| NetError {
            kind: NetErrorKind::Tls(innermost(&error)),
            may_have_arrived: false,
        })?;
        clients.push((route.clone(), client.clone()));
        Ok(client)
    }
}

fn build(route: &Route) -> Result<Client, reqwest::Error> {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        // Only fails when there is one already.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    let mut builder = Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .http1_only()
        .connect_timeout(route.patience)
        .tls_backend_rustls();
    if let Some(proxy) = &route.proxy {
        builder = builder.proxy(Proxy::all(proxy)?);
    }
    let read = |pem: &Option<Vec<u8>>| match pem {
        Some(pem) => Certificate::from_pem_bundle(pem),
        None => Ok(Vec::new()),
    };
    let extra = read(&route.extra_certificates)?;
    let only = read(&route.only_certificates)?;
    if !only.is_empty() {
        builder = builder.tls_certs_only(only.into_iter().chain(extra));
    } else if !extra.is_empty() {
        builder = builder.tls_certs_merge(extra);
    }
    builder.build()
}

/// A response's body.
pub(crate) struct NativeBody {
    response: reqwest::Response,
    patience: Duration,
}

impl host::Body for NativeBody {
    async fn chunk(&mut self) -> Result<Option<Vec<u8>>, NetError> {
        let late = || NetError {
            kind: NetErrorKind::Timeout,
            may_have_arrived: true,
        };
        let chunk = timeout(self.patience, self.response.chunk())
            .await
            .map_err(|_| late())?;
        let chunk = chunk.map_err(|error| net_error(&error))?;
        Ok(chunk.map(Vec::from))
    }
}

/// The same, with what the proxy says where it opens no tunnel.
async fn explained(error: NetError, cause: &reqwest::Error, route: &Route, uri: &Uri) -> NetError {
    let is_refused = sources(cause).any(|source| REFUSED.contains(&source.to_string().as_str()));
    let (Some(proxy), Some(host)) = (route.proxy.as_deref().filter(|_| is_refused), uri.host()) else {
        return error;
    };
    let target = format!("{host}:{}", uri.port_u16().unwrap_or(443));
    match refusal::told(proxy, &target, route.patience).await {
        Some(told) => NetError {
            kind: NetErrorKind::Connect(told),
            may_have_arrived: false,
        },
        None => error,
    }
}

/// The library's words for a proxy that opens no tunnel.
const REFUSED: [&str; 2] = [
    "tunnel error: unsuccessful",
    "tunnel error: proxy authorization required",
];

fn net_error(error: &reqwest::Error) -> NetError {
    let never_left = error.is_connect() || error.is_builder();
    let kind = kind_of(error, never_left);
    NetError {
        kind,
        may_have_arrived: !never_left,
    }
}

fn kind_of(error: &reqwest::Error, never_left: bool) -> NetErrorKind {
    if error.is_timeout() {
        return NetErrorKind::Timeout;
    }
    for source in sources(error) {
        if let Some(file) = source.downcast_ref::<FileError>() {
            return file.clone().into();
        }
        let io = source.downcast_ref::<io::Error>();
        if let Some(tls) = tls_cause(source) {
            return NetErrorKind::Tls(tls.to_string());
        }
        if source.to_string().starts_with("dns error") {
            return NetErrorKind::Resolve;
        }
        match io.map(io::Error::kind) {
            Some(ErrorKind::ConnectionRefused) => {
                return NetErrorKind::Connect("the connection was refused".to_owned());
            }
            Some(ErrorKind::TimedOut) => return NetErrorKind::Timeout,
            _ => {}
        }
    }
    let message = innermost(error);
    if never_left {
        NetErrorKind::Connect(message)
    } else {
        NetErrorKind::Broken(message)
    }
}

/// The fault of TLS that an error is or, as I/O errors do, holds.
fn tls_cause<'e>(mut error: &'e (dyn StdError + 'static)) -> Option<&'e rustls::Error> {
    loop {
        if let Some(tls) = error.downcast_ref() {
            return Some(tls);
        }
        error = error.downcast_ref::<io::Error>()?.get_ref()?;
    }
}

fn sources<'e>(error: &'e (dyn StdError + 'static)) -> impl Iterator<Item = &'e (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

/// The words of the first cause. What is around it names URLs, which may hold a proxy's password.
fn innermost(error: &reqwest::Error) -> String {
    sources(error)
        .last()
        .map_or_else(String::new, ToString::to_string)
}
