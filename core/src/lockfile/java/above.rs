//! The folders above a file, in which the root of its build is looked for.

use super::super::project;

/// More folders than any build has between its root and a module.
const MOST_LEVELS: usize = 32;

/// How far above the folder that relative paths begin in is looked.
const MOST_LEVELS_OUTSIDE: usize = 8;

/// How many folders above the file at `path` are looked at.
pub(super) fn levels(path: &str) -> usize {
    let folders = path.split(['/', '\\']).rev().skip(1);
    let named = folders.filter(|part| !matches!(*part, "" | "." | "..")).count();
    let is_absolute = path.starts_with(['/', '\\']) || path.get(1..2) == Some(":");
    let outside = if is_absolute { 0 } else { MOST_LEVELS_OUTSIDE };
    (named + outside).min(MOST_LEVELS)
}

/// The path of `file` beside the one at `path`, and then in each folder above it.
pub(super) fn places<'p>(path: &'p str, file: &'p str) -> impl Iterator<Item = String> + 'p {
    (0..=levels(path)).map(move |level| up(path, level, file))
}

/// The path of `file`, `levels` folders above the file at `path`.
pub(super) fn up(path: &str, levels: usize, file: &str) -> String {
    project::beside(path, &format!("{}{file}", "../".repeat(levels)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_folders_of_a_path_are_looked_at_and_some_above() {
        let absolute: Vec<String> = places("/a/b/f", "x").collect();
        assert_eq!(absolute, ["/a/b/x", "/a/x", "/x"]);
        let relative: Vec<String> = places("a/f", "x").collect();
        assert_eq!(relative[..4], ["a/x", "x", "../x", "../../x"]);
        assert_eq!(relative.len(), 2 + MOST_LEVELS_OUTSIDE);
        assert_eq!(places(&"a/".repeat(500), "x").count(), MOST_LEVELS + 1);
    }
}
