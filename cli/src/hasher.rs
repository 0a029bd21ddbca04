//! Checksums of files, large ones by two threads.

use hc_app::host;
use hc_core::checksum::{Algorithm, Checksums};

/// A [`hc_hashing::Hasher`] for the host.
pub(crate) struct Hasher(hc_hashing::Hasher);

impl Hasher {
    pub(crate) fn new(algorithms: &[Algorithm]) -> Self {
        Self(hc_hashing::Hasher::new(algorithms))
    }
}

impl host::Hasher for Hasher {
    fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(self) -> Checksums {
        self.0.finish()
    }
}
