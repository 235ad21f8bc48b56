//! Binaryen's optimiser, which takes about a third off the browser half after compression.

use std::path::Path;

use super::npm;
use crate::error::Result;
use crate::files;
use crate::process;
use crate::project::Project;

/// Of the npm package `binaryen`.
pub const VERSION: &str = "132.0.0";

/// Rewrites a WASM file for size.
pub fn shrink(project: &Project, wasm: &Path) -> Result {
    let program = npm::program(project, "binaryen", VERSION, "wasm-opt")?;
    println!("Optimising the browser half for size (about 40 s) …");
    let optimised = wasm.with_extension("opt");
    let mut wasm_opt = process::command(&program, &project.root);
    wasm_opt.args(["-Oz", "--enable-bulk-memory", "--enable-nontrapping-float-to-int"]);
    process::output(wasm_opt.arg(wasm).arg("-o").arg(&optimised))?;
    files::rename(&optimised, wasm)
}
