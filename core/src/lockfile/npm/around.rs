//! What stands around a manifest: the roots of the workspaces that it may be a member of.
//!
//! Source of the rules: npm's document "package.json" (workspaces, overrides), pnpm's documents "pnpm-workspace.yaml"
//! and "Settings". What a root overrides holds for its members too, and of pnpm it stands in the settings.

use std::borrow::Cow;

use serde::Deserialize;

use super::super::json::Text;
use super::super::{Input, ProjectFiles, project, yaml};
use super::manifest::{Manifest, Overrides};
use super::registries::SettingsFile;
use crate::text::{self, Encoding};

/// How many folders above a manifest its workspace's root is looked for. A root that is there leads further up.
const LEVELS: usize = 4;

/// The files that may say what holds for the manifest at `path`.
pub(super) fn references(path: &str) -> Vec<String> {
    if project::file_name(path) == SettingsFile::PnpmWorkspace.name() {
        return Vec::new();
    }
    let above = (1..=LEVELS).flat_map(|level| {
        let up = "../".repeat(level);
        let names = ["package.json", SettingsFile::PnpmWorkspace.name()];
        names.map(|name| project::beside(path, &format!("{up}{name}")))
    });
    std::iter::once(SettingsFile::PnpmWorkspace.beside(path))
        .chain(above)
        .collect()
}

/// The texts of a folder that may be the manifest's root.
pub(super) struct Texts<'f> {
    /// The path from there to the manifest's folder; nothing where the paths do not tell.
    inside: Option<String>,
    manifest: Option<Cow<'f, str>>,
    settings: Option<Cow<'f, str>>,
}

/// The texts above a manifest, the nearest first.
pub(super) fn texts<'f>(manifest: &Input<'_>, files: &'f ProjectFiles) -> Vec<Texts<'f>> {
    let own = folder(manifest.path);
    let mut all = Vec::new();
    let mut up = String::new();
    for level in 1.. {
        up.push_str("../");
        let read = |name: &str| {
            let bytes = files.get(&project::beside(manifest.path, &format!("{up}{name}")))?;
            text::decode(name, bytes, Encoding::Utf8).ok()
        };
        let texts = Texts {
            inside: {
                let root = project::beside(manifest.path, &format!("{up}package.json"));
                let inside = own.strip_prefix(folder(&root));
                inside.map(|inside| inside.trim_end_matches('/').to_owned())
            },
            manifest: read("package.json"),
            settings: read(SettingsFile::PnpmWorkspace.name()),
        };
        // What is not there leads no further.
        if level > LEVELS && texts.manifest.is_none() && texts.settings.is_none() || level > 64 {
            break;
        }
        if texts.manifest.is_some() || texts.settings.is_some() {
            all.push(texts);
        }
    }
    all
}

/// What the root of a workspace says.
pub(super) struct Root<'t> {
    pub(super) manifest: Option<Manifest<'t>>,
    settings: Option<Settings<'t>>,
    /// Whether the manifest is certainly its member.
    pub(super) is_certain: bool,
}

/// pnpm's settings, as far as they say what is installed.
#[derive(Deserialize)]
struct Settings<'a> {
    #[serde(borrow)]
    packages: Option<Vec<Text<'a>>>,
    #[serde(borrow)]
    overrides: Option<Overrides<'a>>,
}

impl<'t> Texts<'t> {
    /// Reads them; nothing if this is not the root of what the manifest is in.
    pub(super) fn root(&'t self) -> Option<Root<'t>> {
        let manifest = self.manifest.as_deref().and_then(Manifest::read);
        let settings: Option<Settings<'_>> = self
            .settings
            .as_deref()
            .and_then(|text| yaml::from_str(SettingsFile::PnpmWorkspace.name(), text).ok());
        let of_pnpm = settings.as_ref().and_then(|settings| settings.packages.as_ref());
        let of_pnpm = of_pnpm.into_iter().flatten().map(Text::as_str);
        let of_npm = manifest.iter().flat_map(Manifest::workspaces);
        let patterns: Vec<&str> = of_npm.chain(of_pnpm).collect();
        if patterns.is_empty() {
            return None;
        }
        let is_certain = match &self.inside {
            Some(inside) if !is_member(inside, &patterns) => return None,
            Some(_) => true,
            None => false,
        };
        Some(Root {
            manifest,
            settings,
            is_certain,
        })
    }
}

impl<'t> Root<'t> {
    /// What pnpm's settings put in the place of what is asked for.
    pub(super) fn overrides(&self) -> Option<&Overrides<'t>> {
        self.settings.as_ref()?.overrides.as_ref()
    }
}

/// Whether the patterns of a workspace mean the folder; a later `!` takes back what an earlier one gave.
fn is_member(folder: &str, patterns: &[&str]) -> bool {
    let mut is_member = false;
    for pattern in patterns {
        let (is_exception, pattern) = match pattern.strip_prefix('!') {
            Some(pattern) => (true, pattern),
            None => (false, *pattern),
        };
        let pattern = pattern.trim_start_matches("./").trim_end_matches('/');
        if fast_glob::glob_match(pattern, folder) {
            is_member = !is_exception;
        }
    }
    is_member
}

fn folder(path: &str) -> &str {
    &path[..path.len() - project::file_name(path).len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_what_the_patterns_mean() {
        for (folder, patterns, expected) in [
            ("packages/a", &["packages/*"][..], true),
            ("packages/a/b", &["packages/*"], false),
            ("packages/a/b", &["./packages/**/"], true),
            ("packages/a", &["packages/*", "!packages/a"], false),
            ("a", &["a"], true),
            ("a", &[], false),
        ] {
            assert_eq!(is_member(folder, patterns), expected, "{folder} {patterns:?}");
        }
    }
}
