//! Where the service is and who asks: flags before the environment before the saved login.

use std::fmt;
use std::time::Duration;

use clap::ValueEnum as _;
use hc_core::api::service::BaseUrl;
use hc_core::api::{Dialect, Scope, Service};

use crate::args::{Global, ServerKind};
use crate::error::Error;
use crate::host::Host;
use crate::login::{self, SavedLogin};
use crate::secret::Secret;

/// The variable of the API's base URL.
pub(crate) const API_URL: &str = "HARNESS_API_URL";
/// The variable of the token.
pub(crate) const API_KEY: &str = "HARNESS_API_KEY";
/// The variable of the kind of service.
const SERVER: &str = "HARNESS_SERVER";
/// The hosted service.
pub(crate) const HOSTED: &str = "https://app.harness.io";
/// How long nothing may happen before a request is given up, if nobody says otherwise; in seconds.
const PATIENCE: u64 = 60;

/// A value, and who gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Setting<T> {
    pub(crate) value: T,
    pub(crate) origin: Origin,
}

/// Who gave a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A flag, by its name.
    Flag(&'static str),
    /// An environment variable, by its name.
    Environment(&'static str),
    /// The saved login.
    SavedLogin,
    /// The token, which holds its account.
    Token,
    /// What was piped in.
    Stdin,
    /// The person at the terminal.
    Answer,
    /// Nobody.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) => write!(f, "{name}"),
            Self::Environment(name) => write!(f, "${name}"),
            Self::SavedLogin => f.write_str("saved login"),
            Self::Token => f.write_str("token"),
            Self::Stdin => f.write_str("stdin"),
            Self::Answer => f.write_str("as typed"),
            Self::Default => f.write_str("default"),
        }
    }
}

/// All that flags, environment and saved login say together.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) api_url: Setting<BaseUrl>,
    pub(crate) token: Option<Setting<Secret>>,
    pub(crate) account: Option<Setting<String>>,
    pub(crate) org: Option<Setting<String>>,
    pub(crate) project: Option<Setting<String>>,
    pub(crate) packages: Option<Setting<BaseUrl>>,
    pub(crate) dialect: Setting<Dialect>,
    pub(crate) patience: Setting<Duration>,
}

impl Settings {
    /// Reads them.
    ///
    /// # Errors
    /// When one of them cannot be used.
    pub(crate) async fn load<H: Host>(host: &H, global: &Global) -> Result<Self, Error> {
        let saved = login::load(host).await?;
        Self::merge(host, global, saved.as_ref())
    }

    /// Puts what the flags say over the environment over `saved`.
    ///
    /// # Errors
    /// When one of them cannot be used.
    pub(crate) fn merge<H: Host>(
        host: &H,
        global: &Global,
        saved: Option<&SavedLogin>,
    ) -> Result<Self, Error> {
        let given = |flag: &'static str, value: &Option<String>, name: &'static str| {
            let flag = value.clone().map(|value| Setting {
                value,
                origin: Origin::Flag(flag),
            });
            flag.or_else(|| {
                let value = environment(host, name)?;
                let origin = Origin::Environment(name);
                Some(Setting { value, origin })
            })
            .filter(|setting| !setting.value.trim().is_empty())
        };
        let from_login = |value: Option<String>| {
            let value = value.filter(|value| !value.is_empty())?;
            let origin = Origin::SavedLogin;
            Some(Setting { value, origin })
        };
        let api_url = given("--api-url", &global.api_url, API_URL)
            .or_else(|| from_login(saved.map(|login| login.base_url.clone())))
            .unwrap_or_else(|| Setting {
                value: HOSTED.to_owned(),
                origin: Origin::Default,
            });
        let api_url = base_url(api_url)?;
        let token = given("--token", &global.token, API_KEY).map(secret).transpose()?;
        // What a login holds belongs to its service: a token is never sent to another one.
        let saved =
            saved.filter(|login| BaseUrl::parse(&login.base_url).is_ok_and(|base| base == api_url.value));
        let account = given("--account", &global.account, "HARNESS_ACCOUNT_ID")
            .or_else(|| account_of(token.as_ref()))
            .or_else(|| from_login(saved.map(|login| login.account_id.clone())));
        let token = match token {
            Some(token) => Some(token),
            None => saved
                .map(|login| login.token.clone())
                .filter(|token| !token.reveal().is_empty())
                .map(|value| Setting {
                    value,
                    origin: Origin::SavedLogin,
                }),
        };
        let account = account.or_else(|| account_of(token.as_ref()));
        // Organizations and projects have their names in an account.
        let same_account = saved.filter(|login| {
            account
                .as_ref()
                .is_some_and(|account| account.value == login.account_id)
        });
        let packages = saved
            .and_then(|login| from_login(login.registry_url.clone()))
            .map(base_url)
            .transpose()?;
        Ok(Self {
            org: given("--org", &global.org, "ORG_IDENTIFIER")
                .or_else(|| from_login(same_account.and_then(|login| login.org_id.clone()))),
            project: given("--project", &global.project, "PROJECT_IDENTIFIER")
                .or_else(|| from_login(same_account.and_then(|login| login.project_id.clone()))),
            dialect: dialect(host, global, saved)?,
            patience: patience(host, global)?,
            api_url,
            token,
            account,
            packages,
        })
    }

