//! The Harness Artifact Registry's API, an endpoint group a file: each makes requests and reads responses,
//! nothing is sent here.
//!
//! Source: the service's OpenAPI files (v1, v2, v3) and what its clients are known to send.

pub mod account;
pub mod artifact_key;
pub mod artifacts;
pub mod body;
pub mod bulk_delete;
pub mod cargo_index;
pub mod dist_tags;
pub mod error;
pub mod files;
pub mod metadata;
pub mod multipart;
pub mod page;
pub mod place;
pub mod push;
pub mod range;
pub mod registries;
pub mod scans;
pub mod service;
pub mod system;

pub use body::{Part, Request, Response};
pub use error::ApiError;
pub use page::Page;
pub use service::{Dialect, Scope, Service};
