//! How long nothing may happen while a request is sent.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::{Duration, Instant};

use tokio::time::{Sleep, sleep};

/// When something last happened while a request was sent.
#[derive(Clone, Debug)]
pub(super) struct Activity(Arc<Mutex<Instant>>);

impl Activity {
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(Instant::now())))
    }

    pub(super) fn note(&self) {
        if let Ok(mut last) = self.0.lock() {
            *last = Instant::now();
        }
    }

    fn since(&self) -> Duration {
        self.0.lock().map_or(Duration::ZERO, |last| last.elapsed())
    }

    /// What `work` gives, or `None` once nothing has happened for as long as `patience`.
    pub(super) async fn limit<T>(
        &self,
        mut work: Pin<&mut impl Future<Output = T>>,
        patience: Duration,
    ) -> Option<T> {
        let mut alarm: Pin<Box<Sleep>> = Box::pin(sleep(patience));
        std::future::poll_fn(|context| {
            if let Poll::Ready(value) = work.as_mut().poll(context) {
                return Poll::Ready(Some(value));
            }
            while alarm.as_mut().poll(context).is_ready() {
                let left = patience.saturating_sub(self.since());
                if left.is_zero() {
                    return Poll::Ready(None);
                }
                alarm = Box::pin(sleep(left));
            }
            Poll::Pending
        })
        .await
    }
}
