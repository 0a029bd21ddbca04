//! The saved login: `~/.harness/auth.json`, which the earlier client reads and writes too.

use serde::{Deserialize, Serialize};

use crate::console::Console;
use crate::error::Error;
use crate::host::{Access, Host, HostError};
use crate::secret::Secret;

/// What a login keeps.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(crate) struct SavedLogin {
    /// The API's base URL.
    pub(crate) base_url: String,
    /// The token.
    pub(crate) token: Secret,
    /// Account identifier.
    #[serde(default)]
    pub(crate) account_id: String,
    /// Organization identifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) org_id: Option<String>,
    /// Project identifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) project_id: Option<String>,
    /// Where packages are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) registry_url: Option<String>,
    /// `open-source` for a service that speaks only v1; the earlier client does not know the field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) service: Option<String>,
}

/// The file's path, if there is a home folder.
pub(crate) fn path<H: Host>(host: &H) -> Option<String> {
    let home = home(host)?;
    Some(format!("{home}/.harness/auth.json"))
}

/// The user's home folder, without a slash at its end.
pub(crate) fn home<H: Host>(host: &H) -> Option<String> {
    let home = ["HOME", "USERPROFILE"]
        .into_iter()
        .find_map(|name| host.env(name).filter(|home| !home.is_empty()))?;
    Some(home.trim_end_matches(['/', '\\']).to_owned())
}

/// Reads it; `None` when nobody is logged in.
///
/// # Errors
/// When it is there but cannot be used.
pub(crate) async fn load<H: Host>(host: &H) -> Result<Option<SavedLogin>, Error> {
    let Some(path) = path(host) else {
        return Ok(None);
    };
    match host.read(&path).await {
        // The parser's own words could hold the token.
        Ok(bytes) => serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|error| Error::SavedLogin {
                path,
                problem: format!(
                    "line {}, column {}: it is not a saved login",
                    error.line(),
                    error.column()
                ),
            }),
        Err(HostError::NotFound | HostError::IsFile) => Ok(None),
        Err(error) => Err(Error::SavedLogin {
            path,
            problem: error.to_string(),
        }),
    }
}

/// Says so if others may read it.
pub(crate) async fn tell_if_readable<H: Host>(host: &H, console: &Console<'_, H>) {
    let Some(path) = path(host) else {
        return;
    };
    let mode = host.stat(&path).await.ok().and_then(|stat| stat.mode);
    if let Some(mode) = mode.filter(|mode| mode & 0o077 != 0) {
        console.note(&format!(
            "{path} has the mode {:03o}: others may read the token; `chmod 600` makes it yours alone",
            mode & 0o777
        ));
    }
}

/// Writes it, for nobody's eyes but the user's.
///
/// # Errors
/// When it cannot be written.
pub(crate) async fn save<H: Host>(host: &H, login: &SavedLogin) -> Result<String, Error> {
    let Some(path) = path(host) else {
        return Err(Error::Usage {
            message: "there is no home folder to keep the login in".to_owned(),
            help: "set HOME, or pass HARNESS_API_URL and HARNESS_API_KEY with each command".to_owned(),
        });
    };
    let failed = |error: HostError| Error::SavedLogin {
        path: path.clone(),
        problem: error.to_string(),
    };
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    host.create_folder(folder, Access::Private)
        .await
        .map_err(failed)?;
    let mut bytes = serde_json::to_vec_pretty(login).map_err(|error| Error::Serialize {
        format: "JSON",
        message: error.to_string(),
    })?;
    bytes.push(b'\n');
    host.write(&path, &bytes, Access::Private).await.map_err(failed)?;
    Ok(path)
}

/// Removes it; `None` when nobody was logged in.
///
/// # Errors
/// When it is there but cannot be removed.
pub(crate) async fn forget<H: Host>(host: &H) -> Result<Option<String>, Error> {
    let Some(path) = path(host) else {
        return Ok(None);
    };
    match host.remove(&path).await {
        Ok(()) => Ok(Some(path)),
        Err(HostError::NotFound | HostError::IsFile) => Ok(None),
        Err(error) => Err(Error::SavedLogin {
            path,
            problem: error.to_string(),
        }),
    }
}
