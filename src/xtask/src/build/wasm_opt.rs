//! Binaryen's optimiser, which takes about a third off the browser half after compression.

use std::path::Path;

use crate::error::{Context, Result};
use crate::files;
use crate::process;
use crate::project::Project;

/// The npm package `binaryen`: pinned, so that the same source gives the same bytes.
pub const VERSION: &str = "132.0.0";

/// Rewrites a WASM file for size.
pub fn shrink(project: &Project, wasm: &Path) -> Result {
    let tool = project.cache().join(format!("binaryen-{VERSION}"));
    let program = tool.join("node_modules/.bin/wasm-opt");
    if !program.exists() {
        println!("Installing binaryen {VERSION} for wasm-opt …");
        files::create_folder(&tool)?;
        let mut npm = process::command("npm", &tool);
        npm.args(["install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-save", "--prefix"])
            .arg(&tool);
        process::output(npm.arg(format!("binaryen@{VERSION}"))).context("could not install wasm-opt")?;
    }
    println!("Optimising the browser half for size (about 40 s) …");
    let optimised = wasm.with_extension("opt");
    let mut wasm_opt = process::command(&program, &project.root);
    wasm_opt.args(["-Oz", "--enable-bulk-memory", "--enable-nontrapping-float-to-int"]);
    process::output(wasm_opt.arg(wasm).arg("-o").arg(&optimised))?;
    files::rename(&optimised, wasm)
}
