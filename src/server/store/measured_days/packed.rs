//! Tallies of one day in little room: some twenty bytes each, so that months of them are read in milliseconds.
//!
//! First the channels, the teams and the operators that are named, each list with its length before it; then the tallies
//! one after another: a byte for what happened, and numbers. Numbers are unsigned LEB128 (DWARF 5 § 7.6).

use uuid::Uuid;

use crate::{
    domain::{ChannelId, Counted, Day, OperatorId, Tally, TeamId, Time},
    server::store::StoreError,
};

const BEGAN: u8 = 0;
const REOPENED: u8 = 1;
const HANDED_OFF: u8 = 2;
const ANSWERED: u8 = 3;
const RESOLVED: u8 = 4;
const RESOLVED_ALONE: u8 = 5;

/// The tallies of one day (of UTC), packed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed(Vec<u8>);

/// Who and what is named in a day's tallies. A tally says the place in these lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    pub channels: Vec<ChannelId>,
    pub teams: Vec<TeamId>,
    pub operators: Vec<OperatorId>,
}

/// A tally as it stands in a pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    pub at: Time,
    /// Places in [`Names`].
    pub channel: usize,
    pub team: Option<usize>,
    pub operator: Option<usize>,
    pub what: Counted,
}

/// What was stored is not what this program writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a day's packed tallies cannot be read")]
pub struct Broken;

impl From<Broken> for StoreError {
    fn from(broken: Broken) -> Self {
        Self::Query(diesel::result::Error::DeserializationError(Box::new(broken)))
    }
}

impl Packed {
    /// Packs tallies that are all of this day.
    #[must_use]
    pub fn of(day: Day, tallies: &[Tally]) -> Self {
        let mut names = Names::default();
        let mut body = Vec::with_capacity(tallies.len() * 24);
        for tally in tallies {
            write(&mut body, day, tally, &mut names);
        }
        let mut bytes = Vec::with_capacity(body.len() + 256);
        write_ids(&mut bytes, &names.channels);
        write_ids(&mut bytes, &names.teams);
        write_ids(&mut bytes, &names.operators);
        bytes.append(&mut body);
        Self(bytes)
    }

    /// What was stored.
    #[must_use]
    pub const fn stored(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// What is in it, for this day.
    ///
    /// # Errors
    /// If the lists at its beginning cannot be read.
    pub fn open(&self, day: Day) -> Result<(Names, Entries<'_>), Broken> {
        let mut bytes = Bytes(&self.0);
        let names = Names { channels: bytes.ids()?, teams: bytes.ids()?, operators: bytes.ids()? };
        Ok((names, Entries { bytes, start: day.start(0) }))
    }
}

fn write(bytes: &mut Vec<u8>, day: Day, tally: &Tally, names: &mut Names) {
    let kind = match tally.what {
        Counted::Began => BEGAN,
        Counted::Reopened => REOPENED,
        Counted::HandedOff => HANDED_OFF,
        Counted::Answered { .. } => ANSWERED,
        Counted::Resolved { alone: false, .. } => RESOLVED,
        Counted::Resolved { alone: true, .. } => RESOLVED_ALONE,
    };
    bytes.push(kind);
    write_number(bytes, tally.at.since(day.start(0)));
    write_place(bytes, Some(place_in(&mut names.channels, tally.channel_id)));
    write_place(bytes, tally.team_id.map(|team| place_in(&mut names.teams, team)));
    if tally.what.is_of_operator() {
        write_place(bytes, tally.operator_id.map(|operator| place_in(&mut names.operators, operator)));
    }
    match tally.what {
        Counted::Began | Counted::Reopened | Counted::HandedOff => {}
        Counted::Answered { after } => write_number(bytes, after),
        Counted::Resolved { after, waited, .. } => {
            write_number(bytes, after);
            write_number(bytes, waited);
        }
    }
}

/// Days name few, so that looking through the list is quick.
fn place_in<T: PartialEq>(list: &mut Vec<T>, item: T) -> usize {
    list.iter().position(|known| *known == item).unwrap_or_else(|| {
        list.push(item);
        list.len() - 1
    })
}

fn write_ids<T: Copy + Into<Uuid>>(bytes: &mut Vec<u8>, ids: &[T]) {
    write_place(bytes, Some(ids.len()));
    for id in ids {
        let id: Uuid = (*id).into();
        bytes.extend_from_slice(id.as_bytes());
    }
}

/// A place counted from one, so that nothing stands for none.
fn write_place(bytes: &mut Vec<u8>, place: Option<usize>) {
    write_number(bytes, place.map_or(0, |place| i64::try_from(place).unwrap_or(i64::MAX).saturating_add(1)));
}

fn write_number(bytes: &mut Vec<u8>, number: i64) {
    let mut rest = number.max(0).unsigned_abs();
    while rest >= 0x80 {
        bytes.push((rest & 0x7f) as u8 | 0x80);
        rest >>= 7;
    }
    bytes.push(rest as u8);
}

/// The tallies of an open pack, in the order in which they were packed.
#[derive(Debug)]
pub struct Entries<'a> {
    bytes: Bytes<'a>,
    start: Time,
}

