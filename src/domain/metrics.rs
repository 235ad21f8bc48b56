//! The dashboard over time: what is asked for, and what is told.

use serde::{Deserialize, Serialize};

use super::{AppError, ChannelId, Day, OperatorId, TeamId, Time, board::percent};

/// Which days are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Range {
    /// So many days up to and including today.
    Last(i64),
    /// From a day to another, both included.
    Between { first: Day, last: Day },
}

impl Range {
    /// Those that one chooses from.
    pub const USUAL: [Self; 4] = [Self::Last(1), Self::Last(7), Self::Last(28), Self::Last(90)];
    /// The most days at once.
    pub const MOST: i64 = 366;

    /// Its name for people.
    #[must_use]
    pub fn label(self) -> String {
        match self {
            Self::Last(1) => "Today".to_owned(),
            Self::Last(days) => format!("{days} days"),
            Self::Between { first, last } => format!("{first} to {last}"),
        }
    }

    /// Reads the parameters of an address that somebody may have written by hand: `range=7`, or `from` and `to`. What
    /// cannot be read is the usual; days in the wrong order are for [`Range::check`].
    #[must_use]
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Self {
        let day = |name: &str| get(name)?.parse::<Day>().ok();
        match (day("from"), day("to")) {
            (Some(first), Some(last)) => Self::Between { first, last },
            _ => {
                let range = get("range").and_then(|days| days.parse().ok()).map(Self::Last);
                range.filter(|range| range.check().is_ok()).unwrap_or_default()
            }
        }
    }

    /// The parameters of its address.
    #[must_use]
    pub fn query(self) -> String {
        match self {
            Self::Last(days) => format!("range={days}"),
            Self::Between { first, last } => format!("from={first}&to={last}"),
        }
    }

    /// Its days, if this is today.
    #[must_use]
    pub const fn period(self, today: Day) -> Period {
        match self {
            Self::Last(days) => Period { first: today.plus(1 - days), last: today },
            Self::Between { first, last } => Period { first, last },
        }
    }

    /// The days that it names itself, if it does.
    #[must_use]
    pub const fn given(self) -> Option<Period> {
        match self {
            Self::Last(_) => None,
            Self::Between { first, last } => Some(Period { first, last }),
        }
    }

    /// Lets through what can be asked for.
    ///
    /// # Errors
    /// If the days are in the wrong order, or too many.
    pub fn check(self) -> Result<(), AppError> {
        let days = match self {
            Self::Last(days) => days,
            Self::Between { first, last } => Period { first, last }.days(),
        };
        match days {
            1..=Self::MOST => Ok(()),
            ..1 => Err(AppError::invalid("to", "The last day must not be before the first.")),
            _ => Err(AppError::invalid("to", format!("At most {} days.", Self::MOST))),
        }
    }
}

impl Default for Range {
    fn default() -> Self {
        Self::Last(28)
    }
}

/// Days from one to another, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    pub first: Day,
    pub last: Day,
}

impl Period {
    /// How many days.
    #[must_use]
    pub const fn days(self) -> i64 {
        self.last.0.saturating_sub(self.first.0).saturating_add(1)
    }

    /// As many days right before.
    #[must_use]
    pub const fn before(self) -> Self {
        Self { first: self.first.plus(-self.days()), last: self.first.plus(-1) }
    }

    /// From when on, and before when, so many minutes east of UTC.
    #[must_use]
    pub const fn bounds(self, minutes_east: i64) -> (Time, Time) {
        (self.first.start(minutes_east), self.last.plus(1).start(minutes_east))
    }
}

/// The farthest that any clock is ahead of or behind UTC, in minutes.
const FARTHEST_EAST: i64 = 14 * 60;

/// Lets through what can be the distance of a clock from UTC.
///
/// # Errors
/// If no clock on earth is so far.
pub fn check_minutes_east(minutes_east: i64) -> Result<(), AppError> {
    if (-FARTHEST_EAST..=FARTHEST_EAST).contains(&minutes_east) {
        Ok(())
    } else {
        Err(AppError::invalid("minutes_east", "There is no such time zone."))
    }
}

/// How long something took, in microseconds: half of all times at most so long, and nine of ten.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spread {
    pub median: i64,
    pub p90: i64,
}

impl Spread {
    /// Of some times, which it puts into another order; none of none. Each is one of the times themselves: the first that
    /// so many of all do not exceed (nearest rank).
    #[must_use]
    pub fn of(times: &mut [i64]) -> Option<Self> {
        let count = times.len();
        let mut rank = |tenths: usize| {
            let place = (count * tenths).div_ceil(10).checked_sub(1)?;
            Some(*times.select_nth_unstable(place).1)
        };
        Some(Self { median: rank(5)?, p90: rank(9)? })
    }
}

