//! What a manifest puts in the place of what is asked for: `resolutions` (Yarn), `overrides` (npm, Bun) and
//! `pnpm.overrides`.
//!
//! Source of the rules: Yarn's document "Manifest" and its function `parseResolution`; npm's document "package.json"
//! (overrides); pnpm's document "Settings". A pattern of Yarn is a package, with its range or without, and may begin
//! with who asks for it.

use super::super::json::{Lenient, Text};
use super::around::Root;
use super::manifest::{Manifest, Override, Overrides, Wish};
use super::specifier;

/// What stands in the place of what the project itself asks for, by all that may say so.
pub(super) struct OfProject<'m>(Vec<Said<'m>>);

/// What one of them says.
struct Said<'m> {
    resolutions: Resolutions,
    overrides: Vec<(&'m str, &'m Override<'m>)>,
    /// What is asked for there, which `$name` refers to.
    asked: Vec<(&'m str, &'m str)>,
    /// Whether it certainly holds for the project.
    is_certain: bool,
}

/// What became of a wish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Replaced<'o> {
    Not,
    By(&'o str),
    /// It is not installed at all.
    Removed,
    /// Something stands in its place, and what that is does not show.
    Unclear,
}

impl<'m> OfProject<'m> {
    /// By the manifest and pnpm's settings beside it (`of_settings`), and by the roots of its workspace.
    pub(super) fn new(
        manifest: &'m Manifest<'m>,
        of_settings: Option<&'m Overrides<'m>>,
        wishes: &[Wish<'m>],
        roots: &'m [Root<'m>],
    ) -> Self {
        let mut all = vec![Said::new(Some(manifest), of_settings, wishes, true)];
        for root in roots {
            let wishes = root.manifest.as_ref().map(Manifest::wishes).unwrap_or_default();
            let said = Said::new(root.manifest.as_ref(), root.overrides(), &wishes, root.is_certain);
            all.push(said);
        }
        Self(all)
    }

    /// What became of a wish. Which package manager reads the manifest is not known: they must agree.
    pub(super) fn of(&self, wish: &Wish<'_>) -> Replaced<'_> {
        agreed(self.0.iter().map(|said| match said.of(wish) {
            Replaced::By(specifier) if specifier == wish.specifier => Replaced::By(specifier),
            Replaced::By(_) | Replaced::Removed if !said.is_certain => Replaced::Unclear,
            replaced => replaced,
        }))
    }
}

/// What all agree on.
fn agreed<'o>(mut all: impl Iterator<Item = Replaced<'o>>) -> Replaced<'o> {
    all.try_fold(Replaced::Not, |sum, next| match (sum, next) {
        (_, Replaced::Unclear) => Err(Replaced::Unclear),
        (Replaced::Not, next) => Ok(next),
        (sum, Replaced::Not) => Ok(sum),
        (sum, next) if sum == next => Ok(sum),
        _ => Err(Replaced::Unclear),
    })
    .unwrap_or_else(|unclear| unclear)
}

