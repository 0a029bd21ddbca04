//! What a file's own syntax costs at least: walking over the same bytes with a plain reader, and keeping nothing.

use anyhow::{Result, anyhow, bail};
use quick_xml::events::Event;
use saphyr_parser::Parser;
use serde::de::IgnoredAny;
use toml_parser::{ParseError, Source, parser};

/// A reader of some syntax.
#[derive(Clone, Copy)]
pub(crate) enum Floor {
    /// `serde_json` into `IgnoredAny`.
    Json,
    /// The events of `toml_parser`.
    Toml,
    /// The events of `quick-xml`.
    Xml,
    /// The events of `saphyr-parser`.
    Yaml,
}

impl Floor {
    /// The reader for a file of this name, and the text that it is to read; none for syntaxes of their own.
    pub(crate) fn of(path: &str, text: &str) -> Option<(Self, String)> {
        let floor = if path.ends_with(".json") || path.ends_with("Pipfile.lock") {
            Self::Json
        } else if path.ends_with("bun.lock") {
            return Some((Self::Json, without_trailing_commas(text)));
        } else if path.ends_with(".xml") {
            Self::Xml
        } else if path.ends_with(".yaml") || path.ends_with("berry/yarn.lock") {
            Self::Yaml
        } else if path.ends_with(".toml")
            || text.contains("\n[[package]]\n")
            || text.starts_with("[[package]]")
        {
            Self::Toml
        } else {
            return None;
        };
        Some((floor, text.to_owned()))
    }

    /// The name under which samples are printed.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Toml => "toml",
            Self::Xml => "xml",
            Self::Yaml => "yaml",
        }
    }

    /// Reads all of `text`.
    pub(crate) fn read(self, text: &str) -> Result<()> {
        match self {
            Self::Json => {
                serde_json::from_str::<IgnoredAny>(text)?;
            }
            Self::Toml => {
                let tokens = Source::new(text).lex().into_vec();
                let mut fault: Option<ParseError> = None;
                parser::parse_document(&tokens, &mut (), &mut fault);
                if let Some(fault) = fault {
                    bail!("{}", fault.description());
                }
            }
            Self::Xml => {
                let mut reader = quick_xml::Reader::from_str(text);
                while !matches!(reader.read_event()?, Event::Eof) {}
            }
            Self::Yaml => {
                for event in Parser::new_from_str(text) {
                    event.map_err(|error| anyhow!("{error}"))?;
                }
            }
        }
        Ok(())
    }
}

/// JSON of the same length; strings with a comma before a bracket are not in the files that are measured.
fn without_trailing_commas(text: &str) -> String {
    let mut json = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(',') {
        json.push_str(before);
        json.push(if after.trim_start().starts_with(['}', ']']) {
            ' '
        } else {
            ','
        });
        rest = after;
    }
    json + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_floor_reads_its_syntax() {
        for (path, text) in [
            ("package.json", "{\"a\": [1]}"),
            ("bun.lock", "{\"a\": [1, 2,\n ],\n}"),
            ("pom.xml", "<a>b</a>"),
            ("pnpm-lock.yaml", "a:\n  b: c\n"),
            ("uv.lock", "version = 1\n[[package]]\na = [1]\n"),
        ] {
            let (floor, text) = Floor::of(path, text).unwrap();
            floor.read(&text).unwrap();
        }
        assert!(Floor::of("build.gradle", "plugins {}").is_none());
    }
}
