//! The nuspec: what a package is, as XML. Its namespace changed with the years, so that only local names count.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::{Package, Version};
use crate::package_file::error::PackageError;

/// What one target framework needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DependencyGroup {
    /// The framework, such as `net8.0`; `None` for any.
    pub target_framework: Option<String>,
    /// What it needs.
    pub dependencies: Vec<Dependency>,
}

/// A package that is needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// Its id.
    pub id: String,
    /// The versions that will do, in NuGet's notation for ranges, such as `[1.0.0, )`.
    pub range: String,
}

/// The texts that are kept. Their names are the same in the nuspec and in the protocol's catalog entries.
const TEXTS: [&str; 12] = [
    "authors",
    "copyright",
    "description",
    "iconUrl",
    "language",
    "licenseUrl",
    "owners",
    "projectUrl",
    "releaseNotes",
    "summary",
    "tags",
    "title",
];

/// Deeper than a nuspec goes.
const DEEPEST: usize = 32;
/// The longest id, in characters.
const LONGEST_ID: usize = 100;

/// Reads the nuspec at `path` in the package.
///
/// # Errors
/// When it is no nuspec, or lacks what every one has: id, version, authors and description.
pub(super) fn parse(path: &str, bytes: Vec<u8>) -> Result<Package, PackageError> {
    let bad = |reason: String| PackageError::content(path, reason);
    let text = std::str::from_utf8(&bytes).map_err(|_| bad("it is not UTF-8".to_owned()))?;
    let found = Found::read(text).map_err(bad)?;
    let required = |name: &str| found.text(name).ok_or_else(|| bad(format!("it has no {name}")));
    let (id, version) = (required("id")?, required("version")?);
    required("authors")?;
    required("description")?;
    if !is_id(id) {
        return Err(bad(format!("{id:?} cannot be the id of a package")));
    }
    let version = Version::parse(version).ok_or_else(|| bad(format!("{version:?} is no version")))?;
    let known = |name: &&'static str| Some((*name, found.text(name)?.to_owned()));
    let mut texts: Vec<_> = TEXTS.iter().filter_map(known).collect();
    if let (Some("expression"), Some(license)) = (found.license_type.as_deref(), found.text("license")) {
        texts.push(("licenseExpression", license.to_owned()));
    }
    Ok(Package {
        id: id.to_owned(),
        version,
        texts,
        requires_license_acceptance: found
            .text("requireLicenseAcceptance")
            .is_some_and(|text| text.eq_ignore_ascii_case("true")),
        min_client_version: found.min_client_version,
        dependency_groups: found.groups,
        package_types: found.package_types,
        nuspec: bytes,
    })
}

/// Whether `text` can be an id: words of letters, digits and `_`, with single dots and dashes between them.
fn is_id(text: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    text.len() <= LONGEST_ID
        && text
            .split(['.', '-'])
            .all(|part| !part.is_empty() && part.bytes().all(word))
}

/// What is found in the XML.
#[derive(Default)]
struct Found {
    /// The elements in `metadata` and their texts.
    texts: Vec<(String, String)>,
    license_type: Option<String>,
    min_client_version: Option<String>,
    groups: Vec<DependencyGroup>,
    package_types: Vec<String>,
}

impl Found {
    fn text(&self, name: &str) -> Option<&str> {
        let (_, text) = self.texts.iter().find(|(known, _)| known == name)?;
        Some(text.trim()).filter(|text| !text.is_empty())
    }

