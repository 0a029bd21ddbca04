#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| drop(hc_core::package_file::rpm::read(&bytes)));
