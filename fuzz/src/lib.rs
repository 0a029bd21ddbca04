//! What the fuzz targets share: what each of a lockfile does, and [packages](pack) around fuzzed bytes.

pub mod pack;

use hc_core::lockfile::{self, FORMATS, Input, ProjectFiles};

/// Reads `bytes` as the file called `path`. Whatever they are, there is a result or an error, and every path
/// to a dependency ends with it.
///
/// # Panics
/// When that does not hold, which is what the fuzzer looks for.
pub fn format(path: &str, bytes: &[u8]) {
    let format = FORMATS
        .iter()
        .find(|format| format.has_name(path))
        .expect("a format reads such a file");
    let input = Input { path, bytes };
    let _ = lockfile::detect(Input {
        path: "unknown",
        bytes,
    });
    let mut project = ProjectFiles::default();
    // The file may refer to itself, which must end.
    for reference in format.references(input).into_iter().take(4) {
        project.insert(reference, bytes.to_vec());
    }
    let Ok(lockfile) = lockfile::parse(format, input, &project) else {
        return;
    };
    for (index, dependency) in lockfile.dependencies.iter().enumerate().take(64) {
        assert!(dependency.line >= 1, "lines count from 1");
        for path in lockfile.paths(index) {
            assert_eq!(
                path.last(),
                Some(&dependency.label()),
                "a path ends with its dependency"
            );
        }
    }
}
