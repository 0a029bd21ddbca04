//! `hc serve`

use crate::ExitStatus;
use crate::args::{Global, LogFormat, Serve};
use crate::error::Error;
use crate::host::{Host, ServeOptions};
use crate::login;
use crate::settings::{self, Origin, Setting};

pub(crate) async fn run<H: Host>(host: &H, global: &Global, args: &Serve) -> Result<ExitStatus, Error> {
    // The environment's token belongs to the service that one is a client of, not to this one.
    let token = global.token.clone().map(|value| {
        settings::secret(Setting {
            value,
            origin: Origin::Flag("--token"),
        })
    });
    let options = ServeOptions {
        data: data(host, args)?,
        listen: args.listen.clone(),
        token: token.transpose()?.map(|token| token.value.reveal().to_owned()),
        policy: args.policy.clone(),
        advisories: args.advisories.clone(),
        hosts: args.hosts.clone(),
        max_body: args.max_body,
        log_json: args.log == LogFormat::Json,
    };
    host.serve(options).await.map_err(Error::Serve)?;
    Ok(ExitStatus::Success)
}

/// The folder that keeps everything.
fn data<H: Host>(host: &H, args: &Serve) -> Result<String, Error> {
    if let Some(data) = &args.data {
        return Ok(data.clone());
    }
    let home = login::home(host).ok_or_else(|| Error::Usage {
        message: "there is no home folder to keep the registry in".to_owned(),
        help: "pass --data DIR".to_owned(),
    })?;
    Ok(format!("{home}/.harness/serve"))
}
