//! The versions of all packages in a scope.

use rusqlite::{Connection, named_params};

use super::packages::LATEST;
use super::page::{Listed, Page, holding, set};
use super::{Fault, versions};
use crate::scope::Scope;

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
pub(crate) struct Filter<'a> {
    pub(crate) scope: &'a Scope,
    /// Empty for all.
    pub(crate) registries: &'a [String],
    /// Empty for all.
    pub(crate) types: &'a [String],
    pub(crate) term: Option<&'a str>,
    /// Only the version that each package is known by.
    pub(crate) latest_only: bool,
    /// A column of [`ORDERS`], and its direction.
    pub(crate) order: String,
}

/// What a list of artifacts can be ordered by, with the API's names for it.
pub(crate) const ORDERS: [(&str, &str); 4] = [
    ("name", "p.name"),
    ("version", "v.name"),
    ("lastModified", "v.modified_at"),
    ("downloadsCount", versions::DOWNLOADS),
];

/// A page of the versions in a scope's registries.
pub(crate) fn list(records: &Connection, filter: &Filter<'_>, page: Page) -> Result<Listed<Artifact>, Fault> {
    let only = if filter.latest_only {
        format!("AND v.id = {LATEST}")
    } else {
        String::new()
    };
    let wanted = format!(
        "FROM registries r JOIN packages p ON p.registry_id = r.id JOIN versions v ON v.package_id = p.id
         WHERE r.account = :account AND r.org = :org AND r.project = :project
           AND (:registries IS NULL OR r.identifier IN (SELECT value FROM json_each(:registries)))
           AND (:types IS NULL OR r.package_type IN (SELECT value FROM json_each(:types)))
           AND (:term IS NULL OR p.name LIKE :term ESCAPE '\\') {only}"
    );
    let order = format!("{}, r.identifier, p.name, v.id DESC", filter.order);
    let (registries, types, term) = (set(filter.registries), set(filter.types), holding(filter.term)?);
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
                ":types": types, ":term": term,
            },
            |row| row.get(0),
        )?;
    let items = records
        .prepare_cached(&format!(
            "SELECT r.org, r.project, r.identifier, r.package_type, p.name,
                    (SELECT name FROM versions WHERE id = {LATEST}), v.name, {}, v.modified_at
             FROM versions v JOIN packages p ON p.id = v.package_id JOIN registries r ON r.id = p.registry_id
             WHERE v.id IN (SELECT v.id {wanted} ORDER BY {order} LIMIT :limit OFFSET :offset)
             ORDER BY {order}",
            versions::DOWNLOADS
        ))?
        .query_map(
            named_params! {
                ":account": account, ":org": org, ":project": project, ":registries": registries,
                ":types": types, ":term": term,
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
