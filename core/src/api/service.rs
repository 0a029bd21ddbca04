//! Where a service is, how it speaks, and whose things are asked for.

use std::fmt;
use std::net::IpAddr;

use http::{Method, Uri};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::artifact_key::ArtifactKey;
use super::body::{self, Request};

/// What must be encoded in a value of a query: all that is not "unreserved" (RFC 3986, 2.3). A `+` would be read as a
/// blank there.
const IN_QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// What must be encoded in a segment of a path: all that Go's `net/url` encodes there, so that a server in Go finds
/// the path that it would have written itself. Of what RFC 3986 allows (3.3, `pchar`) only `!'()*` are encoded.
const IN_PATH: &AsciiSet = &IN_QUERY
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b',')
    .remove(b':')
    .remove(b';')
    .remove(b'=')
    .remove(b'@');

/// The base URL of an API or of a package host: `http` or `https`, a host, no query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(String);

impl BaseUrl {
    /// Reads a URL as a person gives it; slashes at its end do not count, and a user or password in it is
    /// refused, because it would show up in messages.
    ///
    /// # Errors
    /// A sentence about what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let trimmed = text.trim().trim_end_matches('/');
        let uri: Uri = trimmed.parse().map_err(|_| "is not a URL".to_owned())?;
        match uri.scheme_str() {
            Some("http" | "https") => {}
            _ => return Err("does not begin with https:// or http://".to_owned()),
        }
        let Some(authority) = uri.authority().filter(|authority| !authority.host().is_empty()) else {
            return Err("names no host".to_owned());
        };
        if authority.as_str().contains('@') {
            return Err("has a user or password in it; log in with a token instead".to_owned());
        }
        if uri.query().is_some() || trimmed.contains('#') {
            return Err("has a query or fragment".to_owned());
        }
        Ok(Self(trimmed.to_owned()))
    }

    /// Whether others could read what is sent there: plain HTTP, and not to this machine.
    #[must_use]
    pub fn is_unprotected(&self) -> bool {
        self.0.parse().is_ok_and(|uri: Uri| {
            let host = uri.host().unwrap_or_default();
            let address = host
                .trim_start_matches('[')
                .trim_end_matches(']')
                .parse::<IpAddr>();
            let is_this_machine = match address {
                Ok(address) => address.is_loopback(),
                Err(_) => host.eq_ignore_ascii_case("localhost"),
            };
            uri.scheme_str() != Some("https") && !is_this_machine
        })
    }

    /// The URL, without a slash at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Which of the two services answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// The hosted service, and `hc serve`: v1 to v3 behind a gateway.
    #[default]
    Hosted,
    /// Harness Open Source: v1 at `/api/v1`, no v2 or v3, bearer tokens.
    OpenSource,
}

impl Dialect {
    /// The word in the saved login.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hosted => "hosted",
            Self::OpenSource => "open-source",
        }
    }

    fn v1_prefix(self) -> &'static str {
        match self {
            Self::Hosted => "/gateway/har/api/v1",
            Self::OpenSource => "/api/v1",
        }
    }
}

/// Whose registries: an account, an organization in it, a project in that.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Account identifier.
    pub account: String,
    /// Organization identifier; `None` for the account's own things.
    pub org: Option<String>,
    /// Project identifier; `None` for the organization's own things.
    pub project: Option<String>,
}

impl Scope {
    /// The v1 reference: the parts that there are, encoded and joined by `/`.
    fn reference(&self) -> String {
        let parts = [Some(&self.account), self.org.as_ref(), self.project.as_ref()];
        let parts: Vec<String> = parts.into_iter().flatten().map(|part| encode(part)).collect();
        parts.join("/")
    }
}

/// A service, and the scope that requests are about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Where the API is.
    pub api: BaseUrl,
    /// Where packages are put and fetched; known after login.
    pub packages: Option<BaseUrl>,
    /// How it speaks.
    pub dialect: Dialect,
    /// Whose things.
    pub scope: Scope,
}

impl Service {
    /// A v1 URL about the scope itself: `/spaces/{ref}/+{rest}`.
    pub(super) fn v1_space(&self, rest: &str) -> Url {
        self.v1(&format!("/spaces/{}/+{rest}", self.scope.reference()))
    }

    /// A v1 URL about a registry in the scope: `/registry/{ref}/{registry}/+{rest}`.
    pub(super) fn v1_registry(&self, registry: &str, rest: &str) -> Url {
        let (scope, registry) = (self.scope.reference(), encode(registry));
        self.v1(&format!("/registry/{scope}/{registry}/+{rest}"))
    }

    /// A v1 URL that names its scope in a query or body.
    pub(super) fn v1(&self, path: &str) -> Url {
        Url(format!("{}{}{path}", self.api, self.dialect.v1_prefix()))
    }

    /// A v2 URL with the scope as its query.
    pub(super) fn v2(&self, path: &str) -> Url {
        self.scoped(format!("{}/gateway/har/api/v2{path}", self.api))
    }

    /// A v3 URL with the scope as its query.
    pub(super) fn v3(&self, path: &str) -> Url {
        self.scoped(format!("{}/gateway/har/api/v3{path}", self.api))
    }

