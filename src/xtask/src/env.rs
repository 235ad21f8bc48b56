//! The one place that reads the environment.

use std::ffi::OsString;
use std::path::PathBuf;

/// Runs without a person: a check that can't be made is a failure then, not a note.
pub fn is_ci() -> bool {
    text("CI").is_some_and(|value| value == "true" || value == "1")
}

/// A non-empty variable that is valid text.
#[expect(clippy::disallowed_methods, reason = "the build tool's own environment, read in this module alone")]
pub fn text(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// A non-empty variable that names a file or folder.
pub fn path(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// The folders of `PATH`.
pub fn search_path() -> Vec<PathBuf> {
    std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default()
}

/// What `cargo run` told this tool about itself. A cargo that is started from here must not inherit it: build scripts
/// that watch such a variable (ring's, for one) would run again each time that one changes between plain `cargo` and
/// `cargo xtask`, and everything above them be built anew.
pub fn left_by_cargo_run() -> Vec<OsString> {
    const NAMES: [&str; 6] = [
        "CARGO_MANIFEST_DIR",
        "CARGO_MANIFEST_PATH",
        "CARGO_BIN_NAME",
        "CARGO_CRATE_NAME",
        "CARGO_PRIMARY_PACKAGE",
        "OUT_DIR",
    ];
    let is_left = |name: &str| NAMES.contains(&name) || name.starts_with("CARGO_PKG_");
    std::env::vars_os().map(|(name, _)| name).filter(|name| name.to_str().is_some_and(is_left)).collect()
}
