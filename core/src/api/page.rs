//! One page of a list.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::body::Response;
use super::error::{self, ApiError};

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

/// A list as v1 answers it: `{data: {KEY: […], pageIndex, …}}`, or without the `data` around it. A count that
/// is left out means the only page.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct List {
    page_index: Option<u64>,
    page_count: u64,
    item_count: Option<u64>,
    data: Option<Box<List>>,
    #[serde(flatten)]
    rest: Rest,
}

/// Reads a page whose items stand under `key`; where a list has none, a service may leave `key` out. `asked` is the
/// page that was asked for.
///
/// # Errors
/// What the service said, that an item is not what it should be, or that the answer is another list or page.
pub(super) fn parse<T: DeserializeOwned>(
    response: &Response,
    key: &str,
    asked: u64,
) -> Result<Page<T>, ApiError> {
    let answer: List = error::parse(response)?;
    let mut list = answer.data.map_or(List { data: None, ..answer }, |data| *data);
    let items: Option<Vec<T>> = match list.rest.remove(key) {
        Some(items) => serde_json::from_value(items).map_err(|error| error::unreadable(&error, response))?,
        None if list.item_count == Some(0) && !list.rest.values().any(Value::is_array) => None,
        None => return Err(ApiError::unfit(format!("it has no {key}"), response)),
    };
    if let Some(index) = list.page_index.filter(|index| *index != asked) {
        return Err(ApiError::unfit(
            format!("it is page {index}, and page {asked} was asked for"),
            response,
        ));
    }
    let items = items.unwrap_or_default();
    Ok(Page {
        index: asked,
        count: list.page_count,
        total: list.item_count.unwrap_or(0).max(items.len() as u64),
        items,
    })
}

/// What a record holds beyond the fields that are read, kept for those who want all of it.
pub type Rest = Map<String, Value>;
