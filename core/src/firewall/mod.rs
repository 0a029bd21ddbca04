//! The embedded firewall: a policy over advisories, giving the verdict that a registry would give.

mod verdict;

pub use verdict::{Category, Score, Status, Verdict, Violation};
