//! npm's settings file: setting keys twice is setting them once.

#![no_main]

use hc_core::npmrc::{self, Setting};
use libfuzzer_sys::fuzz_target;

const URL: &str = "https://pkg.example/npm/";

fuzz_target!(|text: &str| {
    let settings = [
        Setting::registry(None, URL),
        Setting::token(URL, "token").expect("this is a URL"),
    ];
    let edit = npmrc::set(text, &settings);
    let again = npmrc::set(&edit.text, &settings);
    assert_eq!((again.text, again.changes.len()), (edit.text, 0));
    let _ = npmrc::holds_secrets(text);
});
