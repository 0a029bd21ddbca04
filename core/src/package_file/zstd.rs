//! Unpacking Zstandard (RFC 8878) within bounds.

use std::io::{self, BufRead, Read};

use ruzstd::decoding::errors::FrameDecoderError;
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use super::error::PackageError;
use super::source::Source;

/// The largest window, in bytes, with which is unpacked without limit: as much as may be held in memory. Zstandard's
/// levels up to 19, which conda's tools use by themselves, take 8 MiB, and level 20 takes 32 MiB.
const MAX_WINDOW: u64 = 32 << 20;
/// The most bytes that a frame with a larger window may unpack to, since all are held in memory: the first comes
/// out of the decoder when its window is full.
const MAX_IN_WINDOW: usize = 32 << 20;
/// A frame of nothing. A decoder that had one before makes room for the next one's window at once; a new one grows
/// into it, and has the same bytes twice when it moves them.
const NOTHING: [u8; 9] = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x00, 0x01, 0x00, 0x00];

/// What the frames of a source unpack to, one after the other.
pub(super) struct Frames<R> {
    packed: R,
    decoder: FrameDecoder,
    /// Whether the window of the next frame may be larger than [`MAX_WINDOW`]; only the first one's may.
    may_be_large: bool,
}

impl<R: BufRead> Frames<R> {
    /// `is_large` is what [`has_large_window`] says.
    pub(super) fn new(packed: R, is_large: bool) -> Self {
        Self {
            packed,
            decoder: FrameDecoder::new(),
            may_be_large: is_large,
        }
    }

    /// Unpacks until there are bytes to take; `false` at the end.
    fn advance(&mut self) -> io::Result<bool> {
        while self.decoder.can_collect() == 0 {
            if !self.decoder.is_finished() {
                let blocks = BlockDecodingStrategy::UptoBlocks(1);
                let decoded = self.decoder.decode_blocks(&mut self.packed, blocks);
                decoded.map_err(|error| broken(&error))?;
                continue;
            }
            let told = self.decoder.get_checksum_from_data();
            if told.is_some() && told != self.decoder.get_calculated_checksum() {
                return Err(damaged("its content has another checksum than it says"));
            }
            if self.packed.fill_buf()?.is_empty() {
                return Ok(false);
            }
            self.begin()?;
        }
        Ok(true)
    }

    /// Begins the next frame.
    fn begin(&mut self) -> io::Result<()> {
        let is_large = std::mem::take(&mut self.may_be_large);
        if !is_large {
            self.decoder.set_max_window_size(MAX_WINDOW);
        }
        let begun = self.decoder.reset(&NOTHING[..]);
        let begun = begun.and_then(|()| self.decoder.reset(&mut self.packed));
        begun.map_err(|error| match error {
            FrameDecoderError::WindowSizeTooBig { requested, .. } if is_large => damaged(format!(
                "its window of {requested} bytes is one that no tool unpacks by itself"
            )),
            error => broken(&error),
        })?;
        if is_large {
            let bytes = BlockDecodingStrategy::UptoBytes(MAX_IN_WINDOW);
            let decoded = self.decoder.decode_blocks(&mut self.packed, bytes);
            decoded.map_err(|error| broken(&error))?;
            if !self.decoder.is_finished() {
                let reason = format!(
                    "it unpacks to more than {MAX_IN_WINDOW} bytes in a window of more than {MAX_WINDOW}"
                );
                return Err(io::Error::new(io::ErrorKind::FileTooLarge, reason));
            }
        }
        Ok(())
    }
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.advance()? {
            self.decoder.read(buffer)
        } else {
            Ok(0)
        }
    }
}

/// These kinds are how `PackageError::decoding` tells what went wrong.
fn broken(error: &FrameDecoderError) -> io::Error {
    match error {
        FrameDecoderError::WindowSizeTooBig { .. } => {
            io::Error::new(io::ErrorKind::FileTooLarge, error.to_string())
        }
        // The library's words are of its own parts.
        _ => damaged("what is packed with Zstandard is broken or cut off"),
    }
}

