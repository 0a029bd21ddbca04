#![no_main]

use hc_core::package_file::nuget::{Version, read};
use hc_fuzz::pack::zip;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let with_nuspec = zip(&[("[Content_Types].xml", b""), ("a.nuspec", bytes)]);
    for package in [bytes, &with_nuspec] {
        let _ = read(&package, "a.1.0.0.nupkg");
    }
    if let Some(version) = std::str::from_utf8(bytes).ok().and_then(Version::parse) {
        assert_eq!(
            Version::parse(&version.normal()),
            Some(version),
            "a normal form is the same version"
        );
    }
});
