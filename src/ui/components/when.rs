//! Times as people read them. The server does not know where the reader is, so a page is rendered in UTC and turns to
//! the reader's own clock as soon as it is hydrated: both halves render the same at first. That clock is the device's,
//! or the one of the time zone that the reader has chosen.

use std::time::Duration;

use leptos::prelude::*;

use super::Zone;
use crate::{
    domain::{Civil, Time},
    ui::browser,
};

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// The reader's clock: what time it is, and how far east of UTC they are.
#[derive(Debug, Clone, Copy)]
pub struct WallClock {
    now: RwSignal<Time>,
    zone: RwSignal<Zone>,
}

impl WallClock {
    /// A clock that shows `now` in UTC until the page is hydrated; from then on the reader's own, to the quarter of a
    /// minute.
    #[must_use]
    pub fn start(now: Time) -> Self {
        let clock = Self { now: RwSignal::new(now), zone: RwSignal::new(Zone::default()) };
        Effect::new(move |_| {
            clock.set_zone(browser::viewer().time_zone.as_deref());
            clock.now.set(browser::now());
            let tick = set_interval_with_handle(
                move || {
                    clock.now.try_set(browser::now());
                },
                Duration::from_secs(15),
            );
            if let Ok(tick) = tick {
                on_cleanup(move || tick.clear());
            }
        });
        clock
    }

    /// Now.
    #[must_use]
    pub fn now(self) -> Time {
        self.now.get()
    }

    /// A time on the reader's calendar.
    #[must_use]
    pub fn civil(self, time: Time) -> Civil {
        time.civil(self.minutes_east(time))
    }

    /// How far east of UTC the reader is at a time, in minutes.
    #[must_use]
    pub fn minutes_east(self, time: Time) -> i64 {
        self.zone.with(|zone| zone.minutes_east(time))
    }

    /// Goes by the clock of a time zone; none: by the device's.
    pub fn set_zone(self, zone: Option<&str>) {
        self.zone.set(Zone::scan(browser::now(), browser::clock_of(zone)));
    }
}

/// "14:02"
#[must_use]
pub fn clock_time(time: Civil) -> String {
    format!("{:02}:{:02}", time.hour, time.minute)
}

/// The full form, for whoever wants to know exactly: "Sunday 22 Nov 2026, 14:02".
#[must_use]
pub fn date_time(time: Civil) -> String {
    format!("{}, {}", full_date(time), clock_time(time))
}

/// A day: "Sunday 22 Nov 2026".
#[must_use]
pub fn full_date(time: Civil) -> String {
    let (weekday, month) = (word(&DAYS, time.weekday), word(&MONTHS, time.month - 1));
    format!("{weekday} {} {month} {}", time.day, time.year)
}

fn word(words: &[&'static str], place: i64) -> &'static str {
    usize::try_from(place).ok().and_then(|place| words.get(place)).copied().unwrap_or_default()
}

/// The line above a day's messages.
#[must_use]
pub fn day_label(day: Civil, today: Civil) -> String {
    match today.days - day.days {
        0 => "Today".to_owned(),
        1 => "Yesterday".to_owned(),
        _ if day.year == today.year => {
            format!("{} {} {}", word(&DAYS, day.weekday), day.day, word(&MONTHS, day.month - 1))
        }
        _ => full_date(day),
    }
}

/// The time in a list row: the clock today, the weekday this week, then the date.
#[must_use]
pub fn row_time(time: Civil, today: Civil) -> String {
    match today.days - time.days {
        ..=0 => clock_time(time),
        1 => "Yesterday".to_owned(),
        2..=6 => word(&DAYS, time.weekday)[..3].to_owned(),
        _ if time.year == today.year => short_date(time),
        _ => format!("{} {} {}", time.day, word(&MONTHS, time.month - 1), time.year),
    }
}

/// The day of a year: "3 Nov".
#[must_use]
pub fn short_date(time: Civil) -> String {
    format!("{} {}", time.day, word(&MONTHS, time.month - 1))
}

/// How long something took: "45 s", "3 min 20 s", "25 min", "5 h 10 min", "3 d 4 h".
#[must_use]
pub fn duration(micros: i64) -> String {
    let (second, minute, hour) = (micros / Time::SECOND, micros / Time::MINUTE, micros / Time::HOUR);
    let (large, large_unit, small, small_unit) = match second {
        ..60 => (second, "s", 0, ""),
        60..600 => (minute, "min", second % 60, "s"),
        600..3_600 => (minute, "min", 0, ""),
        3_600..172_800 => (hour, "h", minute % 60, "min"),
        _ => (hour / 24, "d", hour % 24, "h"),
    };
    if small == 0 {
        format!("{large} {large_unit}")
    } else {
        format!("{large} {large_unit} {small} {small_unit}")
    }
}

/// How long somebody has waited: "3 min", "2 h", "5 d".
#[must_use]
pub fn waiting_for(micros: i64) -> String {
    match micros / Time::MINUTE {
        ..1 => "now".to_owned(),
        minutes @ 1..60 => format!("{minutes} min"),
        minutes @ 60..1440 => format!("{} h", minutes / 60),
        minutes => format!("{} d", minutes / 1440),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn row_times_grow_coarser_with_age() {
        let now = Time(1_795_390_200 * Time::SECOND);
        let ago = |micros: i64| row_time(now.plus(-micros).civil(0), now.civil(0));
        assert_eq!(ago(Time::HOUR), "22:30");
        assert_eq!(ago(Time::DAY), "Yesterday");
        assert_eq!(ago(3 * Time::DAY), "Thu");
        assert_eq!(ago(30 * Time::DAY), "23 Oct");
        assert_eq!(ago(400 * Time::DAY), "18 Oct 2025");
        assert_eq!(ago(-Time::HOUR), "00:30", "a clock that goes wrong still shows a time");
    }

    #[test]
    fn what_took_longer_is_told_more_coarsely() {
        for (seconds, text) in [
            (0, "0 s"),
            (45, "45 s"),
            (60, "1 min"),
            (200, "3 min 20 s"),
            (600, "10 min"),
            (1_530, "25 min"),
            (3_600, "1 h"),
            (18_600, "5 h 10 min"),
            (172_800, "2 d"),
            (273_600, "3 d 4 h"),
        ] {
            assert_eq!(duration(seconds * Time::SECOND), text);
        }
    }

    #[test]
    fn waits_in_the_largest_unit_that_fits() {
        for (micros, text) in [
            (0, "now"),
            (-5, "now"),
            (59 * Time::MINUTE, "59 min"),
            (90 * Time::MINUTE, "1 h"),
            (3 * Time::DAY, "3 d"),
        ] {
            assert_eq!(waiting_for(micros), text);
        }
    }

    #[test]
    fn days_are_named() {
        let now = Time(1_795_390_200 * Time::SECOND).civil(0);
        let label =
            |days: i64| day_label(Time(1_795_390_200 * Time::SECOND).plus(-days * Time::DAY).civil(0), now);
        assert_eq!(label(0), "Today");
        assert_eq!(label(1), "Yesterday");
        assert_eq!(label(3), "Thursday 19 Nov");
        assert_eq!(label(365), "Saturday 22 Nov 2025");
    }
}
