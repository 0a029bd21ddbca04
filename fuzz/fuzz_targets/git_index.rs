//! The index of a git repository.

#![no_main]

use hc_core::git_index;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = git_index::tracks(bytes, "a/.npmrc");
});
