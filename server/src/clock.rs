//! The time, as records, headers and documents write it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;

/// Now, in milliseconds since the epoch.
pub(crate) fn now() -> i64 {
    i64::try_from(since_1970().as_millis()).unwrap_or(i64::MAX)
}

/// Now, as the time since the epoch.
pub(crate) fn since_1970() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// As HTTP headers write it (RFC 9110, section 5.6.7), such as `Mon, 23 Nov 2026 11:00:00 GMT`.
pub(crate) fn http_date(ms: i64) -> String {
    const FORMAT: &[BorrowedFormatItem<'_>] = format_description!(
        "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
    );
    format(ms, FORMAT)
}

/// As RFC 3339 writes it, in UTC with milliseconds.
pub(crate) fn rfc3339(ms: i64) -> String {
    const FORMAT: &[BorrowedFormatItem<'_>] =
        format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
    format(ms, FORMAT)
}

/// As Maven's metadata write it, in UTC: 14 digits.
pub(crate) fn digits(ms: i64) -> String {
    const FORMAT: &[BorrowedFormatItem<'_>] = format_description!("[year][month][day][hour][minute][second]");
    format(ms, FORMAT)
}

/// Whether a text is a moment as RFC 3339 writes it.
pub(crate) fn is_rfc3339(text: &str) -> bool {
    OffsetDateTime::parse(text, &Rfc3339).is_ok()
}

fn format(ms: i64, format: &[BorrowedFormatItem<'_>]) -> String {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(ms) * 1_000_000)
        .ok()
        .and_then(|time| time.format(format).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_their_standards_say() {
        assert_eq!(http_date(784_111_777_000), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(rfc3339(784_111_777_001), "1994-11-06T08:49:37.001Z");
        for (text, expected) in [
            ("2026-01-02T03:04:05Z", true),
            ("2026-01-02T03:04:05.678+01:00", true),
            ("2026-01-02", false),
            ("yesterday", false),
        ] {
            assert_eq!(is_rfc3339(text), expected, "{text}");
        }
    }
}
