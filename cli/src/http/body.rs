//! A request's body, read from its files while it is sent.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, ErrorKind, Read as _, Seek as _, SeekFrom};
use std::pin::Pin;
use std::task::{Context, Poll};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use hc_app::host::{HostError, Meter, NetError, NetErrorKind};
use hc_core::api::Part;
use http_body::{Body, Frame, SizeHint};

use super::activity::Activity;
use crate::files::host_error;

/// How much of a file is read at a time, in bytes: a multiple of 3, so that pieces in base64 need no padding
/// between them.
const PIECE: usize = 96 * 1024;

/// The pieces that are still to be sent.
pub(super) struct Parts {
    left: VecDeque<Source>,
    length: u64,
    activity: Activity,
    meter: Meter,
}

/// A file of the body cannot be read any more.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {error}")]
pub(super) struct FileError {
    path: String,
    error: HostError,
}

impl From<FileError> for NetErrorKind {
    fn from(FileError { path, error }: FileError) -> Self {
        Self::File { path, error }
    }
}

enum Source {
    Bytes(Vec<u8>),
    File {
        path: String,
        file: File,
        left: u64,
        encoding: Encoding,
    },
}

#[derive(Clone, Copy)]
enum Encoding {
    Plain,
    Base64,
}

impl Parts {
    /// The body that `parts` make.
    ///
    /// # Errors
    /// When a file cannot be opened: nothing is sent then.
    pub(super) fn open(parts: &[Part], activity: Activity, meter: Meter) -> Result<Self, NetError> {
        Ok(Self {
            left: parts.iter().map(Source::open).collect::<Result<_, _>>()?,
            length: parts.iter().map(Part::length).sum(),
            activity,
            meter,
        })
    }

    fn next(&mut self) -> Result<Option<Bytes>, FileError> {
        while let Some(source) = self.left.front_mut() {
            let piece = source.next()?;
            if !piece.is_empty() {
                return Ok(Some(piece));
            }
            self.left.pop_front();
        }
        Ok(None)
    }
}

impl Source {
    fn open(part: &Part) -> Result<Self, NetError> {
        let file = |path: &str, offset: u64, left: u64, encoding: Encoding| {
            let path = path.to_owned();
            match open_at(&path, offset) {
                Ok(file) => Ok(Self::File {
                    path,
                    file,
                    left,
                    encoding,
                }),
                Err(error) => Err(NetError {
                    kind: NetErrorKind::File {
                        path,
                        error: host_error(error),
                    },
                    may_have_arrived: false,
                }),
            }
        };
        match part {
            Part::Bytes(bytes) => Ok(Self::Bytes(bytes.clone())),
            Part::File { path, offset, length } => file(path, *offset, *length, Encoding::Plain),
            Part::Base64 { path, length } => file(path, 0, *length, Encoding::Base64),
        }
    }

    /// The next bytes as they are sent; none at the end.
    fn next(&mut self) -> Result<Bytes, FileError> {
        match self {
            Self::Bytes(bytes) => Ok(std::mem::take(bytes).into()),
            Self::File {
                path,
                file,
                left,
                encoding,
            } => {
                let length = usize::try_from(*left).map_or(PIECE, |left| left.min(PIECE));
                let mut piece = vec![0; length];
                file.read_exact(&mut piece).map_err(|error| FileError {
                    path: path.clone(),
                    error: unread(error),
                })?;
                *left -= length as u64;
                Ok(match encoding {
                    Encoding::Plain => piece.into(),
                    Encoding::Base64 => BASE64_STANDARD.encode(piece).into(),
                })
            }
        }
    }
}

fn unread(error: io::Error) -> HostError {
    match error.kind() {
        ErrorKind::UnexpectedEof => HostError::Other("the file became shorter while it was sent".to_owned()),
        _ => host_error(error),
    }
}

fn open_at(path: &str, offset: u64) -> io::Result<File> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(offset))?;
    Ok(file)
}

impl Body for Parts {
    type Data = Bytes;
    type Error = FileError;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let this = self.get_mut();
        this.activity.note();
        let piece = this.next().transpose();
        Poll::Ready(piece.map(|piece| {
            piece.map(|piece| {
                let length = piece.len() as u64;
                this.length = this.length.saturating_sub(length);
                this.meter.add(length);
                Frame::data(piece)
            })
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.length == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is sent of `parts`, and what was counted.
    fn sent(parts: &[Part]) -> Result<(Vec<u8>, u64), FileError> {
        let meter = Meter::default();
        let mut body = Parts::open(parts, Activity::new(), meter.clone()).unwrap();
        assert_eq!(
            body.size_hint().exact(),
            Some(parts.iter().map(Part::length).sum())
        );
        let mut all = Vec::new();
        let mut context = Context::from_waker(std::task::Waker::noop());
        while let Poll::Ready(Some(frame)) = Pin::new(&mut body).poll_frame(&mut context) {
            all.extend(frame?.into_data().unwrap_or_default());
        }
        assert!(body.is_end_stream());
        Ok((all, meter.sent()))
    }

    fn file(folder: &tempfile::TempDir, content: &[u8]) -> String {
        let path = folder.path().join("file");
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    #[test]
    fn a_body_is_its_parts_one_after_the_other_and_is_counted() {
        let folder = tempfile::tempdir().unwrap();
        let path = file(&folder, b"0123456789");
        let range = |offset, length| Part::File {
            path: path.clone(),
            offset,
            length,
        };
        let parts = [Part::Bytes(b"<".to_vec()), range(2, 3), range(9, 0), range(9, 1)];
        assert_eq!(sent(&parts).unwrap(), (b"<2349".to_vec(), 5));
    }

    #[test]
    fn base64_is_one_text_however_many_pieces_it_takes() {
        let folder = tempfile::tempdir().unwrap();
        for length in [0, 1, 2, 3, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE + 2] {
            let content: Vec<u8> = (0..length).map(|index| (index * 7 % 251) as u8).collect();
            let part = Part::Base64 {
                path: file(&folder, &content),
                length: length as u64,
            };
            let expected = part.length();
            let (text, counted) = sent(&[part]).unwrap();
            assert_eq!(BASE64_STANDARD.decode(&text).unwrap(), content, "{length}");
            assert_eq!((text.len() as u64, counted), (expected, expected), "{length}");
        }
    }

    #[test]
    fn a_file_that_became_shorter_is_not_sent_as_if_it_were_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = file(&folder, b"0123");
        for part in [
            Part::File {
                path: path.clone(),
                offset: 0,
                length: 5,
            },
            Part::Base64 {
                path: path.clone(),
                length: 5,
            },
        ] {
            let error = sent(&[part]).unwrap_err();
            assert_eq!(error.path, path);
            assert!(error.to_string().contains("became shorter"), "{error}");
        }
        let missing = Part::Base64 {
            path: format!("{path}.missing"),
            length: 1,
        };
        assert!(Parts::open(&[missing], Activity::new(), Meter::default()).is_err());
    }
}
