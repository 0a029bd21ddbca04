//! Registries.

use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, named_params};
use uuid::Uuid;

use super::Fault;
use super::page::{Listed, Page, holding, set};
use crate::clock;
use crate::package_type::PackageType;
use crate::scope::{RegistryRef, Scope};

/// A registry as it is kept.
#[derive(Clone, Debug)]
pub(crate) struct Registry {
    pub(crate) id: i64,
    pub(crate) uuid: String,
    pub(crate) scope: Scope,
    pub(crate) identifier: String,
    pub(crate) package_type: PackageType,
    pub(crate) description: String,
    pub(crate) labels: Vec<String>,
    /// Milliseconds since the epoch, as all times here.
    pub(crate) created_at: i64,
    pub(crate) modified_at: i64,
}

impl Registry {
    /// Its *ref*.
    pub(crate) fn reference(&self) -> RegistryRef {
        RegistryRef {
            scope: self.scope.clone(),
            identifier: self.identifier.clone(),
        }
    }
}

/// What a registry holds, counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Totals {
    pub(crate) packages: i64,
    /// In bytes, a content in two files counted twice.
    pub(crate) size: i64,
    pub(crate) downloads: i64,
}

/// What can be chosen for a registry.
pub(crate) struct Wanted<'a> {
    pub(crate) description: &'a str,
    pub(crate) labels: &'a [String],
}

/// Which scopes a list looks into, besides the one that it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// None.
    Exact,
    /// Those that it is in.
    Ancestors,
    /// Those in it.
    Descendants,
}

/// Which registries a list is of, and in which order.
pub(crate) struct Filter<'a> {
    pub(crate) scope: &'a Scope,
    pub(crate) reach: Reach,
    /// Empty for all.
    pub(crate) types: &'a [String],
    pub(crate) term: Option<&'a str>,
    /// A column, and its direction.
    pub(crate) order: String,
}

/// The columns that a list can be ordered by, with the API's names for them.
pub(crate) const ORDERS: [(&str, &str); 5] = [
    ("identifier", "identifier"),
    ("name", "identifier"),
    ("packageType", "package_type"),
    ("createdAt", "created_at"),
    ("lastModified", "modified_at"),
];

const COLUMNS: &str = "id, uuid, account, org, project, identifier, package_type, description, labels, \
                       created_at, modified_at";

fn from_row(row: &Row<'_>) -> rusqlite::Result<Registry> {
    let package_type: String = row.get(6)?;
    let labels: String = row.get(8)?;
    let unreadable = |column, kind| {
        let error = format!("{kind} cannot be read");
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, error.into())
    };
    Ok(Registry {
        id: row.get(0)?,
        uuid: row.get(1)?,
        scope: Scope {
            account: row.get(2)?,
            org: row.get(3)?,
            project: row.get(4)?,
        },
        identifier: row.get(5)?,
        package_type: PackageType::parse(&package_type).map_err(|_| unreadable(6, "the package type"))?,
        description: row.get(7)?,
        labels: serde_json::from_str(&labels).map_err(|_| unreadable(8, "the labels"))?,
        created_at: row.get(9)?,
        modified_at: row.get(10)?,
    })
}

/// Makes a registry. Its identifier is new in its account, whatever the scope: package URLs name no more than
/// account and registry, so they could not tell two apart.
pub(crate) fn create(
    transaction: &Transaction<'_>,
    reference: &RegistryRef,
    package_type: PackageType,
    wanted: &Wanted<'_>,
) -> Result<Registry, Fault> {
    let RegistryRef { scope, identifier } = reference;
    if let Some(other) = by_identifier(transaction, &scope.account, identifier)? {
        return Err(Fault::Exists(format!("the registry {}", other.reference())));
    }
    let now = clock::now();
    transaction
        .prepare_cached(
            "INSERT INTO registries (uuid, account, org, project, identifier, package_type, description, labels,
                                     created_at, modified_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9)",
        )?
        .execute((
            Uuid::new_v4().to_string(),
            &scope.account,
            &scope.org,
            &scope.project,
            identifier,
            package_type.as_str(),
            wanted.description,
            serde_json::Value::from(wanted.labels).to_string(),
            now,
        ))?;
    get(transaction, reference)
}

/// Changes what can be changed of a registry.
pub(crate) fn update(transaction: &Transaction<'_>, id: i64, wanted: &Wanted<'_>) -> Result<(), Fault> {
    transaction
        .prepare_cached(
            "UPDATE registries SET description = ?2, labels = ?3, modified_at = ?4 WHERE id = ?1",
        )?
        .execute((
            id,
            wanted.description,
            serde_json::Value::from(wanted.labels).to_string(),
            clock::now(),
        ))?;
    Ok(())
}

