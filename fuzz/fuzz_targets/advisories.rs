//! Advisories as JSON or zip, and a verdict with whatever was read.

#![no_main]

use hc_core::firewall::{Advisories, Firewall, Policy};
use hc_core::package::Ecosystem;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut advisories = Advisories::default();
    if advisories.load("any", bytes).is_ok() {
        let firewall = Firewall::new(Policy::default(), advisories);
        for ecosystem in Ecosystem::ALL {
            let _ = firewall.evaluate(ecosystem, "a", "1.0.0");
        }
    }
});
