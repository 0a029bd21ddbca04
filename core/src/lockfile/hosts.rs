//! Which hosts are the registries of a lockfile.
//!
//! A lockfile keeps the URL from which each archive is taken, and a package manager takes it from there, whoever
//! serves it. A registry's package is only what comes from a registry: from a host that the project's settings
//! name, or from the one that most archives of the lockfile come from. A share is nothing to go by: who slips in an
//! archive can slip in as many as it takes. So of a lockfile that was written over years, with the URLs of several
//! mirrors, the settings must name the others; and it is told which hosts there are.

use std::borrow::Cow;

use foldhash::HashMap;

use crate::text;

/// Where some packages have lost their URL, one for so many must have kept it to tell of the others. Files of real
/// projects have one of 24.
const KEPT: usize = 25;

/// How many hosts are told by name.
const MOST_TOLD: usize = 5;

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
    /// Nothing: some versions of the package manager lost it. But a few URLs among many packages tell nothing of the
    /// others.
    Lost,
    /// It comes from the registry, and a URL is written only of what does not.
    Usual,
    /// It comes from another index, which tells nothing of this one.
    Apart,
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
            WithoutUrl::Lost => self.without_url == 0 || most > 1 && most * KEPT > self.without_url,
            WithoutUrl::Usual => most > self.without_url,
            WithoutUrl::Apart => most > 1 || self.without_url == 0,
        };
        let is_registry =
            |(name, &count): (&String, &usize)| is_named(name) || count == most && is_alone && is_enough;
        self.names.iter().zip(&self.counts).map(is_registry).collect()
    }

    /// The host, if there is only one.
    pub(super) fn only(&self) -> Option<&str> {
        match &self.names[..] {
            [only] => Some(only),
            _ => None,
        }
    }

    /// What the reader should know of the hosts, given which are registries: which ones there are, if there are
    /// several, one is no registry, or most packages name none. That is how an archive shows that somebody slipped in.
    pub(super) fn told(&self, registries: &[bool]) -> Option<String> {
        let is_of_most = self.counts.iter().sum::<usize>() >= self.without_url;
        let is_plain =
            self.names.len() == 1 && is_of_most && registries.iter().all(|is_registry| *is_registry);
        if self.names.is_empty() || is_plain {
            return None;
        }
        let hosts = self.names.iter().zip(&self.counts).zip(registries);
        let mut hosts: Vec<_> = hosts
            .map(|((name, count), is_registry)| (count, name, is_registry))
            .collect();
        // Of those that are no registries, the reader must know.
        hosts.sort_by(|a, b| a.2.cmp(b.2).then(b.0.cmp(a.0)).then(a.1.cmp(b.1)));
        let told = hosts.iter().take(MOST_TOLD).map(|(count, name, is_registry)| {
            let name = text::excerpt(name);
            let no = if **is_registry {
                ""
            } else {
                ", not known as a registry"
            };
            format!("{name} ({count}{no})")
        });
        let told = told.collect::<Vec<_>>().join(", ");
        let more = match hosts.len().saturating_sub(MOST_TOLD) {
            0 => String::new(),
            more => format!(" and {more} more hosts"),
        };
        let others = match self.without_url {
            0 => String::new(),
            others => format!("; {others} packages name no host"),
        };
        let advice = match registries.iter().all(|is_registry| *is_registry) {
            true => "",
            false => "; settings beside the lockfile can name a registry, as docs/formats.md says",
        };
        Some(format!("archives come from {told}{more}{others}{advice}"))
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The hosts that are registries, where so many archives come from each and so many have no URL.
    fn registries(
        counts: &[(&str, usize)],
        without_url: usize,
        means: WithoutUrl,
    ) -> (Vec<bool>, Option<String>) {
        let mut hosts = Hosts::default();
        for &(host, count) in counts {
            for _ in 0..count {
                hosts.note(host);
            }
        }
        hosts.note_others(without_url);
        let registries = hosts.registries(|host| host == "named.example", means);
        let told = hosts.told(&registries);
        (registries, told)
    }

    #[test]
    fn no_share_of_archives_makes_a_registry_beside_that_of_most() {
        for (counts, without_url, means, expected) in [
            (
                &[("a", 97), ("b", 3)][..],
                0,
                WithoutUrl::Lost,
                &[true, false][..],
            ),
            (&[("a", 60), ("b", 40)], 0, WithoutUrl::Lost, &[true, false]),
            (
                &[("a", 97), ("named.example", 3)],
                0,
                WithoutUrl::Lost,
                &[true, true],
            ),
            (&[("a", 50), ("b", 50)], 0, WithoutUrl::Lost, &[false, false]),
            (&[("a", 100)], 0, WithoutUrl::Lost, &[true]),
            (&[("a", 3)], 97, WithoutUrl::Lost, &[false]),
            (&[("a", 4)], 96, WithoutUrl::Lost, &[true]),
            (&[("a", 40)], 60, WithoutUrl::Lost, &[true]),
            (&[("a", 40)], 60, WithoutUrl::Usual, &[false]),
            (&[("a", 60)], 40, WithoutUrl::Usual, &[true]),
            (&[("a", 3)], 97, WithoutUrl::Apart, &[true]),
            (&[("a", 1)], 97, WithoutUrl::Apart, &[false]),
        ] {
            assert_eq!(
                registries(counts, without_url, means).0,
                expected,
                "{counts:?} {without_url}"
            );
        }
    }

    #[test]
    fn several_hosts_are_told_and_those_that_are_no_registries() {
        for (counts, without_url, expected) in [
            (&[("a", 100)][..], 0, None),
            (
                &[("a", 97), ("b", 3)],
                0,
                Some(
                    "archives come from b (3, not known as a registry), a (97); settings beside the lockfile can name \
                     a registry, as docs/formats.md says",
                ),
            ),
            (
                &[("a", 97), ("named.example", 3)],
                0,
                Some("archives come from a (97), named.example (3)"),
            ),
            (
                &[("a", 1)],
                9,
                Some(
                    "archives come from a (1, not known as a registry); 9 packages name no host; settings beside the \
                     lockfile can name a registry, as docs/formats.md says",
                ),
            ),
        ] {
            let (_, told) = registries(counts, without_url, WithoutUrl::Lost);
            assert_eq!(told.as_deref(), expected, "{counts:?}");
        }
        let many: Vec<(String, usize)> = (0..7).map(|number| (format!("h{number}"), number + 1)).collect();
        let many: Vec<(&str, usize)> = many.iter().map(|(host, count)| (host.as_str(), *count)).collect();
        let told = registries(&many, 0, WithoutUrl::Lost).1.unwrap_or_default();
        assert!(
            told.contains("h1 (2, not known as a registry) and 2 more hosts"),
            "{told}"
        );
    }
}
