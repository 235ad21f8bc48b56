//! Builds what is shipped and measures it: `benches/report` does the measuring, with what is started for it here.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::build;
use crate::env;
use crate::error::Result;
use crate::process;
use crate::project::{Mode, NAME, Project};
use crate::test::{Bench, Outcome, browser, postgres};

/// By which a PostgreSQL that runs already is named.
const POSTGRES: &str = "TEST_POSTGRES_URL";
/// The server and its clients together need more open files than most shells allow.
const WITH_MANY_FILES: &str = r#"ulimit -n "$(ulimit -Hn)"; exec "$@""#;

/// What this command itself makes of its arguments; the rest is the bench program's.
struct Wishes<'a> {
    mode: Mode,
    postgres: bool,
    /// A browser is driven.
    browser: bool,
    passed_on: Vec<&'a str>,
}

impl<'a> Wishes<'a> {
    fn read(arguments: &[&'a str]) -> Self {
        let has = |word: &str| arguments.contains(&word);
        let benches: Vec<&str> = arguments.iter().copied().filter(|word| word.starts_with('B')).collect();
        let is_of_browser = |bench: &&str| matches!(*bench, "B9" | "B10" | "B14");
        let only_bytes = !benches.is_empty() && benches.iter().all(is_of_browser);
        Self {
            mode: if has("--dev") { Mode::Dev } else { Mode::Release },
            postgres: !has("sqlite") && !has("--postgres") && !only_bytes,
            browser: benches.is_empty() || benches.iter().any(is_of_browser),
            passed_on: arguments.iter().copied().filter(|argument| *argument != "--dev").collect(),
        }
    }
}

/// Measures; with `--dev` the quick build, whose figures say nothing, to work on the benchmarks.
pub fn run(project: &Project, arguments: &[&str]) -> Result {
    let wishes = Wishes::read(arguments);
    build::run(project, wishes.mode)?;
    if wishes.browser {
        browser::install_packages(&project.root.join("end2end"))?;
    }
    let mut bench = Bench { project, postgres: None, peers: None };
    if wishes.postgres
        && let Outcome::Skipped(reason) = postgres::start(&mut bench)?
    {
        println!("{reason}");
    }
    let url = env::text(POSTGRES).or_else(|| bench.postgres.as_ref().map(|it| it.variable().1.to_owned()));
    let mut report = report(project, &wishes);
    if let Some(url) = url.filter(|_| wishes.postgres) {
        report.args(["--postgres", &url]);
    }
    process::run(report.args(&wishes.passed_on))
}

/// The bench program, built like the server so that the two share what is compiled.
fn report(project: &Project, wishes: &Wishes<'_>) -> Command {
    let cargo = env::path("CARGO").unwrap_or_else(|| PathBuf::from("cargo"));
    let mut command = process::command("sh", &project.root);
    command.args(["-c", WITH_MANY_FILES, "sh"]).arg(cargo).args(["bench", "--quiet", "--bench", "report"]);
    match wishes.mode {
        Mode::Dev => {
            let (server, site) = (project.server(Mode::Dev), project.site());
            command.args(["--profile", "dev", "--", "--server"]).arg(server).arg("--site").arg(site);
        }
        Mode::Release => {
            command.args(["--", "--server"]).arg(shipped(&project.dist()));
        }
    }
    command
}

fn shipped(dist: &Path) -> PathBuf {
    dist.join(format!("{NAME}{}", std::env::consts::EXE_SUFFIX))
}
