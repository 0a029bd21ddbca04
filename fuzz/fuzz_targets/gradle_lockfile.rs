#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hc_fuzz::format("gradle.lockfile", bytes));
