//! A document of npm's on its way in. It is read from the disk once it has arrived whole: its tarball, which is a
//! string in it, goes into the store, its manifests stay text, and how much of that is held at once by all who
//! publish is limited.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::{self, BufReader, Read};
use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode};
use base64::DecodeError;
use base64::engine::general_purpose::STANDARD;
use base64::read::DecoderReader;
use serde::de::DeserializeOwned;
use struson::reader::{
    JsonReader as _, JsonStreamReader, JsonSyntaxError, LinePosition, ReaderError, ReaderSettings,
    TransferError, ValueType,
};
use struson::serde::DeserializerError;
use struson::writer::{JsonStreamWriter, JsonWriter as _};

use super::document::{Attachment, Document};
use crate::app::{App, blocking};
use crate::problem::Problem;
use crate::store::Fault;
use crate::store::blobs::{Blobs, Staged};
use crate::upload;

/// The most that a document may have besides its tarball, in bytes. To deprecate a version, npm sends all of them.
const MAX_DOCUMENT: u64 = 16 << 20;

/// The most that the manifest of one version may have, in bytes.
const MAX_MANIFEST: usize = 4 << 20;

/// How much of a tarball is decoded at a time, in bytes.
const PIECE: u64 = 64 << 10;

/// How much is read from the disk at a time, in bytes.
const PIECE_SIZE: usize = 64 << 10;

/// Takes a document about `package` in. Nothing of it is kept when it is too large, breaks off, or is not in npm's
/// form.
pub(super) async fn receive(
    app: &Arc<App>,
    headers: &HeaderMap,
    body: Body,
    package: &str,
) -> Result<Document, Problem> {
    let spooled = upload::spool(app, &mut upload::admit(app, headers, body)?).await?;
    let held = spooled.size.min(MAX_DOCUMENT) >> 10;
    let permits = u32::try_from(held).unwrap_or(u32::MAX).saturating_add(1);
    let budget = Arc::clone(&app.documents).acquire_many_owned(permits).await;
    let budget = budget.map_err(|error| Problem::internal(error.to_string()))?;
    let mut document = blocking(app, move |app| {
        let body = spooled.open().map_err(Fault::from)?;
        read(
            &app.store.blobs,
            BufReader::with_capacity(PIECE_SIZE, body),
            MAX_DOCUMENT,
        )
    })
    .await?;
    document.budget = Some(budget);
    if document.name != package {
        return Err(Problem::bad(format!(
            "the document is about {:?}, and was sent to {package:?}",
            document.name
        )));
    }
    Ok(document)
}

/// Reads a document that may have `most` bytes besides its tarball.
fn read(blobs: &Blobs, body: impl Read, most: u64) -> Result<Document, Problem> {
    let meter = Meter {
        left: Cell::new(Some(most)),
        is_running: Cell::new(true),
    };
    let settings = ReaderSettings {
        // What a number may be is up to who reads the manifest.
        restrict_number_values: false,
        ..ReaderSettings::default()
    };
    let metered = Metered { body, meter: &meter };
    let parser = Parser {
        json: JsonStreamReader::new_custom(metered, settings),
        meter: &meter,
        blobs,
    };
    let document = parser.document();
    match meter.left.get() {
        Some(_) => document,
        None => Err(Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("the document has more than {most} bytes besides its tarball"),
        )),
    }
}

/// How much may still be read.
struct Meter {
    /// In bytes; `None` once it was more.
    left: Cell<Option<u64>>,
    /// Whether what is read counts.
    is_running: Cell<bool>,
}

/// A body of which only so much is read.
struct Metered<'m, R> {
    body: R,
    meter: &'m Meter,
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.body.read(buffer)?;
        if self.meter.is_running.get() {
            let left = self.meter.left.get();
            let left = left.and_then(|left| left.checked_sub(read as u64));
            self.meter.left.set(left);
            left.ok_or_else(|| io::Error::other("the document is too large"))?;
        }
        Ok(read)
    }
}

/// Reads the members of a document in whatever order they come.
struct Parser<'p, R: Read> {
    json: JsonStreamReader<Metered<'p, R>>,
    meter: &'p Meter,
    blobs: &'p Blobs,
}

