//! The shared test data, which stands beside the repository and is not part of it.

use std::path::PathBuf;

/// The bytes of a shared file. Without the folder, says so and gives `None`: the test is skipped.
#[expect(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "tests run natively"
)]
pub(super) fn read(path: &str) -> Option<Vec<u8>> {
    let shared = std::env::var("HC_SHARED").map_or_else(
        |_| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared"),
        PathBuf::from,
    );
    if !shared.is_dir() {
        println!("skipped: there is no folder {}", shared.display());
        return None;
    }
    let path = shared.join(path);
    Some(std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

/// As [`read`], as text.
pub(super) fn read_text(path: &str) -> Option<String> {
    read(path).map(|bytes| String::from_utf8(bytes).unwrap())
}
