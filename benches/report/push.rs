//! B3: how soon the other side has it on its stream.

use std::time::{Duration, Instant};

use tokio::time::sleep;

use crate::{
    Setting, Stage,
    error::Result,
    http::{Connection, Stream},
    load::Done,
    machine::Meter,
    people::{Operator, Visitor, until_heard},
    report::{Report, Row},
    seed,
};

const MESSAGES: usize = 100;
const PAUSE: Duration = Duration::from_millis(30);

pub async fn run(setting: &mut Setting<'_>) -> Result {
    let mut report = Report::default();
    for system in setting.options.systems.clone() {
        let stage = setting.stage(system, setting.options.conversations()).await?;
        let visitors = Visitor::welcome(&stage.server, 1).await?;
        let mut operator = Operator::sign_in(&stage.server, seed::OPERATOR).await?;
        for visitor in &visitors {
            let mut heard = operator.stream().await?;
            let there = to_operator(&stage, visitor, &mut heard).await?;
            report.add(row(&stage, "visitor to operator", &there));
            let mut heard = visitor.stream(&stage.server).await?;
            let back = to_visitor(&stage, &mut operator, visitor, &mut heard).await?;
            report.add(row(&stage, "operator to visitor", &back));
            // The first message, and the line that the first reply claimed it.
            let acknowledged = 2 + there.operations + back.operations;
            stage.copy.expect_messages([visitor.conversation], acknowledged).await?;
        }
        setting.strike(stage).await?;
    }
    report.print("from sending to the other side's stream", "p50 ≤ 3 ms, p99 ≤ 25 ms");
    Ok(())
}

/// How many there are in a second is the pause's doing.
fn row(stage: &Stage, case: &str, done: &Done) -> Row {
    let figures = done.figures().into_iter().filter(|(name, _)| name != "per s").collect();
    stage.row("B3", case.to_owned(), figures)
}

async fn to_operator(stage: &Stage, visitor: &Visitor, heard: &mut Stream) -> Result<Done> {
    let mut connection = Connection::open(stage.server.address).await?;
    let mut latencies = Vec::new();
    let meter = Meter::start(stage.server.processes)?;
    for number in 0..MESSAGES {
        let mark = format!("Question {number}.");
        let message = visitor.message(&mark);
        let begin = Instant::now();
        let arrival = async {
            until_heard(heard, &mark).await?;
            Ok(begin.elapsed())
        };
        let (_, arrived) = futures::try_join!(connection.ask(&message), arrival)?;
        latencies.push(arrived);
        sleep(PAUSE).await;
    }
    Ok(Done::of(latencies, meter.read()?))
}

async fn to_visitor(
    stage: &Stage,
    operator: &mut Operator,
    visitor: &Visitor,
    heard: &mut Stream,
) -> Result<Done> {
    let mut latencies = Vec::new();
    let meter = Meter::start(stage.server.processes)?;
    for number in 0..MESSAGES {
        let mark = format!("Answer {number}.");
        let begin = Instant::now();
        let arrival = async {
            until_heard(heard, &mark).await?;
            Ok(begin.elapsed())
        };
        let (_, arrived) = futures::try_join!(operator.reply(visitor.conversation, &mark), arrival)?;
        latencies.push(arrived);
        sleep(PAUSE).await;
    }
    Ok(Done::of(latencies, meter.read()?))
}
