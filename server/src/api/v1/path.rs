//! What a path of v1 names. `+` ends a *ref* or an artifact's name, either of which may hold slashes, as they are
//! or percent-encoded.

use crate::problem::Problem;
use crate::scope::{RegistryRef, Scope};

/// What a path names.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Resource {
    /// `/registry`
    Registries,
    /// `/registry/{ref}/+`
    Registry(RegistryRef),
    /// `/registry/{ref}/+/artifacts`
    RegistryArtifacts(RegistryRef),
    /// `/registry/{ref}/+/artifact/{artifact}/+`
    Artifact(RegistryRef, String),
    /// `…/artifact/{artifact}/+/summary`
    ArtifactSummary(RegistryRef, String),
    /// `…/artifact/{artifact}/+/versions`
    Versions(RegistryRef, String),
    /// `…/artifact/{artifact}/+/version/{version}`
    Version(RegistryRef, String, String),
    /// `…/version/{version}/summary`
    VersionSummary(RegistryRef, String, String),
    /// `…/version/{version}/details`
    VersionDetails(RegistryRef, String, String),
    /// `…/version/{version}/files`
    Files(RegistryRef, String, String),
    /// `/spaces/{ref}/+/registries`
    SpaceRegistries(Scope),
    /// `/spaces/{ref}/+/artifacts`
    SpaceArtifacts(Scope),
    /// `/spaces/{ref}/+/details`
    SpaceDetails(Scope),
}

impl Resource {
    /// The account that it is in; a registry that is still to be made has none in its path.
    pub(super) fn account(&self) -> Option<&str> {
        match self {
            Self::Registries => None,
            Self::Registry(reference)
            | Self::RegistryArtifacts(reference)
            | Self::Artifact(reference, _)
            | Self::ArtifactSummary(reference, _)
            | Self::Versions(reference, _)
            | Self::Version(reference, ..)
            | Self::VersionSummary(reference, ..)
            | Self::VersionDetails(reference, ..)
            | Self::Files(reference, ..) => Some(&reference.scope.account),
            Self::SpaceRegistries(scope) | Self::SpaceArtifacts(scope) | Self::SpaceDetails(scope) => {
                Some(&scope.account)
            }
        }
    }
}

/// What the decoded segments of a path name; `None` for nothing that is served here.
pub(super) fn parse(segments: &[String]) -> Result<Option<Resource>, Problem> {
    let parts: Vec<&[String]> = segments.split(|segment| segment == "+").collect();
    let (kind, reference) = match parts.first().copied().and_then(<[String]>::split_first) {
        Some((kind, reference)) => (kind.as_str(), reference.join("/")),
        None => return Ok(None),
    };
    let rest: Vec<Vec<&str>> = parts
        .iter()
        .skip(1)
        .map(|part| part.iter().map(String::as_str).collect())
        .collect();
    let rest: Vec<&[&str]> = rest.iter().map(Vec::as_slice).collect();
    let registry = || RegistryRef::parse(&reference);
    let space = || Scope::parse(&reference);
    let version_of = |name: &[&str]| Ok::<_, Problem>((registry()?, name.join("/")));
    Ok(Some(match (kind, rest.as_slice()) {
        ("registry", []) if reference.is_empty() => Resource::Registries,
        ("registry", [[]]) => Resource::Registry(registry()?),
        ("registry", [["artifacts"]]) => Resource::RegistryArtifacts(registry()?),
        ("registry", [["artifact", name @ ..], tail]) if !name.is_empty() => {
            let (registry, name) = version_of(name)?;
            match tail {
                [] => Resource::Artifact(registry, name),
                ["summary"] => Resource::ArtifactSummary(registry, name),
                ["versions"] => Resource::Versions(registry, name),
                ["version", version] => Resource::Version(registry, name, (*version).to_owned()),
                ["version", version, "summary"] => {
                    Resource::VersionSummary(registry, name, (*version).to_owned())
                }
                ["version", version, "details"] => {
                    Resource::VersionDetails(registry, name, (*version).to_owned())
                }
                ["version", version, "files"] => Resource::Files(registry, name, (*version).to_owned()),
                _ => return Ok(None),
            }
        }
        ("spaces", [["registries"]]) => Resource::SpaceRegistries(space()?),
        ("spaces", [["artifacts"]]) => Resource::SpaceArtifacts(space()?),
        ("spaces", [["details"]]) => Resource::SpaceDetails(space()?),
        _ => return Ok(None),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request;

    #[test]
    fn refs_and_names_may_hold_slashes_encoded_or_not() {
        let registry = || RegistryRef::parse("a/o/p/r").unwrap();
        let text = |text: &str| text.to_owned();
        for (path, expected) in [
            ("/registry", Some(Resource::Registries)),
            ("/registry/a/o/p/r/+", Some(Resource::Registry(registry()))),
            ("/registry/a%2Fo%2fp%2Fr/+/", Some(Resource::Registry(registry()))),
            ("/registry/a/o/p/r/%2B", Some(Resource::Registry(registry()))),
            (
                "/registry/a/o/p/r/+/artifacts",
                Some(Resource::RegistryArtifacts(registry())),
            ),
            (
                "/registry/a/o/p/r/+/artifact/@s/n/+",
                Some(Resource::Artifact(registry(), text("@s/n"))),
            ),
            (
                "/registry/a/o/p/r/+/artifact/%40s%2Fn/+/versions",
                Some(Resource::Versions(registry(), text("@s/n"))),
            ),
            (
                "/registry/a/o/p/r/+/artifact/n/+/version/1.0%2Bb/files",
                Some(Resource::Files(registry(), text("n"), text("1.0+b"))),
            ),
            (
                "/spaces/a/o/+/registries",
                Some(Resource::SpaceRegistries(Scope::parse("a/o").unwrap())),
            ),
            ("/registry/a/o/p/r", None),
            ("/registry/a/o/p/r/+/webhooks", None),
            ("/registry/a/o/p/r/+/artifact/+", None),
            ("/", None),
        ] {
            let segments = request::segments(path).unwrap();
            assert_eq!(parse(&segments).unwrap(), expected, "{path}");
        }
        assert!(parse(&request::segments("/registry/a/../r/+").unwrap()).is_err());
    }
}
