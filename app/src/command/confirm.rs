//! Asking before something is gone for good.

use crate::error::Error;
use crate::host::{Echo, Host};
use crate::render::text::visible;

/// Goes on if the person types exactly `expected`.
///
/// # Errors
/// When they do not.
pub(crate) async fn typed<H: Host>(host: &H, question: &str, expected: &str) -> Result<(), Error> {
    let is_agreed = answer(host, &format!("{question}: ")).await? == expected;
    is_agreed.then_some(()).ok_or(Error::Declined)
}

/// Goes on if the person says yes; just pressing Enter is no.
///
/// # Errors
/// When they do not.
pub(crate) async fn yes<H: Host>(host: &H, question: &str) -> Result<(), Error> {
    let answer = answer(host, &format!("{question} [y/N] ")).await?;
    let is_agreed = ["y", "yes"].iter().any(|yes| answer.eq_ignore_ascii_case(yes));
    is_agreed.then_some(()).ok_or(Error::Declined)
}

/// What is typed; an input that ends says nothing.
async fn answer<H: Host>(host: &H, question: &str) -> Result<String, Error> {
    let answer = host.ask(&visible(question), Echo::Shown).await;
    answer
        .map(|answer| answer.trim().to_owned())
        .map_err(|_| Error::Declined)
}
