//! What every request shares, and the way of a request through the layers to its group.

use std::net::{IpAddr, Ipv6Addr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use crate::api::{account, v1, v2, v3};
use crate::auth::Key;
use crate::connections::Shares;
use crate::drain::drain;
use crate::firewall::Judge;
use crate::log::{Line, Log};
use crate::origin::{Origin, Peer};
use crate::package::rpm::Generations;
use crate::problem::{Problem, Shape};
use crate::request::Call;
use crate::store::Store;
use crate::{package, page};

/// What every request shares.
pub(crate) struct App {
    pub(crate) store: Store,
    pub(crate) key: Key,
    pub(crate) origin: Origin,
    /// Of bodies that are arriving.
    pub(crate) uploads: Arc<Shares>,
    /// How many KiB of documents may be held in memory at once, by all who send some.
    pub(crate) documents: Arc<Semaphore>,
    pub(crate) judge: Judge,
    pub(crate) log: Log,
    /// The metadata of RPM repositories that clients may be in the middle of reading.
    pub(crate) generations: Generations,
    /// In bytes.
    pub(crate) max_body: u64,
    /// Work that goes on after its request was answered.
    pub(crate) tasks: TaskTracker,
}

/// How a group answers a call. It blocks, and so runs off the event loop.
type Route = fn(&Arc<App>, &Call) -> Result<Response, Problem>;

/// All groups under their prefixes. v1 is served under the hosted service's and Harness Open Source's.
pub(crate) fn router(app: &Arc<App>) -> Router {
    let group = |shape, route| guarded(app, shape, api(app, route));
    Router::new()
        .nest("/ng/api", group(Shape::Flat, account::route))
        .nest("/gateway/har/api/v1", group(Shape::Flat, v1::route))
        .nest("/api/v1", group(Shape::Flat, v1::route))
        .nest("/gateway/har/api/v2", group(Shape::Flat, v2::route))
        .nest("/gateway/har/api/v3", group(Shape::Nested, v3::route))
        .nest("/pkg", package::router(app))
        .fallback(page::serve)
        .layer(from_fn_with_state(Arc::clone(app), check_host))
        .layer(from_fn_with_state(Arc::clone(app), drain))
        .layer(from_fn_with_state((Arc::clone(app), Shape::Flat), render))
        .layer(from_fn_with_state(Arc::clone(app), observe))
}

/// A group whose calls are answered by `route`.
fn api(app: &Arc<App>, route: Route) -> Router {
    let app = Arc::clone(app);
    Router::new().fallback(move |request: Request| async move {
        let call = Call::read(request, app.max_body).await?;
        blocking(&app, move |app| route(app, &call)).await
    })
}

/// A group that only the key opens, and whose errors have one shape.
fn guarded(app: &Arc<App>, shape: Shape, group: Router) -> Router {
    rendered(app, shape, locked(app, group))
}

/// A group that only the key opens.
pub(crate) fn locked(app: &Arc<App>, group: Router) -> Router {
    group.layer(from_fn_with_state(Arc::clone(app), check_key))
}

/// A group whose errors have one shape, where they have none themselves.
pub(crate) fn rendered(app: &Arc<App>, shape: Shape, group: Router) -> Router {
    group.layer(from_fn_with_state((Arc::clone(app), shape), render))
}

/// Runs work that blocks off the event loop. It is finished even if nobody waits for it any more.
pub(crate) async fn blocking<T: Send + 'static>(
    app: &Arc<App>,
    work: impl FnOnce(&Arc<App>) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let app = Arc::clone(app);
    tokio::task::spawn_blocking(move || work(&app))
        .await
        .map_err(|error| Problem::internal(error.to_string()))?
}

async fn check_host(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    match app.origin.base(request.headers(), peer(&request)) {
        Ok(base) => request.extensions_mut().insert(base),
        Err(problem) => return problem.into_response(),
    };
    let mut response = next.run(request).await;
    // What was uploaded is never taken for something that a browser runs.
    response.headers_mut().insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    response
}

/// Who sent the request. Every connection says so.
pub(crate) fn peer(request: &Request) -> IpAddr {
    let peer = request.extensions().get::<Peer>();
    peer.map_or(Ipv6Addr::UNSPECIFIED.into(), |Peer(address)| *address)
}

async fn check_key(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    if package::asks_for_the_key(&request) {
        return next.run(request).await;
    }
    match app.key.check(request.headers()) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

/// Writes a problem out in the shape of its group, and tells the log what is the server's own fault.
async fn render(State((app, shape)): State<(Arc<App>, Shape)>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let Some(problem) = response.extensions_mut().remove::<Problem>() else {
        return response;
    };
    if let Some(cause) = &problem.cause {
        app.log.fault(cause);
    }
    let mut rendered = problem.render(shape);
    for (name, value) in response.headers() {
        if name != header::CONTENT_LENGTH {
            rendered.headers_mut().insert(name, value.clone());
        }
    }
    rendered
}

/// Writes the line of the log once the last byte of the answer is out, or nobody takes it any more.
async fn observe(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let seen = Seen {
        start: Instant::now(),
        method: request.method().clone(),
        path: request.uri().path().to_owned(),
        status: 0,
        bytes: 0,
        app,
    };
    let response = next.run(request).await;
    let status = response.status().as_u16();
    response.map(|inner| {
        Body::new(Observed {
            inner,
            seen: Seen { status, ..seen },
        })
    })
}

/// A request, told to the log when it is over.
struct Seen {
    app: Arc<App>,
    start: Instant,
    method: Method,
    path: String,
    status: u16,
    bytes: u64,
}

impl Drop for Observed {
    fn drop(&mut self) {
        let seen = &self.seen;
        seen.app.log.request(&Line {
            method: seen.method.as_str(),
            path: &seen.path,
            status: seen.status,
            milliseconds: seen.start.elapsed().as_millis(),
            bytes: seen.bytes,
        });
    }
}

/// A body that is counted as it goes out.
struct Observed {
    inner: Body,
    seen: Seen,
}

impl HttpBody for Observed {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = ready!(Pin::new(&mut self.inner).poll_frame(context));
        if let Some(Ok(frame)) = &frame {
            self.seen.bytes += frame.data_ref().map_or(0, |data| data.len() as u64);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
