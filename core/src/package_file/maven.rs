//! Maven artifacts: their coordinates, how their files are called, and what their POM says.
//!
//! Source of the rules: Maven's "Repository Layout", and for which characters coordinates may have, the checks of
//! its model builder.

use std::fmt;

use super::error::PackageError;
use crate::lockfile::pom_identity;

/// The largest POM, in bytes.
pub const MAX_POM: u64 = 4 << 20;

/// An artifact at one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coordinates {
    group: String,
    artifact: String,
    version: String,
}

/// Why a text names no artifact.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} names no artifact: {reason}")]
pub struct CoordinatesError {
    /// The text.
    pub text: String,
    /// What is wrong with it.
    pub reason: &'static str,
}

impl Coordinates {
    /// Reads `GROUP:ARTIFACT:VERSION`.
    ///
    /// # Errors
    /// When it has other parts, or characters that coordinates have not.
    pub fn parse(text: &str) -> Result<Self, CoordinatesError> {
        match text.split(':').collect::<Vec<_>>().as_slice() {
            [group, artifact, version] => Self::new(group, artifact, version),
            _ => Err(CoordinatesError {
                text: text.to_owned(),
                reason: "expected GROUP:ARTIFACT:VERSION",
            }),
        }
    }

    /// Puts the three together.
    ///
    /// # Errors
    /// When one of them has characters that coordinates have not.
    pub fn new(group: &str, artifact: &str, version: &str) -> Result<Self, CoordinatesError> {
        let refused = |reason| CoordinatesError {
            text: format!("{group}:{artifact}:{version}"),
            reason,
        };
        let is_word = |text: &str| {
            let is_known = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
            !text.is_empty() && text.chars().all(is_known)
        };
        if !is_word(group) || group.split('.').any(str::is_empty) {
            return Err(refused(
                "a group is letters, digits, dashes and _, with single dots between",
            ));
        }
        if !is_word(artifact) || artifact.chars().all(|c| c == '.') {
            return Err(refused("an artifact is letters, digits, dashes, dots and _"));
        }
        let is_version =
            |c: char| !c.is_control() && !c.is_whitespace() && !"\\/:\"<>|?*[](){},%#".contains(c);
        if version.is_empty() || version.chars().all(|c| c == '.') || !version.chars().all(is_version) {
            return Err(refused(
                "the version is empty, or has a character that versions have not",
            ));
        }
        Ok(Self {
            group: group.to_owned(),
            artifact: artifact.to_owned(),
            version: version.to_owned(),
        })
    }

