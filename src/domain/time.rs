//! Points in time.

use serde::{Deserialize, Serialize};

/// A point in time: microseconds since 1970-01-01T00:00:00Z.
///
/// An integer and not a calendar type, so that it is the same in both databases and costs the browser nothing:
/// there, `Intl` turns it into text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Time(pub i64);

impl Time {
    pub const SECOND: i64 = 1_000_000;
    pub const MINUTE: i64 = 60 * Self::SECOND;
    pub const HOUR: i64 = 60 * Self::MINUTE;
    pub const DAY: i64 = 24 * Self::HOUR;

    /// This time moved by so many microseconds, which may be negative.
    #[must_use]
    pub const fn plus(self, micros: i64) -> Self {
        Self(self.0.saturating_add(micros))
    }

    /// Microseconds from `earlier` to this time, negative if it is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Milliseconds since the epoch, the unit of JavaScript's dates.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0.div_euclid(1_000)
    }

    /// From JavaScript's milliseconds.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis.saturating_mul(1_000))
    }

    /// When a day such as `2026-11-27` begins so many minutes east of UTC; none if there is no such day.
    #[must_use]
    pub fn of_day(day: &str, minutes_east: i64) -> Option<Self> {
        let is_digits = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let mut parts = day.splitn(3, '-');
        let mut next = |digits: usize| {
            let part = parts.next().filter(is_digits).filter(|part| part.len() == digits)?;
            part.parse::<i64>().ok()
        };
        let (year, month, day) = (next(4)?, next(2)?, next(2)?);
        let days = days_of(year, month, day);
        (civil_date(days) == (year, month, day)).then(|| Self(days * Self::DAY - minutes_east * Self::MINUTE))
    }

    /// As a calendar shows it so many minutes east of UTC.
    #[must_use]
    pub fn civil(self, minutes_east: i64) -> Civil {
        let local = self.plus(minutes_east * Self::MINUTE);
        let days = local.0.div_euclid(Self::DAY);
        let (year, month, day) = civil_date(days);
        let minute = local.0.rem_euclid(Self::DAY) / Self::MINUTE;
        // 1970-01-01 was a Thursday, the fourth day counted from Monday as the first.
        Civil {
            days,
            year,
            month,
            day,
            weekday: (days + 3).rem_euclid(7),
            hour: minute / 60,
            minute: minute % 60,
        }
    }

    /// The UTC time as RFC 3339 text with whole seconds, for `datetime` attributes and logs.
    #[must_use]
    pub fn rfc3339(self) -> String {
        let (year, month, day) = civil_date(self.0.div_euclid(Self::DAY));
        let second = self.0.rem_euclid(Self::DAY) / Self::SECOND;
        let (h, m, s) = (second / 3600, second / 60 % 60, second % 60);
        format!("{year:04}-{month:02}-{day:02}T{h:02}:{m:02}:{s:02}Z")
    }
}

impl Time {
    /// A time in UTC, if the calendar has it (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms",
    /// `days_from_civil`). A leap second is the next second.
    #[must_use]
    pub fn from_utc([year, month, day]: [i64; 3], [hour, minute, second]: [i64; 3]) -> Option<Self> {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let length = match month {
            2 => 28 + i64::from(leap),
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        let is_date = (1..=9999).contains(&year) && (1..=length).contains(&day);
        if !is_date || !(0..24).contains(&hour) || !(0..60).contains(&minute) || !(0..=60).contains(&second) {
            return None;
        }
        let shifted_year = if month <= 2 { year - 1 } else { year };
        let era = shifted_year.div_euclid(400);
        let year_of_era = shifted_year.rem_euclid(400);
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        let days = era * 146_097 + day_of_era - 719_468;
        Some(Self(days * Self::DAY + hour * Self::HOUR + minute * Self::MINUTE + second * Self::SECOND))
    }

    /// Reads what [`Time::rfc3339`] writes, and no other form.
    #[must_use]
    pub fn from_rfc3339(text: &str) -> Option<Self> {
        let (date, clock) = text.strip_suffix('Z')?.split_once('T')?;
        Self::from_utc(three(date, '-', 4)?, three(clock, ':', 2)?)
    }
}

/// Three numbers with a mark between them: the first of so many digits, the others of two.
fn three(text: &str, mark: char, digits: usize) -> Option<[i64; 3]> {
    let mut parts = text.split(mark);
    let mut next = |digits: usize| {
        let part = parts.next()?;
        let is_number = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { part.parse().ok() } else { None }
    };
    let numbers = [next(digits)?, next(2)?, next(2)?];
    parts.next().is_none().then_some(numbers)
}

/// A point in time as a calendar and a clock on the wall show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Civil {
    /// Days since 1970-01-01: tells one day from another.
    pub days: i64,
    pub year: i64,
    /// From 1.
    pub month: i64,
    pub day: i64,
    /// From 0, Monday.
    pub weekday: i64,
    pub hour: i64,
    pub minute: i64,
}

/// Year, month and day of a count of days since 1970-01-01 in the proleptic Gregorian calendar
/// (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`).
fn civil_date(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// The other way round: `days_from_civil` of the same article. What is no date gives some other day.
const fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let year = year - if month <= 2 { 1 } else { 0 };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted_month = (month + 9) % 12;
    let day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_begin_at_midnight_of_their_place() {
        let berlin = Time::of_day("2026-11-23", 60).expect("a day");
        assert_eq!(berlin.rfc3339(), "2026-11-22T23:00:00Z");
        for (day, text) in
            [("1970-01-01", "1970-01-01"), ("2000-02-29", "2000-02-29"), ("1969-12-31", "1969-12-31")]
        {
            let time = Time::of_day(day, 0).expect(day);
            assert_eq!(time.rfc3339(), format!("{text}T00:00:00Z"));
        }
        for none in
            ["", "2026", "2026-13-01", "2026-02-30", "2026-00-10", "2026-1-1", "+026-01-01", "2026-01-01x"]
        {
            assert_eq!(Time::of_day(none, 0), None, "{none:?}");
        }
    }

    #[test]
    fn rfc3339_of_known_times() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_735_689_599, "2024-12-31T23:59:59Z"),
            (-1, "1969-12-31T23:59:59Z"),
        ] {
            assert_eq!(Time(seconds * Time::SECOND).rfc3339(), text);
        }
    }

    #[test]
    fn rfc3339_is_read_as_it_is_written() {
        for seconds in [0, 951_782_400, 1_735_689_599, -1, 1_795_390_200] {
            let time = Time(seconds * Time::SECOND);
            assert_eq!(Time::from_rfc3339(&time.rfc3339()), Some(time));
        }
        for wrong in [
            "",
            "2026-11-22",
            "2026-11-22T10:00Z",
            "2026-02-29T00:00:00Z",
            "2026-11-22T24:00:00Z",
            "é-1-1T0:0:0Z",
        ] {
            assert_eq!(Time::from_rfc3339(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn civil_times_of_known_places() {
        // Sunday 22 November 2026, 23:30 UTC.
        let time = Time(1_795_390_200 * Time::SECOND);
        let utc = time.civil(0);
        assert_eq!(
            (utc.year, utc.month, utc.day, utc.weekday, utc.hour, utc.minute),
            (2026, 11, 22, 6, 23, 30)
        );
        let berlin = time.civil(60);
        assert_eq!((berlin.day, berlin.weekday, berlin.hour, berlin.days), (23, 0, 0, utc.days + 1));
    }

    #[test]
    fn millis_round_down_before_the_epoch_too() {
        assert_eq!(Time(-1).millis(), -1);
        assert_eq!(Time::from_millis(5).millis(), 5);
    }
}
