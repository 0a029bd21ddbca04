//! `hc serve`: the embedded registry, on threads of its own.

use std::thread;

use hc_app::host::{CheckedData, DataDamage, HostError, ServeOptions};
use hc_server::{Config, LogFormat};
use tokio::runtime;

/// Runs the registry until the process is told to stop. The program itself has one thread; the registry's
/// runtime has one for each processor, and must be made outside of it.
pub(crate) fn serve(options: ServeOptions) -> Result<(), HostError> {
    let failed = |error: &dyn std::error::Error| HostError::Other(error.to_string());
    let run = move || {
        let runtime = runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(|error| failed(&error))?;
        runtime
            .block_on(hc_server::serve(config(options)))
            .map_err(|error| failed(&error))
    };
    match thread::Builder::new().spawn(run).map(thread::JoinHandle::join) {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => Err(HostError::Other("it ended by a fault in hc".to_owned())),
        Err(error) => Err(failed(&error)),
    }
}

/// Compares what a data folder holds with its records.
pub(crate) fn check(data: &str) -> Result<CheckedData, HostError> {
    let checked = hc_server::check(data.as_ref()).map_err(|error| HostError::Other(error.to_string()))?;
    let damage = checked.damage.into_iter().map(|damage| DataDamage {
        what: damage.kind.as_str().to_owned(),
        content: damage.content,
        files: damage.files,
    });
    Ok(CheckedData {
        contents: checked.contents,
        bytes: checked.bytes,
        damage: damage.collect(),
    })
}

fn config(options: ServeOptions) -> Config {
    Config {
        data: options.data.into(),
        listen: options.listen,
        token: options.token,
        policy: options.policy.map(Into::into),
        advisories: options.advisories.into_iter().map(Into::into).collect(),
        no_starter: options.no_starter,
        hosts: options.hosts,
        public_url: options.public_url,
        trusted_proxies: options.trusted_proxies,
        max_body: options.max_body,
        log: if options.log_json {
            LogFormat::Json
        } else {
            LogFormat::Text
        },
    }
}