    /// `GROUP:ARTIFACT`
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}:{}", self.group, self.artifact)
    }

    /// The group.
    #[must_use]
    pub fn group(&self) -> &str {
        &self.group
    }

    /// The artifact.
    #[must_use]
    pub fn artifact(&self) -> &str {
        &self.artifact
    }

    /// The version.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Whether the version may change, as it is still being worked on.
    #[must_use]
    pub fn is_snapshot(&self) -> bool {
        self.version.ends_with("-SNAPSHOT")
    }

    /// The folder of the group in a repository.
    #[must_use]
    pub fn group_folder(&self) -> String {
        self.group.replace('.', "/")
    }

    /// The folder of the artifact, which holds those of its versions.
    #[must_use]
    pub fn artifact_folder(&self) -> String {
        format!("{}/{}", self.group_folder(), self.artifact)
    }

    /// The folder of the version.
    #[must_use]
    pub fn folder(&self) -> String {
        format!("{}/{}", self.artifact_folder(), self.version)
    }

    /// The name in the repository of a file that is called `local`. One that begins with artifact and version keeps
    /// its classifier; of another only the ending stays.
    ///
    /// # Errors
    /// When `local` has no ending.
    pub fn file_name(&self, local: &str) -> Result<String, PackageError> {
        let stem = format!("{}-{}", self.artifact, self.version);
        let is_rest = |rest: &&str| match (ending(rest), rest.strip_prefix('.')) {
            (None, _) => false,
            // `app-1.0.1.jar` is no file of 1.0 with the ending `1.jar`.
            (Some(ending), Some(after)) => {
                after == ending || !after.starts_with(|c: char| c.is_ascii_digit())
            }
            (Some(_), None) => rest.starts_with('-') && rest.len() > 1,
        };
        if let Some(rest) = local.strip_prefix(&stem).filter(is_rest) {
            return Ok(format!("{stem}{rest}"));
        }
        match ending(local) {
            Some(ending) => Ok(format!("{stem}.{ending}")),
            None => Err(PackageError::Name {
                expected: format!("{stem}.jar, or so,"),
            }),
        }
    }

    /// The POM of an artifact that nothing else is said about. `packaging` is the ending of its main file.
    #[must_use]
    pub fn minimal_pom(&self, packaging: &str) -> String {
        let Self {
            group,
            artifact,
            version,
        } = self;
        // In what coordinates may have, only this must be escaped; of packagings it is the same.
        let escaped = |text: &str| text.replace('&', "&amp;");
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<project>\n  \
             <modelVersion>4.0.0</modelVersion>\n  <groupId>{group}</groupId>\n  \
             <artifactId>{artifact}</artifactId>\n  <version>{}</version>\n  <packaging>{}</packaging>\n\
             </project>\n",
            escaped(version),
            escaped(packaging)
        )
    }

    /// The coordinates that a POM gives itself.
    ///
    /// # Errors
    /// When it is no POM, or leaves one of them to properties.
    pub fn of_pom(bytes: &[u8]) -> Result<Self, PackageError> {
        let bad = |reason: String| PackageError::content("POM", reason);
        let found = pom_identity(bytes).map_err(|error| bad(error.message))?;
        let known = |what: &str, found: Option<String>| {
            found
                .filter(|text| !text.contains("${"))
                .ok_or_else(|| bad(format!("it does not say its {what} outright")))
        };
        let group = known("group", found.group)?;
        let artifact = known("artifact", found.artifact)?;
        let version = known("version", found.version)?;
        Self::new(&group, &artifact, &version).map_err(|error| bad(error.to_string()))
    }

    /// Checks that a POM is of the format that all of Maven reads: others take their dependencies from nowhere if the
    /// POM of an artifact is of a later one.
    ///
    /// # Errors
    /// When it is no POM, or of another format.
    pub fn check_model(bytes: &[u8]) -> Result<(), PackageError> {
        let bad = |reason: String| PackageError::content("POM", reason);
        let found = pom_identity(bytes).map_err(|error| bad(error.message))?;
        match found.model.as_deref() {
            None | Some("4.0.0") => Ok(()),
            Some(model) => Err(bad(format!(
                "it is of the model {model}, of which Maven 3 reads no dependencies: push the consumer POM of model \
                 4.0.0 that Maven 4 makes of it, and this one beside it as ARTIFACT-VERSION-build.pom"
            ))),
        }
    }

    /// The name in the repository of the artifact's POM.
    #[must_use]
    pub fn pom_name(&self) -> String {
        format!("{}-{}.pom", self.artifact, self.version)
    }

    /// Checks that a POM is about these coordinates. What it says by properties is not looked at.
    ///
    /// # Errors
    /// When it is no POM, or another artifact's.
    pub fn check_pom(&self, bytes: &[u8]) -> Result<(), PackageError> {
        let bad = |reason: String| PackageError::content("POM", reason);
        let found = pom_identity(bytes).map_err(|error| bad(error.message))?;
        for (what, found, expected) in [
            ("group", found.group, &self.group),
            ("artifact", found.artifact, &self.artifact),
            ("version", found.version, &self.version),
        ] {
            let found = found.ok_or_else(|| bad(format!("it names no {what}")))?;
            if !found.contains("${") && found != *expected {
                return Err(bad(format!("its {what} is {found:?}, not {expected:?}")));
            }
        }
        Ok(())
    }
}

impl fmt::Display for Coordinates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.group, self.artifact, self.version)
    }
}

