//! Makes sure that the browser half can be compiled.
//!
//! On most machines rustup has installed the WASM target already, because `rust-toolchain.toml` names it. Where
//! rustup's server is out of reach, the target's standard library is built from the compiler's own source instead.

mod debian;
mod standard_library;

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Instant;

use crate::error::{Context, Error, Result};
use crate::files;
use crate::process;
use crate::project::{Project, WASM_TARGET};

/// The Rust toolchain that compiles the project.
pub struct Toolchain {
    /// For example `1.95.0`.
    pub version: String,
    pub sysroot: PathBuf,
}

impl Toolchain {
    fn of(project: &Project) -> Result<Self> {
        let rustc = |argument: &str| {
            process::output(process::command("rustc", &project.root).args(argument.split(' ')))
        };
        let version = rustc("--version")?;
        let version = version.split(' ').nth(1).context("`rustc --version` prints no version")?;
        Ok(Self { version: version.to_owned(), sysroot: PathBuf::from(rustc("--print sysroot")?.trim()) })
    }

    pub fn rustlib(&self) -> PathBuf {
        self.sysroot.join("lib/rustlib")
    }

    /// The source of the standard library, where rustup's `rust-src` puts it and cargo looks for it.
    pub fn library_source(&self) -> PathBuf {
        self.rustlib().join("src/rust/library")
    }
}

pub fn run(project: &Project) -> Result {
    if compiles_for_wasm(project)? {
        return Ok(());
    }
    println!("Setting up: the browser half needs the Rust target {WASM_TARGET}, which is not installed.");
    println!("Setting up: asking rustup for it …");
    let mut rustup = process::command("rustup", &project.root);
    let added = process::succeeds(rustup.args(["target", "add", WASM_TARGET]));
    if added && compiles_for_wasm(project)? {
        println!("Setting up: done by rustup.");
        return Ok(());
    }
    println!(
        "Setting up: rustup could not; building the target's standard library from source (once, about a minute)."
    );
    let begin = Instant::now();
    let toolchain = Toolchain::of(project)?;
    if !toolchain.library_source().join("std").is_dir() {
        debian::fetch_library_source(project, &toolchain)?;
    }
    standard_library::build(project, &toolchain)?;
    if !compiles_for_wasm(project)? {
        return Err(Error::new(format!(
            "{WASM_TARGET} still doesn't compile; remove {} and try again",
            toolchain.rustlib().join(WASM_TARGET).display()
        )));
    }
    println!("Setting up: done in {:.0} s.", begin.elapsed().as_secs_f32());
    Ok(())
}

/// The proof is a compilation: a folder that exists may be half a target.
fn compiles_for_wasm(project: &Project) -> Result<bool> {
    let folder = project.cache().join("wasm-probe");
    let source = folder.join("probe.rs");
    files::write(
        &source,
        "#[unsafe(no_mangle)]\npub extern \"C\" fn probe() -> usize { vec![1_u8; 3].len() }\n",
    )?;
    let mut rustc = process::command("rustc", &project.root);
    rustc.args(["--edition", "2024", "--crate-type", "cdylib", "--target", WASM_TARGET, "--out-dir"]);
    Ok(process::succeeds(rustc.arg(&folder).arg(&source).stdin(Stdio::null())))
}
