//! `hc auth status`

use std::fmt::Display;

use serde::Serialize;

use crate::args::Global;
use crate::console::Console;
use crate::error::Error;
use crate::exit_status::ExitStatus;
use crate::host::Host;
use crate::render::records::{Column, records};
use crate::settings::{Setting, Settings};

/// A setting, and who gave it.
#[derive(Debug, Serialize)]
struct Row {
    setting: &'static str,
    value: Option<String>,
    from: Option<String>,
}

impl Row {
    fn new<T>(setting: &'static str, known: Option<&Setting<T>>, shown: impl Fn(&T) -> String) -> Self {
        Self {
            setting,
            value: known.map(|known| shown(&known.value)),
            from: known.map(|known| known.origin.to_string()),
        }
    }

    fn plain<T: Display>(setting: &'static str, known: Option<&Setting<T>>) -> Self {
        Self::new(setting, known, T::to_string)
    }
}

const COLUMNS: [Column<Row>; 3] = [
    Column("Setting", |row| row.setting.to_owned()),
    Column("Value", |row| row.value.clone().unwrap_or_default()),
    Column("From", |row| row.from.clone().unwrap_or_default()),
];

pub(crate) async fn run<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    global: &Global,
) -> Result<ExitStatus, Error> {
    let settings = Settings::load(host, global).await?;
    let rows = [
        Row::plain("api url", Some(&settings.api_url)),
        Row::plain("account", settings.account.as_ref()),
        Row::plain("org", settings.org.as_ref()),
        Row::plain("project", settings.project.as_ref()),
        Row::plain("package host", settings.packages.as_ref()),
        Row::new("token", settings.token.as_ref(), |_| "set".to_owned()),
        Row::new("service", Some(&settings.dialect), |dialect| {
            dialect.as_str().to_owned()
        }),
        Row::new("timeout", Some(&settings.patience), |patience| {
            format!("{} s", patience.as_secs())
        }),
    ];
    console.result(&records(global.format, &COLUMNS, &rows)?)?;
    if settings.is_logged_in() {
        Ok(ExitStatus::Success)
    } else {
        Err(Error::NotLoggedIn)
    }
}
