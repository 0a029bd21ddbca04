//! Where a pulled file is put. The user decides; nothing that a service says does.

use crate::error::Error;
use crate::host::{Access, Host, HostError};

/// The path of the file to write for `dest`, as the user gave it: a folder (one that is there, or a path that
/// ends with a slash, which is then made) gets the file under the last part of `file`'s name.
///
/// # Errors
/// When that part is no plain name, or the folder cannot be made.
pub(super) async fn resolve<H: Host>(host: &H, dest: &str, file: &str) -> Result<String, Error> {
    let failed = |error| Error::File {
        path: dest.to_owned(),
        error,
    };
    let is_folder = match host.stat(dest).await {
        Ok(stat) => stat.is_folder,
        Err(HostError::NotFound) if dest.ends_with('/') => {
            host.create_folder(dest, Access::Default).await.map_err(failed)?;
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

/// The last part of a path in a registry, if it is a name and nothing more on any system: no way up, no
/// Windows drive, stream or folder.
fn plain_name(file: &str) -> Option<&str> {
    let name = file.rsplit('/').next()?;
    let is_plain = !matches!(name, "" | "." | "..")
        && !name.contains(|c: char| c.is_control() || matches!(c, '\\' | ':'));
    is_plain.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

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
