//! Tools of a release build that come as npm packages: pinned, so that the same source gives the same bytes.

use std::path::PathBuf;

use crate::error::{Context, Result};
use crate::files;
use crate::process;
use crate::project::Project;

/// The program of a package, which is installed into the cache if it is not there.
pub fn program(project: &Project, package: &str, version: &str, program: &str) -> Result<PathBuf> {
    let folder = project.cache().join(format!("{package}-{version}"));
    let program = folder.join("node_modules/.bin").join(program);
    if !program.exists() {
        println!("Installing {package} {version} …");
        files::create_folder(&folder)?;
        let mut npm = process::command("npm", &folder);
        npm.args(["install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-save", "--prefix"])
            .arg(&folder);
        process::output(npm.arg(format!("{package}@{version}")))
            .context(format!("could not install {package}"))?;
    }
    Ok(program)
}
