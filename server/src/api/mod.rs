//! The groups of the API that answer in JSON. Each has a `route` from a call to its answer.

pub(crate) mod account;
pub(crate) mod v1;
pub(crate) mod v2;
pub(crate) mod v3;

use rusqlite::Connection;

use crate::problem::Problem;
use crate::scope::Scope;
use crate::store::Fault;
use crate::store::registries::{self, Registry};

/// The registry that v2 and v3 mean by an identifier in a scope. Identifiers are unique in an account, so that
/// the account alone is enough; but where the call names an organisation or project, the registry must be there.
fn registry_in(records: &Connection, scope: &Scope, identifier: &str) -> Result<Registry, Problem> {
    registries::by_identifier(records, &scope.account, identifier)?
        .filter(|registry| scope.org.is_empty() || registry.scope == *scope)
        .ok_or_else(|| Fault::Missing(format!("the registry {scope}/{identifier}")).into())
}

/// Packages of one name and version are one package here; a filter that found its way would change another one than was
/// meant.
fn refuse_filters(has_filters: bool) -> Result<(), Problem> {
    if has_filters {
        return Err(Problem::bad(
            "filters tell packages of one name and version apart, and none are kept here",
        ));
    }
    Ok(())
}
