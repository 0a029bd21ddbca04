//! Packages (the API calls them artifacts) and their versions.

use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, named_params};
use uuid::Uuid;

use super::page::{Listed, Page, holding, set};
use super::registries::Registry;
use super::{Fault, files};
use crate::clock;
use crate::package_type::PackageType;
use crate::scope::Scope;

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

/// A version in a list over several registries.
#[derive(Clone, Debug)]
pub(crate) struct Artifact {
    pub(crate) scope: Scope,
    pub(crate) registry: String,
    pub(crate) package_type: String,
    pub(crate) package: String,
    pub(crate) latest: String,
    pub(crate) version: String,
    pub(crate) downloads: i64,
    pub(crate) modified_at: i64,
}

/// Which artifacts a list is of, and in which order.
pub(crate) struct ArtifactFilter<'a> {
    pub(crate) scope: &'a Scope,
    /// Empty for all.
    pub(crate) registries: &'a [String],
    /// Empty for all.
    pub(crate) types: &'a [String],
    pub(crate) term: Option<&'a str>,
    /// Only the version that each package is known by.
    pub(crate) latest_only: bool,
    /// A column of [`ARTIFACT_ORDERS`], and its direction.
    pub(crate) order: String,
}

/// The columns that a list of artifacts can be ordered by, with the API's names for them.
pub(crate) const ARTIFACT_ORDERS: [(&str, &str); 4] = [
    ("name", "p.name"),
    ("version", "v.name"),
    ("lastModified", "v.modified_at"),
    ("downloadsCount", "downloads"),
];

/// The same for a registry's packages.
pub(crate) const PACKAGE_ORDERS: [(&str, &str); 3] = [
    ("name", "p.name"),
    ("lastModified", "p.modified_at"),
    ("downloadsCount", "downloads"),
];

/// The same for a package's versions.
pub(crate) const VERSION_ORDERS: [(&str, &str); 4] = [
    ("name", "v.name"),
    ("lastModified", "v.modified_at"),
    ("size", "size"),
    ("downloadsCount", "downloads"),
];

/// The id of the version that package `p` is known by.
const LATEST: &str = "coalesce(
    (SELECT t.version_id FROM tags t WHERE t.package_id = p.id AND t.name = 'latest'),
    (SELECT l.id FROM versions l WHERE l.package_id = p.id ORDER BY l.created_at DESC, l.id DESC LIMIT 1))";

fn package_columns() -> String {
    format!(
        "p.id, p.uuid, p.name, p.revision,
         (SELECT name FROM versions WHERE id = {LATEST}),
         (SELECT ifnull(sum(f.downloads), 0) FROM versions v JOIN files f ON f.version_id = v.id
          WHERE v.package_id = p.id) AS downloads,
         p.created_at, p.modified_at"
    )
}

fn package_from_row(row: &Row<'_>) -> rusqlite::Result<Package> {
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

const VERSION_COLUMNS: &str = "v.id, v.uuid, v.name, v.document,
    (SELECT count(*) FROM files f WHERE f.version_id = v.id),
    (SELECT ifnull(sum(b.size), 0) FROM files f JOIN blobs b ON b.sha256 = f.sha256
     WHERE f.version_id = v.id) AS size,
    (SELECT ifnull(sum(f.downloads), 0) FROM files f WHERE f.version_id = v.id) AS downloads,
    v.created_at, v.modified_at";

fn version_from_row(row: &Row<'_>) -> rusqlite::Result<Version> {
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
            package_columns()
        ))?
        .query_row((registry.id, name), package_from_row)
        .optional()?)
}

/// The version of this name.
pub(crate) fn find_version(records: &Connection, package: &Package, name: &str) -> Result<Version, Fault> {
    records
        .prepare_cached(&format!(
            "SELECT {VERSION_COLUMNS} FROM versions v WHERE v.package_id = ?1 AND v.name = ?2"
        ))?
        .query_row((package.id, name), version_from_row)
        .optional()?
        .ok_or_else(|| Fault::Missing(format!("version {name:?} of {}", package.name)))
}

