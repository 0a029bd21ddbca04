//! One page of a list.

use serde::Deserialize;
use serde_json::{Map, Value};

/// One page of a list, and where it stands among the others. Pages count from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// Its number, from 0.
    pub index: u64,
    /// How many pages there are.
    pub count: u64,
    /// How many items there are on all pages.
    pub total: u64,
}

/// The numbers of a v1 page. A service that leaves one out means the only page.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Numbers {
    page_index: u64,
    page_count: u64,
    item_count: u64,
}

impl Numbers {
    /// The page that has these numbers.
    pub(super) fn page<T>(self, items: Vec<T>) -> Page<T> {
        Page {
            index: self.page_index,
            count: self.page_count,
            total: self.item_count.max(items.len() as u64),
            items,
        }
    }
}

/// What a record holds beyond the fields that are read, kept for those who want all of it.
pub type Rest = Map<String, Value>;
