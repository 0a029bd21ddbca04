//! One finding under several names: advisories of different databases that are aliases of each other.

use foldhash::{HashMap, HashMapExt};

use super::advisory::Advisory;

/// What was found, put together where advisories share an id: their own, or one that both name as an alias, also
/// by way of a third. The advisory that leads a group comes first.
pub(super) fn same_findings<'a, T>(
    found: impl Iterator<Item = (&'a Advisory, T)>,
) -> Vec<Vec<(&'a Advisory, T)>> {
    let mut groups: Vec<Vec<(&'a Advisory, T)>> = Vec::new();
    // In which group an id is; groups that were joined to another are left empty.
    let mut by_id: HashMap<&str, usize> = HashMap::new();
    for (advisory, finding) in found {
        let ids = || std::iter::once(&advisory.id).chain(&advisory.aliases);
        let mut known: Vec<usize> = ids().filter_map(|id| by_id.get(&**id).copied()).collect();
        known.sort_unstable();
        known.dedup();
        let mut known = known.into_iter();
        let group = known.next().unwrap_or(groups.len());
        if group == groups.len() {
            groups.push(Vec::new());
        }
        for other in known {
            let joined = std::mem::take(&mut groups[other]);
            for (advisory, _) in &joined {
                for id in std::iter::once(&advisory.id).chain(&advisory.aliases) {
                    by_id.insert(id, group);
                }
            }
            groups[group].extend(joined);
        }
        groups[group].push((advisory, finding));
        by_id.extend(ids().map(|id| (&**id, group)));
    }
    groups.retain(|group| !group.is_empty());
    for group in &mut groups {
        group.sort_by_key(|(advisory, _)| (rank(&advisory.id), &advisory.id));
    }
    groups
}

/// Which database's record speaks for the others: what says that it is malware, then the one that most tools
/// name, then that of the ecosystem; a bare CVE last, as it is shown anyway.
fn rank(id: &str) -> usize {
    const LAST: &str = "CVE-";
    let foremost = ["MAL-", "GHSA-", "PYSEC-"];
    foremost
        .iter()
        .position(|prefix| id.starts_with(prefix))
        .unwrap_or(foremost.len() + usize::from(id.starts_with(LAST)))
}