impl<R: Read> Parser<'_, R> {
    fn document(mut self) -> Result<Document, Problem> {
        let mut document = Document::default();
        self.json.begin_object()?;
        while self.json.has_next()? {
            match self.json.next_name_owned()?.as_str() {
                "name" => document.name = self.json.next_string()?,
                "dist-tags" => document.tags = self.member("dist-tags")?,
                "readme" if self.json.peek()? == ValueType::String => {
                    document.readme = Some(self.json.next_string()?);
                }
                "versions" => self.versions(&mut document.versions)?,
                "_attachments" => self.attachments(&mut document.attachment)?,
                _ => self.json.skip_value()?,
            }
        }
        self.json.end_object()?;
        self.json.consume_trailing_whitespace()?;
        Ok(document)
    }

    /// Takes each manifest over as text, without what a tree of it would cost.
    fn versions(&mut self, found: &mut BTreeMap<String, String>) -> Result<(), Problem> {
        self.json.begin_object()?;
        while self.json.has_next()? {
            let version = self.json.next_name_owned()?;
            let mut text = Vec::new();
            let mut writer = JsonStreamWriter::new(&mut text);
            self.json.transfer_to(&mut writer).map_err(transferred)?;
            writer
                .finish_document()
                .map_err(|error| Problem::internal(error.to_string()))?;
            if text.len() > MAX_MANIFEST {
                return Err(Problem::new(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    format!("the manifest of {version} has more than {MAX_MANIFEST} bytes"),
                ));
            }
            let text = String::from_utf8(text).map_err(|error| Problem::internal(error.to_string()))?;
            found.insert(version, text);
        }
        Ok(self.json.end_object()?)
    }

    fn member<T: DeserializeOwned>(&mut self, name: &str) -> Result<T, Problem> {
        self.json.deserialize_next().map_err(|error| match error {
            DeserializerError::ReaderError(error) => error.into(),
            error => Problem::bad(format!("the document's {name}: {error}")),
        })
    }

    fn attachments(&mut self, found: &mut Option<Attachment>) -> Result<(), Problem> {
        self.json.begin_object()?;
        while self.json.has_next()? {
            let file = self.json.next_name_owned()?;
            if let Some(Attachment { file: first, .. }) = found {
                return Err(Problem::bad(format!(
                    "one tarball is published at a time, without anything beside it: {first:?}, {file:?}"
                )));
            }
            let tarball = self.attachment(&file)?;
            *found = Some(Attachment { file, tarball });
        }
        Ok(self.json.end_object()?)
    }

    fn attachment(&mut self, file: &str) -> Result<Staged, Problem> {
        let (mut tarball, mut length) = (None, None);
        self.json.begin_object()?;
        while self.json.has_next()? {
            match self.json.next_name_owned()?.as_str() {
                "data" => tarball = Some(self.tarball(file)?),
                "length" => length = self.member::<Option<i64>>("length")?,
                _ => self.json.skip_value()?,
            }
        }
        self.json.end_object()?;
        let tarball = tarball.ok_or_else(|| Problem::bad(format!("the attachment {file:?} has no data")))?;
        let size = tarball.digests.size;
        if length.is_some_and(|length| length != size) {
            return Err(Problem::bad(format!(
                "the attachment {file:?} has {size} bytes, and not the length that it names"
            )));
        }
        Ok(tarball)
    }

    /// Decodes a string into the store.
    fn tarball(&mut self, file: &str) -> Result<Staged, Problem> {
        let mut incoming = self.blobs.receive().map_err(Fault::from)?;
        self.meter.is_running.set(false);
        let mut decoder = DecoderReader::new(self.json.next_string_reader()?, &STANDARD);
        let mut piece = Vec::new();
        loop {
            let read = decoder.by_ref().take(PIECE).read_to_end(&mut piece);
            read.map_err(|error| unreadable(file, error))?;
            if piece.is_empty() {
                break;
            }
            incoming.write(&piece).map_err(Fault::from)?;
            piece.clear();
        }
        self.meter.is_running.set(true);
        Ok(incoming.finish().map_err(Fault::from)?)
    }
}

/// Why a value could not be taken over.
fn transferred(error: TransferError) -> Problem {
    match error {
        TransferError::ReaderError(error) => error.into(),
        error => Problem::internal(error.to_string()),
    }
}

/// Why a string is no tarball.
fn unreadable(file: &str, error: io::Error) -> Problem {
    match error.downcast::<DecodeError>() {
        Ok(error) => Problem::bad(format!("the attachment {file:?} is not base64: {error}")),
        Err(error) => match error.downcast::<JsonSyntaxError>() {
            Ok(error) => ReaderError::from(error).into(),
            Err(error) => Problem::bad(format!("the attachment {file:?}: {error}")),
        },
    }
}

/// 400: it is no JSON, or not the JSON that is expected.
impl From<ReaderError> for Problem {
    fn from(error: ReaderError) -> Self {
        let (what, location) = match error {
            ReaderError::SyntaxError(error) => (error.kind.to_string(), error.location),
            ReaderError::UnexpectedValueType {
                expected,
                actual,
                location,
            } => (format!("expected {expected}, found {actual}"), location),
            // It tells its place itself.
            other => return Self::bad(format!("the document: {other}")),
        };
        let place = location
            .line_pos
            .map_or_else(String::new, |LinePosition { line, column }| {
                format!(", line {}, column {}", line + 1, column + 1)
            });
        Self::bad(format!("the document{place}: {what}"))
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use serde_json::json;

    use super::*;
    use crate::problem::Shape;

    #[test]
    fn a_tarball_may_be_large_and_the_rest_of_its_document_may_not() {
        let data = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(data.path()).unwrap();
        let attachments = |size: usize| {
            let data = STANDARD.encode(vec![b'x'; size]);
            json!({ "x-1.0.0.tgz": { "data": data } }).to_string()
        };
        let readme = |size: usize| format!(r#""readme":"{}""#, "x".repeat(size));
        for (what, size, document) in [
            (
                "before",
                Some(100_000),
                format!(r#"{{"_attachments":{},{}}}"#, attachments(100_000), readme(5_000)),
            ),
            (
                "after",
                Some(100_000),
                format!(r#"{{{},"_attachments":{}}}"#, readme(5_000), attachments(100_000)),
            ),
            (
                "too much before",
                None,
                format!(
                    r#"{{"_attachments":{},{}}}"#,
                    attachments(100_000),
                    readme(20_000)
                ),
            ),
            (
                "too much after",
                None,
                format!(r#"{{{},"_attachments":{}}}"#, readme(20_000), attachments(5)),
            ),
            ("a long name", None, format!(r#"{{"{}":1}}"#, "x".repeat(20_000))),
            ("space", None, format!("{{{}}}", " ".repeat(20_000))),
        ] {
            let read = read(&blobs, document.as_bytes(), 10_000);
            let found = read.map(|document| document.attachment.map(|found| found.tarball.digests.size));
            match (found, size) {
                (Ok(found), Some(_)) => assert_eq!(found, size, "{what}"),
                (Err(problem), None) => {
                    let response = problem.render(Shape::Npm);
                    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE, "{what}");
                }
                (found, _) => panic!("{what}: {found:?}"),
            }
        }
        assert_eq!(data.path().join("incoming").read_dir().unwrap().count(), 0);
    }
}
