//! Days of a calendar.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

use super::Time;

/// A day, counted from 1970-01-01. When it begins depends on where one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Day(pub i64);

impl Day {
    /// The day of a time, so many minutes east of UTC.
    #[must_use]
    pub const fn of(time: Time, minutes_east: i64) -> Self {
        Self(time.plus(minutes_east * Time::MINUTE).0.div_euclid(Time::DAY))
    }

    /// When it begins, so many minutes east of UTC.
    #[must_use]
    pub const fn start(self, minutes_east: i64) -> Time {
        Time(self.0.saturating_mul(Time::DAY)).plus(-minutes_east * Time::MINUTE)
    }

    /// So many days later, or earlier.
    #[must_use]
    pub const fn plus(self, days: i64) -> Self {
        Self(self.0.saturating_add(days))
    }
}

/// `2026-11-22` (ISO 8601), as date fields have it.
impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = self.start(0).civil(0);
        write!(f, "{:04}-{:02}-{:02}", date.year, date.month, date.day)
    }
}

/// A text that is no day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not a date")]
pub struct NoDay;

impl FromStr for Day {
    type Err = NoDay;

    fn from_str(text: &str) -> Result<Self, NoDay> {
        let mut parts = text.splitn(3, '-').map(|part| part.parse::<i64>());
        let (Some(Ok(year)), Some(Ok(month)), Some(Ok(day))) = (parts.next(), parts.next(), parts.next())
        else {
            return Err(NoDay);
        };
        if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return Err(NoDay);
        }
        let found = Self(days_from_civil(year, month, day));
        // The 31st of a short month is a day of the next.
        if found.to_string() == text { Ok(found) } else { Err(NoDay) }
    }
}

/// Days since 1970-01-01 (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`), of a year
/// that is not negative.
const fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    // Years begin in March, so that the leap day is the last.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year / 400;
    let year_of_era = year % 400;
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn days_are_read_as_they_are_written() {
        for (text, day) in [("1970-01-01", 0), ("2000-02-29", 11_016), ("2026-11-22", 20_779)] {
            assert_eq!(text.parse(), Ok(Day(day)));
            assert_eq!(Day(day).to_string(), text);
        }
        for wrong in [
            "",
            "2026",
            "2026-11",
            "2026-11-31",
            "2025-02-29",
            "2026-1-1",
            "1969-12-31",
            "+2026-01-01",
            "a-b-c",
        ] {
            assert_eq!(wrong.parse::<Day>(), Err(NoDay), "{wrong}");
        }
    }

    #[test]
    fn where_one_is_decides_which_day_it_is() {
        // Sunday 22 November 2026, 23:30 UTC.
        let late = Time(1_795_390_200 * Time::SECOND);
        assert_eq!(Day::of(late, 0), Day(20_779));
        assert_eq!(Day::of(late, 60), Day(20_780));
        assert_eq!(Day(20_780).start(60), late.plus(-30 * Time::MINUTE));
    }

    proptest! {
        #[test]
        fn a_day_holds_the_times_between_its_start_and_the_next(
            micros in 0..4_000_000_000_000_000_i64, east in -720..=840_i64
        ) {
            let (time, day) = (Time(micros), Day::of(Time(micros), east));
            prop_assert!(day.start(east) <= time && time < day.plus(1).start(east));
            if day.0 >= 0 {
                prop_assert_eq!(day.to_string().parse(), Ok(day));
            }
        }
    }
}
