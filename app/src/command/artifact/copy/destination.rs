//! The other service: where it is, and who asks there.

use crate::args::OtherService;
use crate::console::Console;
use crate::error::Error;
use crate::host::Host;
use crate::settings::{self, Origin, Setting, Settings};

/// The variable of the other service's token.
const KEY: &str = "HARNESS_TO_API_KEY";

/// What flags and environment say of the service at `url`. Nothing of the saved login goes there.
///
/// # Errors
/// When one of them cannot be used, or there is no token.
pub(super) async fn settings<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    args: &OtherService,
    url: &str,
    own: &Settings,
) -> Result<Settings, Error> {
    let flag = |name: &'static str, value: &Option<String>| {
        let value = value.clone().filter(|value| !value.trim().is_empty())?;
        let origin = Origin::Flag(name);
        Some(Setting { value, origin })
    };
    let api_url = settings::base_url(Setting {
        value: url.to_owned(),
        origin: Origin::Flag("--to-service"),
    })?;
    let token = settings::secret(token(host, console, args).await?)?;
    let account = flag("--to-account", &args.to_account).or_else(|| {
        let value = token.value.account()?.to_owned();
        let origin = Origin::Token;
        Some(Setting { value, origin })
    });
    if account.is_none() {
        return Err(Error::Usage {
            message: "the account of the other service is not known: its token does not tell it".to_owned(),
            help: "pass --to-account".to_owned(),
        });
    }
    let packages = flag("--to-pkg-url", &args.to_pkg_url);
    Ok(Settings {
        dialect: match args.to_server {
            Some(kind) => Setting {
                value: kind.into(),
                origin: Origin::Flag("--to-server"),
            },
            None => Setting {
                value: hc_core::api::Dialect::Hosted,
                origin: Origin::Default,
            },
        },
        packages: packages.map(settings::base_url).transpose()?,
        org: flag("--to-org", &args.to_org),
        project: flag("--to-project", &args.to_project),
        patience: own.patience.clone(),
        token: Some(token),
        api_url,
        account,
    })
}

async fn token<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    args: &OtherService,
) -> Result<Setting<String>, Error> {
    if let Some(path) = &args.to_token_file {
        let failed = |error| Error::File {
            path: path.clone(),
            error,
        };
        let bytes = host.read(path).await.map_err(failed)?;
        let is_readable = |mode: u32| mode & 0o077 != 0;
        if host
            .stat(path)
            .await
            .map_err(failed)?
            .mode
            .is_some_and(is_readable)
        {
            console.note(&format!(
                "{path}: others on this machine may read the token in it (chmod 600)"
            ));
        }
        return Ok(Setting {
            value: String::from_utf8_lossy(&bytes).trim().to_owned(),
            origin: Origin::Flag("--to-token-file"),
        });
    }
    match settings::environment(host, KEY) {
        Some(value) => Ok(Setting {
            value,
            origin: Origin::Environment(KEY),
        }),
        None => Err(Error::Usage {
            message: "there is no token for the other service".to_owned(),
            help: format!("set {KEY}, or name a file that holds it with --to-token-file"),
        }),
    }
}
