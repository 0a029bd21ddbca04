//! The indexes that the settings beside a lockfile name, of whichever tool.
//!
//! Source of the rules: uv's "Package indexes" (`[tool.uv]`, `uv.toml`, and the same in a script), Poetry's
//! "Repositories", PDM's "Configure the project", pipenv's "Pipfile".

use foldhash::HashSet;

use super::super::toml::{self, Item, Table};
use super::super::{Input, ProjectFiles, hosts, project};
use crate::text::{self, Encoding};

/// How a script's lockfile is called.
const SCRIPT: &str = ".py.lock";

/// The files in which a lockfile's indexes may stand.
pub(super) fn files(lockfile: &Input<'_>) -> Vec<String> {
    match script(lockfile.path) {
        Some(script) => vec![script.to_owned()],
        None => ["pyproject.toml", "uv.toml"]
            .map(|name| project::beside(lockfile.path, name))
            .into(),
    }
}

fn script(lockfile: &str) -> Option<&str> {
    lockfile
        .ends_with(SCRIPT)
        .then(|| lockfile.trim_end_matches(".lock"))
}

/// The hosts of the indexes that the settings at hand name. What cannot be read names none.
pub(super) fn named(lockfile: &str, files: &ProjectFiles) -> HashSet<String> {
    let mut hosts = HashSet::default();
    let read = |path: &str| {
        Some(
            text::decode(path, files.get(path)?, Encoding::Utf8)
                .ok()?
                .into_owned(),
        )
    };
    if let Some(script) = script(lockfile) {
        let settings = read(script).map(|text| block(&text));
        add(settings.as_deref(), &mut hosts, |root, hosts| {
            of_tools(root, hosts)
        });
        return hosts;
    }
    let beside = |name| read(&project::beside(lockfile, name));
    add(beside("pyproject.toml").as_deref(), &mut hosts, of_tools);
    add(beside("uv.toml").as_deref(), &mut hosts, of_uv);
    hosts
}

/// Takes down the hosts of `[[source]]`, as a Pipfile has them.
pub(super) fn of_sources(table: Table<'_>, hosts: &mut HashSet<String>) {
    urls(table.get("source"), hosts);
}

fn add(text: Option<&str>, hosts: &mut HashSet<String>, read: impl Fn(Table<'_>, &mut HashSet<String>)) {
    if let Some(Ok(document)) = text.map(|text| toml::parse("", text)) {
        read(document.root(), hosts);
    }
}

fn of_tools(root: Table<'_>, hosts: &mut HashSet<String>) {
    let tool = |name| root.table("tool")?.table(name);
    if let Some(uv) = tool("uv") {
        of_uv(uv, hosts);
    }
    for table in [tool("poetry"), tool("pdm")].into_iter().flatten() {
        of_sources(table, hosts);
    }
}

fn of_uv(uv: Table<'_>, hosts: &mut HashSet<String>) {
    for key in ["index", "index-url", "extra-index-url", "find-links"] {
        urls(uv.get(key), hosts);
    }
}

/// A URL, a list of URLs, or a list of tables with one each.
fn urls(item: Option<Item<'_>>, hosts: &mut HashSet<String>) {
    let Some(item) = item else {
        return;
    };
    let mut note = |url: &str| hosts.extend(hosts::host_of(url).map(String::from));
    if let Some(url) = item.as_str() {
        note(url);
    }
    for one in item.as_array().into_iter().flatten() {
        let in_table = || one.as_table()?.str("url");
        if let Some(url) = one.as_str().or_else(in_table) {
            note(url);
        }
    }
}

/// The settings in a script's comments, as PEP 723 has them.
fn block(script: &str) -> String {
    let mut settings = String::new();
    let lines = script
        .lines()
        .skip_while(|line| line.trim_end() != "# /// script");
    for line in lines.skip(1).take_while(|line| line.trim_end() != "# ///") {
        settings.push_str(line.strip_prefix("# ").unwrap_or_default());
        settings.push('\n');
    }
    settings
}