/// Deletes a registry with all that is in it.
pub(crate) fn delete(transaction: &Transaction<'_>, id: i64) -> Result<(), Fault> {
    transaction
        .prepare_cached("DELETE FROM registries WHERE id = ?1")?
        .execute([id])?;
    Ok(())
}

/// The registry in exactly this scope.
pub(crate) fn get(records: &Connection, reference: &RegistryRef) -> Result<Registry, Fault> {
    by_identifier(records, &reference.scope.account, &reference.identifier)?
        .filter(|registry| registry.scope == reference.scope)
        .ok_or_else(|| Fault::Missing(format!("the registry {reference}")))
}

/// The registry of this identifier, in whichever scope of the account.
pub(crate) fn by_identifier(
    records: &Connection,
    account: &str,
    identifier: &str,
) -> Result<Option<Registry>, Fault> {
    Ok(records
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM registries WHERE account = ?1 AND identifier = ?2"
        ))?
        .query_row((account, identifier), from_row)
        .optional()?)
}

/// The registry of this id.
pub(crate) fn by_uuid(records: &Connection, account: &str, uuid: &str) -> Result<Option<Registry>, Fault> {
    Ok(records
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM registries WHERE account = ?1 AND uuid = ?2"
        ))?
        .query_row((account, uuid), from_row)
        .optional()?)
}

/// What a registry holds.
pub(crate) fn totals(records: &Connection, id: i64) -> Result<Totals, Fault> {
    Ok(records
        .prepare_cached(
            "SELECT (SELECT count(*) FROM packages WHERE registry_id = ?1),
                    ifnull(sum(b.size), 0), ifnull(sum(f.downloads), 0)
             FROM packages p JOIN versions v ON v.package_id = p.id
                  JOIN files f ON f.version_id = v.id JOIN blobs b ON b.sha256 = f.sha256
             WHERE p.registry_id = ?1",
        )?
        .query_row([id], |row| {
            Ok(Totals {
                packages: row.get(0)?,
                size: row.get(1)?,
                downloads: row.get(2)?,
            })
        })?)
}

/// How many bytes the files of a scope have.
pub(crate) fn stored(records: &Connection, scope: &Scope) -> Result<i64, Fault> {
    Ok(records
        .prepare_cached(
            "SELECT ifnull(sum(b.size), 0)
             FROM registries r JOIN packages p ON p.registry_id = r.id
                  JOIN versions v ON v.package_id = p.id
                  JOIN files f ON f.version_id = v.id JOIN blobs b ON b.sha256 = f.sha256
             WHERE r.account = ?1 AND r.org = ?2 AND r.project = ?3",
        )?
        .query_row((&scope.account, &scope.org, &scope.project), |row| row.get(0))?)
}

/// A page of the registries that `filter` wants.
pub(crate) fn list(records: &Connection, filter: &Filter<'_>, page: Page) -> Result<Listed<Registry>, Fault> {
    let reach = match filter.reach {
        Reach::Exact => "account = :account AND org = :org AND project = :project",
        Reach::Ancestors => "account = :account AND org IN ('', :org) AND project IN ('', :project)",
        Reach::Descendants => {
            "account = :account AND (:org = '' OR org = :org) AND (:project = '' OR project = :project)"
        }
    };
    let wanted = format!(
        "FROM registries WHERE {reach}
           AND (:types IS NULL OR package_type IN (SELECT value FROM json_each(:types)))
           AND (:term IS NULL OR identifier LIKE :term ESCAPE '\\')"
    );
    let (types, term) = (set(filter.types), holding(filter.term)?);
    let Scope {
        account,
        org,
        project,
    } = filter.scope;
    let total = records
        .prepare_cached(&format!("SELECT count(*) {wanted}"))?
        .query_row(
            named_params! {
                ":account": account, ":org": org, ":project": project, ":types": types, ":term": term,
            },
            |row| row.get(0),
        )?;
    let items = records
        .prepare_cached(&format!(
            "SELECT {COLUMNS} {wanted} ORDER BY {}, identifier LIMIT :limit OFFSET :offset",
            filter.order
        ))?
        .query_map(
            named_params! {
                ":account": account, ":org": org, ":project": project, ":types": types, ":term": term,
                ":limit": page.size, ":offset": page.offset(),
            },
            from_row,
        )?
        .collect::<Result<_, _>>()?;
    Ok(Listed { items, total })
}
