//! Bodies on their way in: a client may send only so many at once, and a body is read on for a little while when nobody wants it any more: a client that is still sending sees the
//! answer only when its bytes are taken off the connection.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use http_body_util::BodyExt as _;
use tokio::runtime::Handle;
use tokio::time::timeout;

use crate::app::{App, peer};
use crate::connections::Share;
use crate::problem::Problem;

/// How long is read on.
const MOST: Duration = Duration::from_secs(2);

/// The layer that does so for every request.
pub(crate) async fn drain(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let Some(share) = app.uploads.take(peer(&request)) else {
        let refused = Problem::busy("too many bodies are arriving already").into_response();
        // What comes of this one is not waited for.
        return ([(header::CONNECTION, "close")], refused).into_response();
    };
    // Who asks before sending begins to send when somebody reads.
    let is_coming = !request.headers().contains_key(header::EXPECT);
    let request = request.map(|inner| {
        Body::new(Drained {
            inner,
            is_coming,
            share: Some(share),
        })
    });
    next.run(request).await
}

struct Drained {
    inner: Body,
    /// Whether the client is sending.
    is_coming: bool,
    /// Given back when all has come.
    share: Option<Share>,
}

impl HttpBody for Drained {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.is_coming = true;
        let frame = ready!(Pin::new(&mut self.inner).poll_frame(context));
        self.is_coming = matches!(frame, Some(Ok(_)));
        if !self.is_coming {
            self.share = None;
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

impl Drop for Drained {
    fn drop(&mut self) {
        if !self.is_coming || self.inner.is_end_stream() {
            return;
        }
        let mut rest = std::mem::take(&mut self.inner);
        let share = self.share.take();
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(timeout(MOST, async move {
                while let Some(Ok(_)) = rest.frame().await {}
                drop(share);
            }));
        }
    }
}
