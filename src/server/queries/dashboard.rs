//! The dashboard: how much work there is now, and the table of what was.

use super::metrics;
use crate::{
    domain::{
        AppError, Board, Compared, Figures, Group, Me, Period, Range, Report, Time, setup::only_supervisors,
    },
    server::{
        app::App,
        store::{channel_counts, events, queue_counts},
        table,
    },
};

/// How much work there is. Three queries, however much it is.
///
/// # Errors
/// If the caller is neither supervisor nor admin, or the database fails.
pub async fn board(app: &App, me: &Me) -> Result<Board, AppError> {
    only_supervisors(me)?;
    let mut tx = app.db.snapshot().await?;
    let as_of = events::as_of(&mut tx).await?;
    let cells = queue_counts::list(&mut tx).await?;
    let channels = channel_counts::list(&mut tx).await?;
    tx.commit().await?;
    Ok(Board::sum(&cells, &channels, app.clock.now(), as_of))
}

/// The columns of the table. Times are in seconds.
const COLUMNS: [&str; 18] = [
    "of",
    "name",
    "from",
    "to",
    "new",
    "reopened",
    "resolved",
    "first_response_median_s",
    "first_response_p90_s",
    "resolution_median_s",
    "resolution_p90_s",
    "waited_median_s",
    "waited_p90_s",
    "reopen_rate_percent",
    "handed_off",
    "resolved_by_ai_alone",
    "ai_share_percent",
    "id",
];

/// The same as [`metrics::report`], as a table that office programs read: in all, each day, and each team, channel and
/// operator, with the period before.
///
/// # Errors
/// As [`metrics::report`].
pub async fn export(app: &App, me: &Me, range: Range, minutes_east: i64) -> Result<Vec<u8>, AppError> {
    let report = metrics::report(app, me, range, minutes_east).await?;
    table::write(COLUMNS, rows(&report))
}

type Cells = [String; COLUMNS.len()];

/// Whose figures a row has.
struct Subject<'a> {
    of: &'static str,
    name: &'a str,
    id: String,
}

fn rows(report: &Report) -> Vec<Cells> {
    let both = |subject: Subject<'_>, compared: &Compared| {
        [
            cells(&subject, report.period, &compared.now),
            cells(&subject, report.period.before(), &compared.before),
        ]
    };
    let whole = |of: &'static str| Subject { of, name: "", id: String::new() };
    let mut rows = Vec::from(both(whole("all"), &report.total));
    rows.extend((0..).zip(&report.days).map(|(place, figures)| {
        let day = report.period.first.plus(place);
        cells(&whole("day"), Period { first: day, last: day }, figures)
    }));
    rows.extend(report.teams.iter().flat_map(|group| both(subject("team", group), &group.figures)));
    rows.extend(report.channels.iter().flat_map(|group| both(subject("channel", group), &group.figures)));
    rows.extend(report.operators.iter().flat_map(|group| both(subject("operator", group), &group.figures)));
    rows
}

fn subject<'a, Id: ToString>(of: &'static str, group: &'a Group<Id>) -> Subject<'a> {
    let name = group.name.as_deref().unwrap_or_default();
    Subject { of, name, id: group.id.as_ref().map(ToString::to_string).unwrap_or_default() }
}

fn cells(subject: &Subject<'_>, period: Period, figures: &Figures) -> Cells {
    let seconds = |time: Option<i64>| time.map_or_else(String::new, |time| (time / Time::SECOND).to_string());
    let number = |number: Option<i64>| number.map_or_else(String::new, |number| number.to_string());
    let (response, resolution, waited) = (figures.first_response, figures.resolution, figures.waited);
    [
        subject.of.to_owned(),
        subject.name.to_owned(),
        period.first.to_string(),
        period.last.to_string(),
        figures.began.to_string(),
        figures.reopened.to_string(),
        figures.resolved.to_string(),
        seconds(response.map(|times| times.median)),
        seconds(response.map(|times| times.p90)),
        seconds(resolution.map(|times| times.median)),
        seconds(resolution.map(|times| times.p90)),
        seconds(waited.map(|times| times.median)),
        seconds(waited.map(|times| times.p90)),
        number(figures.reopen_rate()),
        figures.handed_off.to_string(),
        figures.alone.to_string(),
        number(figures.ai_share()),
        subject.id.clone(),
    ]
}
