//! A body on its way into the store: streamed, limited, and checked against the checksums that it came with.

use std::future::poll_fn;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use bytes::Bytes;
use hc_core::checksum::Checksums;
use http_body_util::BodyExt as _;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::timeout;

use crate::app::App;
use crate::problem::Problem;
use crate::store::Fault;
use crate::store::blobs::{Digests, Incoming, Spooled, Staged};

/// How long a client may send nothing in the middle of a body.
pub(crate) const IDLE: Duration = Duration::from_secs(60);

/// How much of a content is written at once, in bytes, where so much is at hand.
const BATCH: usize = 256 << 10;

/// Takes a whole body in. Nothing of it is kept when it is too large, breaks off, or is not what its checksum
/// headers say.
pub(crate) async fn receive(app: &Arc<App>, headers: &HeaderMap, body: Body) -> Result<Staged, Problem> {
    let expected = Expected::read(headers)?;
    let staged = store(app, &mut admit(app, headers, body)?).await?;
    expected.compare(&staged.digests)?;
    Ok(staged)
}

/// Lets a body in, unless it announces that it is too large.
pub(crate) fn admit(app: &App, headers: &HeaderMap, body: Body) -> Result<Arriving, Problem> {
    if announced(headers).is_some_and(|length| length > app.max_body) {
        return Err(Problem::too_large(app.max_body));
    }
    Ok(Arriving {
        body,
        received: 0,
        limit: app.max_body,
    })
}

/// A content that comes piece by piece.
pub(crate) trait Pieces {
    /// The next piece; `None` is the end. A content that breaks off has none, but an error.
    fn next(&mut self) -> impl Future<Output = Result<Option<Bytes>, Problem>> + Send;
}

/// A body as it arrives: limited in its size, and in how long it may pause.
pub(crate) struct Arriving {
    body: Body,
    received: u64,
    limit: u64,
}

impl Pieces for Arriving {
    async fn next(&mut self) -> Result<Option<Bytes>, Problem> {
        loop {
            let Ok(frame) = timeout(IDLE, self.body.frame()).await else {
                return Err(too_slow());
            };
            let bytes = match frame {
                None => return Ok(None),
                Some(Err(error)) => return Err(Problem::bad(format!("the body broke off: {error}"))),
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(bytes) => bytes,
                    Err(_trailers) => continue,
                },
            };
            self.received += bytes.len() as u64;
            if self.received > self.limit {
                return Err(Problem::too_large(self.limit));
            }
            return Ok(Some(bytes));
        }
    }
}

/// Writes a content into the store while it arrives. One that does not come to its end is thrown away.
pub(crate) async fn store(app: &Arc<App>, pieces: &mut impl Pieces) -> Result<Staged, Problem> {
    let receiving = Arc::clone(app);
    let incoming = pour(pieces, move || receiving.store.blobs.receive()).await?;
    finished(spawn_blocking(move || incoming.finish())).await
}

/// Keeps a content on the disk for as long as it is worked on, so that the work never waits for its client.
pub(crate) async fn spool(app: &Arc<App>, pieces: &mut impl Pieces) -> Result<Spooled, Problem> {
    let receiving = Arc::clone(app);
    let incoming = pour(pieces, move || receiving.store.blobs.spool()).await?;
    Ok(incoming.into_spooled())
}

/// Writes what arrives into what `begin` opens. A thread is held only while there is something to write: a client
/// that pauses holds none, and no memory.
async fn pour(
    pieces: &mut impl Pieces,
    begin: impl FnOnce() -> io::Result<Incoming> + Send + 'static,
) -> Result<Incoming, Problem> {
    let mut writing = spawn_blocking(begin);
    loop {
        let Some(first) = pieces.next().await? else {
            return finished(writing).await;
        };
        // What is at hand is written together.
        let mut size = first.len();
        let mut batch = vec![first];
        while size < BATCH
            && let Some(Some(piece)) = at_hand(pieces.next()).await.transpose()?
        {
            size += piece.len();
            batch.push(piece);
        }
        let mut incoming = finished(writing).await?;
        writing = spawn_blocking(move || {
            batch.iter().try_for_each(|piece| incoming.write(piece))?;
            Ok(incoming)
        });
    }
}

/// What work that blocks has come to.
async fn finished<T>(work: JoinHandle<io::Result<T>>) -> Result<T, Problem> {
    match work.await {
        Ok(result) => Ok(result.map_err(Fault::from)?),
        Err(error) => Err(Problem::internal(error.to_string())),
    }
}

/// The value of a future that has it already.
async fn at_hand<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}

/// 408: nothing came for too long.
pub(crate) fn too_slow() -> Problem {
    Problem::new(
        StatusCode::REQUEST_TIMEOUT,
        format!("nothing more of the body came for {} s", IDLE.as_secs()),
    )
}

fn announced(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// The checksums that a request announces for its body.
pub(crate) struct Expected(Checksums);

impl Expected {
    pub(crate) fn read(headers: &HeaderMap) -> Result<Self, Problem> {
        let demanded = Checksums::demanded(headers);
        demanded
            .map(Self)
            .map_err(|error| Problem::bad(error.to_string()))
    }

    pub(crate) fn compare(&self, digests: &Digests) -> Result<(), Problem> {
        for algorithm in self.0.algorithms() {
            let (said, found) = (self.0.get(algorithm), digests.get(algorithm));
            if let Some(said) = said.filter(|&said| said != found) {
                return Err(Problem::bad(format!(
                    "{} says {said}, but what arrived has {found}; nothing was kept",
                    algorithm.header()
                )));
            }
        }
        Ok(())
    }
}
