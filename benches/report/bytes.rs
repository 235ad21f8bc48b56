//! B9 and B10: what a browser loads; B14: how soon it answers. The browser is driven by `benches/bytes.mjs`, which prints
//! its results.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use serde::Deserialize;

use crate::{
    Setting,
    database::System,
    error::{Context, Failure, Result},
    report::{Report, Row},
    seed,
    server::{Demo, Server},
};

/// Conversations of the demo, or so.
const DEMO: usize = 60;

/// Conversations in the list in which one works.
const MANY: usize = 10_000;

/// A line of the script's output.
#[derive(Deserialize)]
struct Line {
    bench: String,
    case: String,
    figures: Vec<(String, f64)>,
}

const GOALS: [(&str, &str, &str); 2] = [
    ("B9", "the operators' app, loaded cold", "≤ 350 KB in all, usable ≤ 1.5 s"),
    ("B10", "the widget on a blank page", "≤ 4 KB closed, ≤ 20 KB opened, no other origin, no layout shift"),
];

pub async fn run(setting: &mut Setting<'_>) -> Result {
    let copy = setting.databases.empty();
    let program = &setting.options.program;
    let server = {
        program.run(&copy.url, &["seed", "--demo"], "")?;
        Server::start(program, &copy.url, None, Demo::Shown).await?
    };
    for (bench, title, goal) in GOALS {
        if setting.options.wants(bench) {
            drive(&[bench, &server.url], DEMO)?.print(title, goal);
        }
    }
    drop(server);
    setting.databases.discard(copy).await
}

/// In a list of many conversations.
pub async fn run_interactions(setting: &mut Setting<'_>) -> Result {
    let conversations = setting.options.conversations.unwrap_or(MANY);
    let stage = setting.stage(System::Sqlite, conversations).await?;
    let arguments = ["B14", &stage.server.url, seed::OPERATOR, seed::PASSWORD];
    drive(&arguments, conversations)?.print("interaction to next paint", "≤ 100 ms");
    setting.strike(stage).await
}

fn drive(arguments: &[&str], conversations: usize) -> Result<Report> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/bytes.mjs");
    let output = Command::new("node")
        .arg(script)
        .args(arguments)
        .stderr(Stdio::inherit())
        .output()
        .context("cannot start node")?;
    if !output.status.success() {
        return Err(Failure::new(format!("benches/bytes.mjs failed ({})", output.status)));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let mut report = Report::default();
    for line in text.lines() {
        let Line { bench, case, figures } =
            serde_json::from_str(line).context(format!("benches/bytes.mjs printed {line}"))?;
        report.add(Row { bench, case, database: "SQLite".to_owned(), conversations, figures });
    }
    Ok(report)
}
