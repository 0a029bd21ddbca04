//! What a package file says of itself: all that a push must read out of it, and the proof that it is what its
//! name says.
//!
//! One file per package type. Each takes a [`Source`] and the file's name, and gives typed values or a
//! [`PackageError`]. Packages are hostile: nothing is unpacked to a disk, only the few files that are wanted
//! are held in memory, each up to a limit, and an archive that unpacks to far more than it has is refused.

pub mod cargo;
pub mod composer;
pub mod conda;
pub mod dart;
mod error;
pub mod go;
mod gzip;
mod inside;
mod limit;
pub mod maven;
pub mod maven_plugin;
pub mod npm;
pub mod nuget;
pub mod python;
pub mod rpm;
#[cfg(test)]
mod sample;
mod source;
mod tar;
mod zip;
mod zstd;

pub use error::PackageError;
pub use source::Source;
