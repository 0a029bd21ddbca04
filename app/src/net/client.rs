//! Sending requests: with the key, over the right way, again where that can help.

use std::time::Duration;

use futures_util::future::{Either, select};
use hc_core::api::{ApiError, Dialect, Request, Response, error};
use http::header::{HeaderName, HeaderValue, LOCATION, USER_AGENT};
use http::{HeaderMap, Method, StatusCode, Uri};

use super::download::Download;
use super::failure::{Failure, LARGEST_ANSWER, place};
use super::pace::Pace;
use super::proxy::Proxies;
use super::retry::{self, Outcome};
use crate::apart::apart;
use crate::args::Global;
use crate::console::Console;
use crate::error::Error;
use crate::host::{self, Body as _, Host, Meter, NetError, NetErrorKind, Route};
use crate::secret::Secret;
use crate::settings::Settings;

/// How many redirects are followed, as browsers and curl do or fewer.
const MOST_REDIRECTS: usize = 5;

/// Sends requests to a service, with its key.
pub(crate) struct Client<'c, H> {
    host: &'c H,
    console: &'c Console<'c, H>,
    key: Option<(HeaderName, HeaderValue)>,
    /// What the key is made of: a service that repeats it is not quoted with it.
    token: Option<Secret>,
    /// The only places that are given the key: the API, and where packages are.
    trusted: Vec<Origin>,
    proxies: Proxies,
    route: Route,
}

/// Scheme, host and port.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Origin(String, String, u16);

impl Origin {
    fn of(uri: &Uri) -> Option<Self> {
        let scheme = uri.scheme_str()?.to_owned();
        let port = uri.port_u16().unwrap_or(if scheme == "https" { 443 } else { 80 });
        Some(Self(scheme, uri.host()?.to_ascii_lowercase(), port))
    }
}

/// Which answers of other places a request may be led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Redirects {
    /// None: an API's answer counts only from the API itself.
    SameOrigin,
    /// A package may lie elsewhere; the key stays here.
    Anywhere,
}

impl<'c, H: Host> Client<'c, H> {
    /// A client for the service that the settings name.
    ///
    /// # Errors
    /// When a file of certificates cannot be read.
    pub(crate) async fn new(
        host: &'c H,
        console: &'c Console<'c, H>,
        global: &Global,
        settings: &Settings,
    ) -> Result<Self, Error> {
        let only = host.env("SSL_CERT_FILE").filter(|path| !path.is_empty());
        let mut client = Self {
            host,
            console,
            key: None,
            token: settings.token.as_ref().map(|token| token.value.clone()),
            trusted: Vec::new(),
            proxies: Proxies::from_env(|name| host.env(name)),
            route: Route {
                proxy: None,
                extra_certificates: certificates(host, "--ca-file", global.ca_file.as_deref()).await?,
                only_certificates: certificates(host, "$SSL_CERT_FILE", only.as_deref()).await?,
                patience: settings.patience.value,
            },
        };
        client.set_key(settings, settings.dialect.value);
        client.trust(settings.api_url.value.as_str());
        if let Some(packages) = &settings.packages {
            client.trust(packages.value.as_str());
        }
        Ok(client)
    }

    /// Gives the key in the way that this kind of service reads it.
    pub(crate) fn set_key(&mut self, settings: &Settings, dialect: Dialect) {
        self.key = settings
            .token
            .as_ref()
            .and_then(|token| token.value.header(dialect));
    }

    /// Lets another place have the key too: the service or the user named it as its package host.
    pub(crate) fn trust(&mut self, url: &str) {
        self.trusted
            .extend(url.parse().ok().as_ref().and_then(Origin::of));
    }

