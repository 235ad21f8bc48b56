//! The widget as strangers' pages load it: its modules in one file, without a byte that does nothing.

use super::npm;
use crate::error::Result;
use crate::files;
use crate::process;
use crate::project::Project;

/// What is loaded, and what esbuild is told about it.
const FILES: [(&str, &[&str]); 3] = [
    // On the stranger's own page: a script of its own.
    ("widget.js", &[]),
    // In the frame, with the modules that it imports.
    ("frame.js", &["--bundle", "--format=esm"]),
    ("frame.css", &[]),
];

/// The files under their names.
pub fn bundle(project: &Project) -> Result<Vec<(String, Vec<u8>)>> {
    let program = npm::program(project, "esbuild", "0.28.2", "esbuild")?;
    let folder = project.root.join("public/widget");
    let made = project.cache().join("widget");
    files::empty_folder(&made)?;
    FILES
        .iter()
        .map(|(name, arguments)| {
            let file = made.join(name);
            let mut esbuild = process::command(&program, &folder);
            esbuild.args(["--minify", "--target=es2022", "--log-level=warning", "--legal-comments=none"]);
            esbuild.args(*arguments).arg(name).arg(format!("--outfile={}", file.display()));
            process::run(&mut esbuild)?;
            Ok(((*name).to_owned(), files::read(&file)?))
        })
        .collect()
}
