//! Adds up tallies for a period and the one before it: in all, by day, by team, by channel and by operator.

use std::{collections::HashMap, hash::Hash};

use crate::{
    domain::{ChannelId, Compared, Counted, Day, Figures, OperatorId, Period, Spread, TeamId, Time},
    server::store::{
        StoreError,
        measured_days::{Broken, Entry, Packed},
    },
};

/// The tallies of one group in one period.
#[derive(Debug, Clone, Default)]
struct Sum {
    counts: Figures,
    first_responses: Vec<i64>,
    resolutions: Vec<i64>,
    waits: Vec<i64>,
}

impl Sum {
    fn add(&mut self, what: Counted) {
        match what {
            Counted::Began => self.counts.began += 1,
            Counted::Reopened => self.counts.reopened += 1,
            Counted::HandedOff => self.counts.handed_off += 1,
            Counted::Answered { after } => self.first_responses.push(after),
            Counted::Resolved { after, waited, alone } => {
                self.counts.resolved += 1;
                self.counts.alone += i64::from(alone);
                self.resolutions.push(after);
                self.waits.push(waited);
            }
        }
    }

    fn figures(mut self) -> Figures {
        Figures {
            first_response: Spread::of(&mut self.first_responses),
            resolution: Spread::of(&mut self.resolutions),
            waited: Spread::of(&mut self.waits),
            ..self.counts
        }
    }
}

/// The same in both periods.
#[derive(Debug, Clone, Default)]
struct Pair {
    now: Sum,
    before: Sum,
}

impl Pair {
    fn add(&mut self, when: When, what: Counted) {
        match when {
            When::Now => self.now.add(what),
            When::Before => self.before.add(what),
        }
    }

    fn figures(self) -> Compared {
        Compared { now: self.now.figures(), before: self.before.figures() }
    }
}

#[derive(Debug, Clone, Copy)]
enum When {
    Now,
    Before,
}

/// Groups by what they are the sums of.
#[derive(Debug)]
struct Groups<Id> {
    places: HashMap<Option<Id>, usize>,
    pairs: Vec<(Option<Id>, Pair)>,
}

impl<Id> Default for Groups<Id> {
    fn default() -> Self {
        Self { places: HashMap::new(), pairs: Vec::new() }
    }
}

impl<Id: Copy + Eq + Hash> Groups<Id> {
    fn place(&mut self, id: Option<Id>) -> usize {
        *self.places.entry(id).or_insert_with(|| {
            self.pairs.push((id, Pair::default()));
            self.pairs.len() - 1
        })
    }

    /// Where the groups of a day's names are: looked up once for a day, and not for each of its tallies.
    fn places(&mut self, ids: &[Id]) -> Places {
        Places { none: self.place(None), named: ids.iter().map(|id| self.place(Some(*id))).collect() }
    }

    fn add(&mut self, place: usize, when: When, what: Counted) {
        self.pairs[place].1.add(when, what);
    }

    /// Those with anything to tell.
    fn figures(self) -> Vec<(Option<Id>, Compared)> {
        let figures = self.pairs.into_iter().map(|(id, pair)| (id, pair.figures()));
        figures.filter(|(_, figures)| *figures != Compared::default()).collect()
    }
}

struct Places {
    none: usize,
    named: Vec<usize>,
}

impl Places {
    fn of(&self, place: Option<usize>) -> Result<usize, Broken> {
        place.map_or(Ok(self.none), |place| self.named.get(place).copied().ok_or(Broken))
    }
}

/// Everything that is added up.
#[derive(Debug)]
pub struct Sums {
    /// Since when, and until when, the tallies of the two periods are.
    before: Time,
    now: Time,
    end: Time,
    total: Pair,
    days: Vec<Sum>,
    teams: Groups<TeamId>,
    channels: Groups<ChannelId>,
    operators: Groups<OperatorId>,
}

/// What it comes to.
pub struct Added {
    pub total: Compared,
    pub days: Vec<Figures>,
    pub teams: Vec<(Option<TeamId>, Compared)>,
    pub channels: Vec<(Option<ChannelId>, Compared)>,
    pub operators: Vec<(Option<OperatorId>, Compared)>,
}

impl Sums {
    #[must_use]
    pub fn new(period: Period, minutes_east: i64) -> Self {
        let (now, end) = period.bounds(minutes_east);
        let (before, _) = period.before().bounds(minutes_east);
        Self {
            before,
            now,
            end,
            total: Pair::default(),
            days: vec![Sum::default(); usize::try_from(period.days()).unwrap_or_default()],
            teams: Groups::default(),
            channels: Groups::default(),
            operators: Groups::default(),
        }
    }

    /// Adds what a day (of UTC) has that lies in one of the periods.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn add_day(&mut self, day: Day, packed: &Packed) -> Result<(), StoreError> {
        let (names, entries) = packed.open(day)?;
        let channels = self.channels.places(&names.channels);
        let teams = self.teams.places(&names.teams);
        let operators = self.operators.places(&names.operators);
        for entry in entries {
            let Entry { at, channel, team, operator, what } = entry?;
            let Some(when) = self.when(at) else { continue };
            self.total.add(when, what);
            self.channels.add(channels.of(Some(channel))?, when, what);
            self.teams.add(teams.of(team)?, when, what);
            if what.is_of_operator() {
                self.operators.add(operators.of(operator)?, when, what);
            }
            if let Some(sum) = self.day_of(at) {
                sum.add(what);
            }
        }
        Ok(())
    }

    fn when(&self, at: Time) -> Option<When> {
        if (self.now..self.end).contains(&at) {
            Some(When::Now)
        } else {
            (self.before..self.now).contains(&at).then_some(When::Before)
        }
    }

    fn day_of(&mut self, at: Time) -> Option<&mut Sum> {
        let day = at.since(self.now).div_euclid(Time::DAY);
        self.days.get_mut(usize::try_from(day).ok()?)
    }

    #[must_use]
    pub fn figures(self) -> Added {
        Added {
            total: self.total.figures(),
            days: self.days.into_iter().map(Sum::figures).collect(),
            teams: self.teams.figures(),
            channels: self.channels.figures(),
            operators: self.operators.figures(),
        }
    }
}
