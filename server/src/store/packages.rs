//! Packages. The API calls them artifacts.

use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, named_params};
use uuid::Uuid;

use super::Fault;
use super::page::{Listed, Page, holding};
use super::registries::Registry;
use crate::clock;

/// A package of a registry.
#[derive(Clone, Debug)]
pub(crate) struct Package {
    pub(crate) id: i64,
    pub(crate) uuid: String,
    pub(crate) name: String,
    /// Counts its changes.
    pub(crate) revision: i64,
    /// The version that it is known by: the tag `latest`, or the one that was made last.
    pub(crate) latest: String,
    pub(crate) downloads: i64,
    pub(crate) created_at: i64,
    pub(crate) modified_at: i64,
}

/// What a list of packages can be ordered by, with the API's names for it.
pub(crate) const ORDERS: [(&str, &str); 3] = [
    ("name", "p.name"),
    ("lastModified", "p.modified_at"),
    ("downloadsCount", DOWNLOADS),
];

/// The id of the version that package `p` is known by.
pub(super) const LATEST: &str = "coalesce(
    (SELECT t.version_id FROM tags t WHERE t.package_id = p.id AND t.name = 'latest'),
    (SELECT l.id FROM versions l WHERE l.package_id = p.id ORDER BY l.created_at DESC, l.id DESC LIMIT 1))";

/// Of package `p`.
const DOWNLOADS: &str = "(SELECT ifnull(sum(f.downloads), 0)
    FROM versions w JOIN files f ON f.version_id = w.id WHERE w.package_id = p.id)";

fn columns() -> String {
    format!(
        "p.id, p.uuid, p.name, p.revision, (SELECT name FROM versions WHERE id = {LATEST}), {DOWNLOADS},
         p.created_at, p.modified_at"
    )
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Package> {
    Ok(Package {
        id: row.get(0)?,
        uuid: row.get(1)?,
        name: row.get(2)?,
        revision: row.get(3)?,
        latest: row.get::<_, Option<String>>(4)?.unwrap_or_default(),
        downloads: row.get(5)?,
        created_at: row.get(6)?,
        modified_at: row.get(7)?,
    })
}

/// The package of this name.
pub(crate) fn find(records: &Connection, registry: &Registry, name: &str) -> Result<Package, Fault> {
    find_optional(records, registry, name)?
        .ok_or_else(|| Fault::Missing(format!("the artifact {name:?} in {}", registry.identifier)))
}

/// The package of this name, if there is one.
pub(crate) fn find_optional(
    records: &Connection,
    registry: &Registry,
    name: &str,
) -> Result<Option<Package>, Fault> {
    Ok(records
        .prepare_cached(&format!(
            "SELECT {} FROM packages p WHERE p.registry_id = ?1 AND p.name = ?2",
            columns()
        ))?
        .query_row((registry.id, name), from_row)
        .optional()?)
}

/// The package of this name in any letter case, if there is one.
pub(crate) fn find_in_any_case(
    records: &Connection,
    registry: &Registry,
    name: &str,
) -> Result<Option<Package>, Fault> {
    Ok(records
        .prepare_cached(&format!(
            "SELECT {} FROM packages p WHERE p.registry_id = ?1 AND p.name = ?2 COLLATE NOCASE",
            columns()
        ))?
        .query_row((registry.id, name), from_row)
        .optional()?)
}

/// A page of a registry's packages.
pub(crate) fn list(
    records: &Connection,
    registry: i64,
    term: Option<&str>,
    order: &str,
    page: Page,
) -> Result<Listed<Package>, Fault> {
    let wanted = "FROM packages p
        WHERE p.registry_id = :registry AND (:term IS NULL OR p.name LIKE :term ESCAPE '\\')";
    let term = holding(term)?;
    let total = records
        .prepare_cached(&format!("SELECT count(*) {wanted}"))?
        .query_row(named_params! { ":registry": registry, ":term": term }, |row| {
            row.get(0)
        })?;
    let items = records
        .prepare_cached(&format!(
            "SELECT {} FROM packages p
             WHERE p.id IN (SELECT p.id {wanted} ORDER BY {order}, p.id LIMIT :limit OFFSET :offset)
             ORDER BY {order}, p.id",
            columns()
        ))?
        .query_map(
            named_params! {
                ":registry": registry, ":term": term, ":limit": page.size, ":offset": page.offset(),
            },
            from_row,
        )?
        .collect::<Result<_, _>>()?;
    Ok(Listed { items, total })
}

/// The id and name of every package of a registry, by name.
pub(crate) fn names(records: &Connection, registry: i64) -> Result<Vec<(i64, String)>, Fault> {
    Ok(records
        .prepare_cached("SELECT id, name FROM packages WHERE registry_id = ?1 ORDER BY name")?
        .query_map([registry], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?)
}

/// The id and name of every package of a registry whose name begins so, by name.
pub(crate) fn beginning_with(
    records: &Connection,
    registry: i64,
    start: &str,
) -> Result<Vec<(i64, String)>, Fault> {
    Ok(records
        .prepare_cached(
            "SELECT id, name FROM packages
             WHERE registry_id = ?1 AND name >= ?2 AND name < ?3 ORDER BY name",
        )?
        .query_map((registry, start, format!("{start}\u{10ffff}")), |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?
        .collect::<Result<_, _>>()?)
}

/// The id of the package of this name, which is made where it is missing, and marked as changed.
pub(crate) fn ensure(transaction: &Transaction<'_>, registry: &Registry, name: &str) -> Result<i64, Fault> {
    Ok(transaction
        .prepare_cached(
            "INSERT INTO packages (uuid, registry_id, name, created_at, modified_at)
             VALUES (?1, ?2, ?3, ?4, ?4)
             ON CONFLICT (registry_id, name)
                 DO UPDATE SET modified_at = excluded.modified_at, revision = revision + 1
             RETURNING id",
        )?
        .query_row(
            (Uuid::new_v4().to_string(), registry.id, name, clock::now()),
            |row| row.get(0),
        )?)
}

/// Marks a package as changed.
pub(crate) fn touch(transaction: &Transaction<'_>, package: i64) -> Result<(), Fault> {
    transaction
        .prepare_cached("UPDATE packages SET revision = revision + 1, modified_at = ?2 WHERE id = ?1")?
        .execute((package, clock::now()))?;
    Ok(())
}

/// Deletes a package with its versions.
pub(crate) fn delete(transaction: &Transaction<'_>, package: i64) -> Result<(), Fault> {
    transaction
        .prepare_cached("DELETE FROM packages WHERE id = ?1")?
        .execute([package])?;
    Ok(())
}