    /// Whether somebody is logged in, by whatever means.
    pub(crate) fn is_logged_in(&self) -> bool {
        self.token.is_some()
    }

    /// Whether the token is that of the saved login.
    pub(crate) fn token_is_saved(&self) -> bool {
        let origin = self.token.as_ref().map(|token| token.origin);
        origin == Some(Origin::SavedLogin)
    }

    /// The token and the service, for a command that needs them.
    ///
    /// # Errors
    /// When nobody is logged in, or the account is not known.
    pub(crate) fn service(&self) -> Result<Service, Error> {
        if self.token.is_none() {
            return Err(Error::NotLoggedIn);
        }
        let Some(account) = &self.account else {
            return Err(Error::Usage {
                message: "the account is not known: the token does not tell it".to_owned(),
                help: "pass --account or set HARNESS_ACCOUNT_ID".to_owned(),
            });
        };
        Ok(Service {
            api: self.api_url.value.clone(),
            packages: self.packages.as_ref().map(|setting| setting.value.clone()),
            dialect: self.dialect.value,
            scope: Scope {
                account: account.value.clone(),
                org: self.org.as_ref().map(|org| org.value.clone()),
                project: self.project.as_ref().map(|project| project.value.clone()),
            },
        })
    }
}

/// Whether the variable of the token is there, and says nothing.
pub(crate) fn has_empty_key<H: Host>(host: &H) -> bool {
    host.env(API_KEY).is_some() && environment(host, API_KEY).is_none()
}

/// What a variable says, if it says anything.
pub(crate) fn environment<H: Host>(host: &H, name: &str) -> Option<String> {
    host.env(name).filter(|value| !value.trim().is_empty())
}

fn account_of(token: Option<&Setting<Secret>>) -> Option<Setting<String>> {
    let value = token?.value.account()?.to_owned();
    let origin = Origin::Token;
    Some(Setting { value, origin })
}

/// Reads a token.
///
/// # Errors
/// When it cannot be one.
pub(crate) fn secret(setting: Setting<String>) -> Result<Setting<Secret>, Error> {
    let Setting { value, origin } = setting;
    let value = Secret::parse(&value).map_err(|problem| Error::Usage {
        message: format!("the token ({origin}) cannot be right: {problem}"),
        help: "copy it anew from where it was made".to_owned(),
    })?;
    Ok(Setting { value, origin })
}

/// Reads a base URL.
///
/// # Errors
/// When it is none.
pub(crate) fn base_url(setting: Setting<String>) -> Result<Setting<BaseUrl>, Error> {
    let Setting { value, origin } = setting;
    let value = BaseUrl::parse(&value).map_err(|problem| Error::Usage {
        message: format!("the URL ({origin}) {problem}"),
        help: "give the service's base URL, such as https://har.example".to_owned(),
    })?;
    Ok(Setting { value, origin })
}

/// The kind of service. One that nobody tells speaks as the hosted one does, until it is found out.
fn dialect<H: Host>(
    host: &H,
    global: &Global,
    saved: Option<&SavedLogin>,
) -> Result<Setting<Dialect>, Error> {
    if let Some(kind) = global.server {
        return Ok(Setting {
            value: kind.into(),
            origin: Origin::Flag("--server"),
        });
    }
    if let Some(text) = environment(host, SERVER) {
        let kind = ServerKind::from_str(text.trim(), true).map_err(|_| Error::Usage {
            message: format!("${SERVER} is {text:?}, which is no kind of service"),
            help: "set it to saas or open-source, or unset it".to_owned(),
        })?;
        return Ok(Setting {
            value: kind.into(),
            origin: Origin::Environment(SERVER),
        });
    }
    let is_open_source = |login: &SavedLogin| login.service.as_deref() == Some(Dialect::OpenSource.as_str());
    let (value, origin) = match saved {
        Some(login) if is_open_source(login) => (Dialect::OpenSource, Origin::SavedLogin),
        Some(_) => (Dialect::Hosted, Origin::SavedLogin),
        None => (Dialect::Hosted, Origin::Default),
    };
    Ok(Setting { value, origin })
}

impl From<ServerKind> for Dialect {
    fn from(kind: ServerKind) -> Self {
        match kind {
            ServerKind::Saas => Self::Hosted,
            ServerKind::OpenSource => Self::OpenSource,
        }
    }
}

fn patience<H: Host>(host: &H, global: &Global) -> Result<Setting<Duration>, Error> {
    const NAME: &str = "HARNESS_TIMEOUT_SECONDS";
    let setting = |seconds, origin| Setting {
        value: Duration::from_secs(seconds),
        origin,
    };
    if let Some(seconds) = global.timeout {
        return Ok(setting(seconds, Origin::Flag("--timeout")));
    }
    let Some(text) = environment(host, NAME) else {
        return Ok(setting(PATIENCE, Origin::Default));
    };
    match text.trim().parse() {
        Ok(seconds @ 1..) => Ok(setting(seconds, Origin::Environment(NAME))),
        _ => Err(Error::Usage {
            message: format!("${NAME} is {text:?}, not a number of seconds from 1"),
            help: "set it to whole seconds, or unset it".to_owned(),
        }),
    }
}
