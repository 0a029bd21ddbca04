//! Core metadata: the METADATA of wheels and the PKG-INFO of source distributions.
//!
//! Source of the rules: "Core metadata specifications", versions 1.0 to 2.4. It has the form of e-mail headers; the
//! body is the description. Names of the upload API's fields: PyPI's "legacy" upload API, as twine sends it.

use std::str::FromStr as _;

use pep440_rs::Version;

use super::name;
use crate::package::Ecosystem;
use crate::package_file::error::PackageError;

/// How often a field may stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Once,
    Often,
}

/// Every field but those that name the package: its header, and its name in the upload API.
const FIELDS: [(&str, &str, Use); 29] = [
    ("Author", "author", Use::Once),
    ("Author-email", "author_email", Use::Once),
    ("Classifier", "classifiers", Use::Often),
    ("Description", "description", Use::Once),
    ("Description-Content-Type", "description_content_type", Use::Once),
    ("Download-URL", "download_url", Use::Once),
    ("Dynamic", "dynamic", Use::Often),
    ("Home-page", "home_page", Use::Once),
    ("Import-Name", "import_name", Use::Often),
    ("Import-Namespace", "import_namespace", Use::Often),
    ("Keywords", "keywords", Use::Once),
    ("License", "license", Use::Once),
    ("License-Expression", "license_expression", Use::Once),
    ("License-File", "license_file", Use::Often),
    ("Maintainer", "maintainer", Use::Once),
    ("Maintainer-email", "maintainer_email", Use::Once),
    ("Obsoletes", "obsoletes", Use::Often),
    ("Obsoletes-Dist", "obsoletes_dist", Use::Often),
    ("Platform", "platform", Use::Often),
    ("Project-URL", "project_urls", Use::Often),
    ("Provides", "provides", Use::Often),
    ("Provides-Dist", "provides_dist", Use::Often),
    ("Provides-Extra", "provides_extra", Use::Often),
    ("Requires", "requires", Use::Often),
    ("Requires-Dist", "requires_dist", Use::Often),
    ("Requires-External", "requires_external", Use::Often),
    ("Requires-Python", "requires_python", Use::Once),
    ("Summary", "summary", Use::Once),
    ("Supported-Platform", "supported_platform", Use::Often),
];

/// A field of the metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name in the upload API, such as `requires_dist`.
    pub name: &'static str,
    /// Its value, unfolded; never empty.
    pub value: String,
}

/// The core metadata of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// The version of the metadata itself.
    pub metadata_version: String,
    /// The package's name, as it is written.
    pub name: String,
    /// The package's version, as it is written; PEP 440 knows it.
    pub version: String,
    /// All other fields that are known, in their order; what may stand often is there often.
    pub fields: Vec<Field>,
}

impl Metadata {
    /// Reads the file at `path` in the package.
    ///
    /// # Errors
    /// When it is no metadata, of an unknown version, or names no package.
    pub(super) fn parse(path: &str, bytes: &[u8]) -> Result<Self, PackageError> {
        let bad = |reason: String| PackageError::content(path, reason);
        let Headers { fields, body } = headers(path, bytes)?;
        let once = |wanted: &str| {
            let mut values = fields
                .iter()
                .filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
            match (values.next(), values.next()) {
                (None, _) => Err(bad(format!("it has no {wanted}"))),
                (Some((_, value)), None) => Ok(value.trim().to_owned()),
                _ => Err(bad(format!("it has {wanted} twice"))),
            }
        };
        let metadata_version = once("Metadata-Version")?;
        if !matches!(metadata_version.split_once('.'), Some(("1" | "2", minor)) if minor.parse::<u8>().is_ok())
        {
            return Err(bad(format!(
                "Metadata-Version {metadata_version:?} is not known: 1.x and 2.x are"
            )));
        }
        let (name, version) = (once("Name")?, once("Version")?);
        if !name::is_name(&name) {
            return Err(bad(format!("{name:?} cannot be the name of a package")));
        }
        if Version::from_str(&version).is_err() {
            return Err(bad(format!("{version:?} is no version that PEP 440 knows")));
        }
        let mut metadata = Self {
            metadata_version,
            name,
            version,
            fields: Vec::new(),
        };
        for (header, value) in fields {
            metadata.add(path, &header, value)?;
        }
        if !body.trim().is_empty() {
            metadata.add(path, "Description", body)?;
        }
        Ok(metadata)
    }

