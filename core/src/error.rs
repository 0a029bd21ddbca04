//! The one shape in which a bad input is told: what, where, and what to do about it.

use std::fmt;

use serde::Serialize;

/// A place in a file, both counted from 1; the column counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

impl Position {
    /// The place of byte `offset` in `text`. An offset past the end is the end.
    #[must_use]
    pub fn of(text: &str, offset: usize) -> Self {
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let before = &text[..offset];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self {
            line: before.bytes().filter(|&byte| byte == b'\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}

/// Why an input cannot be used. `Display` gives one line: `file:line:column: message`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "camelCase")]
pub struct InputError {
    /// A stable code for programs; see [`Code`].
    pub code: Code,
    /// The file as the user named it.
    pub file: String,
    /// Where in the file, if the fault has a place.
    #[serde(flatten)]
    pub position: Option<Position>,
    /// What is wrong, in a sentence without a full stop.
    pub message: String,
    /// What to do next, if there is something to do.
    pub help: Option<String>,
}

impl InputError {
    /// An error about the file as a whole.
    pub fn new(code: Code, file: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code,
            file: file.into(),
            position: None,
            message: message.into(),
            help: None,
        }
    }

    /// Says where the fault is.
    #[must_use]
    pub fn at(mut self, position: Position) -> Self {
        self.position = Some(position);
        self
    }

    /// Says what to do next.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(Position { line, column }) = self.position {
            write!(f, ":{line}:{column}")?;
        }
        write!(f, ": {}", self.message)
    }
}

/// Stable codes: they may be added to, never change their meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    /// The file holds no bytes.
    Empty,
    /// The file is not text in an encoding that its format allows.
    Encoding,
    /// The file is not well-formed in its own syntax (JSON, XML, TOML …).
    Syntax,
    /// The syntax is right, but it is not what the format says.
    Format,
    /// Merge conflict markers stand in the file.
    MergeConflict,
    /// The format, or this version of it, is not supported.
    Unsupported,
    /// Reading would take more than the limits allow.
    TooLarge,
    /// The file could not be opened or read.
    Unreadable,
}

impl Code {
    /// The code as it is printed and serialised.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Encoding => "encoding",
            Self::Syntax => "syntax",
            Self::Format => "format",
            Self::MergeConflict => "merge-conflict",
            Self::Unsupported => "unsupported",
            Self::TooLarge => "too-large",
            Self::Unreadable => "unreadable",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn position_counts_characters_and_survives_odd_offsets() {
        assert_eq!(Position::of("ab\ncé", 0), Position { line: 1, column: 1 });
        assert_eq!(Position::of("ab\ncé", 4), Position { line: 2, column: 2 });
        assert_eq!(Position::of("ab\ncé", 5), Position { line: 2, column: 2 });
        assert_eq!(Position::of("ab\ncé", 99), Position { line: 2, column: 3 });
    }
}
