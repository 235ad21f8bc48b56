//! B1: visitors write in the widget.

use std::time::Duration;

use crate::{
    Setting, Stage,
    error::Result,
    load::{self, Done},
    people::{Visitor, while_one_listens},
    report::Report,
};

/// Open conversations that the messages go to in turn.
pub const OPEN: usize = 200;
pub const CLIENTS: [usize; 3] = [1, 8, 32];
pub const WARM_UP: Duration = Duration::from_secs(1);
/// What a message may cost, whichever way it comes.
pub const GOAL: &str = "≤ 0.4 ms CPU, ≥ 1,500/s at 32 clients";

pub async fn run(setting: &mut Setting<'_>) -> Result {
    let mut report = Report::default();
    for system in setting.options.systems.clone() {
        let conversations = setting.options.conversations();
        let stage = setting.stage(system, conversations).await?;
        let visitors = Visitor::welcome(&stage.server, OPEN).await?;
        let writing = write_all(setting, &stage, &visitors, &mut report);
        let acknowledged = while_one_listens(&stage.server, writing).await? + OPEN as u64;
        stage.copy.expect_messages(visitors.iter().map(|visitor| visitor.conversation), acknowledged).await?;
        setting.strike(stage).await?;
    }
    report.print("a visitor writes in the widget", GOAL);
    Ok(())
}

/// One load after the other; how many messages that were.
async fn write_all(
    setting: &Setting<'_>,
    stage: &Stage,
    visitors: &[Visitor],
    report: &mut Report,
) -> Result<u64> {
    let mut acknowledged = 0;
    for clients in CLIENTS {
        acknowledged += write(stage, visitors, clients, WARM_UP).await?.operations;
        let done = write(stage, visitors, clients, setting.options.lasts).await?;
        acknowledged += done.operations;
        let figures = load::compare(&stage.server, clients, &done).await?;
        report.add(stage.row("B1-widget", counted(clients), figures));
    }
    Ok(acknowledged)
}

pub fn counted(clients: usize) -> String {
    if clients == 1 { "1 client".to_owned() } else { format!("{clients} clients") }
}

/// Messages to all visitors' conversations in turn.
pub async fn write(stage: &Stage, visitors: &[Visitor], clients: usize, lasts: Duration) -> Result<Done> {
    load::run(&stage.server, clients, lasts, |number| {
        visitors[number % visitors.len()].message(&format!("Message {number}."))
    })
    .await
}
