//! B8: memory.

use std::time::Duration;

use tokio::time::sleep;

use crate::{
    Setting, Stage,
    database::System,
    error::Result,
    ingest,
    machine::precise,
    people::{Operator, Visitor},
    report::{Report, Row},
    seed,
};

const OPEN: usize = 200;
const CLIENTS: usize = 8;
const STREAMS: usize = 1_000;
/// Until what a load or a start has left is gone.
const CALM: Duration = Duration::from_secs(3);

pub async fn run(setting: &mut Setting<'_>) -> Result {
    let mut report = Report::default();
    for system in setting.options.systems.clone() {
        report.add(idle(setting, system).await?);
        loaded(setting, system, &mut report).await?;
    }
    report.print(
        "proportional set size of all processes",
        "≤ 40 MiB idle, ≤ 150 MiB loaded (SQLite), ≤ 30 KiB a stream",
    );
    Ok(())
}

async fn idle(setting: &mut Setting<'_>, system: System) -> Result<Row> {
    let stage = setting.stage(system, 0).await?;
    let row = row(&stage, "idle, empty", memory(&stage).await?, 0.0);
    setting.strike(stage).await?;
    Ok(row)
}

async fn loaded(setting: &mut Setting<'_>, system: System, report: &mut Report) -> Result {
    let stage = setting.stage(system, setting.options.conversations()).await?;
    let visitors = Visitor::welcome(&stage.server, OPEN).await?;
    let mut operator = Operator::sign_in(&stage.server, seed::OPERATOR).await?;
    operator.inbox(live_operator::domain::Queue::All).await?;
    ingest::write(&stage, &visitors, CLIENTS, setting.options.lasts).await?;
    let loaded = memory(&stage).await?;

    let position = operator.inbox(live_operator::domain::Queue::All).await?.as_of.resume_from().to_string();
    let mut streams = Vec::with_capacity(STREAMS);
    for _ in 0..STREAMS {
        streams.push(operator.stream_after(&position).await?);
    }
    let listening = memory(&stage).await?;
    let each = precise(listening.saturating_sub(loaded)) / precise(streams.len() as u64);
    drop(streams);
    report.add(row(&stage, "after B1", loaded, 0.0));
    report.add(row(&stage, "with 1,000 idle streams", listening, each / 1024.0));
    setting.strike(stage).await
}

async fn memory(stage: &Stage) -> Result<u64> {
    sleep(CALM).await;
    stage.server.processes.memory()
}

fn row(stage: &Stage, case: &str, bytes: u64, kibibytes_a_stream: f64) -> Row {
    let mebibytes = precise(bytes) / 1024.0 / 1024.0;
    let figures = vec![("MiB".to_owned(), mebibytes), ("KiB a stream".to_owned(), kibibytes_a_stream)];
    stage.row("B8", case.to_owned(), figures)
}
