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