impl Iterator for Entries<'_> {
    type Item = Result<Entry, Broken>;

    fn next(&mut self) -> Option<Self::Item> {
        let kind = self.bytes.byte()?;
        Some(self.bytes.entry(kind, self.start))
    }
}

/// What is left to be read.
#[derive(Debug)]
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn number(&mut self) -> Result<i64, Broken> {
        let mut number = 0;
        for shift in (0..63).step_by(7) {
            let byte = self.byte().ok_or(Broken)?;
            number |= i64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(Broken)
    }

    fn place(&mut self) -> Result<Option<usize>, Broken> {
        match self.number()? {
            0 => Ok(None),
            place => usize::try_from(place - 1).map(Some).map_err(|_| Broken),
        }
    }

    fn ids<T: From<Uuid>>(&mut self) -> Result<Vec<T>, Broken> {
        let count = self.place()?.ok_or(Broken)?;
        let length = count.checked_mul(16).filter(|length| *length <= self.0.len()).ok_or(Broken)?;
        let (ids, rest) = self.0.split_at(length);
        self.0 = rest;
        ids.chunks_exact(16).map(|id| Uuid::from_slice(id).map(T::from).map_err(|_| Broken)).collect()
    }

    fn entry(&mut self, kind: u8, start: Time) -> Result<Entry, Broken> {
        let at = start.plus(self.number()?);
        let channel = self.place()?.ok_or(Broken)?;
        let team = self.place()?;
        let operator = if matches!(kind, BEGAN | HANDED_OFF) { None } else { self.place()? };
        let what = match kind {
            BEGAN => Counted::Began,
            REOPENED => Counted::Reopened,
            HANDED_OFF => Counted::HandedOff,
            ANSWERED => Counted::Answered { after: self.number()? },
            RESOLVED | RESOLVED_ALONE => Counted::Resolved {
                after: self.number()?,
                waited: self.number()?,
                alone: kind == RESOLVED_ALONE,
            },
            _ => return Err(Broken),
        };
        Ok(Entry { at, channel, team, operator, what })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{option, prelude::*};

    const DAY: Day = Day(20_779);

    fn any_what() -> impl Strategy<Value = Counted> {
        let time = 0..i64::from(u32::MAX) * 1_000;
        prop_oneof![
            Just(Counted::Began),
            Just(Counted::Reopened),
            Just(Counted::HandedOff),
            time.clone().prop_map(|after| Counted::Answered { after }),
            (time.clone(), time, any::<bool>()).prop_map(|(after, waited, alone)| Counted::Resolved {
                after,
                waited,
                alone
            }),
        ]
    }

    fn any_tally() -> impl Strategy<Value = Tally> {
        let few = 1..4_u128;
        let of_day = 0..Time::DAY;
        (of_day, few.clone(), option::of(few.clone()), option::of(few), any_what()).prop_map(
            |(at, channel, team, operator, what)| Tally {
                at: DAY.start(0).plus(at),
                channel_id: ChannelId(Uuid::from_u128(channel)),
                team_id: team.map(|team| TeamId(Uuid::from_u128(team))),
                operator_id: operator
                    .filter(|_| what.is_of_operator())
                    .map(|operator| OperatorId(Uuid::from_u128(operator))),
                what,
            },
        )
    }

    fn unpack(packed: &Packed) -> Result<Vec<Tally>, Broken> {
        let (names, entries) = packed.open(DAY)?;
        let tally = |entry: Entry| {
            Some(Tally {
                at: entry.at,
                channel_id: *names.channels.get(entry.channel)?,
                team_id: entry.team.map(|team| names.teams[team]),
                operator_id: entry.operator.map(|operator| names.operators[operator]),
                what: entry.what,
            })
        };
        entries.map(|entry| tally(entry?).ok_or(Broken)).collect()
    }

    proptest! {
        #[test]
        fn what_is_packed_is_read_as_it_was(tallies in prop::collection::vec(any_tally(), 0..60)) {
            let packed = Packed::of(DAY, &tallies);
            prop_assert_eq!(unpack(&packed), Ok(tallies));
        }

        #[test]
        fn what_is_cut_off_or_no_pack_is_broken_or_short_and_never_a_panic(
            tallies in prop::collection::vec(any_tally(), 1..20), at in any::<prop::sample::Index>(), with in any::<u8>()
        ) {
            let mut bytes = Packed::of(DAY, &tallies).bytes().to_vec();
            let place = at.index(bytes.len());
            let cut = Packed::stored(bytes[..place].to_vec());
            if let Ok((_, entries)) = cut.open(DAY) {
                prop_assert!(entries.count() <= tallies.len());
            }
            bytes[place] = with;
            let changed = Packed::stored(bytes);
            if let Ok((_, entries)) = changed.open(DAY) {
                prop_assert!(entries.count() <= 10_000);
            }
        }
    }
}
