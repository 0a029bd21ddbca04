//! Where a registry belongs: an account, one of its organisations, or one of that one's projects.

use std::fmt;

use crate::problem::Problem;

/// An account, organisation or project. Organisations and projects need not be made first: they are there
/// as soon as a registry is in them, and one without registries lists as empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scope {
    pub(crate) account: String,
    /// Empty at account level.
    pub(crate) org: String,
    /// Empty above project level.
    pub(crate) project: String,
}

/// A registry and the scope that it is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RegistryRef {
    pub(crate) scope: Scope,
    pub(crate) identifier: String,
}

impl Scope {
    /// Reads a *ref*: account, organisation and project, joined by `/`.
    pub(crate) fn parse(reference: &str) -> Result<Self, Problem> {
        let parts: Vec<&str> = reference.split('/').collect();
        match parts[..] {
            [account] => Self::new(account, "", ""),
            [account, org] if !org.is_empty() => Self::new(account, org, ""),
            [account, org, project] if !org.is_empty() && !project.is_empty() => {
                Self::new(account, org, project)
            }
            _ => Err(Problem::bad(format!(
                "{reference:?} names no scope: expected account, account/org or account/org/project"
            ))),
        }
    }

    /// The scope of v2's and v3's query parameters, where what is left out is empty.
    pub(crate) fn new(account: &str, org: &str, project: &str) -> Result<Self, Problem> {
        if org.is_empty() && !project.is_empty() {
            return Err(Problem::bad(
                "a project needs its organisation: org_identifier is missing",
            ));
        }
        identifier("account", account)?;
        for (what, name) in [("organisation", org), ("project", project)] {
            if !name.is_empty() {
                identifier(what, name)?;
            }
        }
        Ok(Self {
            account: account.to_owned(),
            org: org.to_owned(),
            project: project.to_owned(),
        })
    }
}

impl RegistryRef {
    /// Reads a registry's *ref*: its scope's, `/`, its identifier.
    pub(crate) fn parse(reference: &str) -> Result<Self, Problem> {
        let Some((scope, name)) = reference.rsplit_once('/') else {
            return Err(Problem::bad(format!(
                "{reference:?} names no registry: expected its account before it"
            )));
        };
        Ok(Self {
            scope: Scope::parse(scope)?,
            identifier: identifier("registry", name)?.to_owned(),
        })
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.account)?;
        for part in [&self.org, &self.project] {
            if !part.is_empty() {
                write!(f, "/{part}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for RegistryRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.scope, self.identifier)
    }
}

/// An identifier of a scope or registry, which URLs and files carry as it is: at most 128 ASCII letters,
/// digits, `.`, `_` and `-`, the first of them no dot or dash.
pub(crate) fn identifier<'a>(what: &str, text: &'a str) -> Result<&'a str, Problem> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    if text.is_empty() || text.len() > 128 || !text.bytes().all(fits) || text.starts_with(['.', '-']) {
        return Err(Problem::bad(format!(
            "{text:?} is no identifier of a {what}: use up to 128 ASCII letters, digits, '.', '_' and '-', \
             beginning with a letter, a digit or '_'"
        )));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ref_names_its_scope_and_registry() {
        for (text, expected) in [
            ("a/r", Some(("a", "", "", "r"))),
            ("a/o/r", Some(("a", "o", "", "r"))),
            ("a/o/p/r.1-2_3", Some(("a", "o", "p", "r.1-2_3"))),
            ("r", None),
            ("a/o/p/q/r", None),
            ("a//r", None),
            ("a/../r", None),
            ("a/o/p/r s", None),
        ] {
            let parsed = RegistryRef::parse(text).ok();
            let parts = parsed.as_ref().map(|parsed| {
                let RegistryRef { scope, identifier } = parsed;
                (&*scope.account, &*scope.org, &*scope.project, &**identifier)
            });
            assert_eq!(parts, expected, "{text}");
            if let Some(parsed) = parsed {
                assert_eq!(parsed.to_string(), text);
            }
        }
    }
}
