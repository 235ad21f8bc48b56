//! Playwright's tests, in `end2end/`.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::{Bench, Outcome};
use crate::env;
use crate::error::{Error, Result};
use crate::process;
use crate::project::Mode;

/// By which the tests find a browser that is not Playwright's own.
const CHROMIUM: &str = "CHROMIUM_PATH";

pub fn test(bench: &mut Bench<'_>) -> Result<Outcome> {
    let project = bench.project;
    let folder = project.root.join("end2end");
    if !folder.join("package.json").is_file() {
        return Ok(Outcome::Skipped("end2end/ has no package.json".to_owned()));
    }
    let server = project.server(Mode::Dev);
    if !server.is_file() {
        return Err(Error::new("there is no server to test; run the step `build` first"));
    }
    install_packages(&folder)?;

    let mut playwright = process::command("npx", &folder);
    playwright
        .args(["playwright", "test"])
        .env("LIVE_OPERATOR_BIN", server)
        .env("LIVE_OPERATOR_SITE", project.site())
        .envs(bench.postgres.iter().map(|postgres| postgres.variable()));
    if let Some(browser) = find_browser(&folder)? {
        playwright.env(CHROMIUM, browser);
    }
    process::run_and_pick(&mut playwright, is_summary).map(Outcome::Summed)
}

/// Playwright ends with lines like `  12 passed (34.5s)`.
fn is_summary(line: &str) -> bool {
    const WORDS: [&str; 6] = ["passed", "failed", "flaky", "skipped", "interrupted", "did"];
    let mut words = line.split_whitespace();
    line.starts_with("  ")
        && words.next().is_some_and(|count| count.parse::<usize>().is_ok())
        && words.next().is_some_and(|word| WORDS.contains(&word))
}

/// Where npm notes what it has installed is also the time at which it did.
pub fn install_packages(folder: &Path) -> Result {
    let modified = |file: &str| folder.join(file).metadata().and_then(|metadata| metadata.modified()).ok();
    let installed = modified("node_modules/.package-lock.json");
    if installed.is_some() && installed >= modified("package-lock.json") {
        return Ok(());
    }
    process::run(process::command("npm", folder).args(["ci", "--no-audit", "--no-fund"]))
}

/// Playwright's own browser needs no path (`None`); else one that is installed; else one is installed.
fn find_browser(folder: &Path) -> Result<Option<PathBuf>> {
    if let Some(chosen) = env::path(CHROMIUM) {
        return Ok(Some(chosen));
    }
    if has_own_browser(folder) {
        return Ok(None);
    }
    if let Some(system) = system_browser() {
        return Ok(Some(system));
    }
    let mut npx = process::command("npx", folder);
    if process::run(npx.args(["playwright", "install", "chromium"])).is_ok() {
        return Ok(None);
    }
    process::install_debian_packages(&["chromium", "fonts-liberation"], folder);
    system_browser().map(Some).ok_or_else(|| {
        Error::new("no browser: `npx playwright install chromium` failed and there is no Chromium on PATH")
    })
}

fn has_own_browser(folder: &Path) -> bool {
    let mut node = process::command("node", folder);
    node.args(["--print", "require('@playwright/test').chromium.executablePath()"]).stderr(Stdio::null());
    process::output(&mut node).is_ok_and(|path| Path::new(path.trim()).is_file())
}

fn system_browser() -> Option<PathBuf> {
    ["chromium", "chromium-browser", "google-chrome"].iter().find_map(|name| process::find(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summary_lines_are_told_from_others() {
        assert!(is_summary("  12 passed (34.5s)") && is_summary("  1 did not run"));
        assert!(!is_summary("  ✓  1 inbox.spec.ts:3:1 › 2 passed (1s)") && !is_summary("12 passed"));
    }
}
