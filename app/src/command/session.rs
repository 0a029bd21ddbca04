//! What a command needs that speaks to a service: the settings, the service, a client.

use hc_core::api::push::Target;
use hc_core::api::service::BaseUrl;
use hc_core::api::{Dialect, Service, system};

use super::recognise::{Recognised, recognise};
use crate::args::Global;
use crate::console::Console;
use crate::error::Error;
use crate::host::Host;
use crate::known_servers;
use crate::login;
use crate::net::{Client, Failure};
use crate::settings::{Origin, Settings};

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
        let mut session = Self {
            service: settings.service()?,
            client: Client::new(host, console, global, settings).await?,
        };
        if settings.token_is_saved() {
            login::tell_if_readable(host, console).await;
        }
        // The hosted service's own address, and what a login knows, need no question.
        let is_open =
            settings.dialect.origin == Origin::Default && settings.api_url.origin != Origin::Default;
        if is_open {
            session.find_out_kind(host, console, settings).await?;
        }
        Ok(session)
    }

    /// Finds out which kind of service this is, where nobody told.
    async fn find_out_kind(
        &mut self,
        host: &H,
        console: &Console<'_, H>,
        settings: &Settings,
    ) -> Result<(), Error> {
        let api = self.service.api.clone();
        if let Some(dialect) = known_servers::recall(host, &api).await {
            self.service.dialect = dialect;
            self.client.set_key(settings, dialect);
            return Ok(());
        }
        let dialect = match recognise(&mut self.client, settings, &self.service).await {
            Ok(Recognised::Known(dialect)) => dialect,
            Ok(Recognised::Neither(failure)) if failure.is_web_page() => return Err(failure.into()),
            // Then what the command itself asks is answered, or not, in the service's own words.
            Ok(Recognised::Neither(_)) | Err(Failure::Api { .. }) => {
                self.client.set_key(settings, Dialect::Hosted);
                return Ok(());
            }
            Err(failure) => return Err(failure.into()),
        };
        if dialect == Dialect::OpenSource {
            console.step(&format!("{api} is Harness Open Source"));
        }
        self.service.dialect = dialect;
        known_servers::remember(host, &api, dialect).await;
        Ok(())
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
                let request = system::get(&self.service);
                self.protected(self.client.call(&request, system::parse).await?)?
            }
        };
        self.client.trust(url.as_str());
        self.service.packages = Some(url.clone());
        Ok(url)
    }

    /// Refuses a package host, named by the service, to which the token would go where others can read it.
    fn protected(&self, named: BaseUrl) -> Result<BaseUrl, Error> {
        if named == self.service.api || !named.is_unprotected() {
            return Ok(named);
        }
        Err(Error::Unsupported {
            message: format!(
                "the service says that packages are at {named}, which is plain http: others could read the token"
            ),
            help: format!("if that is meant, say so with --pkg-url {named}"),
        })
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
