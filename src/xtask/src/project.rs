//! Where things lie.

use std::path::{Path, PathBuf};

use crate::env;
use crate::error::{Context, Result};
use crate::process;

/// The name of the binary, and of the files that a page asks for (`LEPTOS_OUTPUT_NAME`).
pub const NAME: &str = "live-operator";
/// The folder of the site that holds what the build makes (`site-pkg-dir`).
pub const PKG: &str = "pkg";
pub const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// A build for working or for shipping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Dev,
    Release,
}

pub struct Project {
    /// The checkout.
    pub root: PathBuf,
    /// Cargo's target folder, which need not be below the checkout.
    pub target: PathBuf,
}

impl Project {
    pub fn find() -> Result<Self> {
        let root = match env::path("CARGO_MANIFEST_DIR") {
            Some(xtask) => xtask.ancestors().nth(2).map(Path::to_owned),
            None => std::env::current_dir()
                .context("there is no current folder")?
                .ancestors()
                .find(is_root)
                .map(Path::to_owned),
        };
        let root = root.context("run this inside the project, as `cargo xtask`")?;
        let target = target_folder(&root)?;
        Ok(Self { root, target })
    }

    /// The server that a build leaves.
    pub fn server(&self, mode: Mode) -> PathBuf {
        let folder = match mode {
            Mode::Dev => "debug",
            Mode::Release => "release",
        };
        self.target.join(folder).join(format!("{NAME}{}", std::env::consts::EXE_SUFFIX))
    }

    /// What the server serves as files while developing.
    pub fn site(&self) -> PathBuf {
        self.target.join("site")
    }

    /// The folder to ship.
    pub fn dist(&self) -> PathBuf {
        self.target.join("dist").join(NAME)
    }

    /// What this tool keeps between two runs.
    pub fn cache(&self) -> PathBuf {
        self.target.join("xtask")
    }
}

fn is_root(folder: &&Path) -> bool {
    folder.join("src/xtask/Cargo.toml").is_file()
}

fn target_folder(root: &Path) -> Result<PathBuf> {
    let printed =
        process::output(process::cargo(root).args(["metadata", "--format-version", "1", "--no-deps"]))?;
    let metadata: serde_json::Value =
        serde_json::from_str(&printed).context("`cargo metadata` printed no JSON")?;
    let folder = metadata["target_directory"].as_str().context("`cargo metadata` names no target folder")?;
    Ok(PathBuf::from(folder))
}
