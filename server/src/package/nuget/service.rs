//! `index.json`: which resources of the protocol there are, and where.

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use crate::reply;

/// The resources, by the paths below the registry. A resource with several names has a line for each: clients look
/// for the newest that they know.
const RESOURCES: [(&str, &str); 12] = [
    ("/package/", "PackageBaseAddress/3.0.0"),
    ("", "PackagePublish/2.0.0"),
    ("/registration/", "RegistrationsBaseUrl"),
    ("/registration/", "RegistrationsBaseUrl/3.0.0-rc"),
    ("/registration/", "RegistrationsBaseUrl/3.6.0"),
    ("/query", "SearchQueryService"),
    ("/query", "SearchQueryService/3.0.0-rc"),
    ("/query", "SearchQueryService/3.5.0"),
    ("/autocomplete", "SearchAutocompleteService"),
    ("/autocomplete", "SearchAutocompleteService/3.0.0-rc"),
    ("/autocomplete", "SearchAutocompleteService/3.5.0"),
    (
        "/registration/{id-lower}/{version-lower}.json",
        "PackageVersionDisplayMetadataUriTemplate/3.0.0-rc",
    ),
];

pub(super) fn index(url: &str) -> Response {
    let resources: Vec<Value> = RESOURCES
        .iter()
        .map(|(path, kind)| json!({ "@id": format!("{url}{path}"), "@type": kind }))
        .collect();
    reply::json(
        StatusCode::OK,
        &json!({ "version": "3.0.0", "resources": resources }),
    )
}
