//! Lists of records: whole ones for programs, chosen columns for people.

use serde::Serialize;

use super::{json, table, yaml};
use crate::args::Format;
use crate::error::Error;

/// A column's header, and what a record shows in it.
pub(crate) struct Column<T>(pub(crate) &'static str, pub(crate) fn(&T) -> String);

/// `items` as a table of `columns`, or whole as an array.
pub(crate) fn records<T: Serialize>(
    format: Format,
    columns: &[Column<T>],
    items: &[T],
) -> Result<String, Error> {
    match format {
        Format::Json => json::document(&items),
        Format::Yaml => yaml::document(&items),
        Format::Table => {
            let header: Vec<&str> = columns.iter().map(|column| column.0).collect();
            let rows = items
                .iter()
                .map(|item| columns.iter().map(|column| (column.1)(item)).collect());
            Ok(table::table(&header, rows))
        }
    }
}
