//! `hc auth login`

use hc_core::api::service::BaseUrl;
use hc_core::api::{Dialect, Scope, Service, system};
use http::StatusCode;

use crate::args::{Global, Login};
use crate::command::recognise::{Recognised, recognise};
use crate::console::Console;
use crate::error::Error;
use crate::exit_status::ExitStatus;
use crate::host::{Echo, Host, HostError};
use crate::login::{self, SavedLogin};
use crate::net::Client;
use crate::render::text::visible;
use crate::settings::{self, API_KEY, API_URL, HOSTED, Origin, Setting, Settings};

pub(crate) async fn run<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    global: &Global,
    args: &Login,
) -> Result<ExitStatus, Error> {
    // A login that cannot be read is no reason not to write a new one.
    let saved = login::load(host).await.unwrap_or_else(|error| {
        console.note(&format!("{error}; it will be written anew"));
        None
    });
    let settings = gather(host, global, args, saved.as_ref()).await?;
    let service = settings.service()?;
    let api = service.api.clone();
    warn_if_unprotected(console, &api);
    let mut client = Client::new(host, console, global, &settings).await?;
    let service = found_out(&mut client, &settings, service).await?;
    let packages = packages(console, &client, &service).await?;
    // A service does not decide that the token goes where others can read it; a user may, with --pkg-url.
    let packages = packages.filter(|packages| {
        let may_be_kept = *packages == api || !packages.is_unprotected();
        if !may_be_kept {
            console.note(&format!(
                "the service says that packages are at {packages}, which is plain http: commands that need them \
                 want --pkg-url"
            ));
        }
        may_be_kept
    });
    let origins = [
        (API_URL, Some(settings.api_url.origin)),
        (API_KEY, settings.token.as_ref().map(|token| token.origin)),
    ];
    let path = login::save(
        host,
        &SavedLogin {
            base_url: api.to_string(),
            token: settings.token.map(|token| token.value).unwrap_or_default(),
            account_id: service.scope.account.clone(),
            org_id: settings.org.map(|org| org.value),
            project_id: settings.project.map(|project| project.value),
            registry_url: packages.as_ref().map(ToString::to_string),
            service: match service.dialect {
                Dialect::Hosted => None,
                Dialect::OpenSource => Some(Dialect::OpenSource.as_str().to_owned()),
            },
        },
    )
    .await?;
    console.step(&format!(
        "Logged in to {api} as account {}",
        service.scope.account
    ));
    if let Some(packages) = &packages {
        console.step(&format!("Packages are at {packages}"));
    }
    console.step(&format!("Saved in {path}"));
    for (name, origin) in origins {
        if origin != Some(Origin::Environment(name)) && settings::environment(host, name).is_some() {
            console.note(&format!("${name} is set, and goes before the saved login"));
        }
    }
    Ok(ExitStatus::Success)
}

/// All that a login needs, asked for where it is missing and somebody can be asked.
async fn gather<H: Host>(
    host: &H,
    global: &Global,
    args: &Login,
    saved: Option<&SavedLogin>,
) -> Result<Settings, Error> {
    let can_ask = host.is_interactive() && !args.non_interactive && !args.token_stdin;
    let mut given = global.clone();
    if can_ask && given.api_url.is_none() && settings::environment(host, API_URL).is_none() {
        let default = saved.map_or(HOSTED, |login| &login.base_url);
        let value = ask(host, "API URL", Some(default)).await?;
        let url = settings::base_url(Setting {
            value,
            origin: Origin::Answer,
        })?;
        given.api_url = Some(url.value.to_string());
    }
    given.token = token(host, global, args, can_ask).await?;
    let mut settings = Settings::merge(host, &given, saved)?;
    let account = settings.account.as_ref();
    // Whose account an older token belonged to says little about the new one.
    if can_ask && account.is_none_or(|account| account.origin == Origin::SavedLogin) {
        let known = account.map(|account| account.value.as_str());
        given.account = Some(ask(host, "Account", known).await?);
        // Organization and project of a saved login count in its own account only.
        settings = Settings::merge(host, &given, saved)?;
    }
    // What kind of service it is and where its packages are is found out anew.
    settings.packages = None;
    settings.dialect.value = Dialect::Hosted;
    Ok(settings)
}

