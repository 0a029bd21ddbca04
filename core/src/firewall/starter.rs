//! The starter set: some sixty widely known advisories of the three ecosystems, as facts.

use super::index::Advisories;

/// One OSV record a line: ids, packages, ranges, vectors and dates as in the GitHub and PyPA advisory
/// databases, the summaries written for this file.
const RECORDS: &[u8] = include_bytes!("starter.jsonl");

/// Reads the set.
pub(super) fn load() -> Advisories {
    let mut advisories = Advisories::default();
    let result = advisories.add_json("starter.jsonl", RECORDS);
    // The file is part of the program, and a test reads all of it.
    debug_assert_eq!(result, Ok(()));
    advisories
}
