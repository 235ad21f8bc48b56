//! Binaryen's optimiser, which takes about a third off the browser half after compression.

use std::path::Path;

use super::npm;
use crate::error::Result;
use crate::files;
use crate::process;
use crate::project::Project;

/// Of the npm package `binaryen`.
pub const VERSION: &str = "132.0.0";

/// What the compiler uses of WASM. A part that is loaded later does not say so itself.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Rewrites a WASM file for size.
pub fn shrink(project: &Project, wasm: &Path) -> Result {
    let program = npm::program(project, "binaryen", VERSION, "wasm-opt")?;
    let optimised = wasm.with_extension("opt");
    let mut wasm_opt = process::command(&program, &project.root);
    wasm_opt.arg("-Oz").args(FEATURES);
    process::output(wasm_opt.arg(wasm).arg("-o").arg(&optimised))?;
    files::rename(&optimised, wasm)
}
