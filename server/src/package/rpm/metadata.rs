//! What a repository tells of a package, as createrepo_c writes it: the elements `package` of its three documents.

use std::collections::BTreeSet;
// Writing into a string always succeeds, so that its results are let go.
use std::fmt::Write as _;

use hc_core::package_file::rpm::{Dependency, FileKind, Package, RELATIONS};

use super::xml::escaped;
use crate::store::files::Entry;

/// How many changes are told, the newest.
const CHANGES: usize = 10;

/// The bits of a dependency's flags that say how its version compares.
const COMPARISON: u64 = 0b1110;

/// What is known of a package besides what it says itself.
pub(super) struct Stored<'a> {
    pub(super) entry: &'a Entry,
    /// Below the repository's URL.
    pub(super) location: &'a str,
}

/// For `primary.xml`: what solvers need.
pub(super) fn primary(package: &Package, stored: &Stored<'_>) -> String {
    let mut xml = String::new();
    let _ = write!(
        xml,
        "<package type=\"rpm\">\n  <name>{}</name>\n  <arch>{}</arch>\n  {}\n  \
         <checksum type=\"sha256\" pkgid=\"YES\">{}</checksum>\n",
        escaped(&package.name),
        escaped(&package.arch),
        version(package),
        stored.entry.digests.sha256
    );
    for (element, text) in [
        ("summary", &package.summary),
        ("description", &package.description),
        ("packager", &package.packager),
        ("url", &package.url),
    ] {
        let _ = writeln!(xml, "  <{element}>{}</{element}>", escaped(text));
    }
    let _ = write!(
        xml,
        "  <time file=\"{}\" build=\"{}\"/>\n  <size package=\"{}\" installed=\"{}\" archive=\"{}\"/>\n  \
         <location href=\"{}\"/>\n  <format>\n",
        stored.entry.created_at / 1000,
        package.built_at,
        stored.entry.digests.size,
        package.installed_size,
        package.archive_size,
        escaped(stored.location)
    );
    for (element, text) in [
        ("license", &package.license),
        ("vendor", &package.vendor),
        ("group", &package.group),
        ("buildhost", &package.build_host),
        ("sourcerpm", &package.source),
    ] {
        let _ = writeln!(xml, "    <rpm:{element}>{}</rpm:{element}>", escaped(text));
    }
    let (start, end) = package.header;
    let _ = writeln!(xml, "    <rpm:header-range start=\"{start}\" end=\"{end}\"/>");
    for (relation, dependencies) in RELATIONS.into_iter().zip(&package.relations) {
        put_relation(&mut xml, package, relation, dependencies);
    }
    for file in package.files.iter().filter(|file| is_primary(&file.path)) {
        put_file(&mut xml, &file.path, file.kind);
    }
    xml.push_str("  </format>\n</package>\n");
    xml
}

/// For `filelists.xml`: every file.
pub(super) fn filelists(package: &Package, stored: &Stored<'_>) -> String {
    let mut xml = start(package, stored);
    for file in &package.files {
        put_file(&mut xml, &file.path, file.kind);
    }
    xml.push_str("</package>\n");
    xml
}

/// For `other.xml`: the newest changes, the oldest of them first.
pub(super) fn other(package: &Package, stored: &Stored<'_>) -> String {
    let mut xml = start(package, stored);
    for change in package.changes.iter().take(CHANGES).rev() {
        let _ = writeln!(
            xml,
            "  <changelog author=\"{}\" date=\"{}\">{}</changelog>",
            escaped(&change.author),
            change.time,
            escaped(&change.text)
        );
    }
    xml.push_str("</package>\n");
    xml
}

fn start(package: &Package, stored: &Stored<'_>) -> String {
    format!(
        "<package pkgid=\"{}\" name=\"{}\" arch=\"{}\">\n  {}\n",
        stored.entry.digests.sha256,
        escaped(&package.name),
        escaped(&package.arch),
        version(package)
    )
}

fn version(package: &Package) -> String {
    format!(
        "<version epoch=\"{}\" ver=\"{}\" rel=\"{}\"/>",
        package.epoch,
        escaped(&package.version),
        escaped(&package.release)
    )
}

