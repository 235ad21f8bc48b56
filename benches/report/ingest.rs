//! B1: visitors write.

use std::time::Duration;

use crate::{
    Setting, Stage,
    error::{Failure, Result},
    load::{self, Done},
    people::{Operator, Visitor},
    report::Report,
    seed,
};

/// Open conversations that the messages go to in turn.
const OPEN: usize = 200;
const CLIENTS: [usize; 3] = [1, 8, 32];
const WARM_UP: Duration = Duration::from_secs(1);

pub async fn run(setting: &mut Setting<'_>) -> Result {
    let mut report = Report::default();
    for system in setting.options.systems.clone() {
        let conversations = setting.options.conversations();
        let stage = setting.stage(system, conversations).await?;
        let visitors = Visitor::welcome(&stage.server, OPEN).await?;
        let mut operator = Operator::sign_in(&stage.server, seed::OPERATOR).await?;
        let mut stream = operator.stream().await?;
        let listening = async { while stream.next().await.is_ok() {} };
        let acknowledged = tokio::select! {
            acknowledged = write_all(setting, &stage, &visitors, &mut report) => acknowledged?,
            () = listening => return Err(Failure::new("the operator's stream ended")),
        };
        let acknowledged = acknowledged + OPEN as u64;
        stage.copy.expect_messages(visitors.iter().map(|visitor| visitor.conversation), acknowledged).await?;
        setting.strike(stage).await?;
    }
    report.print("a visitor writes", "≤ 0.4 ms CPU, ≥ 1,500/s at 32 clients");
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
        report.add(stage.row("B1", counted(clients), figures));
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
