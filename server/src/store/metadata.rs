//! Key-value pairs on registries, packages and versions.

use rusqlite::{Connection, Transaction};
use uuid::Uuid;

use super::Fault;

/// What pairs are attached to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entity {
    pub(crate) registry: i64,
    /// `None` for the registry itself.
    pub(crate) package: Option<i64>,
    /// `None` for the package itself.
    pub(crate) version: Option<i64>,
}

/// A pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    pub(crate) uuid: String,
    pub(crate) key: String,
    pub(crate) value: String,
}

/// The most pairs that one entity can have, as the service limits them.
pub(crate) const MOST: usize = 50;

const OF_ENTITY: &str =
    "registry_id = ?1 AND ifnull(package_id, 0) = ifnull(?2, 0) AND ifnull(version_id, 0) = ifnull(?3, 0)";

/// The pairs of an entity, by key.
pub(crate) fn get(records: &Connection, entity: Entity) -> Result<Vec<Pair>, Fault> {
    let Entity {
        registry,
        package,
        version,
    } = entity;
    Ok(records
        .prepare_cached(&format!(
            "SELECT uuid, key, value FROM metadata WHERE {OF_ENTITY} ORDER BY key"
        ))?
        .query_map((registry, package, version), |row| {
            Ok(Pair {
                uuid: row.get(0)?,
                key: row.get(1)?,
                value: row.get(2)?,
            })
        })?
        .collect::<Result<_, _>>()?)
}

/// Adds pairs; one whose key is there gets the new value. All or none.
pub(crate) fn set<'a>(
    transaction: &Transaction<'_>,
    entity: Entity,
    pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<(), Fault> {
    let Entity {
        registry,
        package,
        version,
    } = entity;
    {
        let mut insert = transaction.prepare_cached(
            "INSERT INTO metadata (uuid, registry_id, package_id, version_id, key, value)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (registry_id, ifnull(package_id, 0), ifnull(version_id, 0), key)
                 DO UPDATE SET value = excluded.value",
        )?;
        for (key, value) in pairs {
            let uuid = Uuid::new_v4().to_string();
            insert.execute((uuid, registry, package, version, key, value))?;
        }
    }
    let count = get(transaction, entity)?.len();
    if count > MOST {
        return Err(Fault::Refused(format!(
            "this would make {count} pairs of metadata, and there can be {MOST}"
        )));
    }
    Ok(())
}

/// Removes pairs, each of which must be there with this value. All or none.
pub(crate) fn delete<'a>(
    transaction: &Transaction<'_>,
    entity: Entity,
    pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<(), Fault> {
    let Entity {
        registry,
        package,
        version,
    } = entity;
    let mut delete = transaction.prepare_cached(&format!(
        "DELETE FROM metadata WHERE {OF_ENTITY} AND key = ?4 AND value = ?5"
    ))?;
    for (key, value) in pairs {
        if delete.execute((registry, package, version, key, value))? == 0 {
            return Err(Fault::Missing(format!("the metadata {key}:{value}")));
        }
    }
    Ok(())
}