    /// Goes through the XML once; what is wrong is said in a sentence.
    fn read(text: &str) -> Result<Self, String> {
        let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
        reader.config_mut().expand_empty_elements = true;
        let mut found = Self::default();
        let mut open: Vec<String> = Vec::new();
        let mut is_done = false;
        loop {
            match reader.read_event().map_err(|error| format!("not XML: {error}"))? {
                Event::Start(start) => {
                    if open.is_empty() && is_done {
                        return Err("not XML: a second root element".to_owned());
                    }
                    if open.len() == DEEPEST {
                        return Err(format!("elements are nested more than {DEEPEST} deep"));
                    }
                    open.push(start.local_name().as_ref().to_owned());
                    found.begin(&open, &start)?;
                }
                Event::End(_) => {
                    open.pop();
                    is_done |= open.is_empty();
                }
                Event::Text(content) => found.add(&open, &content.xml10_content()),
                Event::CData(content) => found.add(&open, &content.xml10_content()),
                Event::GeneralRef(reference) => {
                    let character = match reference.resolve_char_ref() {
                        Ok(Some(character)) => character.to_string(),
                        _ => quick_xml::escape::resolve_xml_entity(&reference)
                            .ok_or_else(|| format!("not XML: &{}; stands for nothing", &*reference))?
                            .to_owned(),
                    };
                    found.add(&open, &character);
                }
                Event::DocType(_) => return Err("a document type definition is not allowed here".to_owned()),
                Event::Eof if is_done && open.is_empty() => return Ok(found),
                Event::Eof => return Err("it ends too early".to_owned()),
                Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            }
        }
    }

    fn begin(&mut self, open: &[String], start: &BytesStart<'_>) -> Result<(), String> {
        let path: Vec<&str> = open.iter().map(String::as_str).collect();
        match path.as_slice() {
            ["package"] => {}
            [root] => return Err(format!("its root element is <{root}>, not <package>")),
            ["package", "metadata"] => self.min_client_version = attribute(start, "minClientVersion")?,
            ["package", "metadata", name] => {
                if self.texts.iter().any(|(known, _)| known == name) {
                    return Err(format!("it has <{name}> twice"));
                }
                if *name == "license" {
                    self.license_type = attribute(start, "type")?;
                }
                self.texts.push(((*name).to_owned(), String::new()));
            }
            ["package", "metadata", "dependencies", "group"] => self.groups.push(DependencyGroup {
                target_framework: attribute(start, "targetFramework")?
                    .filter(|framework| !framework.is_empty()),
                dependencies: Vec::new(),
            }),
            ["package", "metadata", "dependencies", "group", "dependency"] => {
                if let Some(group) = self.groups.last_mut() {
                    group.dependencies.push(dependency(start)?);
                }
            }
            // Without groups: one for any framework.
            ["package", "metadata", "dependencies", "dependency"] => {
                let dependency = dependency(start)?;
                match self
                    .groups
                    .iter_mut()
                    .find(|group| group.target_framework.is_none())
                {
                    Some(group) => group.dependencies.push(dependency),
                    None => self.groups.push(DependencyGroup {
                        target_framework: None,
                        dependencies: vec![dependency],
                    }),
                }
            }
            ["package", "metadata", "packageTypes", "packageType"] => {
                self.package_types.extend(attribute(start, "name")?);
            }
            _ => {}
        }
        Ok(())
    }

    fn add(&mut self, open: &[String], content: &str) {
        if let ([_, _, _], Some((_, text))) = (open, self.texts.last_mut()) {
            text.push_str(content);
        }
    }
}

fn dependency(start: &BytesStart<'_>) -> Result<Dependency, String> {
    let id = attribute(start, "id")?.filter(|id| is_id(id));
    let range = attribute(start, "version")?.unwrap_or_default();
    Ok(Dependency {
        id: id.ok_or("a dependency has no id, or one that cannot be")?,
        range: match Version::parse(range.trim()) {
            Some(lowest) => format!("[{}, )", lowest.normal()),
            None if range.trim().is_empty() => "(, )".to_owned(),
            None => range,
        },
    })
}