/// All versions of a package, the oldest first.
pub(crate) fn versions(records: &Connection, package: i64) -> Result<Vec<Version>, Fault> {
    Ok(records
        .prepare_cached(&format!(
            "SELECT {VERSION_COLUMNS} FROM versions v WHERE v.package_id = ?1 ORDER BY v.created_at, v.id"
        ))?
        .query_map([package], version_from_row)?
        .collect::<Result<_, _>>()?)
}

/// A page of a package's versions.
pub(crate) fn list_versions(
    records: &Connection,
    package: i64,
    term: Option<&str>,
    order: &str,
    page: Page,
) -> Result<Listed<Version>, Fault> {
    let wanted = "FROM versions v
        WHERE v.package_id = :package AND (:term IS NULL OR v.name LIKE :term ESCAPE '\\')";
    let term = holding(term);
    let total = records
        .prepare_cached(&format!("SELECT count(*) {wanted}"))?
        .query_row(named_params! { ":package": package, ":term": term }, |row| {
            row.get(0)
        })?;
    let items = records
        .prepare_cached(&format!(
            "SELECT {VERSION_COLUMNS} {wanted} ORDER BY {order}, v.id DESC LIMIT :limit OFFSET :offset"
        ))?
        .query_map(
            named_params! {
                ":package": package, ":term": term, ":limit": page.size, ":offset": page.offset(),
            },
            version_from_row,
        )?
        .collect::<Result<_, _>>()?;
    Ok(Listed { items, total })
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
    let term = holding(term);
    let total = records
        .prepare_cached(&format!("SELECT count(*) {wanted}"))?
        .query_row(named_params! { ":registry": registry, ":term": term }, |row| {
            row.get(0)
        })?;
    let items = records
        .prepare_cached(&format!(
            "SELECT {} {wanted} ORDER BY {order}, p.id LIMIT :limit OFFSET :offset",
            package_columns()
        ))?
        .query_map(
            named_params! {
                ":registry": registry, ":term": term, ":limit": page.size, ":offset": page.offset(),
            },
            package_from_row,
        )?
        .collect::<Result<_, _>>()?;
    Ok(Listed { items, total })
}

