//! A body on its way into the store: streamed, limited, and checked against the checksums that it came with.

use std::io::{self, Read};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use bytes::Bytes;
use hc_core::checksum::Checksums;
use http_body_util::BodyExt as _;
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::app::App;
use crate::problem::Problem;
use crate::store::Fault;
use crate::store::blobs::{Blobs, Digests, Staged};

/// How long a client may send nothing in the middle of a body.
pub(crate) const IDLE: Duration = Duration::from_secs(60);

/// How much of a content may wait to be written, in pieces as they come from the network.
const AHEAD: usize = 8;

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
    let app = Arc::clone(app);
    consume(pieces, move |arrived| {
        write(&app.store.blobs, arrived).map_err(|error| Fault::from(error).into())
    })
    .await
}

fn write(blobs: &Blobs, mut arrived: Arrived) -> io::Result<Staged> {
    let mut incoming = blobs.receive()?;
    while let Some(piece) = arrived.piece()? {
        incoming.write(&piece)?;
    }
    incoming.finish()
}

/// Runs `work`, which blocks, on a content while it arrives. Where the content does not come to its end, that is
/// the error, whatever `work` makes of it.
pub(crate) async fn consume<T: Send + 'static>(
    pieces: &mut impl Pieces,
    work: impl FnOnce(Arrived) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let (sender, queue) = mpsc::channel(AHEAD);
    let working = tokio::task::spawn_blocking(move || {
        work(Arrived {
            queue,
            unread: Bytes::new(),
            is_whole: false,
        })
    });
    let sent = send(pieces, sender).await;
    let done = working
        .await
        .map_err(|error| Problem::internal(error.to_string()))?;
    sent?;
    done
}

/// A content as a thread that may block sees it.
pub(crate) struct Arrived {
    /// `None` is the end; a queue that ends without it is that of a content that broke off.
    queue: mpsc::Receiver<Option<Bytes>>,
    /// What is left of a piece that was read in part.
    unread: Bytes,
    /// Whether the end has come.
    is_whole: bool,
}

impl Arrived {
    /// Waits for the next piece; `None` is the end.
    fn piece(&mut self) -> io::Result<Option<Bytes>> {
        if self.is_whole {
            return Ok(None);
        }
        let piece = self.queue.blocking_recv().ok_or(io::ErrorKind::UnexpectedEof)?;
        self.is_whole = piece.is_none();
        Ok(piece)
    }
}

impl Read for Arrived {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.unread.is_empty() {
            match self.piece()? {
                Some(piece) => self.unread = piece,
                None => return Ok(0),
            }
        }
        let count = buffer.len().min(self.unread.len());
        buffer[..count].copy_from_slice(&self.unread.split_to(count));
        Ok(count)
    }
}

async fn send(pieces: &mut impl Pieces, sender: mpsc::Sender<Option<Bytes>>) -> Result<(), Problem> {
    loop {
        let piece = tokio::select! {
            piece = pieces.next() => piece?,
            // Who consumes is gone only with a failure, and its own error says why.
            () = sender.closed() => return Ok(()),
        };
        let is_end = piece.is_none();
        if sender.send(piece).await.is_err() || is_end {
            return Ok(());
        }
    }
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