fn attribute(start: &BytesStart<'_>, wanted: &str) -> Result<Option<String>, String> {
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| format!("not XML: {error}"))?;
        if attribute.key.as_ref() == wanted {
            let value = attribute.normalized_value(quick_xml::XmlVersion::Explicit1_0);
            let value = value.map_err(|error| format!("not XML: {error}"))?;
            return Ok(Some(value.into_owned()));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    const REST: &str = "<version>1.0</version><authors>A</authors><description>D</description>";

    fn read(text: &str) -> Result<Package, String> {
        parse("f", text.as_bytes().to_vec()).map_err(|error| error.to_string())
    }

    fn metadata(content: &str) -> Result<Package, String> {
        read(&format!("<package><metadata>{content}</metadata></package>"))
    }

    #[test]
    fn a_nuspec_says_what_a_package_is() {
        let package = read(
            "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
             <package xmlns=\"http://schemas.example/nuspec.xsd\">\n<metadata minClientVersion=\"2.12\">\n\
             <id> A.b-C </id><version>1.0-x</version><authors>A &amp; B</authors>\n\
             <description><![CDATA[<D>]]>&#65;</description><license type=\"expression\">MIT</license>\n\
             <requireLicenseAcceptance>true</requireLicenseAcceptance><tags/>\n\
             <packageTypes><packageType name=\"DotnetTool\" /></packageTypes>\n\
             <dependencies><group targetFramework=\"net8.0\"><dependency id=\"X\" version=\"1.0\" exclude=\"Build\"/>\n\
             <dependency id=\"Y\" version=\"[1,2)\"/></group><group/></dependencies>\n\
             <readme>docs/x.md</readme></metadata><files><file src=\"a\"/></files></package>\n",
        )
        .unwrap();
        assert_eq!((&*package.id, &*package.version.normal()), ("A.b-C", "1.0.0-x"));
        assert_eq!(
            (package.text("authors"), package.text("description")),
            (Some("A & B"), Some("<D>A"))
        );
        assert_eq!(
            (package.text("licenseExpression"), package.text("tags")),
            (Some("MIT"), None)
        );
        assert_eq!(package.min_client_version.as_deref(), Some("2.12"));
        assert!(package.requires_license_acceptance);
        assert_eq!(package.package_types, ["DotnetTool"]);
        let dependency = |id: &str, range: &str| Dependency {
            id: id.to_owned(),
            range: range.to_owned(),
        };
        let net8 = DependencyGroup {
            target_framework: Some("net8.0".to_owned()),
            dependencies: vec![dependency("X", "[1.0.0, )"), dependency("Y", "[1,2)")],
        };
        assert_eq!(package.dependency_groups, [net8, DependencyGroup::default()]);
    }

    #[test]
    fn dependencies_without_groups_are_for_any_framework() {
        let package = metadata(&format!(
            "<id>a</id>{REST}<dependencies><dependency id=\"x\"/><dependency id=\"y\" version=\"2\"/></dependencies>"
        ));
        let groups = package.unwrap().dependency_groups;
        let ranges: Vec<_> = groups[0]
            .dependencies
            .iter()
            .map(|needed| &*needed.range)
            .collect();
        assert_eq!((groups.len(), ranges), (1, vec!["(, )", "[2.0.0, )"]));
    }

    #[test]
    fn what_names_no_package_is_refused() {
        for id in ["", "../a", "a b", "a..b", ".a", "a-", "\u{e4}", &"a".repeat(101)] {
            assert!(metadata(&format!("<id>{id}</id>{REST}")).is_err(), "{id}");
        }
        for (text, expected) in [
            (
                "<id>a</id><version>x</version><authors>A</authors><description>D</description>",
                "\"x\" is no version",
            ),
            (
                "<id>a</id><version>1</version><description>D</description>",
                "it has no authors",
            ),
            (&format!("<id>a</id><id>b</id>{REST}"), "it has <id> twice"),
            (&format!("<id>&x;</id>{REST}"), "not XML: &x; stands for nothing"),
            (
                &format!("<id>a</id>{REST}<dependencies><dependency/></dependencies>"),
                "a dependency has no id, or one that cannot be",
            ),
        ] {
            assert_eq!(metadata(text).unwrap_err(), format!("has a bad f: {expected}"));
        }
        for (text, expected) in [
            ("", "it ends too early"),
            ("<package>", "it ends too early"),
            ("<nuspec/>", "its root element is <nuspec>, not <package>"),
            ("<package/><package/>", "not XML: a second root element"),
            ("<package/>", "it has no id"),
            (
                "<!DOCTYPE x><package/>",
                "a document type definition is not allowed here",
            ),
            (&"<package>".repeat(1000), "elements are nested more than 32 deep"),
        ] {
            assert_eq!(
                read(text).unwrap_err(),
                format!("has a bad f: {expected}"),
                "{text}"
            );
        }
    }
}
