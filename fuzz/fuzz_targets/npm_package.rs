#![no_main]

use hc_core::package_file::npm::read;
use hc_fuzz::pack::{gzip, tar};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let packed = gzip(bytes);
    let with_manifest = gzip(&tar(&[("package/package.json", bytes)]));
    for package in [bytes, &packed, &with_manifest] {
        let _ = read(&package, "x.tgz");
    }
});