impl<'m> Said<'m> {
    fn new(
        manifest: Option<&'m Manifest<'m>>,
        of_settings: Option<&'m Overrides<'m>>,
        wishes: &[Wish<'m>],
        is_certain: bool,
    ) -> Self {
        let overrides: Vec<_> = match manifest {
            Some(manifest) => manifest.overrides(of_settings).collect(),
            None => of_settings.into_iter().flat_map(Overrides::entries).collect(),
        };
        let asked = match overrides.is_empty() {
            true => Vec::new(),
            false => wishes.iter().map(|wish| (wish.name, wish.specifier)).collect(),
        };
        Self {
            resolutions: manifest.map(Resolutions::of).unwrap_or_default(),
            overrides,
            asked,
            is_certain,
        }
    }

    fn of(&self, wish: &Wish<'_>) -> Replaced<'_> {
        let by_resolution = self.resolutions.find(("", ""), wish.name, wish.specifier);
        let by_overrides = self
            .overrides
            .iter()
            .map(|&(key, to)| self.replaced(wish, key, to));
        agreed(by_resolution.map(Replaced::By).into_iter().chain(by_overrides))
    }

    /// What one entry of the overrides makes of a wish.
    fn replaced(&self, wish: &Wish<'_>, key: &str, to: &'m Override<'m>) -> Replaced<'m> {
        let (name, range) = specifier::split(key);
        if name != wish.name || range.contains('>') {
            return Replaced::Not;
        }
        let to = match to {
            Override::To(to) => to.as_str(),
            Override::Within(entries) => {
                let is_itself = |(name, _): &&(Text<'_>, _)| name.as_str() == ".";
                match entries.0.iter().find(is_itself) {
                    Some((_, Lenient::Expected(to))) => to.as_str(),
                    Some(_) => return Replaced::Unclear,
                    None => return Replaced::Not,
                }
            }
            Override::Other(_) => return Replaced::Unclear,
        };
        // Whether ranges of different texts have versions in common is not looked into.
        if !range.is_empty() && range != wish.specifier {
            return Replaced::Unclear;
        }
        match (to, to.strip_prefix('$')) {
            ("-", _) => Replaced::Removed,
            (_, Some(name)) => {
                let asked = self.asked.iter().find(|(asked, _)| *asked == name);
                asked.map_or(Replaced::Unclear, |&(_, specifier)| Replaced::By(specifier))
            }
            (to, None) => Replaced::By(to),
        }
    }
}

/// The resolutions of a project, in their order: the first that matches counts.
#[derive(Default)]
pub(super) struct Resolutions(Vec<Resolution>);

struct Resolution {
    /// Who asks; anybody if it is not given.
    from: Option<Pattern>,
    what: Pattern,
    to: String,
}

/// `name` or `name@description`.
struct Pattern {
    name: String,
    description: Option<String>,
}

impl Resolutions {
    /// Those of the project's manifest.
    pub(super) fn of(manifest: &Manifest<'_>) -> Self {
        let read = |(pattern, to): (&str, &str)| {
            let pattern = pattern.strip_prefix("**/").unwrap_or(pattern);
            let (first, rest) = Pattern::read(pattern)?;
            let (from, what) = match rest.strip_prefix('/') {
                Some(rest) => (Some(first), Pattern::read(rest)?.0),
                None => (None, first),
            };
            Some(Resolution {
                from,
                what,
                to: to.to_owned(),
            })
        };
        Self(manifest.resolutions().filter_map(read).collect())
    }

    /// What stands in the place of `name` at `range`, if the package `from` (its name and reference) asks for it.
    pub(super) fn find(&self, from: (&str, &str), name: &str, range: &str) -> Option<&str> {
        let found = self.0.iter().find(|resolution| {
            resolution.what.is_met(name, range)
                && resolution
                    .from
                    .as_ref()
                    .is_none_or(|asks| asks.is_met(from.0, from.1))
        });
        found.map(|resolution| resolution.to.as_str())
    }
}

impl Pattern {
    /// The pattern that a text begins with, and what follows it.
    fn read(text: &str) -> Option<(Self, &str)> {
        let base = match text.strip_prefix('@') {
            Some(scoped) => scoped.find('/')? + 2,
            None => 0,
        };
        let end = text[base..].find(['@', '/']).map_or(text.len(), |end| base + end);
        let (name, rest) = text.split_at(end);
        let (description, rest) = match rest.strip_prefix('@') {
            Some(described) => {
                let (description, rest) = described.split_at(described.find('/').unwrap_or(described.len()));
                (Some(description.to_owned()), rest)
            }
            None => (None, rest),
        };
        let name = name.to_owned();
        (end > base).then_some((Self { name, description }, rest))
    }

    fn is_met(&self, name: &str, description: &str) -> bool {
        let plain = |text: &str| text.strip_prefix("npm:").unwrap_or(text).to_owned();
        let wanted = self.description.as_deref();
        self.name == name && wanted.is_none_or(|wanted| plain(wanted) == plain(description))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_pattern_that_matches_counts() {
        let manifest = r#"{"resolutions": {
            "@s/a@npm:1.0.0/b@npm:^1": "1.5.0", "c/b": "3.0.0", "**/d": "4.0.0", "b": "2.0.0", "": "x"
        }}"#;
        let resolutions = Resolutions::of(&Manifest::read(manifest).unwrap());
        for (from, name, range, expected) in [
            (("@s/a", "npm:1.0.0"), "b", "npm:^1", Some("1.5.0")),
            (("@s/a", "npm:1.1.0"), "b", "npm:^1", Some("2.0.0")),
            (("c", "npm:1.0.0"), "b", "^1", Some("3.0.0")),
            (("x", ""), "d", "^1", Some("4.0.0")),
            (("x", ""), "e", "^1", None),
        ] {
            assert_eq!(resolutions.find(from, name, range), expected, "{from:?} {name}");
        }
    }
}
