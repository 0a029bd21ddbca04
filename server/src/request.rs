//! What a call of the API asks, read out of its request.

use axum::body::Body;
use axum::http::{Extensions, Method, Request};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Limited};
use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;

use crate::origin::Base;
use crate::problem::Problem;
use crate::scope::Scope;
use crate::store::page::Page;
use crate::upload;

/// The largest JSON body of a call, in bytes; only packages are larger.
const MAX_JSON: usize = 1 << 20;

/// A call of the API.
pub(crate) struct Call {
    pub(crate) method: Method,
    /// The segments of the path after the group's prefix, each decoded.
    pub(crate) segments: Vec<String>,
    pub(crate) query: Query,
    /// The server's own URL as the client wrote it, without a slash at the end.
    pub(crate) base: String,
    body: Bytes,
}

impl Call {
    /// Reads the request, with its body.
    pub(crate) async fn read(request: Request<Body>, max_body: u64) -> Result<Self, Problem> {
        let (head, body) = request.into_parts();
        let limit = MAX_JSON.min(usize::try_from(max_body).unwrap_or(usize::MAX));
        Ok(Self {
            segments: segments(head.uri.path())?,
            query: Query::parse(head.uri.query().unwrap_or_default()),
            base: base(&head.extensions),
            method: head.method,
            body: whole(body, limit).await?,
        })
    }

    /// The body as JSON of this form.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        serde_json::from_slice(&self.body).map_err(|error| Problem::json(&error))
    }

    /// The answer to a path that leads nowhere, or not with this method.
    pub(crate) fn unknown(&self) -> Problem {
        Problem::missing(format!(
            "there is no {} /{} here",
            self.method,
            self.segments.join("/")
        ))
    }
}

/// A body that is held as a whole, of at most `limit` bytes.
pub(crate) async fn whole(body: Body, limit: usize) -> Result<Bytes, Problem> {
    let read = Limited::new(body, limit).collect();
    match tokio::time::timeout(upload::IDLE, read).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => {
            Err(Problem::too_large(u64::try_from(limit).unwrap_or(u64::MAX)))
        }
        Ok(Err(error)) => Err(Problem::bad(format!("the body broke off: {error}"))),
        Err(_) => Err(upload::too_slow()),
    }
}

/// The segments of a path, each decoded; a slash at the end begins none.
pub(crate) fn segments(path: &str) -> Result<Vec<String>, Problem> {
    let path = path.strip_prefix('/').unwrap_or(path);
    let path = path.strip_suffix('/').unwrap_or(path);
    path.split('/')
        .map(|segment| {
            percent_decode_str(segment)
                .decode_utf8()
                .map(std::borrow::Cow::into_owned)
                .map_err(|_| Problem::bad(format!("{segment:?} in the path is not percent-encoded UTF-8")))
        })
        .collect()
}

/// The server's own URL, as the client reached it.
pub(crate) fn base(extensions: &Extensions) -> String {
    extensions
        .get()
        .map_or_else(String::new, |Base(base)| base.clone())
}

/// The parameters of a query, in their order.
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    pub(crate) fn parse(query: &str) -> Self {
        Self(form_urlencoded::parse(query.as_bytes()).into_owned().collect())
    }

    /// The first value of a parameter; an empty one is as good as none.
    pub(crate) fn one(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, value)| key == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// The value of a parameter that must be there.
    pub(crate) fn required(&self, name: &str) -> Result<&str, Problem> {
        self.one(name)
            .ok_or_else(|| Problem::bad(format!("the query parameter {name} is missing")))
    }

    /// All values of a parameter, which may be repeated, or hold several with commas between them.
    pub(crate) fn all(&self, name: &str) -> Vec<String> {
        self.0
            .iter()
            .filter(|(key, _)| key == name)
            .flat_map(|(_, value)| value.split(','))
            .filter(|value| !value.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// A parameter that is `true` or `false`, and false when it is left out.
    pub(crate) fn flag(&self, name: &str) -> Result<bool, Problem> {
        match self.one(name) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(other) => Err(Problem::bad(format!(
                "{name} is {other:?}: expected true or false"
            ))),
        }
    }

    /// The page that `page` (0) and `size` (20, at most `most`) ask for.
    pub(crate) fn page(&self, most: i64) -> Result<Page, Problem> {
        let number = |name: &str, default: i64, lowest: i64, highest: i64| match self.one(name) {
            None => Ok(default),
            Some(text) => text
                .parse()
                .ok()
                .filter(|number| (lowest..=highest).contains(number))
                .ok_or_else(|| {
                    Problem::bad(format!(
                        "{name} is {text:?}: expected a number from {lowest} to {highest}"
                    ))
                }),
        };
        Ok(Page {
            index: number("page", 0, 0, i64::from(i32::MAX))?,
            size: number("size", 20, 1, most)?,
        })
    }

    /// What `sort_field` and `sort_order` ask for, as SQL: one of `columns`, the first by default.
    pub(crate) fn order(&self, columns: &[(&str, &str)]) -> Result<String, Problem> {
        let column = match self.one("sort_field") {
            None => columns.first(),
            Some(field) => columns.iter().find(|(name, _)| *name == field),
        };
        let direction = match self.one("sort_order") {
            None => Some("ASC"),
            Some(order) => ["ASC", "DESC"]
                .into_iter()
                .find(|known| known.eq_ignore_ascii_case(order)),
        };
        let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
        match (column, direction) {
            (Some((_, column)), Some(direction)) => Ok(format!("{column} {direction}")),
            _ => Err(Problem::bad(format!(
                "sort_field is one of {}, and sort_order is ASC or DESC",
                names.join(", ")
            ))),
        }
    }

    /// The scope that v2 and v3 name in the query.
    pub(crate) fn scope(&self) -> Result<Scope, Problem> {
        Scope::new(
            self.required("account_identifier")?,
            self.one("org_identifier").unwrap_or_default(),
            self.one("project_identifier").unwrap_or_default(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_decoded_segment_by_segment() {
        for (path, expected) in [
            ("/a/b", Some(vec!["a", "b"])),
            ("/a%2Fb/+/", Some(vec!["a/b", "+"])),
            ("/a//b", Some(vec!["a", "", "b"])),
            ("/", Some(vec![""])),
            ("/%ff", None),
        ] {
            let decoded = segments(path).ok();
            assert_eq!(decoded.is_some(), expected.is_some(), "{path}");
            assert_eq!(decoded.unwrap_or_default(), expected.unwrap_or_default());
        }
    }

    #[test]
    fn a_query_is_read_with_its_defaults_and_limits() {
        let query = Query::parse("page=2&size=5&t=A&t=B,C&term=a+b%25&empty=");
        assert_eq!(query.page(100).unwrap(), Page { index: 2, size: 5 });
        assert_eq!(query.all("t"), ["A", "B", "C"]);
        assert_eq!((query.one("term"), query.one("empty")), (Some("a b%"), None));
        assert_eq!(Query::parse("").page(100).unwrap(), Page { index: 0, size: 20 });
        for wrong in [
            "page=-1",
            "page=x",
            "size=0",
            "size=101",
            "size=99999999999999999999",
        ] {
            assert!(Query::parse(wrong).page(100).is_err(), "{wrong}");
        }
        let columns = [("name", "n"), ("size", "s")];
        for (query, expected) in [
            ("", Some("n ASC")),
            ("sort_field=size&sort_order=desc", Some("s DESC")),
            ("sort_field=n", None),
            ("sort_order=up", None),
        ] {
            assert_eq!(Query::parse(query).order(&columns).ok().as_deref(), expected);
        }
    }
}
