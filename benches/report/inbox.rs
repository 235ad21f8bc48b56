//! B4: the inbox opens.

use std::time::Duration;

use live_operator::domain::{Inbox, PAGE_ROWS, Page, Queue};
use serde_json::{Value, json};

use crate::{
    Setting, Stage,
    error::{Failure, Result},
    ingest::counted,
    load,
    people::Operator,
    report::Report,
    seed,
};

const SIZES: [usize; 2] = [10_000, 100_000];
const CLIENTS: [usize; 2] = [1, 4];
const WARM_UP: Duration = Duration::from_millis(500);
const QUEUE: Queue = Queue::Unassigned;

/// A request, and how many rows its answer shows.
struct Case {
    name: &'static str,
    method: &'static str,
    path: &'static str,
    body: Value,
    rows: fn(&crate::http::Answer) -> Result<usize>,
}

fn cases() -> [Case; 3] {
    [
        Case {
            name: "25 rows",
            method: "POST",
            path: "/fn/list_conversations",
            body: json!({ "queue": QUEUE, "from": null }),
            rows: |answer| Ok(answer.json::<Page>()?.rows.len()),
        },
        Case {
            name: "25 rows and counters",
            method: "POST",
            path: "/fn/load_inbox",
            body: json!({ "queue": QUEUE }),
            rows: |answer| Ok(answer.json::<Inbox>()?.rows.len()),
        },
        Case {
            name: "whole page",
            method: "GET",
            path: "/inbox?queue=unassigned",
            body: Value::Null,
            rows: |answer| Ok(answer.text().matches("data-testid=\"conversation-row\"").count()),
        },
    ]
}

pub async fn run(setting: &mut Setting<'_>) -> Result {
    let sizes = setting.options.conversations.map_or_else(|| SIZES.to_vec(), |size| vec![size]);
    let mut report = Report::default();
    for system in setting.options.systems.clone() {
        for conversations in &sizes {
            let stage = setting.stage(system, *conversations).await?;
            for (who, email) in [("operator", seed::OPERATOR), ("supervisor", seed::SUPERVISOR)] {
                let mut operator = Operator::sign_in(&stage.server, email).await?;
                for case in cases() {
                    measure(setting, &stage, &mut operator, who, &case, &mut report).await?;
                }
            }
            setting.strike(stage).await?;
        }
    }
    report.print("the inbox opens", "≤ 1 ms CPU for the data, ≤ 4 ms for the whole page, at any size");
    Ok(())
}

async fn measure(
    setting: &Setting<'_>,
    stage: &Stage,
    operator: &mut Operator,
    who: &str,
    case: &Case,
    report: &mut Report,
) -> Result {
    let answer = operator.ask(case.method, case.path, &case.body).await?;
    let shown = (case.rows)(&answer)?;
    let stand = operator.inbox(QUEUE).await?.counts.get(QUEUE);
    let expected = usize::try_from(stand).unwrap_or_default().min(PAGE_ROWS);
    if shown != expected {
        return Err(Failure::new(format!("{} shows {shown} rows and not {expected}", case.path)));
    }
    let request = operator.request(case.method, case.path, &case.body);
    for clients in CLIENTS {
        load::run(&stage.server, clients, WARM_UP, |_| request.clone()).await?;
        let done = load::run(&stage.server, clients, setting.options.lasts, |_| request.clone()).await?;
        let name = format!("{}, {who}, {}", case.name, counted(clients));
        let figures = load::compare(&stage.server, clients, &done).await?;
        report.add(stage.row("B4", name, figures));
    }
    Ok(())
}
