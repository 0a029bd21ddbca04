#![no_main]

use hc_core::package_file::conda::read;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    for name in ["a-1-0.conda", "a-1-0.tar.bz2"] {
        let _ = read(&bytes, name);
    }
});
