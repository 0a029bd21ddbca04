//! Where a part begins and ends (RFC 2046, section 5.1.1).

use bytes::{Buf as _, Bytes, BytesMut};
use memchr::memmem;

use super::head::{self, Disposition};
use crate::problem::Problem;
use crate::upload::Pieces;

/// The most bytes of a part's headers.
const MAX_HEAD: usize = 16 << 10;

/// The parts of a body, one after the other.
pub(super) struct Parts<P> {
    pieces: P,
    /// What has arrived and was not yet given out. Before the body stands a line break, so that the first
    /// delimiter is like the others.
    buffer: BytesMut,
    /// The line break and the line that stand between two parts.
    delimiter: Vec<u8>,
    /// Whether the delimiter that ends the part was passed.
    is_between: bool,
}

impl<P: Pieces + Send> Parts<P> {
    pub(super) fn new(pieces: P, boundary: &str) -> Self {
        Self {
            pieces,
            buffer: BytesMut::from("\r\n"),
            delimiter: format!("\r\n--{boundary}").into_bytes(),
            is_between: false,
        }
    }

    /// Goes to the next part, past what is left of this one; `None` after the last.
    pub(super) async fn next(&mut self) -> Result<Option<Disposition>, Problem> {
        while self.piece().await?.is_some() {}
        while self.buffer.len() < 2 {
            self.fill().await?;
        }
        if self.buffer.starts_with(b"--") {
            // What follows means nothing (RFC 2046), but is taken off the connection.
            while self.pieces.next().await?.is_some() {}
            return Ok(None);
        }
        // The rest of the delimiter's line, the headers, and an empty line.
        let end = loop {
            if let Some(end) = memmem::find(&self.buffer, b"\r\n\r\n") {
                break end;
            }
            if self.buffer.len() > MAX_HEAD {
                return Err(Problem::bad(format!(
                    "a part of the form has more than {MAX_HEAD} bytes of headers"
                )));
            }
            self.fill().await?;
        };
        let head = self.buffer.split_to(end);
        self.buffer.advance(4);
        self.is_between = false;
        let disposition = std::str::from_utf8(&head)
            .ok()
            .and_then(|head| head::disposition(head.split("\r\n").skip(1)));
        disposition
            .map(Some)
            .ok_or_else(|| Problem::bad("a part of the form does not name its field in Content-Disposition"))
    }

    /// What is left of this part's content.
    pub(super) fn content(&mut self) -> Content<'_, P> {
        Content(self)
    }

    async fn piece(&mut self) -> Result<Option<Bytes>, Problem> {
        if self.is_between {
            return Ok(None);
        }
        loop {
            if let Some(end) = memmem::find(&self.buffer, &self.delimiter) {
                if end > 0 {
                    return Ok(Some(self.buffer.split_to(end).freeze()));
                }
                self.buffer.advance(self.delimiter.len());
                self.is_between = true;
                return Ok(None);
            }
            // The end may be the beginning of a delimiter.
            let certain = self.buffer.len().saturating_sub(self.delimiter.len() - 1);
            if certain > 0 {
                return Ok(Some(self.buffer.split_to(certain).freeze()));
            }
            self.fill().await?;
        }
    }

    async fn fill(&mut self) -> Result<(), Problem> {
        match self.pieces.next().await? {
            Some(piece) => {
                self.buffer.extend_from_slice(&piece);
                Ok(())
            }
            None => Err(Problem::bad(
                "the form ends before its last boundary; nothing was kept",
            )),
        }
    }
}

/// The content of a part.
pub(super) struct Content<'p, P>(&'p mut Parts<P>);

impl<P: Pieces + Send> Pieces for Content<'_, P> {
    async fn next(&mut self) -> Result<Option<Bytes>, Problem> {
        self.0.piece().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A body in pieces of so many bytes.
    struct Cut(Vec<u8>, usize);

    impl Pieces for Cut {
        async fn next(&mut self) -> Result<Option<Bytes>, Problem> {
            let count = self.1.min(self.0.len());
            let piece: Vec<u8> = self.0.drain(..count).collect();
            Ok((!piece.is_empty()).then(|| piece.into()))
        }
    }

    async fn parts(body: &str, size: usize) -> Result<Vec<(String, String)>, Problem> {
        let mut parts = Parts::new(Cut(body.as_bytes().to_vec(), size), "b");
        let mut found = Vec::new();
        while let Some(disposition) = parts.next().await? {
            let mut content = parts.content();
            let mut bytes = Vec::new();
            while let Some(piece) = content.next().await? {
                bytes.extend_from_slice(&piece);
            }
            found.push((disposition.name, String::from_utf8(bytes).unwrap()));
        }
        Ok(found)
    }

    fn part(name: &str, content: &str) -> String {
        format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{content}\r\n")
    }

    #[tokio::test]
    async fn parts_are_found_however_the_body_is_cut() {
        let tricky = "a\r\n--\r\n\r\n--c\r\n--B\r";
        let body = [
            "before\r\n",
            &part("1", tricky),
            &part("2", ""),
            "--b \r\nX: y\r\ncontent-disposition: form-data; name=3\r\n\r\n\r\n\r\n--b--after",
        ]
        .concat();
        for size in 1..body.len() {
            let found = parts(&body, size).await.unwrap();
            let found: Vec<_> = found.iter().map(|(name, text)| (&**name, &**text)).collect();
            assert_eq!(found, [("1", tricky), ("2", ""), ("3", "\r\n")], "{size}");
        }
        assert_eq!(parts("--b--", 9).await.unwrap(), []);
    }

    #[tokio::test]
    async fn a_form_that_breaks_off_or_says_too_much_is_refused() {
        let whole = part("1", "content") + "--b--";
        for length in 0..whole.len() {
            assert!(parts(&whole[..length], 7).await.is_err(), "cut at {length}");
        }
        for bad in [
            format!("--b\r\n{}", "X: y\r\n".repeat(4000)),
            "--b\r\n\r\nno field\r\n--b--".to_owned(),
            part("1", "") + "--c--",
        ] {
            assert!(parts(&bad, 1000).await.is_err(), "{bad:.40}");
        }
    }
}
