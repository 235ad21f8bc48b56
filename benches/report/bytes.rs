//! B9 and B10: what a browser loads. The browser is driven by `benches/bytes.mjs`, which prints its results.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use serde::Deserialize;

use crate::{
    Setting,
    error::{Context, Failure, Result},
    report::{Report, Row},
    server::{Demo, Server},
};

/// Conversations of the demo, or so.
const DEMO: usize = 60;

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
            load(bench, &server.url)?.print(title, goal);
        }
    }
    drop(server);
    setting.databases.discard(copy).await
}

fn load(bench: &str, origin: &str) -> Result<Report> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/bytes.mjs");
    let output = Command::new("node")
        .arg(script)
        .args([bench, origin])
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
        report.add(Row { bench, case, database: "SQLite".to_owned(), conversations: DEMO, figures });
    }
    Ok(report)
}
