#![no_main]

use hc_core::package_file::python::read;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    for name in ["a-1-py3-none-any.whl", "a-1.tar.gz", "a-1.zip"] {
        let _ = read(&bytes, name);
    }
});