/// What was counted in some days.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Conversations that began.
    pub began: i64,
    /// Conversations that came back after they had been resolved.
    pub reopened: i64,
    /// How often one was resolved.
    pub resolved: i64,
    /// And of those, without any person.
    pub alone: i64,
    /// Conversations that a bot gave to people.
    pub handed_off: i64,
    /// How long customers waited for the first answer of a person.
    pub first_response: Option<Spread>,
    /// How long it took until it was resolved, since it had begun or come back.
    pub resolution: Option<Spread>,
    /// How long customers waited for people, in all, in what was resolved.
    pub waited: Option<Spread>,
}

impl Figures {
    /// How many came back for each that was resolved, in percent; none where nothing was resolved.
    #[must_use]
    pub const fn reopen_rate(&self) -> Option<i64> {
        percent(self.reopened, self.resolved)
    }

    /// How much of what was resolved was resolved without any person, in percent; none where nothing was resolved.
    #[must_use]
    pub const fn ai_share(&self) -> Option<i64> {
        percent(self.alone, self.resolved)
    }
}

/// Figures beside those of the period before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    pub now: Figures,
    pub before: Figures,
}

/// A team's, a channel's or an operator's figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group<Id> {
    /// None: of no team, or without owner.
    pub id: Option<Id>,
    /// None of one that is not there any more, and where there is no id.
    pub name: Option<String>,
    pub figures: Compared,
}

/// What happened in a period. Every number comes from episodes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    pub range: Range,
    pub period: Period,
    /// The clock that its days begin by.
    pub minutes_east: i64,
    pub total: Compared,
    /// Each day of the period.
    pub days: Vec<Figures>,
    /// Each list by name; those with nothing to tell are left out.
    pub teams: Vec<Group<TeamId>>,
    pub channels: Vec<Group<ChannelId>>,
    pub operators: Vec<Group<OperatorId>>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(query: &[(&str, &str)]) -> Range {
        Range::read(|name| query.iter().find(|pair| pair.0 == name).map(|pair| pair.1.to_owned()))
    }

    #[test]
    fn an_address_says_which_days() {
        let (first, last) = (Day(20_000), Day(20_006));
        for (query, want) in [
            (&[][..], Range::Last(28)),
            (&[("range", "7")], Range::Last(7)),
            (&[("range", "0")], Range::Last(28)),
            (&[("range", "367")], Range::Last(28)),
            (&[("range", "ever")], Range::Last(28)),
            (&[("from", "2024-10-04"), ("to", "2024-10-10")], Range::Between { first, last }),
            (&[("from", "2024-10-10"), ("to", "2024-10-04")], Range::Between { first: last, last: first }),
            (&[("from", "2024-10-04"), ("range", "7")], Range::Last(7)),
        ] {
            assert_eq!(read(query), want, "{query:?}");
        }
        assert_eq!(Range::Between { first, last }.query(), "from=2024-10-04&to=2024-10-10");
        assert_eq!(Range::Between { first, last }.check(), Ok(()));
        for wrong in [
            Range::Between { first: last, last: first },
            Range::Between { first, last: first.plus(366) },
            Range::Between { first: Day(i64::MIN), last: Day(i64::MAX) },
            Range::Last(0),
        ] {
            assert!(wrong.check().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_period_is_compared_with_as_many_days_before() {
        let today = Day(100);
        let week = Range::Last(7).period(today);
        assert_eq!(week, Period { first: Day(94), last: today });
        assert_eq!(week.before(), Period { first: Day(87), last: Day(93) });
        assert_eq!(Range::Last(1).period(today).before(), Period { first: Day(99), last: Day(99) });
        let (from, to) = week.bounds(60);
        assert_eq!(to.since(from), 7 * Time::DAY);
        assert_eq!(from, Time(94 * Time::DAY - Time::HOUR));
    }

    #[test]
    fn ranks_of_small_numbers_by_hand() {
        for (times, median, p90) in [
            (vec![7], 7, 7),
            (vec![9, 1], 1, 9),
            (vec![3, 1, 2], 2, 3),
            (vec![40, 10, 30, 20], 20, 40),
            ((1..=10).rev().collect(), 5, 9),
            ((1..=11).collect(), 6, 10),
            ((1..=100).rev().collect(), 50, 90),
        ] {
            let mut sorted: Vec<i64> = times;
            assert_eq!(Spread::of(&mut sorted), Some(Spread { median, p90 }));
        }
        assert_eq!(Spread::of(&mut []), None);
    }

    proptest! {
        #[test]
        fn so_many_do_not_exceed_a_rank_and_fewer_do_not_exceed_less(mut times in prop::collection::vec(0..50_i64, 1..60)) {
            let spread = Spread::of(&mut times).expect("some");
            for (rank, tenths) in [(spread.median, 5), (spread.p90, 9)] {
                let up_to = times.iter().filter(|time| **time <= rank).count();
                let below = times.iter().filter(|time| **time < rank).count();
                prop_assert!(up_to * 10 >= times.len() * tenths && below * 10 < times.len() * tenths);
            }
        }
    }
}
