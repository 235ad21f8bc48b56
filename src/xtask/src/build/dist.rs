//! The folder to ship.

use super::site::{Site, Weight};
use crate::error::Result;
use crate::files;
use crate::project::{Mode, Project};

/// Lays it out beside the last one and then swaps them, so that there is never half a folder.
pub fn lay_out(project: &Project, mut site: Site) -> Result {
    println!("Compressing the assets …");
    let hashes = site.hash_names();
    site.compress()?;

    let dist = project.dist();
    let staged = dist.with_extension("new");
    files::empty_folder(&staged)?;
    let server = project.server(Mode::Release);
    if let Some(name) = server.file_name() {
        files::copy(&server, &staged.join(name))?;
    }
    files::write(&staged.join("hash.txt"), hashes)?;
    site.write(&staged.join("site"))?;
    for file in files::entries(&project.root)? {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name == "Leptos.toml" || name == "README.md" || name.starts_with("LICENSE") {
            files::copy(&file, &staged.join(&name))?;
        }
    }
    files::remove_folder(&dist)?;
    files::rename(&staged, &dist)?;

    print_sizes(&site.weights());
    println!("Ready to ship: {}", dist.display());
    Ok(())
}

fn print_sizes(weights: &[Weight]) {
    println!("{:>10}  {:>10}  asset", "bytes", "brotli");
    for Weight { path, raw, brotli } in weights {
        let brotli = brotli.map_or_else(|| "–".to_owned(), |bytes| bytes.to_string());
        println!("{raw:>10}  {brotli:>10}  {path}");
    }
}