    /// A URL of the account group.
    pub(super) fn account(&self) -> Url {
        Url(format!(
            "{}/ng/api/accounts/{}",
            self.api,
            encode(&self.scope.account)
        ))
    }

    /// The reference by which v1 bodies name the scope.
    pub(super) fn parent_ref(&self) -> String {
        let parts = [
            Some(&self.scope.account),
            self.scope.org.as_ref(),
            self.scope.project.as_ref(),
        ];
        let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
        parts.join("/")
    }

    fn scoped(&self, url: String) -> Url {
        Url(url)
            .query("account_identifier", &self.scope.account)
            .query_if("org_identifier", self.scope.org.as_deref())
            .query_if("project_identifier", self.scope.project.as_deref())
    }
}

/// The base of a registry's package URLs: `{packages}/pkg/{account}/{registry}`.
#[must_use]
pub fn package_base(packages: &BaseUrl, account: &str, registry: &str) -> String {
    format!("{packages}/pkg/{}/{}", encode(account), encode(registry))
}

/// A URL that grows by encoded pieces.
#[derive(Clone, Debug)]
pub(super) struct Url(String);

impl Url {
    /// Adds one parameter to the query.
    pub(super) fn query(mut self, name: &str, value: &str) -> Self {
        self.0.push(if self.0.contains('?') { '&' } else { '?' });
        self.0.push_str(name);
        self.0.push('=');
        self.0.push_str(&utf8_percent_encode(value, IN_QUERY).to_string());
        self
    }

    /// Adds a parameter that there may be.
    pub(super) fn query_if(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.query(name, value),
            None => self,
        }
    }

    /// Asks for what a key tells apart.
    pub(super) fn filters(self, key: Option<&ArtifactKey>) -> Self {
        let filters = key.into_iter().flat_map(ArtifactKey::filters);
        filters.fold(self, |url, filter| url.query("filters", &filter))
    }

    /// Asks for one page of a list, from 0, of so many items.
    pub(super) fn page(self, number: u64, size: u64) -> Self {
        self.query("page", &number.to_string())
            .query("size", &size.to_string())
    }

    /// A request without a body.
    pub(super) fn plain(self, method: Method) -> Request {
        body::plain(method, self.0)
    }

    /// A request with a JSON body.
    pub(super) fn json(self, method: Method, body: &impl serde::Serialize) -> Request {
        body::json(method, self.0, body)
    }
}

/// `text` as one segment of a path.
pub(super) fn encode(text: &str) -> String {
    // A segment of dots alone would be taken for a way up, however it is encoded elsewhere.
    if matches!(text, "." | "..") {
        return text.replace('.', "%2E");
    }
    utf8_percent_encode(text, IN_PATH).to_string()
}

/// `text` with its slashes kept between encoded segments.
pub(super) fn encode_path(text: &str) -> String {
    let segments: Vec<String> = text.split('/').map(encode).collect();
    segments.join("/")
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(crate) fn service() -> Service {
        Service {
            api: BaseUrl::parse("https://har.example/").unwrap(),
            packages: None,
            dialect: Dialect::Hosted,
            scope: Scope {
                account: "acc".to_owned(),
                org: Some("my org".to_owned()),
                project: None,
            },
        }
    }

    #[test]
    fn a_base_url_is_checked() {
        for (text, expected) in [
            ("https://har.example/x//", Ok("https://har.example/x")),
            (" http://127.0.0.1:8717 ", Ok("http://127.0.0.1:8717")),
            ("har.example", Err("does not begin with https:// or http://")),
            ("file:///etc", Err("is not a URL")),
            (
                "https://u:p@har.example",
                Err("has a user or password in it; log in with a token instead"),
            ),
            ("https://har.example?a=b", Err("has a query or fragment")),
            ("https://har.example#a", Err("has a query or fragment")),
            ("not a url", Err("is not a URL")),
        ] {
            let parsed = BaseUrl::parse(text);
            assert_eq!(
                parsed.as_ref().map(BaseUrl::as_str).map_err(String::as_str),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn plain_http_is_safe_on_this_machine_only() {
        for (url, expected) in [
            ("https://har.example", false),
            ("http://har.example", true),
            ("http://10.0.0.1:8717", true),
            ("http://127.0.0.1:8717", false),
            ("http://[::1]:8717", false),
            ("http://LOCALHOST:8717", false),
            ("http://localhost.example", true),
        ] {
            assert_eq!(BaseUrl::parse(url).unwrap().is_unprotected(), expected, "{url}");
        }
    }

    #[test]
    fn identifiers_are_encoded() {
        let url = service().v1_registry("../a/b?#", "/artifact").0;
        assert_eq!(
            url,
            "https://har.example/gateway/har/api/v1/registry/acc/my%20org/..%2Fa%2Fb%3F%23/+/artifact"
        );
        assert_eq!(encode(".."), "%2E%2E");
        assert_eq!(encode_path("@scope/a b"), "@scope/a%20b");
    }

    #[test]
    fn the_open_source_service_has_its_own_prefix() {
        let mut service = service();
        service.dialect = Dialect::OpenSource;
        let url = service.v1_space("/registries").0;
        assert_eq!(url, "https://har.example/api/v1/spaces/acc/my%20org/+/registries");
    }
}
