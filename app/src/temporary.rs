//! Files that are needed only while a command runs.

use crate::error::Error;
use crate::host::{Access, Host};

/// A path in the system's folder for temporary files, with `suffix` (`.zip`, say) at its end. An empty file is
/// there that only the user may read; who asked for it removes it.
///
/// # Errors
/// When the folder cannot be written to.
pub(crate) async fn file<H: Host>(host: &H, suffix: &str) -> Result<String, Error> {
    let path = format!(
        "{}/hc-{:016x}{:016x}{suffix}",
        folder(|name| host.env(name)),
        host.random(),
        host.random()
    );
    match host.write(&path, &[], Access::Private).await {
        Ok(()) => Ok(path),
        Err(error) => Err(Error::File { path, error }),
    }
}

/// As POSIX and Windows name it in the environment.
fn folder(env: impl Fn(&str) -> Option<String>) -> String {
    let mut named = ["TMPDIR", "TEMP", "TMP"].into_iter().filter_map(env);
    let folder = named.find(|folder| !folder.is_empty());
    let folder = folder.unwrap_or_else(|| "/tmp".to_owned());
    folder.trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_names_the_folder() {
        for (env, expected) in [
            (&[][..], "/tmp"),
            (&[("TMPDIR", "/var/x/"), ("TMP", "/other")], "/var/x"),
            (&[("TMPDIR", ""), ("TEMP", r"C:\Temp")], r"C:\Temp"),
        ] {
            let found = folder(|name| {
                let (_, value) = env.iter().find(|(known, _)| *known == name)?;
                Some((*value).to_owned())
            });
            assert_eq!(found, expected);
        }
    }
}
