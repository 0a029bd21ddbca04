//! Moments as people, programs and file systems write them, in UTC.

use std::time::Duration;

const SECONDS_A_DAY: u64 = 24 * 60 * 60;
/// The calendar repeats itself after 400 years, which have this many days.
const DAYS_IN_400_YEARS: u64 = 146_097;
/// Days from the first of March of the year 0 to the beginning of 1970.
const DAYS_TO_1970: u64 = 719_468;

/// The time since the beginning of 1970 as `2026-02-18T05:48:06Z` (RFC 3339).
#[must_use]
pub fn rfc3339(since_1970: Duration) -> String {
    format!("{}Z", moment(since_1970, ':'))
}

/// The time since the beginning of 1970 as `2026-02-18T05-48-06`: it sorts, and file systems that know no
/// colons take it.
#[must_use]
pub fn for_file_names(since_1970: Duration) -> String {
    moment(since_1970, '-')
}

/// The time since the beginning of 1970 that RFC 3339 writes as `text`; a day alone stands for its beginning.
/// `None` for what is no moment, and for moments before 1970, with which programs write that there is none.
#[must_use]
pub fn parse_rfc3339(text: &str) -> Option<Duration> {
    let number = |from: usize, to: usize| {
        let digits = text.get(from..to)?;
        let are_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
        are_digits.then(|| digits.parse::<u64>().ok()).flatten()
    };
    let is_at = |index: usize, one_of: &[u8]| {
        text.as_bytes()
            .get(index)
            .is_some_and(|byte| one_of.contains(byte))
    };
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    if !is_at(4, b"-") || !is_at(7, b"-") || year < 1970 || !(1..=12).contains(&month) {
        return None;
    }
    let is_from_march = month >= 3;
    // See `date`: years are counted from March.
    let (march_year, march_month) = if is_from_march {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let days = 365 * march_year + march_year / 4 - march_year / 100
        + march_year / 400
        + (153 * march_month + 2) / 5
        + day.checked_sub(1)?;
    let days = days.checked_sub(DAYS_TO_1970)?;
    if date(days) != (year, month, day) {
        return None;
    }
    let midnight = Duration::from_secs(days * SECONDS_A_DAY);
    if text.len() == 10 {
        return Some(midnight);
    }
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    // A minute may have a leap second.
    if !is_at(10, b"Tt ") || !is_at(13, b":") || !is_at(16, b":") || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let local = midnight + Duration::from_secs((hour * 60 + minute) * 60 + second);
    let mut rest = text.get(19..)?;
    if let Some(fraction) = rest.strip_prefix('.') {
        let zone = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
        if zone.len() == fraction.len() {
            return None;
        }
        rest = zone;
    }
    if matches!(rest, "Z" | "z") {
        return Some(local);
    }
    let zone = text.len() - rest.len();
    let (hours, minutes) = (number(zone + 1, zone + 3)?, number(zone + 4, zone + 6)?);
    if rest.len() != 6 || !is_at(zone + 3, b":") || hours > 23 || minutes > 59 {
        return None;
    }
    let offset = Duration::from_secs((hours * 60 + minutes) * 60);
    match rest.as_bytes().first()? {
        b'+' => local.checked_sub(offset),
        b'-' => Some(local + offset),
        _ => None,
    }
}

fn moment(since_1970: Duration, separator: char) -> String {
    let seconds = since_1970.as_secs();
    let (year, month, day) = date(seconds / SECONDS_A_DAY);
    let second = seconds % SECONDS_A_DAY;
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}{separator}{minute:02}{separator}{second:02}")
}

/// Year, month and day of the Gregorian calendar. Years are counted from March, so that a leap day is the
/// last of its year.
fn date(days_since_1970: u64) -> (u64, u64, u64) {
    let days = days_since_1970 + DAYS_TO_1970;
    let (cycle, day) = (days / DAYS_IN_400_YEARS, days % DAYS_IN_400_YEARS);
    // Without the leap days before it, every year has 365 days.
    let leap_days = day / 1460 - day / 36_524 + day / 146_096;
    let year = (day - leap_days) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    // From March on, five months in turn have 153 days.
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let is_next_year = month >= 10;
    let month = if is_next_year { month - 9 } else { month + 3 };
    (cycle * 400 + year + u64::from(is_next_year), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written() {
        for (seconds, expected) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_771_393_686, "2026-02-18T05:48:06Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(rfc3339(Duration::from_secs(seconds)), expected);
        }
        let stamp = for_file_names(Duration::from_secs(1_771_393_686));
        assert_eq!(stamp, "2026-02-18T05-48-06");
    }

    #[test]
    fn moments_are_read_and_what_is_none_is_not() {
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", Some(0)),
            ("2000-02-29T00:00:00Z", Some(951_782_400)),
            ("2026-02-18T05:48:06Z", Some(1_771_393_686)),
            ("2026-02-18t05:48:06.123456z", Some(1_771_393_686)),
            ("2026-02-18T07:48:06+02:00", Some(1_771_393_686)),
            ("2026-02-18T00:18:06-05:30", Some(1_771_393_686)),
            ("2026-02-18", Some(1_771_372_800)),
            ("2100-03-01T00:00:00Z", Some(4_107_542_400)),
            ("0001-01-01T00:00:00Z", None),
            ("2026-02-29T00:00:00Z", None),
            ("2026-13-01T00:00:00Z", None),
            ("2026-00-01T00:00:00Z", None),
            ("2026-02-00", None),
            ("2026-02-18T24:00:00Z", None),
            ("2026-02-18T05:48:06", None),
            ("2026-02-18T05:48:06.Z", None),
            ("2026-02-18T05:48:06Zx", None),
            ("2026-02-18T05:48:06+2:00", None),
            ("no", None),
            ("false", None),
            ("", None),
            ("２026-02-18", None),
        ] {
            assert_eq!(parse_rfc3339(text), expected.map(Duration::from_secs), "{text}");
        }
    }

    #[test]
    fn every_day_is_read_as_it_is_written() {
        for day in 0..DAYS_IN_400_YEARS {
            let moment = Duration::from_secs(day * SECONDS_A_DAY + 1);
            assert_eq!(parse_rfc3339(&rfc3339(moment)), Some(moment));
        }
    }

    #[test]
    fn every_day_follows_the_one_before() {
        let mut before = date(0);
        for day in 1..=DAYS_IN_400_YEARS {
            let next = date(day);
            let (year, month, day) = before;
            let last = match month {
                4 | 6 | 9 | 11 => 30,
                2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
                2 => 28,
                _ => 31,
            };
            let expected = match (month, day) {
                (12, 31) => (year + 1, 1, 1),
                (_, day) if day == last => (year, month + 1, 1),
                _ => (year, month, day + 1),
            };
            assert_eq!(next, expected);
            before = next;
        }
    }
}