fn damaged(reason: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason.into())
}

/// Whether the first frame of a source can be gone through only where it is no larger than [`MAX_IN_WINDOW`].
///
/// # Errors
/// When it cannot be read.
pub(super) fn has_large_window(source: &dyn Source) -> Result<bool, PackageError> {
    // RFC 8878, section 3.1.1.1: after the magic number a byte of flags, then the window's size in one byte,
    // unless it is the content's, which follows an id of up to four bytes.
    let mut header = [0; 17];
    source
        .read_at(0, &mut header)
        .map_err(|error| PackageError::unreadable(&error))?;
    let [_, _, _, _, flags, rest @ ..] = header;
    let window = if flags & 0x20 == 0 {
        let base = 1_u64 << (10 + (rest[0] >> 3));
        base + base / 8 * u64::from(rest[0] & 7)
    } else {
        let id = [0, 1, 2, 4][usize::from(flags & 3)];
        let length = [1, 2, 4, 8][usize::from(flags >> 6)];
        let mut size = [0; 8];
        size[..length].copy_from_slice(&rest[id..id + length]);
        u64::from_le_bytes(size)
    };
    Ok(window > MAX_WINDOW)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package_file::sample;

    fn unpacked(bytes: &[u8]) -> Result<Vec<u8>, PackageError> {
        let mut frames = Frames::new(bytes, has_large_window(&bytes)?);
        let mut content = Vec::new();
        let read = frames.read_to_end(&mut content);
        read.map_err(|error| PackageError::decoding(&error))?;
        Ok(content)
    }

    #[test]
    fn all_frames_are_unpacked() {
        let one = sample::zstd(b"one");
        let two = [one.clone(), sample::zstd(b"two")].concat();
        assert_eq!(unpacked(&two).unwrap(), b"onetwo");
        for length in 1..two.len() {
            let is_whole = length == one.len();
            assert_eq!(unpacked(&two[..length]).is_ok(), is_whole, "cut at {length}");
        }
        let more = [&one[..], b"more"].concat();
        assert_eq!(unpacked(&more).unwrap_err().code(), "package-damaged");
        // 64 MiB, said by the byte after that of the flags.
        let mut large = sample::zstd(b"two");
        large[5] = 0x80;
        assert_eq!(unpacked(&large).unwrap(), b"two");
        let second = [one, large.clone()].concat();
        assert_eq!(unpacked(&second).unwrap_err().code(), "package-too-large");
        // 256 MiB.
        large[5] = 0x90;
        assert_eq!(unpacked(&large).unwrap_err().code(), "package-damaged");
    }

    #[test]
    fn the_checksum_is_compared() {
        let good = sample::zstd(b"content of one frame");
        assert_eq!(good[4] & 4, 4, "it has a checksum");
        let mut changed = good.clone();
        *changed.last_mut().unwrap() ^= 1;
        assert!(unpacked(&good).is_ok());
        assert_eq!(unpacked(&changed).unwrap_err().code(), "package-damaged");
    }

    #[test]
    fn the_window_of_zstandard_is_read_from_its_header() {
        let magic = [0x28, 0xb5, 0x2f, 0xfd];
        for (rest, is_large) in [
            (&[0x00, 0x78][..], false),               // 32 MiB, which is 1 << (10 + 15)
            (&[0x00, 0x79], true),                    // and an eighth more
            (&[0x00, 0x88], true),                    // 128 MiB
            (&[0x20, 0xff], false),                   // a content of 255 bytes in one piece
            (&[0xa0, 0x00, 0x00, 0x00, 0x02], false), // of 32 MiB
            (&[0xa0, 0x01, 0x00, 0x00, 0x02], true),  // and a byte more
            (&[0xa3, 1, 2, 3, 4, 0x01, 0x00, 0x00, 0x02], true), // after an id
            (&[], false),
        ] {
            let bytes = [&magic[..], rest].concat();
            assert_eq!(has_large_window(&bytes.as_slice()).unwrap(), is_large, "{rest:?}");
        }
    }
}
