//! The dashboard over time: adding up what the days have kept.

mod sums;

use std::collections::HashMap;

use uuid::Uuid;

use self::sums::Sums;
use crate::{
    domain::{
        AppError, Compared, Day, Group, Me, Period, Range, Report, check_minutes_east,
        setup::only_supervisors,
    },
    server::{
        app::App,
        store::{channels, measured_days, operators, teams},
    },
};

/// What happened in a range of days, beside as many days before. The days begin when the reader's clock says so.
///
/// # Errors
/// If the caller is neither supervisor nor admin, there are no such days, or the database fails.
pub async fn report(app: &App, me: &Me, range: Range, minutes_east: i64) -> Result<Report, AppError> {
    only_supervisors(me)?;
    range.check()?;
    check_minutes_east(minutes_east)?;
    let period = range.period(Day::of(app.clock.now(), minutes_east));
    let mut sums = Sums::new(period, minutes_east);
    let mut tx = app.db.snapshot().await?;
    let days = measured_days::list(&mut tx, days_of(period, minutes_east)).await?;
    let teams = teams::list(&mut tx).await?;
    let channels = channels::list(&mut tx).await?;
    let operators = operators::list(&mut tx).await?;
    tx.commit().await?;
    for (day, packed) in &days {
        sums.add_day(*day, packed)?;
    }
    let figures = sums.figures();
    Ok(Report {
        range,
        period,
        minutes_east,
        total: figures.total,
        days: figures.days,
        teams: groups(figures.teams, teams.into_iter().map(|team| (team.id, team.name))),
        channels: groups(figures.channels, channels.into_iter().map(|channel| (channel.id, channel.name))),
        operators: groups(
            figures.operators,
            operators.into_iter().map(|operator| (operator.id, operator.name)),
        ),
    })
}

/// The days of UTC that a period and the one before it reach into.
fn days_of(period: Period, minutes_east: i64) -> Period {
    let (from, _) = period.before().bounds(minutes_east);
    let (_, to) = period.bounds(minutes_east);
    Period { first: Day::of(from, 0), last: Day::of(to.plus(-1), 0) }
}

/// Figures under their names, by name; what is nobody's comes last.
fn groups<Id: Copy + Into<Uuid>>(
    figures: Vec<(Option<Id>, Compared)>,
    names: impl Iterator<Item = (Id, String)>,
) -> Vec<Group<Id>> {
    let mut names: HashMap<Uuid, String> = names.map(|(id, name)| (id.into(), name)).collect();
    let mut groups: Vec<Group<Id>> = figures
        .into_iter()
        .map(|(id, figures)| Group { id, name: id.and_then(|id| names.remove(&id.into())), figures })
        .collect();
    groups.sort_by_key(|group| {
        (group.name.is_none(), group.id.is_none(), group.name.as_ref().map(|name| name.to_lowercase()))
    });
    groups
}
