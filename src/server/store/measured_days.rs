//! What the episodes of each day add to what is counted, packed for days that are over. A pack can be made anew from the
//! episodes at any time; where there is none, they are read themselves.

mod packed;

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

pub use packed::{Broken, Entry, Names, Packed};

use super::{Conn, StoreError, db::on, episodes, fixed::Fixed, schema::measured_days};
use crate::domain::{Day, Episode, Period, Tally};

/// The days of a period (of UTC), each with what is counted; those with nothing to count may be missing.
pub async fn list(conn: &mut Conn, period: Period) -> Result<Vec<(Day, Packed)>, StoreError> {
    let rows: Vec<(i64, Option<Vec<u8>>)> = on!(conn, |c| measured_days::table
        .filter(measured_days::day.ge(period.first.0))
        .filter(measured_days::day.le(period.last.0))
        .order(measured_days::day)
        .select((measured_days::day, measured_days::tallies))
        .load(c)
        .await?);
    let mut days: Vec<(Day, Packed)> =
        rows.into_iter().filter_map(|(day, tallies)| Some((Day(day), Packed::stored(tallies?)))).collect();
    for stretch in gaps(period, days.iter().map(|(day, _)| *day)) {
        days.extend(measure(conn, stretch).await?);
    }
    Ok(days)
}

/// The stretches of a period that lie between these days of it, which are in order.
fn gaps(period: Period, days: impl Iterator<Item = Day>) -> Vec<Period> {
    let mut gaps = Vec::new();
    let mut first = period.first;
    for day in days.chain([period.last.plus(1)]) {
        if first < day {
            gaps.push(Period { first, last: day.plus(-1) });
        }
        first = day.plus(1);
    }
    gaps
}

/// What the episodes themselves say of some days.
async fn measure(conn: &mut Conn, period: Period) -> Result<Vec<(Day, Packed)>, StoreError> {
    let (from, to) = period.bounds(0);
    let found = episodes::list_between(conn, from, to).await?;
    let mut days: BTreeMap<Day, Vec<Tally>> = BTreeMap::new();
    // An episode may reach beyond.
    let all = found.iter().flat_map(Episode::tallies).filter(|tally| (from..to).contains(&tally.at));
    for tally in all {
        days.entry(Day::of(tally.at, 0)).or_default().push(tally);
    }
    Ok(days.into_iter().map(|(day, tallies)| (day, Packed::of(day, &tallies))).collect())
}

/// The days of a period that have a pack, in order.
pub async fn list_packed(conn: &mut Conn, period: Period) -> Result<Vec<Day>, StoreError> {
    let days: Vec<i64> = on!(conn, |c| measured_days::table
        .filter(measured_days::day.ge(period.first.0))
        .filter(measured_days::day.le(period.last.0))
        .filter(measured_days::tallies.is_not_null())
        .order(measured_days::day)
        .select(measured_days::day)
        .load(c)
        .await?);
    Ok(days.into_iter().map(Day).collect())
}

/// Packs a day that is over. Whoever changes something of it meanwhile waits at its row, and then takes the pack away.
pub async fn pack(conn: &mut Conn, day: Day) -> Result<(), StoreError> {
    forget(conn, day).await?;
    let measured = measure(conn, Period { first: day, last: day }).await?;
    let packed = measured.into_iter().next().map_or_else(|| Packed::of(day, &[]), |(_, packed)| packed);
    on!(conn, |c| diesel::update(measured_days::table.find(day.0))
        .set(measured_days::tallies.eq(Some(packed.bytes())))
        .execute(c)
        .await?);
    Ok(())
}

/// Takes a day's pack away: something of the day has changed.
pub async fn forget(conn: &mut Conn, day: Day) -> Result<(), StoreError> {
    let none = None::<Vec<u8>>;
    on!(conn, |c| Fixed(
        diesel::insert_into(measured_days::table)
            .values((measured_days::day.eq(day.0), measured_days::tallies.eq(none.clone())))
            .on_conflict(measured_days::day)
            .do_update()
            .set(measured_days::tallies.eq(none))
    )
    .execute(c)
    .await?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_packed_is_found_between_what_is() {
        let period = Period { first: Day(10), last: Day(16) };
        let stretch = |first, last| Period { first: Day(first), last: Day(last) };
        let cases: [(&[i64], Vec<Period>); 4] = [
            (&[], vec![period]),
            (&[10, 11, 12, 13, 14], vec![stretch(15, 16)]),
            (&[11, 14], vec![stretch(10, 10), stretch(12, 13), stretch(15, 16)]),
            (&[10, 11, 12, 13, 14, 15, 16], vec![]),
        ];
        for (packed, want) in cases {
            assert_eq!(gaps(period, packed.iter().copied().map(Day)), want, "{packed:?}");
        }
    }
}
