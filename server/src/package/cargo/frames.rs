//! The body of a publication: a length in four bytes (little endian) and the metadata, then a length and the crate.

use bytes::{Buf as _, Bytes, BytesMut};

use crate::problem::Problem;
use crate::upload::{Arriving, Pieces};

/// The largest metadata, in bytes. Only a readme makes it large.
const MAX_METADATA: u32 = 16 << 20;

/// A publication as it arrives. Once the metadata is taken, what is left is the crate.
pub(super) struct Frames {
    body: Arriving,
    /// What arrived and was not taken yet.
    unread: Bytes,
    /// How much of the crate is still to come, in bytes.
    left: u64,
}

impl Frames {
    /// Reads the metadata, and how long the crate is.
    pub(super) async fn read(body: Arriving) -> Result<(Vec<u8>, Self), Problem> {
        let mut frames = Self {
            body,
            unread: Bytes::new(),
            left: 0,
        };
        let length = frames.length().await?;
        if length > MAX_METADATA {
            return Err(Problem::bad(format!(
                "the metadata has {length} bytes; at most {MAX_METADATA} are read"
            )));
        }
        let metadata = frames.take(length).await?;
        frames.left = u64::from(frames.length().await?);
        Ok((metadata, frames))
    }

    async fn length(&mut self) -> Result<u32, Problem> {
        let bytes = self.take(4).await?;
        Ok(bytes.as_slice().get_u32_le())
    }

    async fn take(&mut self, length: u32) -> Result<Vec<u8>, Problem> {
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let mut taken = BytesMut::new();
        loop {
            let part = self.unread.len().min(length - taken.len());
            taken.extend_from_slice(&self.unread.split_to(part));
            if taken.len() == length {
                return Ok(taken.into());
            }
            self.unread = self.body.next().await?.ok_or_else(too_short)?;
        }
    }
}

impl Pieces for Frames {
    async fn next(&mut self) -> Result<Option<Bytes>, Problem> {
        if self.unread.is_empty() {
            match self.body.next().await? {
                Some(bytes) => self.unread = bytes,
                None if self.left == 0 => return Ok(None),
                None => return Err(too_short()),
            }
        }
        let part = self
            .unread
            .len()
            .min(usize::try_from(self.left).unwrap_or(usize::MAX));
        if part == 0 && !self.unread.is_empty() {
            return Err(Problem::bad("the body goes on after the crate"));
        }
        self.left -= part as u64;
        Ok(Some(self.unread.split_to(part)))
    }
}

fn too_short() -> Problem {
    Problem::bad("the body ends before the lengths in it say so")
}
