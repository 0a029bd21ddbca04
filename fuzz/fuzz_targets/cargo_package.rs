#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| drop(hc_core::package_file::cargo::read(&bytes, "a-1.0.0.crate")));
