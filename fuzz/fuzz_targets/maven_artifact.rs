#![no_main]

use hc_core::package_file::maven::Coordinates;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
    let Ok(coordinates) = Coordinates::parse(first) else {
        return;
    };
    assert!(!coordinates.folder().split('/').any(|part| part == ".."));
    let _ = coordinates.file_name(rest);
    let _ = coordinates.check_pom(rest.as_bytes());
    let pom = coordinates.minimal_pom("jar");
    assert_eq!(coordinates.check_pom(pom.as_bytes()), Ok(()));
});