/// The token as a flag, stdin or a person gives it; `None` when the environment has it.
async fn token<H: Host>(
    host: &H,
    global: &Global,
    args: &Login,
    can_ask: bool,
) -> Result<Option<String>, Error> {
    let contradiction = |message: &str| Error::Usage {
        message: message.to_owned(),
        help: "give the token once".to_owned(),
    };
    let (value, origin) = match (&args.api_token, &global.token) {
        (Some(one), Some(other)) if one != other => {
            return Err(contradiction("--api-token and --token have different tokens"));
        }
        (_, Some(_)) if args.token_stdin => {
            return Err(contradiction("--token-stdin and --token exclude each other"));
        }
        (Some(token), _) => (token.clone(), Origin::Flag("--api-token")),
        (None, Some(token)) => (token.clone(), Origin::Flag("--token")),
        (None, None) if args.token_stdin => {
            let bytes = host.read_stdin().await.map_err(unanswered)?;
            (String::from_utf8_lossy(&bytes).into_owned(), Origin::Stdin)
        }
        (None, None) if settings::environment(host, API_KEY).is_some() => return Ok(None),
        (None, None) if can_ask => {
            let question = "API token (it is not shown): ";
            let typed = host.ask(question, Echo::Hidden).await.map_err(unanswered)?;
            (typed, Origin::Answer)
        }
        (None, None) => {
            return Err(Error::Usage {
                message: "no API token is given".to_owned(),
                help: "pass --api-token or --token-stdin, or set HARNESS_API_KEY".to_owned(),
            });
        }
    };
    let token = settings::secret(Setting { value, origin })?;
    Ok(Some(token.value.reveal().to_owned()))
}

async fn ask<H: Host>(host: &H, what: &str, default: Option<&str>) -> Result<String, Error> {
    let question = match default {
        Some(default) => format!("{what} [{}]: ", visible(default)),
        None => format!("{what}: "),
    };
    let answer = host.ask(&question, Echo::Shown).await.map_err(unanswered)?;
    Ok(match default {
        Some(default) if answer.trim().is_empty() => default.to_owned(),
        _ => answer,
    })
}

fn unanswered(error: HostError) -> Error {
    Error::Usage {
        message: format!("the login is not complete: {error}"),
        help: "pass --api-url, --api-token (or --token-stdin) and --account".to_owned(),
    }
}

/// Finds out whether token and account are good, and which kind of service answers.
async fn found_out<H: Host>(
    client: &mut Client<'_, H>,
    settings: &Settings,
    service: Service,
) -> Result<Service, Error> {
    match recognise(client, settings, &service).await? {
        Recognised::Known(dialect) => Ok(Service {
            dialect,
            scope: Scope {
                account: service.scope.account,
                ..Scope::default()
            },
            ..service
        }),
        Recognised::Neither(failure) => Err(Error::NoSuchAccount {
            account: service.scope.account,
            failure: Box::new(failure),
        }),
    }
}

/// Where the service says that packages are.
async fn packages<H: Host>(
    console: &Console<'_, H>,
    client: &Client<'_, H>,
    service: &Service,
) -> Result<Option<BaseUrl>, Error> {
    if service.dialect == Dialect::OpenSource {
        return Ok(Some(service.api.clone()));
    }
    match client.call(&system::get(service), system::parse).await {
        Ok(packages) => Ok(Some(packages)),
        Err(failure) if failure.status() == Some(StatusCode::NOT_FOUND) => {
            console.note(
                "the service does not tell where packages are: pass --pkg-url to commands that need it",
            );
            Ok(None)
        }
        Err(failure) => Err(failure.into()),
    }
}

fn warn_if_unprotected<H: Host>(console: &Console<'_, H>, url: &BaseUrl) {
    if url.is_unprotected() {
        console.note(&format!(
            "{url} is plain http: others on the way can read the token"
        ));
    }
}
