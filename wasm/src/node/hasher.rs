//! Checksums, computed by Node.

use hc_app::host;
use hc_core::checksum::{self, Algorithm, Checksums};
use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;

use super::NodeHost;

#[wasm_bindgen]
extern "C" {
    /// Computes checksums; see `node.d.ts`.
    #[wasm_bindgen(typescript_type = "NodeHasher")]
    pub type NodeHasher;

    #[wasm_bindgen(method)]
    fn update(this: &NodeHasher, bytes: &[u8]);
    #[wasm_bindgen(method)]
    fn finish(this: &NodeHasher) -> Vec<Uint8Array>;
}

/// Computes checksums.
pub enum Hasher {
    /// With Node's own.
    Node(Vec<Algorithm>, NodeHasher),
    /// With core's, where Node has not all of them: one that was built for FIPS 140 has no MD5.
    Core(checksum::Hasher),
}

impl Hasher {
    pub(super) fn new(host: &NodeHost, algorithms: &[Algorithm]) -> Self {
        let names = algorithms.iter().map(|algorithm| algorithm.key().to_owned());
        match host.hasher(names.collect()) {
            Ok(hasher) => Self::Node(algorithms.to_vec(), hasher),
            Err(_) => Self::Core(checksum::Hasher::new(algorithms.iter().copied())),
        }
    }
}

impl host::Hasher for Hasher {
    fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Node(_, hasher) => hasher.update(bytes),
            Self::Core(hasher) => hasher.update(bytes),
        }
    }

    fn finish(self) -> Checksums {
        match self {
            Self::Node(algorithms, hasher) => {
                let digests = hasher.finish().into_iter().map(|digest| digest.to_vec());
                Checksums::computed(algorithms.into_iter().zip(digests))
            }
            Self::Core(hasher) => hasher.finish(),
        }
    }
}
