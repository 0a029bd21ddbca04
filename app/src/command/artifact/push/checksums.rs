//! What a file is, before it is sent.

use hc_core::checksum::{Algorithm, Checksums, Hasher};

use crate::console::Console;
use crate::error::Error;
use crate::host::Host;
use crate::progress::{Progress, Unit};

/// How much of a file is read at once, in bytes.
const PIECE: usize = 1 << 20;

/// All checksums of a file and its length in bytes, from one read in pieces.
///
/// # Errors
/// When it cannot be read to its end.
pub(super) async fn of_file<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    path: &str,
    size: u64,
) -> Result<(Checksums, u64), Error> {
    let mut progress = Progress::new(host, console, &format!("Reading {path}"), Unit::Bytes, Some(size));
    let mut hasher = Hasher::new(Algorithm::ALL);
    let mut length = 0;
    loop {
        let piece = host.read_at(path, length, PIECE);
        let piece = piece.map_err(|error| Error::File {
            path: path.to_owned(),
            error,
        })?;
        if piece.is_empty() {
            return Ok((hasher.finish(), length));
        }
        hasher.update(&piece);
        length += piece.len() as u64;
        progress.advance(piece.len());
    }
}