/// A page of the versions in a scope's registries.
pub(crate) fn list_artifacts(
    records: &Connection,
    filter: &ArtifactFilter<'_>,
    page: Page,
) -> Result<Listed<Artifact>, Fault> {
    let wanted = format!(
        "FROM registries r JOIN packages p ON p.registry_id = r.id JOIN versions v ON v.package_id = p.id
         WHERE r.account = :account AND r.org = :org AND r.project = :project
           AND (:registries IS NULL OR r.identifier IN (SELECT value FROM json_each(:registries)))
           AND (:types IS NULL OR r.package_type IN (SELECT value FROM json_each(:types)))
           AND (:term IS NULL OR p.name LIKE :term ESCAPE '\\')
           AND (NOT :latest_only OR v.id = {LATEST})"
    );
    let (registries, types, term) = (set(filter.registries), set(filter.types), holding(filter.term));
    let Scope {
        account,
        org,
        project,
    } = filter.scope;
    let total = records
        .prepare_cached(&format!("SELECT count(*) {wanted}"))?
        .query_row(
            named_params! {
                ":account": account, ":org": org, ":project": project, ":registries": registries,
                ":types": types, ":term": term, ":latest_only": filter.latest_only,
            },
            |row| row.get(0),
        )?;
    let items = records
        .prepare_cached(&format!(
            "SELECT r.org, r.project, r.identifier, r.package_type, p.name,
                    (SELECT name FROM versions WHERE id = {LATEST}), v.name,
                    (SELECT ifnull(sum(f.downloads), 0) FROM files f WHERE f.version_id = v.id) AS downloads,
                    v.modified_at
             {wanted} ORDER BY {}, r.identifier, p.name, v.id DESC LIMIT :limit OFFSET :offset",
            filter.order
        ))?
        .query_map(
            named_params! {
                ":account": account, ":org": org, ":project": project, ":registries": registries,
                ":types": types, ":term": term, ":latest_only": filter.latest_only,
                ":limit": page.size, ":offset": page.offset(),
            },
            |row| {
                Ok(Artifact {
                    scope: Scope {
                        account: account.clone(),
                        org: row.get(0)?,
                        project: row.get(1)?,
                    },
                    registry: row.get(2)?,
                    package_type: row.get(3)?,
                    package: row.get(4)?,
                    latest: row.get(5)?,
                    version: row.get(6)?,
                    downloads: row.get(7)?,
                    modified_at: row.get(8)?,
                })
            },
        )?
        .collect::<Result<_, _>>()?;
    Ok(Listed { items, total })
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

/// The id of the version of this name, which is made where it is missing, and marked as changed.
pub(crate) fn ensure_version(transaction: &Transaction<'_>, package: i64, name: &str) -> Result<i64, Fault> {
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
pub(crate) fn create_version(
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

/// Deletes a version, and its package with the last one.
pub(crate) fn delete_version(transaction: &Transaction<'_>, package: i64, version: i64) -> Result<(), Fault> {
    transaction
        .prepare_cached("DELETE FROM versions WHERE id = ?1")?
        .execute([version])?;
    touch(transaction, package)?;
    transaction
        .prepare_cached(
            "DELETE FROM packages
             WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM versions WHERE package_id = ?1)",
        )?
        .execute([package])?;
    Ok(())
}

/// Copies a version into another registry: its records, not its bytes. There it must be new.
pub(crate) fn copy_version(
    transaction: &Transaction<'_>,
    package: &Package,
    version: &Version,
    target: &Registry,
) -> Result<(), Fault> {
    let package_id = ensure(transaction, target, &package.name)?;
    let copy = create_version(
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
    if target.package_type == PackageType::NPM && tags(transaction, package_id)?.is_empty() {
        set_tag(transaction, package_id, "latest", copy)?;
    }
    Ok(())
}

/// A package's tags with the names of their versions, in the tags' order.
pub(crate) fn tags(records: &Connection, package: i64) -> Result<Vec<(String, String)>, Fault> {
    Ok(records
        .prepare_cached(
            "SELECT t.name, v.name FROM tags t JOIN versions v ON v.id = t.version_id
             WHERE t.package_id = ?1 ORDER BY t.name",
        )?
        .query_map([package], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?)
}

/// Lets a tag name a version.
pub(crate) fn set_tag(
    transaction: &Transaction<'_>,
    package: i64,
    tag: &str,
    version: i64,
) -> Result<(), Fault> {
    transaction
        .prepare_cached(
            "INSERT INTO tags (package_id, name, version_id) VALUES (?1, ?2, ?3)
             ON CONFLICT (package_id, name) DO UPDATE SET version_id = excluded.version_id",
        )?
        .execute((package, tag, version))?;
    Ok(())
}

/// Removes a tag; whether it was there.
pub(crate) fn delete_tag(transaction: &Transaction<'_>, package: i64, tag: &str) -> Result<bool, Fault> {
    let deleted = transaction
        .prepare_cached("DELETE FROM tags WHERE package_id = ?1 AND name = ?2")?
        .execute((package, tag))?;
    Ok(deleted > 0)
}

/// The id and name of every package of a registry, by name.
pub(crate) fn names(records: &Connection, registry: i64) -> Result<Vec<(i64, String)>, Fault> {
    Ok(records
        .prepare_cached("SELECT id, name FROM packages WHERE registry_id = ?1 ORDER BY name")?
        .query_map([registry], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?)
}

/// The id and name of every version of a package, the oldest first.
pub(crate) fn version_names(records: &Connection, package: i64) -> Result<Vec<(i64, String)>, Fault> {
    Ok(records
        .prepare_cached("SELECT id, name FROM versions WHERE package_id = ?1 ORDER BY created_at, id")?
        .query_map([package], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?)
}
