//! One page of a longer list.

use super::Fault;

/// The longest search term, in bytes; SQLite itself would not take much longer ones.
const MAX_TERM: usize = 1000;

/// Which page is wanted, counted from 0, and how long pages are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) index: i64,
    pub(crate) size: i64,
}

impl Page {
    /// How many items come before it.
    pub(super) fn offset(self) -> i64 {
        self.index.saturating_mul(self.size)
    }
}

/// The items of a page, and how many there are on all pages.
#[derive(Debug)]
pub(crate) struct Listed<T> {
    pub(crate) items: Vec<T>,
    pub(crate) total: i64,
}

/// Items are wanted whose name holds this text, in any case of ASCII letters: a pattern for SQL's `LIKE`, with
/// `\` as its escape; `None` wants all.
pub(super) fn holding(term: Option<&str>) -> Result<Option<String>, Fault> {
    if term.is_some_and(|term| term.len() > MAX_TERM) {
        return Err(Fault::Refused(format!(
            "a search term has at most {MAX_TERM} bytes"
        )));
    }
    Ok(term.map(|term| {
        let mut pattern = String::from("%");
        for c in term.chars() {
            if matches!(c, '%' | '_' | '\\') {
                pattern.push('\\');
            }
            pattern.push(c);
        }
        pattern.push('%');
        pattern
    }))
}

/// A set of words for SQL's `json_each`; `None` for all where there are none.
pub(super) fn set(words: &[String]) -> Option<String> {
    (!words.is_empty()).then(|| serde_json::Value::from(words).to_string())
}
