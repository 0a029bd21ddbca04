#![no_main]

use hc_core::package_file::conda::read;
use hc_fuzz::pack::{tar, zip, zstd};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    const FORMAT: &[u8] = br#"{"conda_pkg_format_version": 2}"#;
    let new = |info: &[u8]| {
        zip(&[
            ("metadata.json", FORMAT),
            ("info-a-1-0.tar.zst", info),
            ("pkg-a-1-0.tar.zst", bytes),
        ])
    };
    let archive = new(bytes);
    let unpacked = new(&zstd(bytes));
    let with_index = new(&zstd(&tar(&[("info/index.json", bytes)])));
    for package in [bytes, &archive, &unpacked, &with_index] {
        let _ = read(&package, "a-1-0.conda");
    }
    let _ = read(&bytes, "a-1-0.tar.bz2");
});
