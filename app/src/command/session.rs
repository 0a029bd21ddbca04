//! What a command needs that speaks to a service: the settings, the service, a client.

use hc_core::api::push::Target;
use hc_core::api::service::BaseUrl;
use hc_core::api::{Dialect, Service, system};

use crate::args::Global;
use crate::console::Console;
use crate::error::Error;
use crate::host::Host;
use crate::net::Client;
use crate::settings::Settings;

/// A logged-in user's way to the service.
pub(crate) struct Session<'c, H> {
    pub(crate) service: Service,
    pub(crate) client: Client<'c, H>,
}

impl<'c, H: Host> Session<'c, H> {
    /// The session that flags, environment and saved login make.
    ///
    /// # Errors
    /// When nobody is logged in, or a setting cannot be used.
    pub(crate) async fn open(
        host: &'c H,
        console: &'c Console<'c, H>,
        global: &Global,
    ) -> Result<Self, Error> {
        Self::with(host, console, global, &Settings::load(host, global).await?).await
    }

    /// The session that these settings make.
    ///
    /// # Errors
    /// As for [`Session::open`].
    pub(crate) async fn with(
        host: &'c H,
        console: &'c Console<'c, H>,
        global: &Global,
        settings: &Settings,
    ) -> Result<Self, Error> {
        Ok(Self {
            service: settings.service()?,
            client: Client::new(host, console, global, settings).await?,
        })
    }

    /// Where packages are: as the user says, as the login knows, or as the service answers.
    ///
    /// # Errors
    /// When the user's URL is none, or the service does not answer.
    pub(crate) async fn packages(&mut self, flag: Option<&str>) -> Result<BaseUrl, Error> {
        let url = match (flag, &self.service.packages) {
            (Some(text), _) => BaseUrl::parse(text).map_err(|problem| Error::Usage {
                message: format!("the URL (--pkg-url) {problem}"),
                help: "give the package host's base URL, such as https://pkg.example".to_owned(),
            })?,
            (None, Some(known)) => known.clone(),
            (None, None) if self.service.dialect == Dialect::OpenSource => self.service.api.clone(),
            (None, None) => {
                self.client
                    .call(&system::get(&self.service), system::parse)
                    .await?
            }
        };
        self.client.trust(url.as_str());
        self.service.packages = Some(url.clone());
        Ok(url)
    }

    /// A registry whose packages are on the host `packages`.
    pub(crate) fn target<'t>(&'t self, packages: &'t BaseUrl, registry: &'t str) -> Target<'t> {
        Target {
            packages,
            account: &self.service.scope.account,
            registry,
        }
    }

    /// Refuses what only the hosted service and `hc serve` can do.
    ///
    /// # Errors
    /// When the service is Harness Open Source.
    pub(crate) fn needs_hosted(&self, what: &str) -> Result<(), Error> {
        match self.service.dialect {
            Dialect::Hosted => Ok(()),
            Dialect::OpenSource => Err(Error::Unsupported {
                message: format!("Harness Open Source has no {what}"),
                help: "it is there on the hosted service and with `hc serve`".to_owned(),
            }),
        }
    }
}