    /// Adds a field, if it is known and says something; old tools wrote `UNKNOWN` where they knew nothing.
    fn add(&mut self, path: &str, header: &str, value: String) -> Result<(), PackageError> {
        let known = FIELDS
            .iter()
            .find(|(name, _, _)| name.eq_ignore_ascii_case(header));
        let Some((header, name, usage)) = known else {
            return Ok(());
        };
        if value.trim().is_empty() || value == "UNKNOWN" {
            return Ok(());
        }
        if *usage == Use::Once && self.one(name).is_some() {
            return Err(PackageError::content(path, format!("it has {header} twice")));
        }
        self.fields.push(Field { name, value });
        Ok(())
    }

    /// The value of a field that may stand once, by its name in the upload API.
    #[must_use]
    pub fn one(&self, name: &str) -> Option<&str> {
        let field = self.fields.iter().find(|field| field.name == name)?;
        Some(&field.value)
    }

    /// The name by which an index knows the package (PEP 503).
    #[must_use]
    pub fn normal_name(&self) -> String {
        Ecosystem::PyPI.normalize(&self.name).into_owned()
    }

    /// The version in its normal form (PEP 440): `1.0-alpha.1` is `1.0a1`.
    #[must_use]
    pub fn normal_version(&self) -> String {
        // It was read when the metadata was.
        normal_version(&self.version).unwrap_or_else(|| self.version.clone())
    }
}

/// A version in its normal form; `None` where PEP 440 has no such version.
#[must_use]
pub fn normal_version(text: &str) -> Option<String> {
    Version::from_str(text).ok().map(|version| version.to_string())
}

/// A file of headers, and what follows them.
pub(super) struct Headers {
    pub(super) fields: Vec<(String, String)>,
    body: String,
}

/// Reads headers up to the first empty line.
///
/// # Errors
/// When the text is not UTF-8, or a line is no header.
pub(super) fn headers(path: &str, bytes: &[u8]) -> Result<Headers, PackageError> {
    let text = std::str::from_utf8(bytes).map_err(|_| PackageError::content(path, "it is not UTF-8"))?;
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let (mut fields, mut rest): (Vec<(String, String)>, &str) = (Vec::new(), &text);
    while !rest.is_empty() {
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        rest = after;
        if line.is_empty() {
            break;
        }
        if line.starts_with([' ', '\t']) {
            let Some((_, value)) = fields.last_mut() else {
                return Err(PackageError::content(path, "it begins with the rest of a header"));
            };
            value.push('\n');
            value.push_str(unfolded(line));
            continue;
        }
        let header = line.split_once(':').filter(|(name, _)| {
            let fits = |byte: u8| byte.is_ascii_graphic();
            !name.is_empty() && name.bytes().all(fits)
        });
        let Some((name, value)) = header else {
            let start: String = line.chars().take(40).collect();
            return Err(PackageError::content(path, format!("{start:?} is no header")));
        };
        fields.push((name.to_owned(), value.trim().to_owned()));
    }
    Ok(Headers {
        fields,
        body: rest.to_owned(),
    })
}

