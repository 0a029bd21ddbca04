//! `/bulkdelete` (v3): everything whose name and version match patterns.

use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::body::{Request, Response};
use super::error::{self, ApiError};
use super::page::Rest;
use super::service::Service;

/// What to delete, by patterns in which `*` is any text and `?` any one character.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Query<'a> {
    /// Which packages.
    pub packages: &'a str,
    /// Which versions of them; empty for the packages as a whole.
    pub versions: &'a str,
    /// The registry.
    pub registry: &'a str,
    /// Only say what would be deleted.
    pub dry_run: bool,
}

/// `POST /bulkdelete`
#[must_use]
pub fn post(service: &Service, query: &Query<'_>) -> Request {
    service.v3("/bulkdelete").json(Method::POST, query)
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// What was deleted, or would be.
    pub deleted: Vec<Item>,
    /// What could not be deleted.
    pub failed: Vec<Item>,
    /// How many could not; the service may count more than it names.
    pub failures: u64,
    /// The service's own words.
    pub message: Option<String>,
}

/// One package, or one version of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Item {
    /// The package, as the service names it: with `@version` after it where it is about a version and the
    /// service keeps the two in one text.
    pub package: String,
    /// The version, where the service tells it apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Why it could not be deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What else the service says.
    #[serde(flatten)]
    pub rest: Rest,
}

/// What the service says it did. The OpenAPI file only calls the answer an object, so what services are known
/// to name alike is read, with or without `data` around it.
///
/// # Errors
/// What the service said.
pub fn parse(response: &Response) -> Result<Outcome, ApiError> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Envelope {
        Wrapped { data: Body },
        Bare(Body),
    }
    let (Envelope::Wrapped { data: body } | Envelope::Bare(body)) = error::parse(response)?;
    if !body.tells_something() {
        return Err(ApiError::unfit("it does not say what was deleted", response));
    }
    let (count, listed) = match body.failed {
        Some(Value::Array(listed)) => (0, listed),
        Some(count) => (count.as_u64().unwrap_or(0), Vec::new()),
        None => (0, Vec::new()),
    };
    let failed = body.failed_packages.into_iter().flatten().chain(listed);
    let failed: Vec<Item> = failed.map(item).collect();
    Ok(Outcome {
        deleted: body.success_packages.into_iter().flatten().map(item).collect(),
        failures: count.max(failed.len() as u64),
        failed,
        message: body.message,
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    #[serde(alias = "deleted", alias = "deletedPackages")]
    success_packages: Option<Vec<Value>>,
    failed_packages: Option<Vec<Value>>,
    /// How many, or which.
    #[serde(alias = "failedCount")]
    failed: Option<Value>,
    message: Option<String>,
    dry_run: Option<bool>,
}

impl Body {
    /// Whether it has a field of this call's answer.
    fn tells_something(&self) -> bool {
        self.success_packages.is_some()
            || self.failed_packages.is_some()
            || self.failed.is_some()
            || self.message.is_some()
            || self.dry_run.is_some()
    }
}

/// An item is a text, or an object.
fn item(value: Value) -> Item {
    let mut fields = match value {
        Value::Object(fields) => fields,
        Value::String(package) => {
            return Item {
                package,
                ..Item::default()
            };
        }
        other => {
            return Item {
                package: other.to_string(),
                ..Item::default()
            };
        }
    };
    let mut text = |names: &[&str]| {
        let name = names
            .iter()
            .find(|name| fields.get(**name).is_some_and(Value::is_string))?;
        match fields.remove(*name) {
            Some(Value::String(text)) => Some(text),
            _ => None,
        }
    };
    Item {
        package: text(&["package", "packageName", "name"]).unwrap_or_default(),
        version: text(&["version"]),
        error: text(&["error", "reason", "message"]),
        rest: fields,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Outcome {
        parse(&Response::new(body.as_bytes().to_vec())).unwrap()
    }

    #[test]
    fn answers_are_read_generously() {
        let named = |package: &str| Item {
            package: package.to_owned(),
            ..Item::default()
        };
        let server = read(
            r#"{"dryRun":true,"success":2,"failed":0,"successPackages":["a@1","a@2"],"failedPackages":[],"message":"2"}"#,
        );
        assert_eq!(server.deleted, [named("a@1"), named("a@2")]);
        assert_eq!((server.failures, server.message.as_deref()), (0, Some("2")));
        let wrapped = read(
            r#"{"status":"SUCCESS","data":{"failed":3,"failedPackages":[{"name":"a","version":"1","reason":"in use","id":7}]}}"#,
        );
        assert_eq!(wrapped.failures, 3);
        assert_eq!(wrapped.failed[0].error.as_deref(), Some("in use"));
        assert_eq!(wrapped.failed[0].rest["id"], 7);
        let listed = read(r#"{"deleted":null,"failed":["a"]}"#);
        assert_eq!((listed.failed, listed.failures), (vec![named("a")], 1));
        assert_eq!(read(r#"{"dryRun":true}"#), Outcome::default());
    }

    #[test]
    fn a_dry_run_says_so() {
        let query = Query {
            packages: "a*",
            versions: "",
            registry: "r",
            dry_run: true,
        };
        let body = serde_json::to_value(query).unwrap();
        let expected = r#"{"packages":"a*","versions":"","registry":"r","dryRun":true}"#;
        assert_eq!(body, serde_json::from_str::<Value>(expected).unwrap());
    }
}
