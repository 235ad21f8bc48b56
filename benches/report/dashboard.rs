//! B13: the dashboard opens.

use std::time::Duration;

use live_operator::domain::{Board, Load, Period, Range, Report as Told, Scope};
use serde_json::{Value, json};

use crate::{
    Setting, Stage,
    error::{Failure, Result},
    http::Answer,
    ingest::counted,
    load,
    people::Operator,
    report::Report,
    seed,
};

const CLIENTS: [usize; 2] = [1, 4];
const WARM_UP: Duration = Duration::from_millis(500);

/// A request, and a number that its answer shows.
struct Case {
    name: String,
    method: &'static str,
    path: String,
    body: Value,
    number: fn(&Answer) -> Result<i64>,
    expected: i64,
}

/// The last days of the past: it is not today that the data is of.
fn days(count: i64) -> Period {
    let last = seed::last_day();
    Period { first: last.plus(1 - count), last }
}

/// How many conversations begin in these days.
fn begun(period: Period, conversations: usize) -> i64 {
    let (from, to) = period.bounds(0);
    let begins = |place: &usize| (from..to).contains(&seed::beginning_of(*place, conversations));
    i64::try_from((0..conversations).filter(begins).count()).unwrap_or(i64::MAX)
}

fn cases(conversations: usize, in_work: i64) -> Vec<Case> {
    let board = Case {
        name: "now".to_owned(),
        method: "POST",
        path: "/fn/load_board".to_owned(),
        body: json!({}),
        number: |answer| Ok(answer.json::<Board>()?.get(Scope::All, Load::InWork)),
        expected: in_work,
    };
    let report = |count: i64| {
        let period @ Period { first, last } = days(count);
        Case {
            name: format!("{count} days, and as many before"),
            method: "POST",
            path: "/fn/load_report".to_owned(),
            body: json!({ "range": Range::Between { first, last }, "minutes_east": 0 }),
            number: |answer| Ok(answer.json::<Told>()?.total.now.began),
            expected: begun(period, conversations),
        }
    };
    let Period { first, last }: Period = days(28);
    let page = Case {
        name: "whole page, 28 days".to_owned(),
        method: "GET",
        path: format!("/dashboard?from={first}&to={last}"),
        body: Value::Null,
        number: |answer| Ok(i64::from(answer.text().contains("data-testid=\"waiting-now\""))),
        expected: 1,
    };
    vec![board, report(28), report(90), report(182), page]
}

pub async fn run(setting: &mut Setting<'_>) -> Result {
    let conversations = setting.options.conversations();
    let mut report = Report::default();
    for system in setting.options.systems.clone() {
        let stage = setting.stage(system, conversations).await?;
        let mut supervisor = Operator::sign_in(&stage.server, seed::SUPERVISOR).await?;
        let in_work = conversations.div_ceil(10);
        for case in cases(conversations, i64::try_from(in_work).unwrap_or(i64::MAX)) {
            measure(setting, &stage, &mut supervisor, &case, &mut report).await?;
        }
        setting.strike(stage).await?;
    }
    report.print("the dashboard opens", "≤ 20 ms CPU");
    Ok(())
}

async fn measure(
    setting: &Setting<'_>,
    stage: &Stage,
    supervisor: &mut Operator,
    case: &Case,
    report: &mut Report,
) -> Result {
    let told = (case.number)(&supervisor.ask(case.method, &case.path, &case.body).await?)?;
    if told != case.expected {
        return Err(Failure::new(format!("{}: {told} is told and not {}", case.name, case.expected)));
    }
    let request = supervisor.request(case.method, &case.path, &case.body);
    for clients in CLIENTS {
        load::run(&stage.server, clients, WARM_UP, |_| request.clone()).await?;
        let done = load::run(&stage.server, clients, setting.options.lasts, |_| request.clone()).await?;
        let figures = load::compare(&stage.server, clients, &done).await?;
        report.add(stage.row("B13", format!("{}, {}", case.name, counted(clients)), figures));
    }
    Ok(())
}
