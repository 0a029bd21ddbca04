//! The registries that the settings of a project name.

use std::borrow::Cow;

use foldhash::HashSet;
use serde::Deserialize;

use super::super::hosts::{self, Hosts};
use super::super::json::Text;
use super::super::{Input, ProjectFiles, Warning, project, toml, yaml};
use super::entries::Entries;
use crate::text::{self, Encoding};

/// The registries that the settings beside a lockfile name.
#[derive(Default)]
pub(super) struct Settings {
    hosts: HashSet<String>,
    /// That of the registry that all packages come from for which no other one is named.
    default: Option<String>,
    /// The registries that pnpm's settings give names to.
    names: HashSet<String>,
}

/// A file in which a package manager's settings stand.
#[derive(Clone, Copy)]
pub(super) enum SettingsFile {
    Npmrc,
    Yarnrc,
    YarnrcYml,
    PnpmWorkspace,
    Bunfig,
}

impl SettingsFile {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Npmrc => ".npmrc",
            Self::Yarnrc => ".yarnrc",
            Self::YarnrcYml => ".yarnrc.yml",
            Self::PnpmWorkspace => "pnpm-workspace.yaml",
            Self::Bunfig => "bunfig.toml",
        }
    }

    /// The path of such a file beside the lockfile at `lockfile`.
    pub(super) fn beside(self, lockfile: &str) -> String {
        project::beside(lockfile, self.name())
    }

    /// The text of such a file, if it is at hand.
    pub(super) fn text<'f>(self, lockfile: &Input<'_>, files: &'f ProjectFiles) -> Option<Cow<'f, str>> {
        let bytes = files.get(&self.beside(lockfile.path))?;
        text::decode(self.name(), bytes, Encoding::Utf8).ok()
    }
}

impl Settings {
    /// Reads the settings that are at hand. What cannot be read names no registry.
    pub(super) fn read(lockfile: &Input<'_>, kinds: &[SettingsFile], files: &ProjectFiles) -> Self {
        let mut settings = Self::default();
        for &kind in kinds {
            if let Some(text) = kind.text(lockfile, files) {
                settings.add(kind, &text);
            }
        }
        settings
    }

    /// Whether the settings name this host.
    pub(super) fn has(&self, host: &str) -> bool {
        self.hosts.contains(host)
    }

    /// What the reader should know of a lockfile's hosts.
    pub(super) fn told(&self, hosts: &Hosts, registries: &[bool]) -> Option<Warning> {
        let odd = || {
            let (host, default) = (hosts.only()?, self.default.as_ref()?);
            (!self.has(host)).then(|| {
                let host = text::excerpt(host);
                format!(
                    "all archives come from {host}, while the settings beside the lockfile name {default}"
                )
            })
        };
        hosts.told(registries).or_else(odd).map(Warning::new)
    }

    /// Whether pnpm's settings give a registry this name.
    pub(super) fn has_name(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    fn add(&mut self, kind: SettingsFile, text: &str) {
        match kind {
            SettingsFile::Npmrc => self.add_npmrc(text),
            SettingsFile::Yarnrc => self.add_yarnrc(text),
            SettingsFile::YarnrcYml => self.add_yarnrc_yml(text),
            SettingsFile::PnpmWorkspace => self.add_pnpm_workspace(text),
            SettingsFile::Bunfig => self.add_bunfig(text),
        }
    }

    fn default_host(&mut self, url: &str) {
        self.default = hosts::host_of(url).map(|host| text::excerpt(&host));
        self.host(url);
    }

    fn host(&mut self, url: &str) {
        self.hosts.extend(hosts::host_of(url).map(String::from));
    }

    /// `registry=URL`, `@scope:registry=URL`, and `//host/path/:key=value`.
    fn add_npmrc(&mut self, text: &str) {
        for line in text.lines().map(str::trim) {
            let Some((key, value)) = line.split_once('=') else {
                continue;
            };
            let (key, value) = (key.trim(), unquoted(value.trim()));
            if key == "registry" {
                self.default_host(value);
            } else if key.starts_with('@') && key.ends_with(":registry") {
                self.host(value);
            } else if key.starts_with("//") {
                self.host(key.split("/:").next().unwrap_or_default());
            }
        }
    }

    /// `registry "URL"` and `"@scope:registry" "URL"`.
    fn add_yarnrc(&mut self, text: &str) {
        for line in text.lines().map(str::trim) {
            if let Some((key, value)) = line.split_once([' ', '\t'])
                && unquoted(key).ends_with("registry")
            {
                let url = unquoted(value.trim());
                match key {
                    "registry" => self.default_host(url),
                    _ => self.host(url),
                }
            }
        }
    }

    fn add_yarnrc_yml(&mut self, text: &str) {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Yarnrc<'a> {
            #[serde(borrow)]
            npm_registry_server: Option<Text<'a>>,
            #[serde(borrow)]
            npm_scopes: Option<Entries<'a, Option<Scope<'a>>>>,
            #[serde(borrow)]
            npm_registries: Option<Entries<'a, serde::de::IgnoredAny>>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Scope<'a> {
            #[serde(borrow)]
            npm_registry_server: Option<Text<'a>>,
        }
        let Ok(yarnrc) = yaml::from_str::<Yarnrc<'_>>(SettingsFile::YarnrcYml.name(), text) else {
            return;
        };
        let scopes = Entries::of(yarnrc.npm_scopes.as_ref()).iter();
        let scopes = scopes.filter_map(|(_, scope)| scope.as_ref()?.npm_registry_server.as_ref());
        for url in scopes {
            self.host(url.as_str());
        }
        if let Some(url) = &yarnrc.npm_registry_server {
            self.default_host(url.as_str());
        }
        for (url, _) in Entries::of(yarnrc.npm_registries.as_ref()) {
            self.host(url.as_str());
        }
    }

    fn add_pnpm_workspace(&mut self, text: &str) {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Workspace<'a> {
            #[serde(borrow)]
            registry: Option<Text<'a>>,
            #[serde(borrow)]
            registries: Option<Entries<'a, Text<'a>>>,
            #[serde(borrow)]
            named_registries: Option<Entries<'a, Text<'a>>>,
        }
        let Ok(workspace) = yaml::from_str::<Workspace<'_>>(SettingsFile::PnpmWorkspace.name(), text) else {
            return;
        };
        if let Some(url) = &workspace.registry {
            self.default_host(url.as_str());
        }
        for (_, url) in Entries::of(workspace.registries.as_ref()) {
            self.host(url.as_str());
        }
        for (name, url) in Entries::of(workspace.named_registries.as_ref()) {
            self.names.insert(name.as_str().to_owned());
            self.host(url.as_str());
        }
    }

    /// `install.registry` and `install.scopes`, each a URL or a table with one.
    fn add_bunfig(&mut self, text: &str) {
        let Ok(document) = toml::parse(SettingsFile::Bunfig.name(), text) else {
            return;
        };
        let install = document.root().table("install");
        let scopes = install.and_then(|install| install.table("scopes"));
        let scopes = scopes.into_iter().flat_map(toml::Table::items);
        for registry in scopes.chain(install.and_then(|install| install.get("registry"))) {
            let url = || registry.as_table()?.str("url");
            if let Some(url) = registry.as_str().or_else(url) {
                self.host(url);
            }
        }
    }
}

fn unquoted(text: &str) -> &str {
    let quoted = |quote| text.strip_prefix(quote)?.strip_suffix(quote);
    quoted('"').or_else(|| quoted('\'')).unwrap_or(text)
}
