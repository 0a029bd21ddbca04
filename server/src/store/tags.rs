//! The tags of packages: names for versions.

use rusqlite::{Connection, Transaction};

use super::Fault;

/// A package's tags with the names of their versions, in the tags' order.
pub(crate) fn of_package(records: &Connection, package: i64) -> Result<Vec<(String, String)>, Fault> {
    Ok(records
        .prepare_cached(
            "SELECT t.name, v.name FROM tags t JOIN versions v ON v.id = t.version_id
             WHERE t.package_id = ?1 ORDER BY t.name",
        )?
        .query_map([package], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?)
}

/// Lets a tag name a version.
pub(crate) fn set(transaction: &Transaction<'_>, package: i64, tag: &str, version: i64) -> Result<(), Fault> {
    transaction
        .prepare_cached(
            "INSERT INTO tags (package_id, name, version_id) VALUES (?1, ?2, ?3)
             ON CONFLICT (package_id, name) DO UPDATE SET version_id = excluded.version_id",
        )?
        .execute((package, tag, version))?;
    Ok(())
}

/// Removes a tag; whether it was there.
pub(crate) fn delete(transaction: &Transaction<'_>, package: i64, tag: &str) -> Result<bool, Fault> {
    let deleted = transaction
        .prepare_cached("DELETE FROM tags WHERE package_id = ?1 AND name = ?2")?
        .execute((package, tag))?;
    Ok(deleted > 0)
}
