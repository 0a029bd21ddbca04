//! What is true about packages, lockfiles and firewalls, without any I/O.
//!
//! Bytes come in, typed values go out: [`lockfile::parse`] reads a dependency file into a graph,
//! [`firewall::Firewall`] gives a verdict on each package, and [`report::AuditReport`] is what every
//! renderer and page shows. Nothing here prints, waits, reads a clock or opens a file.

pub mod advice;
pub mod answer;
pub mod api;
pub mod audit;
pub mod checksum;
pub mod coverage;
pub mod dependency;
pub mod error;
pub mod firewall;
pub mod git_index;
pub mod given;
pub mod graph;
pub mod ignore;
pub mod lockfile;
pub mod metadata;
pub mod npmrc;
pub mod package;
pub mod package_file;
pub mod report;
pub mod select;
mod text;
pub mod time;
pub mod version;
pub mod walk;
