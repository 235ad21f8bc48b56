//! The source of the standard library from Debian's package of the same compiler version.
//!
//! It comes by whichever mirror the machine's apt is set up to use. The package is known by its SHA-256, so the mirror
//! need not be trusted.

use std::path::{Path, PathBuf};

use super::Toolchain;
use crate::env;
use crate::error::{Error, Result};
use crate::files;
use crate::process;
use crate::project::Project;

/// The package for the compiler that `rust-toolchain.toml` names: change both together.
struct Package {
    rust: &'static str,
    /// Below the mirror's address.
    path: &'static str,
    sha256: &'static str,
    /// Where the source lies in the package.
    library: &'static str,
}

const PACKAGE: Package = Package {
    rust: "1.95.0",
    path: "pool/main/r/rustc/rust-src_1.95.0+dfsg1-2~bpo13+1_all.deb",
    sha256: "7b76db5b880a77f9e52975d2baa6209d2f76d2c9c2789515c3088cb960e2c83b",
    library: "usr/src/rustc-1.95.0/library",
};

/// Where apt keeps the program that downloads through its own proxies and transports.
const APT_HELPER: &str = "/usr/lib/apt/apt-helper";

/// Puts the source where cargo's `build-std` looks for it.
pub fn fetch_library_source(project: &Project, toolchain: &Toolchain) -> Result {
    let work = project.cache().join("rust-source");
    files::empty_folder(&work)?;
    let library = match from_package(project, toolchain, &work) {
        Ok(library) => library,
        Err(cause) => from_archive(&work, &cause)?,
    };
    // The sysroot may lie on another file system, where a rename can't reach: copy beside the goal, then rename.
    let goal = toolchain.library_source();
    let staged = goal.with_file_name(format!(".library-{}", std::process::id()));
    files::empty_folder(&staged)?;
    files::copy_folder(&library, &staged)?;
    files::remove_folder(&goal)?;
    files::rename(&staged, &goal)?;
    files::remove_folder(&work)
}

fn from_package(project: &Project, toolchain: &Toolchain, work: &Path) -> Result<PathBuf> {
    if toolchain.version != PACKAGE.rust {
        return Err(Error::new(format!(
            "the source package is known for Rust {}, this is Rust {}",
            PACKAGE.rust, toolchain.version
        )));
    }
    let file = work.join("rust-src.deb");
    download(project, &file)?;
    let unpacked = work.join("unpacked");
    process::output(process::command("dpkg-deb", &project.root).arg("-x").arg(&file).arg(&unpacked))?;
    Ok(unpacked.join(PACKAGE.library))
}

fn download(project: &Project, file: &Path) -> Result {
    let mut last = Error::new("apt is set up with no Debian mirror");
    for mirror in mirrors(project)? {
        let url = format!("{mirror}/{}", PACKAGE.path);
        println!("Setting up: downloading {url} (45 MB) …");
        let mut helper = process::command(APT_HELPER, &project.root);
        helper.args(["-qq", "download-file", &url]).arg(file).arg(format!("SHA256:{}", PACKAGE.sha256));
        // apt drops its rights to a user who may not write here, and warns about it.
        helper.args(["-o", "APT::Sandbox::User=root"]);
        match process::output(&mut helper).and_then(|_| check(file)) {
            Ok(()) => return Ok(()),
            Err(cause) => last = cause,
        }
    }
    Err(last)
}

/// The archives of Debian itself among apt's sources, not those of security updates or of others.
fn mirrors(project: &Project) -> Result<Vec<String>> {
    let mut apt = process::command("apt-get", &project.root);
    let printed = process::output(apt.args(["indextargets", "--format", "$(SITE)", "Created-By: Packages"]))?;
    let mut mirrors: Vec<String> = Vec::new();
    for site in
        printed.lines().map(|line| line.trim_end_matches('/')).filter(|line| line.ends_with("/debian"))
    {
        if !mirrors.iter().any(|known| known == site) {
            mirrors.push(site.to_owned());
        }
    }
    Ok(mirrors)
}

fn check(file: &Path) -> Result {
    let found = files::sha256(files::read(file)?);
    if found == PACKAGE.sha256 {
        return Ok(());
    }
    Err(Error::new(format!("the package has the SHA-256 {found} instead of {}", PACKAGE.sha256)))
}

/// The same source in an archive that `LIVE_OPERATOR_RUST_LIBRARY` names, for a machine without a Debian mirror.
fn from_archive(work: &Path, cause: &Error) -> Result<PathBuf> {
    let Some(archive) = env::path("LIVE_OPERATOR_RUST_LIBRARY") else {
        return Err(Error::new(format!(
            "the Rust target for browsers could not be set up.\nInstall it with `rustup target add \
             wasm32-unknown-unknown`, or give the source of the standard library by `rustup component add rust-src` \
             or as a tar archive in LIVE_OPERATOR_RUST_LIBRARY, and try again.\nThe last attempt failed: {cause}"
        )));
    };
    println!("Setting up: {cause}; taking {} …", archive.display());
    let unpacked = work.join("unpacked");
    files::empty_folder(&unpacked)?;
    process::output(process::command("tar", &unpacked).arg("-xf").arg(&archive))?;
    Ok(unpacked.join("library"))
}
