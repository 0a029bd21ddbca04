//! `hc serve` and `hc serve check`

use crate::args::{Global, LogFormat, Serve, ServeCommand};
use crate::console::Console;
use crate::error::Error;
use crate::exit_status::ExitStatus;
use crate::host::{CheckedData, DataDamage, Host, ServeOptions};
use crate::login;
use crate::output::Format;
use crate::render::records::{Column, records};
use crate::settings::{self, Origin, Setting};

const COLUMNS: [Column<DataDamage>; 3] = [
    Column("What", |damage| damage.what.clone()),
    Column("Content", |damage| damage.content.clone()),
    Column("Files", |damage| damage.files.join(", ")),
];

pub(crate) async fn run<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    global: &Global,
    args: &Serve,
) -> Result<ExitStatus, Error> {
    if let Some(ServeCommand::Check { data }) = &args.command {
        return check(host, console, global, data.as_deref()).await;
    }
    // The environment's token belongs to the service that one is a client of, not to this one.
    let token = global.token.clone().map(|value| {
        settings::secret(Setting {
            value,
            origin: Origin::Flag("--token"),
        })
    });
    let options = ServeOptions {
        data: folder(host, args.data.as_deref())?,
        listen: args.listen.clone(),
        token: token.transpose()?.map(|token| token.value.reveal().to_owned()),
        policy: args.policy.clone(),
        advisories: args.advisories.clone(),
        no_starter: args.no_starter,
        hosts: args.hosts.clone(),
        public_url: args.public_url.clone(),
        trusted_proxies: args.trusted_proxies.clone(),
        max_body: args.max_body,
        log_json: args.log == LogFormat::Json,
    };
    host.serve(options).await.map_err(Error::Serve)?;
    Ok(ExitStatus::Success)
}

async fn check<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    global: &Global,
    data: Option<&str>,
) -> Result<ExitStatus, Error> {
    let data = folder(host, data)?;
    let checked = host.check_data(&data).await.map_err(Error::Serve)?;
    if global.format != Format::Table || !checked.damage.is_empty() {
        console.result(&records(global.format, &COLUMNS, &checked.damage)?)?;
    }
    let CheckedData {
        contents,
        bytes,
        damage,
    } = checked;
    console.note(&format!(
        "{contents} contents of {bytes} bytes: {} to look at",
        damage.len()
    ));
    Ok(if damage.is_empty() {
        ExitStatus::Success
    } else {
        ExitStatus::Failure
    })
}

/// The folder that keeps everything.
fn folder<H: Host>(host: &H, given: Option<&str>) -> Result<String, Error> {
    if let Some(data) = given {
        return Ok(data.to_owned());
    }
    let home = login::home(host).ok_or_else(|| Error::Usage {
        message: "there is no home folder to keep the registry in".to_owned(),
        help: "pass --data DIR".to_owned(),
    })?;
    Ok(format!("{home}/.harness/serve"))
}
