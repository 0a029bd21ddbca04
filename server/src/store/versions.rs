//! The versions of packages.

use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, named_params};
use uuid::Uuid;

use super::packages::{self, Package};
use super::page::{Listed, Page, holding};
use super::registries::Registry;
use super::{Fault, files, tags};
use crate::clock;
use crate::package_type::PackageType;

/// A version of a package.
#[derive(Clone, Debug)]
pub(crate) struct Version {
    pub(crate) id: i64,
    pub(crate) uuid: String,
    pub(crate) name: String,
    /// What its package type keeps with it, in that one's own form.
    pub(crate) document: Option<String>,
    pub(crate) files: i64,
    /// In bytes.
    pub(crate) size: i64,
    pub(crate) downloads: i64,
    pub(crate) created_at: i64,
    pub(crate) modified_at: i64,
}

/// What a list of versions can be ordered by, with the API's names for it.
pub(crate) const ORDERS: [(&str, &str); 4] = [
    ("name", "v.name"),
    ("lastModified", "v.modified_at"),
    ("size", SIZE),
    ("downloadsCount", DOWNLOADS),
];

/// Of version `v`.
pub(super) const DOWNLOADS: &str =
    "(SELECT ifnull(sum(f.downloads), 0) FROM files f WHERE f.version_id = v.id)";

/// Of version `v`, in bytes.
const SIZE: &str = "(SELECT ifnull(sum(b.size), 0)
    FROM files f JOIN blobs b ON b.sha256 = f.sha256 WHERE f.version_id = v.id)";

