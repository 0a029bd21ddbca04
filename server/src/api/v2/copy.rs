//! Copies of a version from one registry to another.

use std::sync::Arc;

use axum::response::Response;

use crate::api::{refuse_filters, registry_in};
use crate::app::App;
use crate::problem::Problem;
use crate::reply;
use crate::request::Call;
use crate::scope::Scope;
use crate::store::{Durability, packages, registries, versions};

/// `POST /copy`. Both registries are of one package type, and the target does not have the version. The target may
/// be in another scope of the account. `artifact_type` tells models from data sets, which are not kept here, so
/// it makes no difference.
pub(super) fn copy(app: &Arc<App>, call: &Call, scope: &Scope) -> Result<Response, Problem> {
    let query = &call.query;
    let source = query.required("src_registry_identifier")?;
    let target = query.required("target_registry_identifier")?;
    refuse_filters(query.one("filters").is_some())?;
    let (name, version) = (query.required("src_artifact")?, query.required("src_version")?);
    app.store.write(Durability::Synced, |transaction| {
        let source = registry_in(transaction, scope, source)?;
        let target = registries::by_identifier(transaction, &scope.account, target)?.ok_or_else(|| {
            Problem::missing(format!("the registry {}/{target} is not there", scope.account))
        })?;
        if source.package_type != target.package_type {
            return Err(Problem::bad(format!(
                "{} is of type {} and {} of type {}: a copy needs two of one type",
                source.identifier,
                source.package_type.as_str(),
                target.identifier,
                target.package_type.as_str()
            )));
        }
        let package = packages::find(transaction, &source, name)?;
        let version = versions::find(transaction, &package, version)?;
        Ok(versions::copy(transaction, &package, &version, &target)?)
    })?;
    Ok(reply::success())
}
