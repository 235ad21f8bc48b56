//! B6: something is looked for among everything that was ever said.

use std::time::Duration;

use live_operator::domain::SearchPage;
use serde_json::json;

use crate::{
    Setting, Stage,
    error::{Failure, Result},
    ingest::counted,
    load,
    people::Operator,
    report::Report,
    seed,
};

/// With five messages each, a million messages.
const CONVERSATIONS: usize = 200_000;
const CLIENTS: [usize; 2] = [1, 4];
const WARM_UP: Duration = Duration::from_millis(500);
const PATH: &str = "/fn/search";

/// What is looked for, and how many hits the first page has.
struct Case {
    name: &'static str,
    text: String,
    hits: usize,
}

fn cases(conversations: usize) -> [Case; 4] {
    let rare = seed::number_of(conversations / 2);
    [
        Case { name: "a common word", text: "\"parcel\"".to_owned(), hits: SearchPage::HITS },
        Case { name: "its beginning", text: "parc".to_owned(), hits: SearchPage::HITS },
        Case { name: "a rare word", text: format!("\"{rare}\""), hits: 1 },
        Case { name: "both", text: format!("parcel from:customer \"{rare}\""), hits: 1 },
    ]
}

pub async fn run(setting: &mut Setting<'_>) -> Result {
    let conversations = setting.options.conversations.unwrap_or(CONVERSATIONS);
    let mut report = Report::default();
    for system in setting.options.systems.clone() {
        let stage = setting.stage(system, conversations).await?;
        let mut supervisor = Operator::sign_in(&stage.server, seed::SUPERVISOR).await?;
        for case in cases(conversations) {
            measure(setting, &stage, &mut supervisor, &case, &mut report).await?;
        }
        setting.strike(stage).await?;
    }
    report.print("something is looked for among all messages", "p50 ≤ 20 ms over 1,000,000 messages");
    Ok(())
}

async fn measure(
    setting: &Setting<'_>,
    stage: &Stage,
    operator: &mut Operator,
    case: &Case,
    report: &mut Report,
) -> Result {
    let body = json!({ "text": case.text, "below": null });
    let page: SearchPage = operator.ask("POST", PATH, &body).await?.json()?;
    if page.hits() != case.hits {
        let (found, wanted) = (page.hits(), case.hits);
        return Err(Failure::new(format!("{} finds {found} messages and not {wanted}", case.name)));
    }
    let request = operator.request("POST", PATH, &body);
    for clients in CLIENTS {
        load::run(&stage.server, clients, WARM_UP, |_| request.clone()).await?;
        let done = load::run(&stage.server, clients, setting.options.lasts, |_| request.clone()).await?;
        let name = format!("{}, {}", case.name, counted(clients));
        let figures = load::compare(&stage.server, clients, &done).await?;
        report.add(stage.row("B6", name, figures));
    }
    Ok(())
}
