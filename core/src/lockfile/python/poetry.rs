//! Poetry's own tables in `pyproject.toml`.
//!
//! Source of the rules: Poetry's "Dependency specification". A bare version is that version alone; `^`, `~`,
//! wildcards and PEP 440 are ranges.

use smol_str::SmolStr;

use super::super::toml::{Item, Table};
use super::locked::normal;
use super::pyproject::Reader;
use super::requirement::Requirement;
use crate::dependency::{Scope, Source};
use crate::package::Ecosystem;
use crate::text;
use crate::version::Version;

/// Reads `tool.poetry`. All groups but `main` are for development, as Poetry has it.
pub(super) fn read<'t>(poetry: Table<'t>, reader: &mut Reader<'t>) {
    dependencies(poetry.get("dependencies"), Scope::Prod, reader);
    dependencies(poetry.get("dev-dependencies"), Scope::Dev, reader);
    for group in reader
        .table(poetry.get("group"))
        .into_iter()
        .flat_map(Table::items)
    {
        let scope = if normal(group.key()) == "main" {
            Scope::Prod
        } else {
            Scope::Dev
        };
        let group = reader.table(Some(group));
        dependencies(group.and_then(|group| group.get("dependencies")), scope, reader);
    }
}

/// A table of names, each with its constraint or a list of several.
fn dependencies<'t>(section: Option<Item<'t>>, scope: Scope, reader: &mut Reader<'t>) {
    let Some(table) = reader.table(section) else {
        return;
    };
    for item in table.items().filter(|item| item.key() != "python") {
        match item.as_array() {
            Some(several) => several.for_each(|constraint| dependency(item, constraint, scope, reader)),
            None => dependency(item, item, scope, reader),
        }
    }
}

/// One constraint: a version, or a table that has a version or a place.
fn dependency<'t>(item: Item<'t>, constraint: Item<'t>, scope: Scope, reader: &mut Reader<'t>) {
    let name = SmolStr::from(normal(item.key()));
    let table = constraint.as_table();
    let texts = table.into_iter().flat_map(Table::items);
    if texts
        .filter(|field| ["version", "git", "path", "file", "url"].contains(&field.key()))
        .any(|field| field.as_str().is_none())
    {
        return reader.fault(item, "expected a version or a place in quotes");
    }
    let version = constraint
        .as_str()
        .or_else(|| table.and_then(|table| table.str("version")));
    let place = table.and_then(place);
    let is_optional = table
        .and_then(|table| table.get("optional"))
        .and_then(Item::as_bool);
    let scope = match (is_optional, scope) {
        (Some(true), Scope::Prod) => Scope::Optional,
        _ => scope,
    };
    let requirement = match (place, version) {
        (Some((source, place)), _) => Requirement {
            name,
            version: None,
            specifier: Some(text::without_password(place)),
            source,
            is_conditional: false,
        },
        (None, Some(version)) => Requirement {
            version: exact(version).map(SmolStr::new),
            specifier: Some(version.trim().into()),
            name,
            source: Source::Registry,
            is_conditional: false,
        },
        // The entry only says more about what `[project]` asks for.
        (None, None) if table.is_some() && reader.has(&name) => return,
        (None, None) if table.is_some() => Requirement {
            name,
            version: None,
            specifier: None,
            source: Source::Registry,
            is_conditional: false,
        },
        (None, None) => return reader.fault(item, "expected a version in quotes or a table"),
    };
    reader.found(constraint_or_key(item, constraint), requirement, scope);
}

/// Constraints of a list stand on lines of their own.
fn constraint_or_key<'t>(item: Item<'t>, constraint: Item<'t>) -> Item<'t> {
    if constraint.key().is_empty() {
        constraint
    } else {
        item
    }
}

fn place(table: Table<'_>) -> Option<(Source, &str)> {
    let kinds = [
        ("git", Source::Git),
        ("path", Source::File),
        ("file", Source::File),
        ("url", Source::Url),
    ];
    kinds
        .into_iter()
        .find_map(|(key, source)| Some((source, table.str(key)?)))
}

/// The one version that a constraint leaves.
fn exact(constraint: &str) -> Option<&str> {
    let version = constraint.trim();
    let version = version.strip_prefix("==").unwrap_or(version).trim();
    Version::parse(Ecosystem::PyPI, version).map(|_| version)
}
