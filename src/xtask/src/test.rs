//! Every check of the project, cheapest first.

pub mod browser;
mod checks;
mod peers;
pub mod postgres;

use std::time::{Duration, Instant};

use crate::error::{Error, Result};
use crate::project::Project;
use peers::Peers;
use postgres::Postgres;

/// One check.
#[derive(Clone, Copy)]
pub struct Step {
    name: &'static str,
    about: &'static str,
    run: fn(&mut Bench<'_>) -> Result<Outcome>,
}

/// What the steps share.
pub struct Bench<'a> {
    pub project: &'a Project,
    /// Stopped and deleted when the run ends.
    pub postgres: Option<Postgres>,
    /// Nothing of them runs: the tests start what they need.
    pub peers: Option<Peers>,
}

/// How a step went.
pub enum Outcome {
    Passed,
    /// With the runner's own summary.
    Summed(Vec<String>),
    /// With the reason.
    Skipped(String),
}

pub const STEPS: [Step; 9] = [
    Step { name: "fmt", about: "the code is formatted", run: checks::fmt },
    Step { name: "audit", about: "no dependency has a known weakness", run: checks::audit },
    Step { name: "tree", about: "the browser half holds nothing of the server", run: checks::tree },
    Step { name: "clippy", about: "no warnings, in either half", run: checks::clippy },
    Step {
        name: "postgres",
        about: "start a throw-away PostgreSQL for the steps below",
        run: postgres::start,
    },
    Step { name: "peers", about: "real mail and SMS peers for the steps below", run: peers::prepare },
    Step { name: "nextest", about: "unit and HTTP tests", run: checks::nextest },
    Step { name: "build", about: "both halves build", run: checks::build },
    Step { name: "browser", about: "tests in a real browser, against what `build` left", run: browser::test },
];

pub fn list() {
    for step in STEPS {
        println!("{:<10}{}", step.name, step.about);
    }
}

/// The steps of a list like `fmt,clippy`, in their own order.
pub fn select(names: &str) -> Result<Vec<Step>> {
    let names: Vec<&str> = names.split(',').map(str::trim).collect();
    if let Some(unknown) = names.iter().find(|name| STEPS.iter().all(|step| step.name != **name)) {
        let known = STEPS.map(|step| step.name).join(", ");
        return Err(Error::new(format!("there is no step `{unknown}`; the steps are {known}")));
    }
    Ok(STEPS.into_iter().filter(|step| names.contains(&step.name)).collect())
}

/// Runs steps until one fails, and then says how each of them went.
pub fn run(project: &Project, steps: &[Step]) -> Result {
    let mut bench = Bench { project, postgres: None, peers: None };
    let mut rows = Vec::new();
    let mut failure = None;
    for step in steps {
        println!("\n── {}: {}", step.name, step.about);
        let begin = Instant::now();
        let result = (step.run)(&mut bench);
        let took = begin.elapsed();
        let (word, notes) = match result {
            Ok(Outcome::Passed) => ("ok", Vec::new()),
            Ok(Outcome::Summed(summary)) => ("ok", summary),
            Ok(Outcome::Skipped(reason)) => ("skipped", vec![reason]),
            Err(error) => {
                let notes = vec![error.to_string()];
                failure = Some(step.name);
                ("FAILED", notes)
            }
        };
        println!("── {} {word}, {:.1} s", step.name, took.as_secs_f32());
        rows.push((step.name, word, took, notes));
        if failure.is_some() {
            break;
        }
    }
    drop(bench);
    print_summary(&rows);
    match failure {
        Some(step) => Err(Error::new(format!("the step `{step}` failed"))),
        None => Ok(()),
    }
}

fn print_summary(rows: &[(&str, &str, Duration, Vec<String>)]) {
    println!("\n{:<10}{:<9}{:>8}", "step", "result", "seconds");
    for (step, word, took, notes) in rows {
        println!("{step:<10}{word:<9}{:>8.1}", took.as_secs_f32());
        for line in notes.iter().flat_map(|note| note.lines()) {
            println!("    {line}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(selected: &str) -> Vec<&'static str> {
        select(selected).unwrap().iter().map(|step| step.name).collect()
    }

    #[test]
    fn select_keeps_the_order_of_the_steps() {
        assert_eq!(names("nextest, postgres"), ["postgres", "nextest"]);
    }

    #[test]
    fn select_names_a_step_that_does_not_exist() {
        let error = select("fmt,lint").err().unwrap().to_string();
        assert!(error.starts_with("there is no step `lint`; the steps are fmt, audit,"), "{error}");
    }
}
