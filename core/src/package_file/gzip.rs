//! Gzip streams as tools read them: several members one after the other, and zero bytes behind the last.
//!
//! Source of the rules: RFC 1952 for members; tar and npm pass over the zeros with which some tools fill the last block.

use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;

/// The unpacked content of all members.
pub(super) struct Members<R> {
    /// The member that is read; `None` behind the last.
    current: Option<GzDecoder<R>>,
}

impl<R: BufRead> Members<R> {
    pub(super) fn new(packed: R) -> Self {
        Self {
            current: Some(GzDecoder::new(packed)),
        }
    }

    /// What comes behind a member: another one, or nothing but zeros.
    fn next(mut packed: R) -> io::Result<Option<GzDecoder<R>>> {
        let is_end = |bytes: &[u8]| bytes.first().is_none_or(|byte| *byte == 0);
        if !is_end(packed.fill_buf()?) {
            return Ok(Some(GzDecoder::new(packed)));
        }
        loop {
            let bytes = packed.fill_buf()?;
            let count = bytes.len();
            if count == 0 {
                return Ok(None);
            }
            if bytes.iter().any(|byte| *byte != 0) {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "something else than zeros comes behind the gzip stream",
                ));
            }
            packed.consume(count);
        }
    }
}

impl<R: BufRead> Read for Members<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.current {
            let count = member.read(buffer)?;
            if count > 0 || buffer.is_empty() {
                return Ok(count);
            }
            if let Some(ended) = self.current.take() {
                self.current = Self::next(ended.into_inner())?;
            }
        }
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package_file::sample::gzip;

    fn unpacked(bytes: &[u8]) -> io::Result<String> {
        let mut text = String::new();
        Members::new(bytes).read_to_string(&mut text)?;
        Ok(text)
    }

    #[test]
    fn zeros_behind_the_last_member_are_nothing() {
        let (one, two) = (gzip(b"one"), gzip(b"two"));
        assert_eq!(unpacked(&one).unwrap(), "one");
        assert_eq!(unpacked(&[&one[..], &two].concat()).unwrap(), "onetwo");
        assert_eq!(unpacked(&[&one[..], &[0; 513]].concat()).unwrap(), "one");
        assert!(unpacked(&[&one[..], &[0, 0, 7]].concat()).is_err());
        assert!(unpacked(&[&one[..], b"x"].concat()).is_err());
        assert!(unpacked(&one[..one.len() - 1]).is_err());
    }
}
