//! How far east of UTC a clock is, at each time about now: summer and winter.

use crate::domain::Time;

/// Where clocks were and will be put forward and back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    /// Minutes, each with the time from which on they hold; the first holds for all that is before.
    shifts: Vec<(Time, i64)>,
}

/// So far back times are exact; older ones are as if clocks had not been put forward or back before.
const BACK: i64 = 2 * 365 * Time::DAY;
const AHEAD: i64 = 365 * Time::DAY;
/// Clocks are not put forward and back again within so long.
const LOOK: i64 = 14 * Time::DAY;

/// UTC.
impl Default for Zone {
    fn default() -> Self {
        Self { shifts: vec![(Time(i64::MIN), 0)] }
    }
}

impl Zone {
    /// Asks a clock how far east of UTC it is, as often as is needed.
    #[must_use]
    pub fn scan(now: Time, minutes_east: impl Fn(Time) -> i64) -> Self {
        let mut at = now.plus(-BACK);
        let mut minutes = minutes_east(at);
        let mut shifts = vec![(Time(i64::MIN), minutes)];
        while at < now.plus(AHEAD) {
            let next = at.plus(LOOK);
            let then = minutes_east(next);
            if then != minutes {
                shifts.push((shift_between(at, next, &minutes_east), then));
            }
            (at, minutes) = (next, then);
        }
        Self { shifts }
    }

    /// How far east of UTC the clock is at a time.
    #[must_use]
    pub fn minutes_east(&self, time: Time) -> i64 {
        let later = self.shifts.partition_point(|(from, _)| *from <= time);
        self.shifts.get(later.saturating_sub(1)).map_or(0, |(_, minutes)| *minutes)
    }
}

/// When the clock is no longer as it was before, to the minute.
fn shift_between(mut before: Time, mut after: Time, minutes_east: &impl Fn(Time) -> i64) -> Time {
    let was = minutes_east(before);
    while after.since(before) > Time::MINUTE {
        let middle = before.plus(after.since(before) / 2);
        if minutes_east(middle) == was {
            before = middle;
        } else {
            after = middle;
        }
    }
    // Clocks are put forward and back at whole minutes.
    Time(after.0 - after.0.rem_euclid(Time::MINUTE))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Berlin: one hour east, two from the last Sunday of March to the last Sunday of October, at 01:00 UTC.
    fn berlin(time: Time) -> i64 {
        let summers =
            [("2025-03-30", "2025-10-26"), ("2026-03-29", "2026-10-25"), ("2027-03-28", "2027-10-31")];
        let at = |day: &str| Time::of_day(day, 0).expect("a day").plus(Time::HOUR);
        let is_summer = summers.iter().any(|(from, until)| at(from) <= time && time < at(until));
        if is_summer { 120 } else { 60 }
    }

    #[test]
    fn clocks_are_put_forward_and_back_at_the_minute() {
        let now = Time(1_795_390_200 * Time::SECOND);
        let zone = Zone::scan(now, berlin);
        for day in ["2025-10-26", "2026-03-29", "2026-10-25", "2027-03-28"] {
            let shift = Time::of_day(day, 0).expect("a day").plus(Time::HOUR);
            for time in [shift.plus(-1), shift, shift.plus(Time::DAY)] {
                assert_eq!(zone.minutes_east(time), berlin(time), "{day}");
            }
        }
        assert_eq!(zone.minutes_east(Time(i64::MIN)), 60);
        assert_eq!(Zone::scan(now, |_| -210).minutes_east(now), -210);
        assert_eq!(Zone::default().minutes_east(now), 0);
    }
}
