//! Whether to ask again, and when.

use std::fmt;
use std::time::Duration;

use http::header::RETRY_AFTER;
use http::{HeaderMap, Method, StatusCode};

use crate::host::{NetError, NetErrorKind};

/// How often a request is sent at most.
pub(crate) const TRIES: u32 = 4;
/// The pause after the first try; it doubles each time.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
/// The longest that a service may ask to be left alone for; beyond it the person is told instead.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// How a try ended.
#[derive(Debug)]
pub(crate) enum Outcome<'o> {
    /// With a response.
    Answered(StatusCode, &'o HeaderMap),
    /// Without one.
    Failed(&'o NetError),
}

impl fmt::Display for Outcome<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answered(status, _) => write!(f, "{status}"),
            Self::Failed(error) => write!(f, "{error}"),
        }
    }
}

/// How long to wait before the next try, after try number `tries` (from 1); `None` to leave it at that.
/// `now` is the time since 1970, `random` any number.
///
/// Reads are repeated when the failure may pass. Writes are repeated only when the service cannot have done
/// them: the request never arrived, or the service said that it was too busy.
pub(crate) fn pause(
    method: &Method,
    tries: u32,
    outcome: &Outcome<'_>,
    now: Duration,
    random: u64,
) -> Option<Duration> {
    if tries >= TRIES {
        return None;
    }
    let is_read = matches!(*method, Method::GET | Method::HEAD);
    let may_pass = match outcome {
        Outcome::Answered(status, _) => is_busy(*status) || (is_read && is_broken(*status)),
        Outcome::Failed(error) => match error.kind {
            NetErrorKind::Tls(_) | NetErrorKind::File { .. } => false,
            _ => is_read || !error.may_have_arrived,
        },
    };
    if !may_pass {
        return None;
    }
    let asked = match outcome {
        Outcome::Answered(_, headers) => retry_after(headers, now),
        Outcome::Failed(_) => None,
    };
    match asked {
        Some(asked) => (asked <= LONGEST_PAUSE).then_some(asked),
        None => Some(backoff(tries, random)),
    }
}

/// The service took nothing up.
fn is_busy(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
    )
}

/// The failure may pass, but something may have been done.
fn is_broken(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::REQUEST_TIMEOUT
            | StatusCode::INTERNAL_SERVER_ERROR
            | StatusCode::BAD_GATEWAY
            | StatusCode::GATEWAY_TIMEOUT
    )
}

/// The pause after try number `tries` (from 1). Half of it is fixed and half random, so that clients which failed together come back apart.
pub(crate) fn backoff(tries: u32, random: u64) -> Duration {
    let whole = FIRST_PAUSE * 2u32.saturating_pow(tries.saturating_sub(1));
    let half = whole / 2;
    let share = random % 1001;
    half + half.mul_f64(share as f64 / 1000.0)
}

/// `Retry-After`: seconds, or a date (RFC 9110, 10.2.3).
pub(crate) fn retry_after(headers: &HeaderMap, now: Duration) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    let since_epoch = date.duration_since(std::time::UNIX_EPOCH).ok()?;
    Some(since_epoch.saturating_sub(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(1_800_000_000);

    fn is_repeated(method: &Method, outcome: &Outcome<'_>) -> bool {
        pause(method, 1, outcome, NOW, 7).is_some()
    }

    #[test]
    fn every_status_is_decided() {
        let none = HeaderMap::new();
        let repeated = |method: Method| -> Vec<u16> {
            (100..600)
                .filter(|&code| {
                    let status = StatusCode::from_u16(code).unwrap();
                    is_repeated(&method, &Outcome::Answered(status, &none))
                })
                .collect()
        };
        assert_eq!(repeated(Method::GET), [408, 429, 500, 502, 503, 504]);
        assert_eq!(repeated(Method::HEAD), [408, 429, 500, 502, 503, 504]);
        for method in [Method::POST, Method::PUT, Method::DELETE] {
            assert_eq!(repeated(method), [429, 503]);
        }
    }

    #[test]
    fn writes_are_repeated_only_if_they_never_left() {
        let failed = |kind: NetErrorKind, may_have_arrived| NetError {
            kind,
            may_have_arrived,
        };
        for (error, read, write) in [
            (failed(NetErrorKind::Resolve, false), true, true),
            (
                failed(NetErrorKind::Connect("refused".to_owned()), false),
                true,
                true,
            ),
            (
                failed(NetErrorKind::Broken("reset".to_owned()), true),
                true,
                false,
            ),
            (failed(NetErrorKind::Timeout, true), true, false),
            (
                failed(NetErrorKind::Tls("untrusted".to_owned()), false),
                false,
                false,
            ),
        ] {
            let outcome = Outcome::Failed(&error);
            assert_eq!(is_repeated(&Method::GET, &outcome), read, "{error}");
            assert_eq!(is_repeated(&Method::PUT, &outcome), write, "{error}");
        }
    }

    #[test]
    fn the_service_says_when() {
        let asked = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, value.parse().unwrap());
            let outcome = Outcome::Answered(StatusCode::TOO_MANY_REQUESTS, &headers);
            pause(&Method::POST, 1, &outcome, NOW, 7)
        };
        assert_eq!(asked("3"), Some(Duration::from_secs(3)));
        assert_eq!(
            asked("Fri, 15 Jan 2027 08:00:10 GMT"),
            Some(Duration::from_secs(10))
        );
        assert_eq!(asked("Fri, 15 Jan 2021 08:00:10 GMT"), Some(Duration::ZERO));
        assert_eq!(asked("3600"), None);
        assert!(asked("soon").is_some_and(|pause| pause < Duration::from_secs(1)));
    }

    #[test]
    fn pauses_double_and_end() {
        for (tries, least, most) in [(1, 100, 200), (2, 200, 400), (3, 400, 800)] {
            for random in [0, 500, 1000, u64::MAX] {
                let error = NetError {
                    kind: NetErrorKind::Timeout,
                    may_have_arrived: true,
                };
                let pause = pause(&Method::GET, tries, &Outcome::Failed(&error), NOW, random).unwrap();
                assert!((least..=most).contains(&pause.as_millis()), "{tries}: {pause:?}");
            }
        }
        let error = NetError {
            kind: NetErrorKind::Timeout,
            may_have_arrived: true,
        };
        assert_eq!(pause(&Method::GET, TRIES, &Outcome::Failed(&error), NOW, 0), None);
    }
}
