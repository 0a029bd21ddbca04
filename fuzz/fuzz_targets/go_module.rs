#![no_main]

use hc_core::package_file::go::{GoMod, Module, ModulePath, Version, read};
use hc_fuzz::pack::zip;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = GoMod::parse(bytes);
    let text = String::from_utf8_lossy(bytes);
    let (path, version) = text.split_once('@').unwrap_or((&text, "v1.0.0"));
    if let (Ok(path), Ok(version)) = (ModulePath::parse(path), Version::parse(version)) {
        assert_eq!(ModulePath::unescape(&path.escaped()).as_ref(), Ok(&path));
        assert_eq!(Version::unescape(&version.escaped()).as_ref(), Ok(&version));
        let _ = Module::new(path, version);
    }
    if let (Ok(path), Ok(version)) = (ModulePath::parse("go.example/a"), Version::parse("v1.0.0"))
        && let Ok(module) = Module::new(path, version)
    {
        let _ = read(&bytes, &module);
        let named: Vec<String> = text
            .lines()
            .filter(|line| line.len() < 1000)
            .map(|line| format!("{}{line}", module.prefix()))
            .collect();
        let files: Vec<_> = named.iter().map(|path| (path.as_str(), &b""[..])).collect();
        let _ = read(&zip(&files).as_slice(), &module);
    }
});
