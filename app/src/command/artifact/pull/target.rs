//! Where a pulled file is put. The user decides; nothing that a service says does.

use std::cell::RefCell;
use std::collections::HashSet;

use crate::error::Error;
use crate::host::{Access, Host, HostError};

/// The path of the file to write for `dest`, as the user gave it: a folder (one that is there, or a path that
/// ends with a slash, which is then made, if it may be) gets the file under the last part of `file`'s name.
///
/// # Errors
/// When that part is no plain name, or the folder cannot be made, or neither a file nor a folder stands there.
pub(super) async fn resolve<H: Host>(
    host: &H,
    dest: &str,
    file: &str,
    may_make: bool,
) -> Result<String, Error> {
    let failed = |error| Error::File {
        path: dest.to_owned(),
        error,
    };
    let is_folder = match host.stat(dest).await {
        Ok(stat) if stat.is_folder || stat.is_file => stat.is_folder,
        // The file would take its place; a device's, say.
        Ok(_) => return Err(failed(HostError::IsSpecial)),
        Err(HostError::NotFound) if dest.ends_with('/') => {
            if may_make {
                host.create_folder(dest, Access::Default).await.map_err(failed)?;
            }
            true
        }
        Err(HostError::NotFound) => false,
        Err(error) => return Err(failed(error)),
    };
    if !is_folder {
        return Ok(dest.to_owned());
    }
    let name = plain_name(file).ok_or_else(|| Error::Usage {
        message: format!("{file} does not end with a name that a file can have"),
        help: "name the file to write instead of the folder".to_owned(),
    })?;
    Ok(format!("{}/{name}", dest.trim_end_matches('/')))
}

/// Makes sure that `dest` is a folder, or can be one if it may not be made, for several files to be put below it.
///
/// # Errors
/// When a file stands there, or it cannot be made.
pub(super) async fn folder<H: Host>(host: &H, dest: &str, may_make: bool) -> Result<(), Error> {
    let made = match host.stat(dest).await {
        Ok(stat) if stat.is_folder => Ok(()),
        Ok(_) => Err(HostError::IsFile),
        Err(HostError::NotFound) if !may_make => Ok(()),
        Err(HostError::NotFound) => host.create_folder(dest, Access::Default).await,
        Err(error) => Err(error),
    };
    made.map_err(|error| Error::File {
        path: dest.to_owned(),
        error,
    })
}

/// The path for `file`, a name in a registry, below the folder `dest`; `None` if it could lie elsewhere, or
/// nowhere.
pub(super) fn inside(dest: &str, file: &str) -> Option<String> {
    let is_plain = file.split('/').all(is_plain);
    let folder = dest.trim_end_matches('/');
    is_plain.then(|| match folder {
        // What was trimmed away is the root.
        "" if !dest.is_empty() => format!("/{file}"),
        "" | "." => file.to_owned(),
        folder => format!("{folder}/{file}"),
    })
}

/// The folders above files.
#[derive(Debug)]
pub(super) struct Folders<'h, H> {
    host: &'h H,
    /// Those that are known to be there: many files lie in few folders.
    made: RefCell<HashSet<String>>,
}

impl<'h, H: Host> Folders<'h, H> {
    pub(super) fn new(host: &'h H) -> Self {
        Self {
            host,
            made: RefCell::default(),
        }
    }

    /// Makes those above `path` where they are missing.
    ///
    /// # Errors
    /// When one of them cannot be made.
    pub(super) async fn above(&self, path: &str) -> Result<(), Error> {
        let Some((folder, _)) = path.rsplit_once('/').filter(|(folder, _)| !folder.is_empty()) else {
            return Ok(());
        };
        if self.made.borrow().contains(folder) {
            return Ok(());
        }
        let made = self.host.create_folder(folder, Access::Default).await;
        made.map_err(|error| Error::File {
            path: folder.to_owned(),
            error,
        })?;
        self.made.borrow_mut().insert(folder.to_owned());
        Ok(())
    }
}

/// The last part of a path in a registry, if it is a plain name.
fn plain_name(file: &str) -> Option<&str> {
    let name = file.rsplit('/').next()?;
    is_plain(name).then_some(name)
}

/// Whether a part of a path is a name and nothing more on any system: no way up, no Windows drive, stream, folder
/// or device.
fn is_plain(name: &str) -> bool {
    !matches!(name, "" | "." | "..")
        && !name.contains(|c: char| c.is_control() || matches!(c, '\\' | ':'))
        && !is_device(name)
}

/// Whether Windows takes a name for a device, whatever ending it has.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    let stem = stem.to_ascii_uppercase();
    let is_numbered = ["COM", "LPT"].iter().any(|port| {
        let number = stem.strip_prefix(port).unwrap_or_default();
        let mut digits = number.chars();
        let is_digit = |c: char| c.is_ascii_digit() || matches!(c, '¹' | '²' | '³');
        digits.next().is_some_and(is_digit) && digits.next().is_none()
    });
    is_numbered
        || matches!(
            stem.as_str(),
            "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$" | "CLOCK$"
        )
}

/// Whether a name in a version, or a folder in it, is hidden.
pub(super) fn is_hidden(file: &str) -> bool {
    file.split('/').any(|name| name.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_lies_outside_its_folder() {
        for (dest, file, expected) in [
            ("d", "a b/c#.zip", Some("d/a b/c#.zip")),
            ("d/", "a", Some("d/a")),
            (".", "a", Some("a")),
            ("/", "a", Some("/a")),
            ("d", "../a", None),
            ("d", "a/../../b", None),
            ("d", "/etc/passwd", None),
            ("d", "a//b", None),
            ("d", "a/", None),
            ("d", "C:/a", None),
            ("d", "a\\..\\b", None),
            ("d", "a\u{0}", None),
            ("d", "x/NUL.txt", None),
            ("d", "com1", None),
            ("d", "console", Some("d/console")),
            ("d", "com10", Some("d/com10")),
            ("d", "", None),
        ] {
            assert_eq!(inside(dest, file).as_deref(), expected, "{file:?}");
        }
    }

    #[test]
    fn a_plain_name_leads_nowhere_else() {
        for (file, expected) in [
            ("a.zip", Some("a.zip")),
            ("x/y/a b#é.zip", Some("a b#é.zip")),
            ("..hidden", Some("..hidden")),
            ("x/..", None),
            ("x/.", None),
            ("x/", None),
            ("", None),
            ("x/..\\a", None),
            ("C:a", None),
            ("a\u{0}b", None),
            ("a\nb", None),
        ] {
            assert_eq!(plain_name(file), expected, "{file:?}");
        }
    }
}
