//! `cargo xtask …`: sets up, builds, runs and tests Live Operator with nothing but Rust, Node and a database.
//!
//! A new command is a module of its own and a line in [`USAGE`] and [`start`].

mod bench;
mod build;
mod env;
mod error;
mod files;
mod process;
mod project;
mod run;
mod setup;
mod test;

use std::process::ExitCode;

use error::{Error, Result};
use project::{Mode, Project};

const USAGE: &str = "\
Usage: cargo xtask <command>

  setup               make sure that the browser half can be compiled
  build [--release]   build both halves; with --release the folder to ship
  run [-- ARGUMENTS]  build, fill an empty database with a demo, and serve it;
                      the arguments go to `live-operator serve`
  test [--only A,B]   run every check, or only these; --list names them
  bench [B1 B4 …]     measure what is shipped, on both databases; options:
                      --conversations N, --database sqlite|postgres|both,
                      --seconds N, --dev (the quick build: only to try it)";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match start(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn start(arguments: &[String]) -> Result {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] | ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        ["setup"] => setup::run(&Project::find()?),
        ["build"] => build::run(&Project::find()?, Mode::Dev),
        ["build", "--release"] => build::run(&Project::find()?, Mode::Release),
        ["run"] => run::run(&Project::find()?, &[]),
        ["run", "--", server @ ..] => run::run(&Project::find()?, server),
        ["test"] => test::run(&Project::find()?, &test::STEPS),
        ["test", "--list"] => {
            test::list();
            Ok(())
        }
        ["test", "--only", names] => test::run(&Project::find()?, &test::select(names)?),
        ["bench", arguments @ ..] => bench::run(&Project::find()?, arguments),
        _ => Err(Error::new(format!("`cargo xtask {}` is not a command\n\n{USAGE}", words.join(" ")))),
    }
}
