//! The embedded firewall: a policy over advisories, giving the verdict that a registry would give.

mod advisory;
mod cvss;
mod evaluate;
mod index;
mod osv;
mod policy;
mod policy_place;
mod range;
mod rating;
mod same;
mod scanned;
mod source;
mod starter;
#[cfg(test)]
mod test_data;
mod verdict;
mod zip;

pub use advisory::Advisory;
pub use evaluate::{Examined, Finding, Firewall, Outcome};
pub use index::Advisories;
pub use policy::{Action, MalwareRule, Policy, SecurityRule, Words};
pub use policy_place::{Folder, POLICY_FILE, nearest_policy, policy_path};
pub use range::Range;
pub use rating::{Severity, Word};
pub use scanned::{Scanned, reconcile};
pub use source::{DataSource, STARTER_SET, SourceKind};
pub use verdict::{Category, Score, Status, Verdict, Violation};