    /// Watches how fast a file comes from now on.
    pub(crate) fn pace(&self) -> Pace<'c, H> {
        Pace::new(self.host, self.route.patience)
    }

    /// Where it says what it does.
    pub(crate) fn console(&self) -> &'c Console<'c, H> {
        self.console
    }

    /// The host that the client runs on.
    pub(crate) fn host(&self) -> &'c H {
        self.host
    }

    /// Sends a request to an API and reads its answer.
    ///
    /// # Errors
    /// When no answer comes, or `parse` does not take it.
    pub(crate) async fn call<T>(
        &self,
        request: &Request,
        parse: impl Fn(&Response) -> Result<T, ApiError>,
    ) -> Result<T, Failure> {
        self.upload(request, &Meter::default(), parse).await
    }

    /// As [`Client::call`], for a request whose body may take long: `meter` counts the bytes that are out, and
    /// begins anew with each try.
    ///
    /// # Errors
    /// As for [`Client::call`].
    pub(crate) async fn upload<T>(
        &self,
        request: &Request,
        meter: &Meter,
        parse: impl Fn(&Response) -> Result<T, ApiError>,
    ) -> Result<T, Failure> {
        let response = apart(self.answer(request, meter, Redirects::SameOrigin)).await?;
        self.read(request, &response, parse)
    }

    /// As [`Client::call`], for a small file of a package's, which may lie elsewhere.
    ///
    /// # Errors
    /// As for [`Client::call`].
    pub(crate) async fn fetch<T>(
        &self,
        request: &Request,
        parse: impl Fn(&Response) -> Result<T, ApiError>,
    ) -> Result<T, Failure> {
        let response = apart(self.answer(request, &Meter::default(), Redirects::Anywhere)).await?;
        self.read(request, &response, parse)
    }

    fn read<T>(
        &self,
        request: &Request,
        response: &Response,
        parse: impl Fn(&Response) -> Result<T, ApiError>,
    ) -> Result<T, Failure> {
        parse(response).map_err(|error| Failure::Api {
            place: place(request.uri()),
            retry_after: retry::retry_after(response.headers(), self.host.now()),
            error,
        })
    }

    /// Sends a request, again while that can help, and gives its whole answer.
    async fn answer(
        &self,
        request: &Request,
        meter: &Meter,
        redirects: Redirects,
    ) -> Result<Response, Failure> {
        let attempt = async || {
            let started = self.host.clock();
            let (head, _) = self.follow(request, meter, redirects).await?;
            self.collect(request, head, started).await
        };
        self.settle(request, attempt, |response| {
            Outcome::Answered(response.status(), response.headers())
        })
        .await
    }

    /// Sends a request for a package or file, again while that can help, and gives the response while it
    /// arrives.
    ///
    /// # Errors
    /// When no response comes, or it is a refusal.
    pub(crate) async fn open(&self, request: &Request) -> Result<Download<H::Body>, Failure> {
        let started = self.host.clock();
        let meter = Meter::default();
        let attempt = async || self.follow(request, &meter, Redirects::Anywhere).await;
        let (head, uri) = self
            .settle(request, attempt, |(head, _)| {
                Outcome::Answered(head.status, &head.headers)
            })
            .await?;
        let place = place(&uri);
        if head.status.is_success() {
            let host::Response { headers, body, .. } = head;
            return Ok(Download {
                place,
                status: head.status,
                headers,
                body,
            });
        }
        let refused = self.collect(request, head, started).await?;
        Err(Failure::Api {
            place,
            retry_after: retry::retry_after(refused.headers(), self.host.now()),
            error: error::refusal(refused.status(), refused.body()),
        })
    }

    /// Waits as before another try, after try number `tries` (from 1).
    pub(crate) async fn pause(&self, tries: u32) {
        let pause = retry::backoff(tries, self.host.random());
        self.console
            .detail(&format!("going on in {} ms", pause.as_millis()));
        self.host.sleep(pause).await;
    }

    /// Makes `attempt` until it is not worth another one: `outcome` reads how it was answered.
    async fn settle<T>(
        &self,
        request: &Request,
        attempt: impl AsyncFn() -> Result<T, Failure>,
        outcome: impl Fn(&T) -> Outcome<'_>,
    ) -> Result<T, Failure> {
        let (method, uri) = (request.method(), request.uri());
        let mut tries = 1;
        loop {
            let result = attempt().await;
            let outcome = match &result {
                Ok(answer) => outcome(answer),
                Err(Failure::Net { error, .. }) => Outcome::Failed(error),
                Err(_) => return result,
            };
            let (now, random) = (self.host.now(), self.host.random());
            let Some(pause) = retry::pause(method, tries, &outcome, now, random) else {
                return result;
            };
            self.console.step(&format!(
                "{}: {outcome}; asking again in {} ms ({tries} of {})...",
                place(uri),
                pause.as_millis(),
                retry::TRIES - 1
            ));
            self.host.sleep(pause).await;
            tries += 1;
        }
    }

    /// Sends a request once and follows the redirects that may be followed.
    async fn follow(
        &self,
        request: &Request,
        meter: &Meter,
        redirects: Redirects,
    ) -> Result<(host::Response<H::Body>, Uri), Failure> {
        let mut uri = request.uri().clone();
        if has_dot_name(uri.path()) {
            return Err(Failure::DotName { place: place(&uri) });
        }
        for _ in 0..=MOST_REDIRECTS {
            let head = self.send(request, &uri, meter).await?;
            let Some(target) = redirect(&uri, head.status, &head.headers) else {
                return Ok((head, uri));
            };
            let refused = |uri: &Uri, target: &Uri| Failure::Redirect {
                place: place(uri),
                target: place(target),
            };
            let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
            let is_elsewhere = Origin::of(&uri) != Origin::of(&target);
            let is_weaker = uri.scheme_str() == Some("https") && target.scheme_str() != Some("https");
            if !is_read || is_weaker || (is_elsewhere && redirects == Redirects::SameOrigin) {
                return Err(refused(&uri, &target));
            }
            uri = target;
        }
        Err(Failure::Redirect {
            place: place(request.uri()),
            target: "one place after another".to_owned(),
        })
    }

    /// Sends a request once, to `uri`, with the key only where it belongs.
    async fn send(
        &self,
        request: &Request,
        uri: &Uri,
        meter: &Meter,
    ) -> Result<host::Response<H::Body>, Failure> {
        meter.reset();
        let mut request = request.clone();
        *request.uri_mut() = uri.clone();
        let is_trusted = Origin::of(uri).is_some_and(|origin| self.trusted.contains(&origin));
        let headers = request.headers_mut();
        headers.insert(USER_AGENT, HeaderValue::from_static(AGENT));
        if let Some((name, value)) = self.key.as_ref().filter(|_| is_trusted) {
            headers.insert(name.clone(), value.clone());
        }
        let route = Route {
            proxy: self.proxies.of(uri).map(str::to_owned),
            ..self.route.clone()
        };
        let started = self.host.clock();
        let result = self.host.send(&request, &route, meter).await;
        let elapsed = self.host.clock().saturating_sub(started).as_millis();
        // The query of a foreign URL may itself be a key.
        let shown = if is_trusted {
            uri.to_string()
        } else {
            format!("{}{}", place(uri), uri.path())
        };
        let method = request.method();
        match result {
            Ok(response) => {
                let status = response.status;
                self.console
                    .detail(&format!("{method} {shown}: {status} after {elapsed} ms"));
                Ok(response)
            }
            Err(error) => {
                self.console
                    .detail(&format!("{method} {shown}: {error} after {elapsed} ms"));
                Err(Failure::Net {
                    place: place(uri),
                    error,
                })
            }
        }
    }

    /// What `work` gives, unless it takes longer than `time`.
    async fn within<T>(
        &self,
        time: Duration,
        work: impl Future<Output = Result<T, NetError>>,
    ) -> Result<T, NetError> {
        let work = std::pin::pin!(work);
        let alarm = std::pin::pin!(self.host.sleep(time));
        match select(work, alarm).await {
            Either::Left((result, _)) => result,
            Either::Right(((), _)) => Err(NetError {
                kind: NetErrorKind::Timeout,
                may_have_arrived: true,
            }),
        }
    }

    /// Reads a whole body that is not larger than an answer can be, and comes in the time that an answer may take.
    async fn collect(
        &self,
        request: &Request,
        mut head: host::Response<H::Body>,
        started: Duration,
    ) -> Result<Response, Failure> {
        let mut body = Vec::new();
        let end = self.host.clock() + self.route.patience;
        loop {
            let left = end.saturating_sub(self.host.clock());
            match self.within(left, head.body.chunk()).await {
                Ok(Some(chunk)) if body.len() + chunk.len() <= LARGEST_ANSWER => body.extend(chunk),
                Ok(Some(_)) => {
                    return Err(Failure::TooLarge {
                        place: place(request.uri()),
                    });
                }
                Ok(None) => break,
                Err(error) => {
                    return Err(Failure::Net {
                        place: place(request.uri()),
                        error,
                    });
                }
            }
        }
        let elapsed = self.host.clock().saturating_sub(started).as_millis();
        self.console
            .detail(&format!("received {} bytes after {elapsed} ms", body.len()));
        let body = match &self.token {
            Some(token) => token.struck_from(body),
            None => body,
        };
        let mut response = Response::new(body);
        *response.status_mut() = head.status;
        *response.headers_mut() = head.headers;
        Ok(response)
    }
}

