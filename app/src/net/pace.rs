//! How fast a file comes: one that trickles in keeps a program busy for ever, though something always arrives in time.

use std::time::Duration;

use super::download::Download;
use super::failure::Failure;
use crate::host::Host;

/// The least that a file comes with, in bytes a second: slower than any network that files are fetched over.
const LEAST: u64 = 64;

/// What came since when.
pub(crate) struct Pace<'h, H> {
    host: &'h H,
    /// After so long it must have been enough.
    period: Duration,
    since: Duration,
    received: u64,
}

impl<'h, H: Host> Pace<'h, H> {
    pub(super) fn new(host: &'h H, period: Duration) -> Self {
        Self {
            host,
            period,
            since: host.clock(),
            received: 0,
        }
    }

    /// So many bytes came of `download`.
    ///
    /// # Errors
    /// When a period is over in which too few came.
    pub(crate) fn check(&mut self, count: usize, download: &Download<H::Body>) -> Result<(), Failure> {
        self.received += count as u64;
        let elapsed = self.host.clock().saturating_sub(self.since);
        if elapsed < self.period {
            return Ok(());
        }
        let seconds = elapsed.as_secs();
        if self.received < seconds.saturating_mul(LEAST) {
            return Err(Failure::Slow {
                place: download.place.clone(),
                received: self.received,
                seconds,
            });
        }
        self.since += elapsed;
        self.received = 0;
        Ok(())
    }
}
