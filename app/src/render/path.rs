//! How a package comes in.

/// A line for each way.
pub(crate) fn lines(paths: &[Vec<String>]) -> impl Iterator<Item = String> {
    paths.iter().map(|path| format!("  {}", text(path)))
}

/// `root → express → body-parser`; a version is named where the names alone would not tell.
fn text(path: &[String]) -> String {
    let names = path.iter().map(|label| {
        label
            .rfind('@')
            .filter(|&at| at > 0)
            .map_or(label.as_str(), |at| &label[..at])
    });
    std::iter::once("root")
        .chain(names)
        .collect::<Vec<_>>()
        .join(" → ")
}
