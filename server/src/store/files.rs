//! The files of versions: names for contents.

use hc_core::checksum::hex;
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, named_params};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::Fault;
use super::blobs::Digests;
use super::page::{Listed, Page, holding};
use crate::clock;

/// A file of a version.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) id: i64,
    /// Its name in the version; it may hold slashes, and is never a path on the disk.
    pub(crate) path: String,
    pub(crate) digests: Digests,
    pub(crate) created_at: i64,
}

/// The columns that a list of files can be ordered by, with the API's names for them.
pub(crate) const ORDERS: [(&str, &str); 3] = [
    ("name", "f.path"),
    ("size", "b.size"),
    ("createdAt", "f.created_at"),
];

const COLUMNS: &str = "f.id, f.path, f.created_at, b.size, b.md5, b.sha1, b.sha256, b.sha512";

fn from_row(row: &Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry {
        id: row.get(0)?,
        path: row.get(1)?,
        created_at: row.get(2)?,
        digests: Digests {
            size: row.get(3)?,
            md5: row.get(4)?,
            sha1: row.get(5)?,
            sha256: row.get(6)?,
            sha512: row.get(7)?,
        },
    })
}

/// What putting a file did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Put {
    /// It was not there.
    Created,
    /// It was there with another content.
    Replaced,
    /// It was there with this very content.
    Unchanged,
}

/// Lets `path` name a content, which is recorded already.
pub(crate) fn put(
    transaction: &Transaction<'_>,
    version: i64,
    path: &str,
    sha256: &str,
) -> Result<Put, Fault> {
    let before: Option<String> = transaction
        .prepare_cached("SELECT sha256 FROM files WHERE version_id = ?1 AND path = ?2")?
        .query_row((version, path), |row| row.get(0))
        .optional()?;
    let put = match before {
        Some(before) if before == sha256 => return Ok(Put::Unchanged),
        Some(_) => Put::Replaced,
        None => Put::Created,
    };
    transaction
        .prepare_cached(
            "INSERT INTO files (uuid, version_id, path, sha256, created_at) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (version_id, path)
                 DO UPDATE SET sha256 = excluded.sha256, created_at = excluded.created_at",
        )?
        .execute((Uuid::new_v4().to_string(), version, path, sha256, clock::now()))?;
    Ok(put)
}

/// The file of this name, by the names of its package and version, if it is there.
pub(crate) fn find(
    records: &Connection,
    registry: i64,
    package: &str,
    version: &str,
    path: &str,
) -> Result<Option<Entry>, Fault> {
    Ok(records
        .prepare_cached(&format!(
            "SELECT {COLUMNS}
             FROM packages p JOIN versions v ON v.package_id = p.id JOIN files f ON f.version_id = v.id
                  JOIN blobs b ON b.sha256 = f.sha256
             WHERE p.registry_id = ?1 AND p.name = ?2 AND v.name = ?3 AND f.path = ?4"
        ))?
        .query_row((registry, package, version, path), from_row)
        .optional()?)
}

/// The file of this name in any version of a package, if it is there.
pub(crate) fn find_in_package(
    records: &Connection,
    registry: i64,
    package: &str,
    path: &str,
) -> Result<Option<Entry>, Fault> {
    Ok(records
        .prepare_cached(&format!(
            "SELECT {COLUMNS}
             FROM packages p JOIN versions v ON v.package_id = p.id JOIN files f ON f.version_id = v.id
                  JOIN blobs b ON b.sha256 = f.sha256
             WHERE p.registry_id = ?1 AND p.name = ?2 AND f.path = ?3"
        ))?
        .query_row((registry, package, path), from_row)
        .optional()?)
}

/// How many files a registry holds.
pub(crate) fn count(records: &Connection, registry: i64) -> Result<i64, Fault> {
    Ok(records
        .prepare_cached(
            "SELECT count(*) FROM packages p JOIN versions v ON v.package_id = p.id
                 JOIN files f ON f.version_id = v.id
             WHERE p.registry_id = ?1",
        )?
        .query_row([registry], |row| row.get(0))?)
}

/// What is the same as long as the registry holds the same files: a SHA-256 in hex.
pub(crate) fn state(records: &Connection, registry: i64) -> Result<String, Fault> {
    let mut hash = Sha256::new();
    let mut statement = records.prepare_cached(
        "SELECT f.id, f.sha256, f.created_at
         FROM packages p JOIN versions v ON v.package_id = p.id JOIN files f ON f.version_id = v.id
         WHERE p.registry_id = ?1 ORDER BY f.id",
    )?;
    let mut rows = statement.query([registry])?;
    while let Some(row) = rows.next()? {
        let (id, created_at): (i64, i64) = (row.get(0)?, row.get(2)?);
        hash.update(id.to_le_bytes());
        hash.update(created_at.to_le_bytes());
        hash.update(row.get_ref(1)?.as_str().unwrap_or_default());
    }
    Ok(hex(&hash.finalize()))
}

/// All files of a version, by name.
pub(crate) fn of_version(records: &Connection, version: i64) -> Result<Vec<Entry>, Fault> {
    Ok(records
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM files f JOIN blobs b ON b.sha256 = f.sha256
             WHERE f.version_id = ?1 ORDER BY f.path"
        ))?
        .query_map([version], from_row)?
        .collect::<Result<_, _>>()?)
}

/// A page of a version's files.
pub(crate) fn list(
    records: &Connection,
    version: i64,
    term: Option<&str>,
    order: &str,
    page: Page,
) -> Result<Listed<Entry>, Fault> {
    let wanted = "f.version_id = :version AND (:term IS NULL OR f.path LIKE :term ESCAPE '\\')";
    let term = holding(term)?;
    let total = records
        .prepare_cached(&format!("SELECT count(*) FROM files f WHERE {wanted}"))?
        .query_row(named_params! { ":version": version, ":term": term }, |row| {
            row.get(0)
        })?;
    let items = records
        .prepare_cached(&format!(
            // What comes before the page is passed over by its name alone, unless the order needs more.
            "SELECT {COLUMNS} FROM files f JOIN blobs b ON b.sha256 = f.sha256
             WHERE f.id IN (
                 SELECT f.id FROM files f LEFT JOIN blobs b ON b.sha256 = f.sha256
                 WHERE {wanted} ORDER BY {order}, f.path LIMIT :limit OFFSET :offset)
             ORDER BY {order}, f.path"
        ))?
        .query_map(
            named_params! {
                ":version": version, ":term": term, ":limit": page.size, ":offset": page.offset(),
            },
            from_row,
        )?
        .collect::<Result<_, _>>()?;
    Ok(Listed { items, total })
}

/// Deletes a file; whether its version has others.
pub(crate) fn delete(transaction: &Transaction<'_>, version: i64, file: i64) -> Result<bool, Fault> {
    transaction
        .prepare_cached("DELETE FROM files WHERE id = ?1")?
        .execute([file])?;
    Ok(transaction
        .prepare_cached("SELECT 1 FROM files WHERE version_id = ?1")?
        .exists([version])?)
}
