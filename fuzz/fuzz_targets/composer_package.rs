#![no_main]

use hc_core::package_file::composer::read;
use hc_fuzz::pack::zip;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let with_manifest = zip(&[("composer.json", bytes)]);
    for package in [bytes, &with_manifest] {
        let _ = read(&package, "x.zip");
    }
});
