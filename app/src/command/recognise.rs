//! Which kind of service answers, found out by asking it.

use hc_core::api::registries::{self, Query};
use hc_core::api::{ApiError, Dialect, Scope, Service, account};
use http::StatusCode;

use crate::host::Host;
use crate::net::{Client, Failure};
use crate::settings::Settings;

/// What a service turned out to be.
#[derive(Debug)]
pub(crate) enum Recognised {
    /// This kind, which takes the token for this account.
    Known(Dialect),
    /// Neither, as far as its answer to the hosted service's question tells.
    Neither(Failure),
}

/// Asks the service in the way of the hosted one, and then in that of Harness Open Source. The client is left with
/// the key in the way of the last one that was asked.
///
/// # Errors
/// When no answer comes, or the service says what is wrong with the token.
pub(crate) async fn recognise<H: Host>(
    client: &mut Client<'_, H>,
    settings: &Settings,
    service: &Service,
) -> Result<Recognised, Failure> {
    let mut service = Service {
        dialect: Dialect::Hosted,
        scope: Scope {
            account: service.scope.account.clone(),
            ..Scope::default()
        },
        ..service.clone()
    };
    client.set_key(settings, Dialect::Hosted);
    let failure = match client.call(&account::get(&service), account::parse).await {
        Ok(()) => return Ok(Recognised::Known(Dialect::Hosted)),
        Err(failure) if is_another_service(&failure) => failure,
        Err(failure) => return Err(failure),
    };
    service.dialect = Dialect::OpenSource;
    client.set_key(settings, Dialect::OpenSource);
    let query = Query {
        page: 0,
        size: 1,
        ..Query::default()
    };
    let first = registries::list(&service, &query);
    match client
        .call(&first, |answer| registries::parse_list(answer, 0))
        .await
    {
        Ok(_) => Ok(Recognised::Known(Dialect::OpenSource)),
        // It is one, and says what is wrong with the token.
        Err(refusal)
            if matches!(
                refusal.status(),
                Some(StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
            ) =>
        {
            Err(refusal)
        }
        Err(_) => Ok(Recognised::Neither(failure)),
    }
}

/// Whether the account's address may be unknown because this is Harness Open Source, which answers it with
/// 404 or with its web page.
fn is_another_service(failure: &Failure) -> bool {
    let is_no_answer = matches!(
        failure,
        Failure::Api {
            error: ApiError::WebPage { .. } | ApiError::Unreadable { .. },
            ..
        }
    );
    is_no_answer || failure.status() == Some(StatusCode::NOT_FOUND)
}