/// A line that goes on with a value, without what marks it: eight spaces, seven and a bar, or any white space.
fn unfolded(line: &str) -> &str {
    line.strip_prefix("       |")
        .or_else(|| line.strip_prefix("        "))
        .unwrap_or_else(|| line.trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Metadata, String> {
        Metadata::parse("f", text.as_bytes()).map_err(|error| error.to_string())
    }

    #[test]
    fn every_field_is_read_under_its_name_in_the_upload_api() {
        let mut text = "Metadata-Version: 2.4\nName: a\nVersion: 1\n".to_owned();
        for (header, _, usage) in FIELDS {
            if header != "Description" {
                text += &format!("{header}: first\n");
            }
            if usage == Use::Often {
                text += &format!("{}: second\n", header.to_uppercase());
            }
        }
        text += "X-Other: y\n\nThe description.\n\nIts end.\n";
        let metadata = parse(&text).unwrap();
        for (header, name, usage) in FIELDS {
            let values: Vec<_> = metadata
                .fields
                .iter()
                .filter(|field| field.name == name)
                .map(|field| &*field.value)
                .collect();
            let expected: &[&str] = match (header, usage) {
                ("Description", _) => &["The description.\n\nIts end.\n"],
                (_, Use::Once) => &["first"],
                (_, Use::Often) => &["first", "second"],
            };
            assert_eq!(values, expected, "{header}");
        }
        let names: std::collections::BTreeSet<_> = FIELDS.iter().map(|(_, name, _)| name).collect();
        assert_eq!(names.len(), FIELDS.len());
    }

    #[test]
    fn folded_values_are_joined() {
        let metadata = parse(
            "Metadata-Version: 1.1\r\nName: a\r\nVersion: 1.0-ALPHA.1\r\nLicense: one\r\n        two\r\n       |\r\n       |  three\r\n\tfour\r\n",
        )
        .unwrap();
        assert_eq!(metadata.one("license"), Some("one\ntwo\n\n  three\nfour"));
        assert_eq!(metadata.normal_version(), "1.0a1");
    }

    #[test]
    fn what_says_nothing_is_left_out() {
        let metadata =
            parse("Metadata-Version: 1.0\nName: A_b\nVersion: 1\nSummary: UNKNOWN\nAuthor:\n\n\n").unwrap();
        assert_eq!(metadata.fields, []);
        assert_eq!(metadata.normal_name(), "a-b");
    }

    #[test]
    fn what_names_no_package_is_refused() {
        let rest = "Name: a\nVersion: 1\n";
        for (text, expected) in [
            ("", "has a bad f: it has no Metadata-Version"),
            (
                "Metadata-Version: 2.1\nVersion: 1\n",
                "has a bad f: it has no Name",
            ),
            (
                "Metadata-Version: 2.1\nName: a\n\nVersion: 1\n",
                "has a bad f: it has no Version",
            ),
            (
                "Metadata-Version: 2.1\nName: a\nName: b\nVersion: 1\n",
                "has a bad f: it has Name twice",
            ),
            (
                &format!("Metadata-Version: 3.0\n{rest}"),
                "has a bad f: Metadata-Version \"3.0\" is not known: 1.x and 2.x are",
            ),
            (
                "Metadata-Version: 2.1\nName: a/b\nVersion: 1\n",
                "has a bad f: \"a/b\" cannot be the name of a package",
            ),
            (
                "Metadata-Version: 2.1\nName: -a\nVersion: 1\n",
                "has a bad f: \"-a\" cannot be the name of a package",
            ),
            (
                "Metadata-Version: 2.1\nName: a\nVersion: one\n",
                "has a bad f: \"one\" is no version that PEP 440 knows",
            ),
            (
                &format!("Metadata-Version: 2.1\n{rest}Summary: x\nSummary: y\n"),
                "has a bad f: it has Summary twice",
            ),
            (" x", "has a bad f: it begins with the rest of a header"),
            ("a b: c", "has a bad f: \"a b: c\" is no header"),
            ("PK\u{3}", "has a bad f: \"PK\\u{3}\" is no header"),
        ] {
            assert_eq!(parse(text).unwrap_err(), expected);
        }
        assert!(Metadata::parse("f", b"\xff").is_err());
    }
}
