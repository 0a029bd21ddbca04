//! Version order and ranges: two versions on two lines, and each as a specifier.

#![no_main]

use hc_core::package::Ecosystem;
use hc_core::version::{Version, lowest};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (one, two) = text.split_once('\n').unwrap_or((text, ""));
    for ecosystem in Ecosystem::ALL {
        let _ = (lowest(ecosystem, one), lowest(ecosystem, two));
        if let (Some(one), Some(two)) = (Version::parse(ecosystem, one), Version::parse(ecosystem, two)) {
            assert_eq!(
                one.partial_cmp(&two),
                two.partial_cmp(&one).map(std::cmp::Ordering::reverse)
            );
        }
    }
});
