//! Which kind of service answers where, as it was found out: `~/.harness/servers.json`, beside the saved login.

use std::collections::BTreeMap;

use hc_core::api::Dialect;
use hc_core::api::service::BaseUrl;

use crate::host::{Access, Host};
use crate::login::home;

/// The kind of service at `url`, if it was found out before.
pub(crate) async fn recall<H: Host>(host: &H, url: &BaseUrl) -> Option<Dialect> {
    let known = read(host).await;
    let word = known.get(url.as_str())?;
    [Dialect::Hosted, Dialect::OpenSource]
        .into_iter()
        .find(|dialect| dialect.as_str() == word)
}

/// Keeps what was found out. Where it cannot be kept, it is found out again.
pub(crate) async fn remember<H: Host>(host: &H, url: &BaseUrl, dialect: Dialect) {
    let Some(folder) = folder(host) else {
        return;
    };
    let mut known = read(host).await;
    known.insert(url.to_string(), dialect.as_str().to_owned());
    let Ok(mut bytes) = serde_json::to_vec_pretty(&known) else {
        return;
    };
    bytes.push(b'\n');
    if host.create_folder(&folder, Access::Private).await.is_ok() {
        let _ = host.write(&path(&folder), &bytes, Access::Private).await;
    }
}

/// What is kept; nothing where there is nothing that can be read.
async fn read<H: Host>(host: &H) -> BTreeMap<String, String> {
    let Some(folder) = folder(host) else {
        return BTreeMap::new();
    };
    let bytes = host.read(&path(&folder)).await.unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}

fn folder<H: Host>(host: &H) -> Option<String> {
    Some(format!("{}/.harness", home(host)?))
}

fn path(folder: &str) -> String {
    format!("{folder}/servers.json")
}
