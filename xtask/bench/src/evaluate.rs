//! How long the embedded firewall takes for a large project, over a real OSV export.

use std::fs;
use std::hint::black_box;
use std::path::Path;

use anyhow::{Context, Result, anyhow, ensure};
use hc_core::firewall::{Advisories, Firewall, Policy, Status};
use hc_core::package::Ecosystem;

use crate::sample;

/// `folder` is that of `../shared/osv`: its exports of npm and PyPI are loaded, and the versions of its
/// `expected.tsv` are evaluated again and again until there are `packages`. Nearly all of them have
/// advisories, so this is the hard case.
pub(crate) fn run(folder: &str, packages: usize, rounds: usize) -> Result<()> {
    let folder = Path::new(folder);
    let advisories = sample("load", || load(folder))?;
    let firewall = Firewall::new(Policy::default(), advisories);
    let list = folder.join("expected.tsv");
    let list = fs::read_to_string(&list).with_context(|| format!("cannot read {}", list.display()))?;
    let known: Vec<_> = list.lines().filter_map(subject).collect();
    let subjects: Vec<_> = known.iter().cycle().take(packages).collect();
    for _ in 0..rounds {
        let violated = sample("evaluate", || {
            let verdicts = subjects.iter().map(|(ecosystem, name, version)| {
                firewall.evaluate(*ecosystem, black_box(name), black_box(version))
            });
            verdicts
                .filter(|verdict| verdict.status != Status::Allowed)
                .count()
        });
        ensure!(violated > packages / 10, "the advisories were not loaded");
    }
    Ok(())
}

fn load(folder: &Path) -> Result<Advisories> {
    let mut advisories = Advisories::default();
    for ecosystem in ["npm", "PyPI"] {
        let path = folder.join("export").join(ecosystem).join("all.zip");
        let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        advisories
            .add_zip("all.zip", &bytes)
            .map_err(|error| anyhow!("{error}"))?;
    }
    Ok(advisories)
}

/// The first three columns of a line about npm or PyPI.
fn subject(line: &str) -> Option<(Ecosystem, &str, &str)> {
    let mut columns = line.split('\t');
    let ecosystem = Ecosystem::from_osv(columns.next()?)?;
    let subject = (ecosystem, columns.next()?, columns.next()?);
    (ecosystem != Ecosystem::Maven).then_some(subject)
}