const AGENT: &str = concat!("hc/", env!("CARGO_PKG_VERSION"));

/// Where a redirect leads; `None` for any other response.
fn redirect(from: &Uri, status: StatusCode, headers: &HeaderMap) -> Option<Uri> {
    if !matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = headers.get(LOCATION)?.to_str().ok()?;
    let target: Uri = location.parse().ok()?;
    if target.scheme().is_some() {
        return Some(target);
    }
    let mut parts = from.clone().into_parts();
    parts.path_and_query = Some(target.path_and_query()?.clone());
    if let Some(authority) = target.authority() {
        parts.authority = Some(authority.clone());
    }
    Uri::from_parts(parts).ok()
}

/// Whether a part of a path means the folder that it is in, or the one above.
fn has_dot_name(path: &str) -> bool {
    let is_dots = |part: &str| matches!(part.replace("%2E", ".").as_str(), "." | "..");
    path.split('/').any(is_dots)
}

/// Reads a file of certificates that a flag or variable names.
async fn certificates<H: Host>(host: &H, name: &str, path: Option<&str>) -> Result<Option<Vec<u8>>, Error> {
    let Some(path) = path else {
        return Ok(None);
    };
    match host.read(path).await {
        Ok(bytes) if bytes.windows(11).any(|window| window == b"-----BEGIN ") => Ok(Some(bytes)),
        Ok(_) => Err(Error::Usage {
            message: format!("{path} ({name}) holds no certificate"),
            help: "give a file of certificates in PEM form, which begin with -----BEGIN CERTIFICATE-----"
                .to_owned(),
        }),
        Err(error) => Err(Error::Usage {
            message: format!("{path} ({name}): {error}"),
            help: "check the path of the certificates".to_owned(),
        }),
    }
}