fn columns() -> String {
    format!(
        "v.id, v.uuid, v.name, v.document, (SELECT count(*) FROM files f WHERE f.version_id = v.id),
         {SIZE}, {DOWNLOADS}, v.created_at, v.modified_at"
    )
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Version> {
    Ok(Version {
        id: row.get(0)?,
        uuid: row.get(1)?,
        name: row.get(2)?,
        document: row.get(3)?,
        files: row.get(4)?,
        size: row.get(5)?,
        downloads: row.get(6)?,
        created_at: row.get(7)?,
        modified_at: row.get(8)?,
    })
}

/// The version of this name, if there is one.
pub(crate) fn find_optional(
    records: &Connection,
    package: i64,
    name: &str,
) -> Result<Option<Version>, Fault> {
    Ok(records
        .prepare_cached(&format!(
            "SELECT {} FROM versions v WHERE v.package_id = ?1 AND v.name = ?2",
            columns()
        ))?
        .query_row((package, name), from_row)
        .optional()?)
}

/// The version of this name.
pub(crate) fn find(records: &Connection, package: &Package, name: &str) -> Result<Version, Fault> {
    find_optional(records, package.id, name)?
        .ok_or_else(|| Fault::Missing(format!("version {name:?} of {}", package.name)))
}

/// The id of the version of these names. Nothing is counted for it, as it is for [`find`].
pub(crate) fn id(
    records: &Connection,
    registry: &Registry,
    package: &str,
    version: &str,
) -> Result<i64, Fault> {
    let id = records
        .prepare_cached(
            "SELECT v.id FROM packages p JOIN versions v ON v.package_id = p.id
             WHERE p.registry_id = ?1 AND p.name = ?2 AND v.name = ?3",
        )?
        .query_row((registry.id, package, version), |row| row.get(0))
        .optional()?;
    match id {
        Some(id) => Ok(id),
        // It is looked for once more, to say which of the two is missing.
        None => Ok(find(records, &packages::find(records, registry, package)?, version)?.id),
    }
}

/// All versions of a package, the oldest first.
pub(crate) fn all(records: &Connection, package: i64) -> Result<Vec<Version>, Fault> {
    Ok(records
        .prepare_cached(&format!(
            "SELECT {} FROM versions v WHERE v.package_id = ?1 ORDER BY v.created_at, v.id",
            columns()
        ))?
        .query_map([package], from_row)?
        .collect::<Result<_, _>>()?)
}

/// A page of a package's versions.
pub(crate) fn list(
    records: &Connection,
    package: i64,
    term: Option<&str>,
    order: &str,
    page: Page,
) -> Result<Listed<Version>, Fault> {
    let wanted = "FROM versions v
        WHERE v.package_id = :package AND (:term IS NULL OR v.name LIKE :term ESCAPE '\\')";
    let term = holding(term)?;
    let total = records
        .prepare_cached(&format!("SELECT count(*) {wanted}"))?
        .query_row(named_params! { ":package": package, ":term": term }, |row| {
            row.get(0)
        })?;
    let items = records
        .prepare_cached(&format!(
            "SELECT {} FROM versions v
             WHERE v.id IN (SELECT v.id {wanted} ORDER BY {order}, v.id DESC LIMIT :limit OFFSET :offset)
             ORDER BY {order}, v.id DESC",
            columns()
        ))?
        .query_map(
            named_params! {
                ":package": package, ":term": term, ":limit": page.size, ":offset": page.offset(),
            },
            from_row,
        )?
        .collect::<Result<_, _>>()?;
    Ok(Listed { items, total })
}

/// The id and name of every version of a package, the oldest first.
pub(crate) fn names(records: &Connection, package: i64) -> Result<Vec<(i64, String)>, Fault> {
    Ok(records
        .prepare_cached("SELECT id, name FROM versions WHERE package_id = ?1 ORDER BY created_at, id")?
        .query_map([package], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?)
}

/// The document of the newest version of a package that has one.
pub(crate) fn newest_document(records: &Connection, package: i64) -> Result<Option<String>, Fault> {
    Ok(records
        .prepare_cached(
            "SELECT document FROM versions
             WHERE package_id = ?1 AND document IS NOT NULL ORDER BY created_at DESC, id DESC LIMIT 1",
        )?
        .query_row([package], |row| row.get(0))
        .optional()?)
}

/// The id of the version of this name, which is made where it is missing, and marked as changed.
pub(crate) fn ensure(transaction: &Transaction<'_>, package: i64, name: &str) -> Result<i64, Fault> {
    Ok(transaction
        .prepare_cached(
            "INSERT INTO versions (uuid, package_id, name, created_at, modified_at)
             VALUES (?1, ?2, ?3, ?4, ?4)
             ON CONFLICT (package_id, name) DO UPDATE SET modified_at = excluded.modified_at
             RETURNING id",
        )?
        .query_row((Uuid::new_v4().to_string(), package, name, clock::now()), |row| {
            row.get(0)
        })?)
}

/// Makes a version with its document; it must be new.
pub(crate) fn create(
    transaction: &Transaction<'_>,
    package: i64,
    name: &str,
    document: Option<&str>,
) -> Result<i64, Fault> {
    let made = transaction
        .prepare_cached(
            "INSERT INTO versions (uuid, package_id, name, document, created_at, modified_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?5)
             ON CONFLICT (package_id, name) DO NOTHING
             RETURNING id",
        )?
        .query_row(
            (Uuid::new_v4().to_string(), package, name, document, clock::now()),
            |row| row.get(0),
        )
        .optional()?;
    made.ok_or_else(|| Fault::Exists(format!("version {name:?}")))
}

/// Replaces the document of a version.
pub(crate) fn set_document(transaction: &Transaction<'_>, version: i64, document: &str) -> Result<(), Fault> {
    transaction
        .prepare_cached("UPDATE versions SET document = ?2, modified_at = ?3 WHERE id = ?1")?
        .execute((version, document, clock::now()))?;
    Ok(())
}

/// Deletes a version, and its package with the last one.
pub(crate) fn delete(transaction: &Transaction<'_>, package: i64, version: i64) -> Result<(), Fault> {
    transaction
        .prepare_cached("DELETE FROM versions WHERE id = ?1")?
        .execute([version])?;
    packages::touch(transaction, package)?;
    transaction
        .prepare_cached(
            "DELETE FROM packages
             WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM versions WHERE package_id = ?1)",
        )?
        .execute([package])?;
    Ok(())
}

/// Copies a version into another registry: its records, not its bytes. There it must be new.
pub(crate) fn copy(
    transaction: &Transaction<'_>,
    package: &Package,
    version: &Version,
    target: &Registry,
) -> Result<(), Fault> {
    let package_id = packages::ensure(transaction, target, &package.name)?;
    let copy = create(
        transaction,
        package_id,
        &version.name,
        version.document.as_deref(),
    )
    .map_err(|fault| match fault {
        Fault::Exists(_) => Fault::Exists(format!(
            "{} {} in {}",
            package.name, version.name, target.identifier
        )),
        other => other,
    })?;
    for file in files::of_version(transaction, version.id)? {
        files::put(transaction, copy, &file.path, &file.digests.sha256)?;
    }
    if target.package_type == PackageType::NPM && tags::of_package(transaction, package_id)?.is_empty() {
        tags::set(transaction, package_id, "latest", copy)?;
    }
    Ok(())
}
