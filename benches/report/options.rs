//! What the command line asks for.

use std::{path::PathBuf, time::Duration};

use crate::{
    database::System,
    error::{Context, Failure, Result},
    server::Program,
};

/// The benchmarks that this program has, in their order.
pub const BENCHES: [&str; 13] = [
    "B1-widget",
    "B1-sms",
    "B1-mail",
    "B2-chat",
    "B2-sms",
    "B3",
    "B4",
    "B6",
    "B8",
    "B9",
    "B10",
    "B13",
    "B14",
];

const USAGE: &str = "\
Usage: report [B1 B2 B3 B4 B6 B8 B9 B10 B13 B14] [options]; without names all of them

  B1 is B1-widget, B1-sms and B1-mail; B2 is B2-chat and B2-sms

  --conversations N   conversations in the database (100000; B4 also 10000, B6 200000, B14 10000)
  --database WHICH    sqlite, postgres or both (both, if there is a PostgreSQL)
  --postgres URL      a PostgreSQL server on this machine
  --seconds N         how long each load lasts (10)
  --server PATH       the program to measure
  --site PATH         the folder with the pages' files, if it is not beside it";

#[derive(Debug)]
pub struct Options {
    benches: Vec<String>,
    pub program: Program,
    pub postgres: Option<String>,
    pub systems: Vec<System>,
    pub conversations: Option<usize>,
    pub lasts: Duration,
}

impl Options {
    pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Self> {
        let mut options = Self {
            benches: Vec::new(),
            program: Program { path: env!("CARGO_BIN_EXE_live-operator").into(), site: None },
            postgres: None,
            systems: Vec::new(),
            conversations: None,
            lasts: Duration::from_secs(10),
        };
        let mut database = None;
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            let mut value =
                || arguments.next().context(format!("{argument} needs a value after it\n\n{USAGE}"));
            match argument.as_str() {
                // What `cargo bench` says to every benchmark.
                "--bench" => {}
                "--conversations" => options.conversations = Some(number(&value()?)?),
                "--database" => database = Some(value()?),
                "--postgres" => options.postgres = Some(value()?),
                "--seconds" => options.lasts = Duration::from_secs(number(&value()?)?),
                "--server" => options.program.path = PathBuf::from(value()?),
                "--site" => options.program.site = Some(PathBuf::from(value()?)),
                name if BENCHES.iter().any(|bench| means(name, bench)) => options.benches.push(argument),
                _ => return Err(Failure::new(format!("{argument} means nothing here\n\n{USAGE}"))),
            }
        }
        options.systems = systems(database.as_deref(), options.postgres.is_some())?;
        Ok(options)
    }

    /// Whether a benchmark is to be run.
    pub fn wants(&self, bench: &str) -> bool {
        self.benches.is_empty() || self.benches.iter().any(|wanted| means(wanted, bench))
    }

    pub fn conversations(&self) -> usize {
        self.conversations.unwrap_or(100_000)
    }
}

/// Whether a name is that of a benchmark, or of those that it is one of: as "B1" is of "B1-sms", but not of "B10".
fn means(name: &str, bench: &str) -> bool {
    bench.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T> {
    text.parse().ok().context(format!("{text} is not a number that can be used here"))
}

fn systems(database: Option<&str>, has_postgres: bool) -> Result<Vec<System>> {
    match (database, has_postgres) {
        (Some("sqlite"), _) | (None, false) => Ok(vec![System::Sqlite]),
        (Some("postgres"), true) => Ok(vec![System::Postgres]),
        (None | Some("both"), true) => Ok(vec![System::Sqlite, System::Postgres]),
        (Some("postgres" | "both"), false) => {
            Err(Failure::new("there is no PostgreSQL; give one with --postgres URL"))
        }
        (Some(other), _) => Err(Failure::new(format!("there is no database {other}\n\n{USAGE}"))),
    }
}