fn put_file(xml: &mut String, path: &str, kind: FileKind) {
    let kind = match kind {
        FileKind::File => "",
        FileKind::Dir => " type=\"dir\"",
        FileKind::Ghost => " type=\"ghost\"",
    };
    let _ = writeln!(xml, "    <file{kind}>{}</file>", escaped(path));
}

/// Files that others may depend on by their paths.
fn is_primary(path: &str) -> bool {
    path.starts_with("/etc/") || path.contains("bin/") || path == "/usr/lib/sendmail"
}

fn put_relation(xml: &mut String, package: &Package, relation: &str, dependencies: &[Dependency]) {
    let mut seen = BTreeSet::new();
    let entries: String = dependencies
        .iter()
        .filter(|dependency| relation != "requires" || needs_others(package, dependency))
        .map(|dependency| entry(dependency, relation == "requires"))
        .filter(|entry| seen.insert(entry.clone()))
        .collect();
    if !entries.is_empty() {
        let _ = writeln!(xml, "    <rpm:{relation}>\n{entries}    </rpm:{relation}>");
    }
}

/// Whether a requirement is for other packages: not for rpm itself, and not for this one.
fn needs_others(package: &Package, dependency: &Dependency) -> bool {
    let [provided, ..] = &package.relations;
    let comparison = |dependency: &Dependency| dependency.flags & COMPARISON;
    let is_same = |other: &Dependency| {
        (&other.name, &other.version) == (&dependency.name, &dependency.version)
            && comparison(other) == comparison(dependency)
    };
    let is_own = || {
        let is_file = dependency.name.starts_with('/');
        is_file && package.files.iter().any(|file| file.path == dependency.name)
    };
    !dependency.name.starts_with("rpmlib(") && !provided.iter().any(is_same) && !is_own()
}

/// Source of the numbers: rpm's `rpmds.h`, `RPMSENSE_…`.
fn entry(dependency: &Dependency, may_be_early: bool) -> String {
    /// Needed before the package is installed or while it is: a script uses it.
    const EARLY: u64 = 1 << 6 | 1 << 9 | 1 << 10;
    let mut xml = format!("      <rpm:entry name=\"{}\"", escaped(&dependency.name));
    let comparison = match dependency.flags & COMPARISON {
        0b0010 => Some("LT"),
        0b0100 => Some("GT"),
        0b1000 => Some("EQ"),
        0b1010 => Some("LE"),
        0b1100 => Some("GE"),
        _ => None,
    };
    if let Some(comparison) = comparison {
        let (epoch, rest) = dependency
            .version
            .split_once(':')
            .unwrap_or(("0", &dependency.version));
        let (version, release) = match rest.rsplit_once('-') {
            Some((version, release)) => (version, Some(release)),
            None => (rest, None),
        };
        let _ = write!(
            xml,
            " flags=\"{comparison}\" epoch=\"{}\" ver=\"{}\"",
            escaped(epoch),
            escaped(version)
        );
        if let Some(release) = release {
            let _ = write!(xml, " rel=\"{}\"", escaped(release));
        }
    }
    if may_be_early && dependency.flags & EARLY != 0 {
        xml.push_str(" pre=\"1\"");
    }
    xml.push_str("/>\n");
    xml
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_are_written_with_their_versions() {
        for (name, flags, version, expected) in [
            ("a", 0, "", "name=\"a\""),
            (
                "a",
                8,
                "1:2.0-3",
                "name=\"a\" flags=\"EQ\" epoch=\"1\" ver=\"2.0\" rel=\"3\"",
            ),
            ("a", 12, "2.0", "name=\"a\" flags=\"GE\" epoch=\"0\" ver=\"2.0\""),
            (
                "a",
                2 | 512,
                "2",
                "name=\"a\" flags=\"LT\" epoch=\"0\" ver=\"2\" pre=\"1\"",
            ),
            ("/bin/sh", 1 << 10, "", "name=\"/bin/sh\" pre=\"1\""),
            (
                "a\"<b",
                10,
                "1",
                "name=\"a&quot;&lt;b\" flags=\"LE\" epoch=\"0\" ver=\"1\"",
            ),
        ] {
            let dependency = Dependency {
                name: name.to_owned(),
                flags,
                version: version.to_owned(),
            };
            assert_eq!(
                entry(&dependency, true),
                format!("      <rpm:entry {expected}/>\n")
            );
        }
    }
}
