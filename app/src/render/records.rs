//! Records: whole ones for programs, chosen columns for people.

use serde::Serialize;

use super::{json, table, yaml};
use crate::error::Error;
use crate::output::Format;

/// A column's header, and what a record shows in it.
pub(crate) struct Column<T>(pub(crate) &'static str, pub(crate) fn(&T) -> String);

/// `items` as a table of `columns`, or whole as an array.
pub(crate) fn records<T: Serialize>(
    format: Format,
    columns: &[Column<T>],
    items: &[T],
) -> Result<String, Error> {
    match format {
        Format::Json | Format::Report => json::document(&items),
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

/// One record as a table with a line for each of `columns` that it has something in, or whole as an object.
pub(crate) fn record<T: Serialize>(format: Format, columns: &[Column<T>], item: &T) -> Result<String, Error> {
    match format {
        Format::Json | Format::Report => json::document(item),
        Format::Yaml => yaml::document(item),
        Format::Table => {
            let rows = columns
                .iter()
                .map(|column| vec![column.0.to_owned(), (column.1)(item)])
                .filter(|row| !row[1].is_empty());
            Ok(table::table(&["Field", "Value"], rows))
        }
    }
}

/// A field that the service may have sent besides those that are read, as text for a cell.
pub(crate) fn field(rest: &hc_core::api::page::Rest, name: &str) -> String {
    match rest.get(name) {
        None | Some(serde_json::Value::Null) => String::new(),
        Some(serde_json::Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}
