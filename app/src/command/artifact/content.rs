//! The content of a file that is here.

use std::time::Duration;

use hc_core::checksum::{Algorithm, Checksums};

use crate::error::Error;
use crate::host::{Hasher as _, Host, Meter};

/// How much is read at once, in bytes.
const PIECE: usize = 1 << 20;
/// After how many pieces others get their turn: reading and hashing wait for nothing.
const TURN: u64 = 8;

/// Reads the file once, from beginning to end, and gives its size in bytes and its checksums; `meter` tells how far
/// it has come.
///
/// # Errors
/// When it cannot be read.
pub(super) async fn measure<H: Host>(
    host: &H,
    path: &str,
    algorithms: &[Algorithm],
    meter: &Meter,
) -> Result<(u64, Checksums), Error> {
    let mut hasher = host.hasher(algorithms);
    let mut size = 0;
    let mut pieces = 0;
    loop {
        let piece = host.read_at(path, size, PIECE).map_err(|error| Error::File {
            path: path.to_owned(),
            error,
        })?;
        if piece.is_empty() {
            return Ok((size, hasher.finish()));
        }
        hasher.update(&piece);
        size += piece.len() as u64;
        meter.add(piece.len() as u64);
        pieces += 1;
        if pieces % TURN == 0 {
            host.sleep(Duration::ZERO).await;
        }
    }
}
