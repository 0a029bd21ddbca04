#![no_main]

use hc_core::package_file::python::read;
use hc_fuzz::pack::{gzip, tar, zip};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let wheel = zip(&[
        ("a-1.dist-info/METADATA", bytes),
        ("a-1.dist-info/WHEEL", b"Wheel-Version: 1.0\n"),
        ("a-1.dist-info/RECORD", b""),
    ]);
    let packed = gzip(bytes);
    let source = gzip(&tar(&[("a-1/PKG-INFO", bytes)]));
    for (package, name) in [
        (bytes, "a-1-py3-none-any.whl"),
        (&wheel, "a-1-py3-none-any.whl"),
        (bytes, "a-1.tar.gz"),
        (&packed, "a-1.tar.gz"),
        (&source, "a-1.tar.gz"),
        (bytes, "a-1.zip"),
    ] {
        let _ = read(&package, name);
    }
});
