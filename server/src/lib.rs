//! The embedded registry: the Harness Artifact Registry's API over SQLite and a folder of files.
//!
//! [`serve`] runs it until the process is told to end. A request goes through the layers in `app` (log, `Host`,
//! key, shape of errors) to its group: `api` for the groups account, v1, v2 and v3, `package` for the packages
//! themselves, `page` for the audit page. `store` keeps everything.

mod api;
mod app;
mod auth;
mod clock;
mod config;
mod connections;
mod download;
mod drain;
mod error;
mod firewall;
mod log;
mod multipart;
mod origin;
mod package;
mod package_type;
mod page;
mod patience;
mod problem;
mod reply;
mod request;
mod scope;
mod server;
mod store;
mod upload;

pub use config::{Config, LogFormat};
pub use error::Error;
pub use server::{Server, serve};
pub use store::check::{Checked, Damage, DamageKind, check};
