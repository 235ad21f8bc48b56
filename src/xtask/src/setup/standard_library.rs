//! Compiles the standard library for the browser and installs it into the toolchain.

use super::Toolchain;
use crate::error::{Error, Result};
use crate::files;
use crate::process;
use crate::project::{Project, WASM_TARGET};

const MANIFEST: &str =
    "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n";

/// Compiles it as a dependency of an empty package and moves the result into the toolchain in one step: a target that
/// is half there is worse than none.
pub fn build(project: &Project, toolchain: &Toolchain) -> Result {
    let package = project.cache().join("standard-library");
    files::empty_folder(&package)?;
    files::write(&package.join("Cargo.toml"), MANIFEST)?;
    files::write(&package.join("src/lib.rs"), "")?;
    let built = package.join("target");
    let mut cargo = process::cargo(&package);
    cargo
        .args([
            "build",
            "--release",
            "-Z",
            "build-std=std,panic_abort",
            "--target",
            WASM_TARGET,
            "--target-dir",
        ])
        .arg(&built)
        // A released compiler may build its own standard library, but has to be told.
        .env("RUSTC_BOOTSTRAP", "1")
        // Without bitcode in it nothing can be linked to it with link-time optimisation.
        .env("CARGO_ENCODED_RUSTFLAGS", "-Cembed-bitcode=yes");
    process::run(&mut cargo)?;

    let goal = toolchain.rustlib().join(WASM_TARGET);
    let staged = toolchain.rustlib().join(format!(".{WASM_TARGET}-{}", std::process::id()));
    files::empty_folder(&staged)?;
    let mut copied = 0;
    for path in files::entries(&built.join(WASM_TARGET).join("release/deps"))? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(".rlib") && !name.starts_with("libempty-") {
            files::copy(&path, &staged.join("lib").join(&name))?;
            copied += 1;
        }
    }
    if copied == 0 {
        return Err(Error::new("building the standard library left no libraries"));
    }
    files::remove_folder(&goal)?;
    files::rename(&staged, &goal)?;
    files::remove_folder(&package)
}
