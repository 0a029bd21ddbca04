//! Paths in packages: nothing may land outside of the folder that a package is unpacked into.

use super::error::PackageError;

/// The path of an entry, without `./` before it and `/` behind.
///
/// # Errors
/// When it is absolute, goes up, is not UTF-8, or means something else on another system: a drive, a
/// backslash, a control character.
pub(super) fn path(bytes: &[u8]) -> Result<&str, PackageError> {
    let unsafe_path = || PackageError::UnsafePath {
        path: String::from_utf8_lossy(bytes).into_owned(),
    };
    let text = std::str::from_utf8(bytes).map_err(|_| unsafe_path())?;
    let path = text.strip_prefix("./").unwrap_or(text);
    let path = path.strip_suffix('/').unwrap_or(path);
    let is_drive = path.as_bytes().get(1) == Some(&b':') && path.as_bytes()[0].is_ascii_alphabetic();
    let is_odd = |c: char| c == '\\' || c.is_control();
    if is_drive || path.contains(is_odd) || path.starts_with('/') || path.split('/').any(|part| part == "..")
    {
        return Err(unsafe_path());
    }
    Ok(path)
}

/// Checks where a symbolic link at `path` leads.
///
/// # Errors
/// When that is absolute, outside, or no plain text.
pub(super) fn link(path: &str, target: &[u8]) -> Result<(), PackageError> {
    let unsafe_path = || PackageError::UnsafePath {
        path: format!("{path} -> {}", String::from_utf8_lossy(target)),
    };
    let text = std::str::from_utf8(target).map_err(|_| unsafe_path())?;
    if text.starts_with('/') || text.contains(['\\', ':', '\0']) {
        return Err(unsafe_path());
    }
    let mut depth = path.split('/').count() - 1;
    for part in text.split('/') {
        match part {
            "" | "." => {}
            ".." => depth = depth.checked_sub(1).ok_or_else(unsafe_path)?,
            _ => depth += 1,
        }
    }
    Ok(())
}
