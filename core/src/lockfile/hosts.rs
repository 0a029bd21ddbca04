//! Which hosts are the registries of a lockfile.
//!
//! A lockfile keeps the URL from which each archive is taken, and a package manager takes it from there, whoever
//! serves it. A registry's package is only what comes from a registry: from a host that the project's settings
//! name, from the one that most archives of the lockfile come from, or from one that many do: lockfiles that were
//! written over years hold the URLs of several mirrors, while who slips in an archive changes a few lines.

use std::borrow::Cow;

use foldhash::HashMap;

/// So many archives must come from a host that stands beside the one that most come from.
const MANY: usize = 3;

/// And one of so many of all archives.
const SHARE: usize = 50;

/// A host of archives, by its place among those of a lockfile.
pub(super) type Host = u32;

/// The hosts of a lockfile's archives, and how many come from each.
#[derive(Debug, Default)]
pub(super) struct Hosts {
    names: Vec<String>,
    counts: Vec<usize>,
    by_name: HashMap<String, Host>,
    /// The host that was noted last: mostly it is the next one too.
    last: Host,
    /// How many of the registry's packages have no URL.
    without_url: usize,
}

/// What it means that a package has no URL.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum WithoutUrl {
    /// Nothing: some versions of the package manager lost it. But one URL alone among many packages tells nothing of
    /// the others.
    Lost,
    /// It comes from the registry, and a URL is written only of what does not.
    Usual,
}

impl Hosts {
    /// Notes an archive of this host.
    pub(super) fn note(&mut self, host: &str) -> Host {
        let last = self.last as usize;
        if self.names.get(last).is_none_or(|name| name != host) {
            self.last = match self.by_name.get(host) {
                Some(&known) => known,
                None => {
                    // There are fewer than bytes in a file; were it not so, the last would stand for all.
                    let new = Host::try_from(self.names.len()).unwrap_or(Host::MAX);
                    self.by_name.insert(host.to_owned(), new);
                    self.names.push(host.to_owned());
                    self.counts.push(0);
                    new
                }
            };
        }
        self.counts[self.last as usize] += 1;
        self.last
    }

    /// Notes a package of the registry without a URL.
    pub(super) const fn note_without_url(&mut self) {
        self.note_others(1);
    }

    /// Notes so many packages of which this tells nothing.
    pub(super) const fn note_others(&mut self, count: usize) {
        self.without_url += count;
    }

    /// The host that was given this number.
    pub(super) fn name(&self, host: Host) -> &str {
        self.names.get(host as usize).map_or("", String::as_str)
    }

    /// For each host, whether it is a registry; `is_named` tells of one whether the settings name it.
    pub(super) fn registries(&self, is_named: impl Fn(&str) -> bool, without_url: WithoutUrl) -> Vec<bool> {
        let most = self.counts.iter().copied().max().unwrap_or_default();
        let is_alone = self.counts.iter().filter(|&&count| count == most).count() == 1;
        let is_enough = match without_url {
            WithoutUrl::Lost => most > 1 || self.without_url == 0,
            WithoutUrl::Usual => most > self.without_url,
        };
        let many = MANY.max(self.counts.iter().sum::<usize>() / SHARE);
        let is_mirror = |count: usize| count >= many && matches!(without_url, WithoutUrl::Lost);
        let is_registry = |(name, &count): (&String, &usize)| {
            is_named(name) || count == most && is_alone && is_enough || is_mirror(count)
        };
        self.names.iter().zip(&self.counts).map(is_registry).collect()
    }
}

/// The host of a URL with its port, in lower case; without the port that is usual for the scheme.
pub(super) fn host_of(url: &str) -> Option<Cow<'_, str>> {
    let url = url.split(['?', '#']).next()?;
    host(authority_and_path(url).map_or_else(
        || without_scheme(url).map(|rest| rest.trim_end_matches('/')),
        |(authority, _)| Some(authority),
    )?)
}

fn without_scheme(url: &str) -> Option<&str> {
    url.strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))
        .or_else(|| url.strip_prefix("//"))
}

pub(super) fn authority_and_path(url: &str) -> Option<(&str, &str)> {
    without_scheme(url)?.split_once('/')
}

/// The host of what stands between a URL's scheme and its path.
pub(super) fn host(authority: &str) -> Option<Cow<'_, str>> {
    let host = authority.rsplit('@').next()?;
    let host = host
        .strip_suffix(":443")
        .or_else(|| host.strip_suffix(":80"))
        .unwrap_or(host);
    let is_host = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]_".contains(&byte);
    if host.is_empty() || !host.bytes().all(is_host) {
        return None;
    }
    Some(if host.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(host.to_ascii_lowercase())
    } else {
        Cow::Borrowed(host)
    })
}