/// The ending of a file's name, of two parts where that is usual.
#[must_use]
pub fn ending(name: &str) -> Option<&str> {
    let (stem, last) = name.rsplit_once('.')?;
    let is_ending = !last.is_empty() && last.chars().all(|c| c.is_ascii_alphanumeric());
    let with_tar = stem.ends_with(".tar").then(|| &name[stem.len() - "tar".len()..]);
    is_ending.then(|| with_tar.unwrap_or(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_are_three_words() {
        for (text, expected) in [
            ("org.example:my-app:1.0", Some("org/example/my-app/1.0")),
            ("a:b.c:1.0-SNAPSHOT", Some("a/b.c/1.0-SNAPSHOT")),
            ("a:b:1+2~3", Some("a/b/1+2~3")),
            ("a:b", None),
            ("a:b:c:1", None),
            ("a:b:", None),
            (":b:1", None),
            ("a..b:c:1", None),
            (".a:c:1", None),
            ("a/b:c:1", None),
            ("a:..:1", None),
            ("a:b:..", None),
            ("a:b:1/2", None),
            ("a:b:1 2", None),
            ("a:b:[1,2]", None),
            ("a:b:${x}", None),
        ] {
            let parsed = Coordinates::parse(text);
            let folder = parsed.as_ref().ok().map(Coordinates::folder);
            assert_eq!(folder.as_deref(), expected, "{text}: {parsed:?}");
        }
        assert!(Coordinates::parse("a:b:1-SNAPSHOT").unwrap().is_snapshot());
    }

    #[test]
    fn files_are_called_by_their_coordinates() {
        let coordinates = Coordinates::parse("org.example:app:1.0").unwrap();
        for (local, expected) in [
            ("app-1.0.jar", Some("app-1.0.jar")),
            ("app-1.0-sources.jar", Some("app-1.0-sources.jar")),
            ("app-1.0-bin.tar.gz", Some("app-1.0-bin.tar.gz")),
            ("app-1.0.jar.asc", Some("app-1.0.jar.asc")),
            ("app-1.0.7z", Some("app-1.0.7z")),
            ("app-1.0.1.jar", Some("app-1.0.jar")),
            ("target.jar", Some("app-1.0.jar")),
            ("other-2.0.tar.gz", Some("app-1.0.tar.gz")),
            ("pom.xml", Some("app-1.0.xml")),
            ("noending", None),
            ("app-1.0-", None),
        ] {
            let name = coordinates.file_name(local).ok();
            assert_eq!(name.as_deref(), expected, "{local}");
        }
    }

    #[test]
    fn a_pom_is_of_its_coordinates() {
        let coordinates = Coordinates::parse("org.example:app:1.0").unwrap();
        coordinates
            .check_pom(coordinates.minimal_pom("jar").as_bytes())
            .unwrap();
        let pom = |inner: &str| format!("<project><modelVersion>4.0.0</modelVersion>{inner}</project>");
        let own = "<artifactId>app</artifactId>";
        let parent =
            "<parent><groupId>org.example</groupId><artifactId>p</artifactId><version>1.0</version></parent>";
        for (text, is_good) in [
            (pom(&format!("{parent}{own}")), true),
            (
                pom(&format!("{parent}{own}<version>${{revision}}</version>")),
                true,
            ),
            (pom(&format!("{parent}{own}<version>1.1</version>")), false),
            (pom(&format!("{parent}<artifactId>b</artifactId>")), false),
            (pom(own), false),
            ("<a/>".to_owned(), false),
            (String::new(), false),
            ("no xml".to_owned(), false),
        ] {
            let checked = coordinates.check_pom(text.as_bytes());
            assert_eq!(checked.is_ok(), is_good, "{text}: {checked:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn coordinates_stay_in_their_folder_and_fit_their_own_pom(text in "[a-z./:$&<%-]{1,6}:[a-z.-]{1,5}:[0-9.&<>'~+-]{1,6}", name in ".{0,12}") {
            if let Ok(coordinates) = Coordinates::parse(&text) {
                assert!(coordinates.folder().split('/').all(|part| !matches!(part, "" | "." | "..")), "{text}");
                let pom = coordinates.minimal_pom("jar");
                assert_eq!(coordinates.check_pom(pom.as_bytes()), Ok(()), "{pom}");
                if let Ok(name) = coordinates.file_name(&name) {
                    assert!(!name.contains('/'), "{name}");
                }
            }
        }
    }

    #[test]
    fn a_pom_tells_its_coordinates_and_its_model() {
        let pom = |model: &str, version: &str| {
            format!(
                "<project><modelVersion>{model}</modelVersion><groupId>g.example</groupId>\
                 <artifactId>a</artifactId><version>{version}</version></project>"
            )
        };
        let coordinates = Coordinates::of_pom(pom("4.0.0", "1").as_bytes()).unwrap();
        assert_eq!(coordinates.to_string(), "g.example:a:1");
        assert_eq!(coordinates.pom_name(), "a-1.pom");
        assert!(Coordinates::of_pom(pom("4.0.0", "${revision}").as_bytes()).is_err());
        assert!(Coordinates::check_model(pom("4.0.0", "1").as_bytes()).is_ok());
        let of_namespace = pom("", "1").replace("<modelVersion></modelVersion>", "").replace(
            "<project>",
            "<project xmlns=\"http://maven.example/POM/4.1.0\" root=\"true\">",
        );
        for text in [pom("4.1.0", "1"), of_namespace] {
            let error = Coordinates::check_model(text.as_bytes()).unwrap_err();
            assert!(error.to_string().contains("model 4.1.0"), "{error}");
        }
    }
}
