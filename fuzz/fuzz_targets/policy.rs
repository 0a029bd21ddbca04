//! A policy file.

#![no_main]

use hc_core::firewall::Policy;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = Policy::parse("hc-firewall.toml", bytes);
});
