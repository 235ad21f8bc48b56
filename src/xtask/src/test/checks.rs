//! The checks that are a command or two.

use super::{Bench, Outcome};
use crate::build as builder;
use crate::env;
use crate::error::{Error, Result};
use crate::process;
use crate::project::{Mode, NAME, WASM_TARGET};
use crate::setup;

/// What would show that server code has slipped into the browser half.
const SERVER_ONLY: [&str; 6] = ["argon2", "axum", "diesel", "libsqlite3-sys", "tokio", "tokio-postgres"];
const BROWSER_HALF: [&str; 5] = ["--target", WASM_TARGET, "--no-default-features", "--features", "hydrate"];

/// One after the other and not as `--workspace`: cargo would join the features that the two ask of shared dependencies,
/// and build those, and all above them, once more than for plain `cargo build` and `cargo test` in the checkout.
const PACKAGES: [&str; 2] = ["xtask", NAME];

pub fn fmt(bench: &mut Bench<'_>) -> Result<Outcome> {
    process::run(process::cargo(&bench.project.root).args(["fmt", "--all", "--check"]))?;
    Ok(Outcome::Passed)
}

/// By the script that `LIVE_OPERATOR_AUDIT` names (called with the lock file), else by cargo-deny.
pub fn audit(bench: &mut Bench<'_>) -> Result<Outcome> {
    let root = &bench.project.root;
    if let Some(script) = env::path("LIVE_OPERATOR_AUDIT") {
        process::run(process::command("python3", root).arg(script).arg("Cargo.lock"))?;
        return Ok(Outcome::Passed);
    }
    if process::find("cargo-deny").is_some() {
        process::run(process::cargo(root).args(["deny", "check", "advisories"]))?;
        return Ok(Outcome::Passed);
    }
    Ok(Outcome::Skipped("cargo-deny is not installed (`cargo install cargo-deny`)".to_owned()))
}

pub fn tree(bench: &mut Bench<'_>) -> Result<Outcome> {
    let mut cargo = process::cargo(&bench.project.root);
    cargo.args(["tree", "--edges", "normal", "--prefix", "none", "--format", "{p}"]).args(BROWSER_HALF);
    let tree = process::output(&mut cargo)?;
    let packages = tree.lines().filter_map(|line| line.split(' ').next());
    let mut strangers: Vec<&str> = packages.filter(|package| SERVER_ONLY.contains(package)).collect();
    strangers.sort_unstable();
    strangers.dedup();
    if strangers.is_empty() {
        return Ok(Outcome::Passed);
    }
    Err(Error::new(format!(
        "the browser half depends on {}; `cargo tree {} --invert {}` says why",
        strangers.join(", "),
        BROWSER_HALF.join(" "),
        strangers[0]
    )))
}

pub fn clippy(bench: &mut Bench<'_>) -> Result<Outcome> {
    let clippy = |selection: &[&str]| {
        let mut cargo = process::cargo(&bench.project.root);
        process::run(cargo.arg("clippy").args(selection).args(["--", "-D", "warnings"]))
    };
    for package in PACKAGES {
        clippy(&["--package", package, "--all-targets"])?;
    }
    setup::run(bench.project)?;
    clippy(&[&["--lib"], &BROWSER_HALF[..]].concat())?;
    Ok(Outcome::Passed)
}

/// By cargo-nextest where it is installed: it runs the tests in parallel across binaries and each in its own process.
pub fn nextest(bench: &mut Bench<'_>) -> Result<Outcome> {
    let runner: &[&str] =
        if process::find("cargo-nextest").is_some() { &["nextest", "run"] } else { &["test"] };
    let is_summary =
        |line: &str| line.trim_start().starts_with("Summary [") || line.starts_with("test result:");
    let mut summary = Vec::new();
    for package in PACKAGES {
        let mut cargo = process::cargo(&bench.project.root);
        cargo.args(runner).args(["--package", package]);
        cargo.envs(bench.postgres.iter().map(|postgres| postgres.variable()));
        cargo.envs(bench.peers.iter().flat_map(|peers| peers.variables()));
        summary.extend(process::run_and_pick(&mut cargo, is_summary)?);
    }
    Ok(Outcome::Summed(summary))
}

pub fn build(bench: &mut Bench<'_>) -> Result<Outcome> {
    builder::run(bench.project, Mode::Dev)?;
    Ok(Outcome::Passed)
}
