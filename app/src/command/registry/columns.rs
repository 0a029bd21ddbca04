//! What people are shown of a registry.

use hc_core::api::registries::Registry;

use crate::render::records::{Column, field};

/// In a list: the columns that users know.
pub(super) const LIST: [Column<Registry>; 6] = [
    Column("Registry", |registry| registry.identifier.clone()),
    Column("Package Type", |registry| registry.package_type.clone()),
    Column("Size", |registry| registry.size.clone().unwrap_or_default()),
    Column("Registry Type", |registry| registry.kind.clone()),
    Column("Description", |registry| registry.description.clone()),
    Column("Link", |registry| registry.url.clone()),
];

/// Of one.
pub(super) const DETAILS: [Column<Registry>; 9] = [
    Column("Registry", |registry| registry.identifier.clone()),
    Column("Path", |registry| field(&registry.rest, "path")),
    Column("Package Type", |registry| registry.package_type.clone()),
    Column("Registry Type", |registry| registry.kind.clone()),
    Column("Artifacts", |registry| field(&registry.rest, "artifactsCount")),
    Column("Size", |registry| registry.size.clone().unwrap_or_default()),
    Column("Downloads", |registry| field(&registry.rest, "downloadsCount")),
    Column("Description", |registry| registry.description.clone()),
    Column("Link", |registry| registry.url.clone()),
];
