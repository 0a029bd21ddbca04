#![no_main]

use hc_core::package_file::cargo::read;
use hc_fuzz::pack::{gzip, tar};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    const MANIFEST: &[u8] = b"package = { name = \"a\", version = \"1.0.0\" }";
    let packed = gzip(bytes);
    let with_manifest = gzip(&tar(&[("a-1.0.0/Cargo.toml", bytes)]));
    let with_lock = gzip(&tar(&[
        ("a-1.0.0/Cargo.toml", MANIFEST),
        ("a-1.0.0/Cargo.lock", bytes),
    ]));
    for package in [bytes, &packed, &with_manifest, &with_lock] {
        let _ = read(&package, "a-1.0.0.crate");
    }
});
