//! The browser half: WASM and the JavaScript that loads it. What rare pages need is in files of their own, which a page
//! loads when it needs them.

use std::path::{Path, PathBuf};
use std::time::{Instant, UNIX_EPOCH};

use wasm_bindgen_cli_support::Bindgen;

use super::wasm_opt;
use crate::error::{Context, Result};
use crate::files;
use crate::process;
use crate::project::{Mode, NAME, Project, WASM_TARGET};

/// Compiles it and gives the folder with what wasm-bindgen made of it.
pub fn build(project: &Project, mode: Mode) -> Result<PathBuf> {
    let compiled = compile(project, mode)?;
    let folder = project.cache().join(match mode {
        Mode::Dev => "browser-dev",
        Mode::Release => "browser-release",
    });
    // Outside of the folder, which is emptied first: a stamp stands for a complete one.
    let stamp = folder.with_extension("stamp");
    let identity = identity(&compiled)?;
    if files::read_text(&stamp).is_ok_and(|known| known == identity) {
        return Ok(folder);
    }
    let begin = Instant::now();
    println!("Binding the browser half to JavaScript …");
    if stamp.exists() {
        std::fs::remove_file(&stamp).context(format!("could not remove {}", stamp.display()))?;
    }
    files::empty_folder(&folder)?;
    // Beside the folder: it is not served.
    let first = folder.with_extension("wasm");
    let parts = split(&compiled, &first, &folder)?;
    bind(&first, &folder, mode).context("wasm-bindgen failed")?;
    if mode == Mode::Release {
        println!("Optimising the browser half for size (about a minute) …");
        wasm_opt::shrink(project, &folder.join(bound_wasm()))?;
        parts.iter().try_for_each(|part| wasm_opt::shrink(project, part))?;
    }
    files::write(&stamp, identity)?;
    println!("Binding the browser half took {:.1} s.", begin.elapsed().as_secs_f32());
    Ok(folder)
}

/// The name that wasm-bindgen gives to the WASM file.
pub fn bound_wasm() -> String {
    format!("{NAME}_bg.wasm")
}

fn compile(project: &Project, mode: Mode) -> Result<PathBuf> {
    let mut cargo = process::cargo(&project.root);
    // As a `cdylib` alone: together with the manifest's `rlib`, cargo would drop link-time optimisation silently.
    cargo.args(["rustc", "--lib", "--crate-type", "cdylib", "--target", WASM_TARGET]);
    cargo.args(["--no-default-features", "--features", "hydrate"]);
    let profile = match mode {
        Mode::Dev => "wasm-dev",
        Mode::Release => "wasm-release",
    };
    cargo.args(["--profile", profile]);
    // Where code and data name each other, by which they are parted. In `RUSTFLAGS` it would rebuild all dependencies.
    process::run(cargo.args(["--", "-Clink-args=--emit-relocs"]))?;
    let file = format!("{}.wasm", NAME.replace('-', "_"));
    Ok(project.target.join(WASM_TARGET).join(profile).join(file))
}

/// Takes the parts that are loaded later out of what was compiled. What is left goes to `first`; the parts and the script
/// that loads them go to the folder. Gives the parts.
fn split(compiled: &Path, first: &Path, folder: &Path) -> Result<Vec<PathBuf>> {
    let whole = files::read(compiled)?;
    let script = format!("./{NAME}-parts.js");
    let main = format!("./{NAME}.js");
    let mut options = wasm_split_cli_support::Options::new(&whole);
    options.output_dir = folder;
    options.main_out_path = first;
    options.link_name = &script;
    options.main_module = &main;
    let split = wasm_split_cli_support::transform(options);
    Ok(split.context("could not part the browser half")?.split_modules)
}

fn bind(compiled: &Path, folder: &Path, mode: Mode) -> Result<(), impl std::fmt::Display> {
    Bindgen::new()
        .input_path(compiled)
        .out_name(NAME)
        .web(true)?
        .typescript(false)
        // By them the parts reach into what is loaded first.
        .keep_lld_exports(true)
        .demangle(false)
        // The names are for the stack traces of a developer.
        .remove_name_section(mode == Mode::Release)
        .remove_producers_section(mode == Mode::Release)
        .generate(folder)
}

/// Tells two compiled files apart without reading them. Another optimiser makes another result.
fn identity(file: &Path) -> Result<String> {
    let doing = format!("could not look at {}", file.display());
    let metadata = file.metadata().context(&doing)?;
    let modified = metadata.modified().context(&doing)?.duration_since(UNIX_EPOCH).context(&doing)?;
    Ok(format!("{} bytes, {} ns, {}", metadata.len(), modified.as_nanos(), wasm_opt::VERSION))
}
