//! What files hold, as a table for people.

use super::path;
use super::table::table;
use super::text::shown;
use crate::listed::Listed;
use crate::output::Explain;

/// What a file holds, and below it how each comes in, if somebody asked.
pub(crate) fn dependencies(listed: &[Listed], explain: Explain) -> String {
    let many_files = listed.windows(2).any(|pair| pair[0].file != pair[1].file);
    let mut header = vec!["Package Name", "Version", "Scope", "Direct", "Source", "Line"];
    if many_files {
        header.push("File");
    }
    let rows = listed.iter().map(|dependency| {
        let version = dependency.version.as_ref().or(dependency.specifier.as_ref());
        let mut cells = vec![
            dependency.name.clone(),
            version.cloned().unwrap_or_default(),
            word(&dependency.scope),
            dependency
                .direct
                .map_or("unknown", |direct| if direct { "yes" } else { "no" })
                .to_owned(),
            word(&dependency.source),
            dependency.line.to_string(),
        ];
        if many_files {
            cells.push(dependency.file.clone());
        }
        cells
    });
    let mut out = table(&header, rows);
    if explain == Explain::Everything {
        for dependency in listed {
            let version = dependency.version.as_ref().or(dependency.specifier.as_ref());
            let name = format!("{} {}", dependency.name, version.map_or("", String::as_str));
            out.push('\n');
            out.push_str(&shown(
                std::iter::once(name.trim_end().to_owned()).chain(path::lines(&dependency.paths)),
            ));
        }
    }
    out
}

/// The word that a value has in JSON.
fn word<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}
