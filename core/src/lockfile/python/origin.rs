//! Where a lockfile's packages are taken from: an index, and the archives that it leads to.
//!
//! A lockfile that keeps the URLs of archives has them fetched from there, whoever serves them. So an entry is a
//! registry's only if its index is one, by the rule of [`Hosts`], and if its archives are that package in that
//! version and come from the index's host or from one that the index's other archives come from too.

use std::borrow::Cow;

use super::super::hosts::{self, Host, Hosts, WithoutUrl};
use super::archive;
use super::locked::Package;
use crate::dependency::Source;
use crate::text;

/// The hosts of a lockfile's indexes and archives.
#[derive(Debug, Default)]
pub(super) struct Origins {
    indexes: Hosts,
    /// The hosts of archives, for each index; the first for those that name none.
    archives: Vec<Hosts>,
    packages: usize,
}

impl Origins {
    /// Notes the index of a registry's package. What is no URL is an index by its own text.
    pub(super) fn index<'t>(&mut self, package: &mut Package<'t>, url: &'t str) {
        let host = hosts::host_of(url).unwrap_or(url.into());
        package.origin.index = Some((self.indexes.note(&host), url));
    }

    /// Notes that a registry's package comes from the index that is usual.
    pub(super) const fn usual_index(&mut self) {
        self.indexes.note_without_url();
    }

    /// Notes the archives of a registry's package, once its index, name and version are known: the name of each
    /// file, its URL, or both. An archive of something else makes the package one of that place.
    pub(super) fn archives<'t>(
        &mut self,
        package: &mut Package<'t>,
        archives: impl Iterator<Item = (Option<&'t str>, Option<&'t str>)>,
    ) {
        if package.source != Source::Registry {
            return;
        }
        self.packages += 1;
        let group = package.origin.index.map_or(0, |(index, _)| index as usize + 1);
        if self.archives.len() <= group {
            self.archives.resize_with(group + 1, Hosts::default);
        }
        let mut is_of = |file: &str| archive::is_of(file, &package.name, package.version);
        let mut last = "";
        for (file, url) in archives {
            let host = match url {
                None => {
                    if file.is_some_and(|file| !is_of(file)) {
                        return elsewhere(package, file.unwrap_or_default());
                    }
                    continue;
                }
                Some(url) => {
                    let is_own = archive::in_url(url).is_some_and(&mut is_of) && file.is_none_or(&mut is_of);
                    match hosts::host_of(url).filter(|_| is_own) {
                        Some(host) => host,
                        None => return elsewhere(package, url),
                    }
                }
            };
            let url = url.unwrap_or_default();
            if host != last {
                let index = package.origin.index.map(|(index, _)| self.indexes.name(index));
                let hosts = &mut self.archives[group];
                let is_new = |known: &(Host, &str)| hosts.name(known.0) != host;
                if index != Some(&*host) && package.origin.hosts.iter().all(is_new) {
                    let host = hosts.note(&host);
                    package.origin.hosts.push((host, url));
                }
            }
            // Mostly all of a package's archives are beside each other.
            last = match host {
                Cow::Borrowed(host) => host,
                Cow::Owned(_) => "",
            };
        }
    }

    /// Settles which packages are a registry's, once all are there. `is_named` tells whether the settings name a host.
    pub(super) fn settle(
        mut self,
        packages: &mut [Package<'_>],
        is_named: impl Fn(&str) -> bool,
        without_url: WithoutUrl,
    ) {
        let mut sizes = vec![0; self.archives.len()];
        let registry = |package: &&mut Package<'_>| package.source == Source::Registry;
        for package in packages.iter_mut().filter(registry) {
            if let Some(size) = sizes.get_mut(package.origin.index.map_or(0, |(index, _)| index as usize + 1))
            {
                *size += 1;
            }
        }
        let indexes = self.indexes.registries(&is_named, without_url);
        let archives: Vec<Vec<bool>> = self
            .archives
            .iter_mut()
            .zip(sizes)
            .map(|(hosts, size)| {
                hosts.note_others(self.packages.saturating_sub(size));
                hosts.registries(&is_named, WithoutUrl::Apart)
            })
            .collect();
        for package in packages.iter_mut().filter(registry) {
            let index = package.origin.index;
            let group = index.map_or(0, |(index, _)| index as usize + 1);
            let is_known = |list: Option<&Vec<bool>>, host: Host| {
                list.and_then(|list| list.get(host as usize)) == Some(&true)
            };
            let unknown_index = index.filter(|&(index, _)| !is_known(Some(&indexes), index));
            let unknown_host = || {
                let hosts = package.origin.hosts.iter();
                hosts
                    .copied()
                    .find(|&(host, _)| !is_known(archives.get(group), host))
            };
            if let Some((_, url)) = unknown_index.or_else(unknown_host) {
                elsewhere(package, url);
            }
        }
    }
}

/// Makes a package one that comes from this URL or file, and from no registry.
pub(super) fn elsewhere(package: &mut Package<'_>, place: &str) {
    package.source = Source::Url;
    package.specifier = Some(text::without_password(place));
}
