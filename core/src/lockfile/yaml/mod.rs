//! The YAML that package managers write, read through serde, borrowing from the text.
//!
//! Source of the rules: the YAML specification, revision 1.2.2. Block and flow collections, every kind of
//! scalar, comments and several documents are read. Scalars are text, whatever they look like (the
//! "failsafe schema"), so a version `1.10` and a package `no` stay what is written. What no lockfile has is
//! refused where it stands, never guessed: tags, merge keys, and aliases whose value is asked for. So
//! nothing can expand: the work is linear in the text, and nesting is bounded.
//!
//! Written here because the crates at hand bring several times the code and reach a fraction of the speed.

mod de;
mod reader;
mod scalar;

use std::fmt;

use serde::de::{Deserialize, Error, IgnoredAny};

use super::json;
use crate::error::{Code, InputError, Position};
use crate::text;
use reader::Reader;

/// Reads the last document of `text` as a `T`. A fault has its place, and a merge conflict is told as such.
pub(super) fn from_str<'a, T: Deserialize<'a>>(file: &str, text: &'a str) -> Result<T, InputError> {
    faults_told(file, text, || {
        let start = earlier_documents(text, |reader| de::document::<IgnoredAny>(reader).map(drop))?;
        de::document(Reader::new(text, start))
    })
}

/// Reads all documents of `text`, each as a `T`, in their order; see [`from_str`].
pub(super) fn all_from_str<'a, T: Deserialize<'a>>(file: &str, text: &'a str) -> Result<Vec<T>, InputError> {
    faults_told(file, text, || {
        let mut documents = Vec::new();
        let start = earlier_documents(text, |reader| {
            documents.push(de::document(reader)?);
            Ok(())
        })?;
        documents.push(de::document(Reader::new(text, start))?);
        Ok(documents)
    })
}

/// What `read` gives of `text`, with its fault as an error of this file.
fn faults_told<T>(file: &str, text: &str, read: impl FnOnce() -> Result<T, Fault>) -> Result<T, InputError> {
    if text.trim().is_empty() {
        return Err(
            InputError::new(Code::Empty, file, "the file is empty").help("was it written completely?")
        );
    }
    read().map_err(|fault| {
        text::merge_conflict(file, text).unwrap_or_else(|| {
            let error = InputError::new(fault.code, file, fault.message);
            match fault.offset {
                Some(offset) => error.at(Position::of(text, offset)),
                None => error,
            }
        })
    })
}

/// Gives each document but the last to `read`, and then where the last one begins.
fn earlier_documents<'a>(
    text: &'a str,
    mut read: impl FnMut(Reader<'a>) -> Result<(), Fault>,
) -> Result<usize, Fault> {
    let mut start = 0;
    while let Some(marker) = marker_from(text, start) {
        let reader = Reader::new(&text[..marker], start);
        // What stands before the first marker need not be a document.
        if start > 0 || !reader.is_blank() {
            read(reader)?;
        }
        start = marker + MARKER.len();
    }
    Ok(start)
}

/// Begins a document, alone at the start of a line. No scalar can hold such a line.
const MARKER: &str = "---";

/// Where the next marker stands, from `start`.
fn marker_from(text: &str, start: usize) -> Option<usize> {
    let is_marker = |at: usize| {
        let after = text
            .get(at..)
            .and_then(|rest| rest.strip_prefix(MARKER))?
            .bytes()
            .next();
        after.is_none_or(|byte| byte.is_ascii_whitespace()).then_some(at)
    };
    if start == 0 && is_marker(0).is_some() {
        return Some(0);
    }
    memchr::memmem::find_iter(&text.as_bytes()[start..], "\n---")
        .find_map(|newline| is_marker(start + newline + 1))
}

/// Why a text cannot be read.
#[derive(Debug)]
struct Fault {
    code: Code,
    message: String,
    offset: Option<usize>,
}

impl Fault {
    fn syntax(offset: usize, message: impl fmt::Display) -> Self {
        Self {
            code: Code::Syntax,
            message: format!("not YAML: {message}"),
            offset: Some(offset),
        }
    }

    /// YAML, but nothing that a package manager writes.
    fn unsupported(offset: usize, what: &str) -> Self {
        Self {
            code: Code::Unsupported,
            message: format!("{what} cannot be read here"),
            offset: Some(offset),
        }
    }

    /// The fault of a value that begins at `offset`, unless a place within it is known.
    fn within(mut self, offset: usize) -> Self {
        self.offset.get_or_insert(offset);
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}

impl Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        let message = message.to_string().replace("unit value", "nothing");
        Self {
            code: Code::Format,
            message: json::expectation(&message),
            offset: None,
        }
    }
}

#[cfg(test)]
mod tests;
