//! Builds the server half, the browser half and the files that the server serves.

mod browser;
mod css;
mod dist;
mod site;
mod wasm_opt;

use std::process::Command;

use crate::env;
use crate::error::Result;
use crate::process;
use crate::project::{Mode, NAME, Project};
use crate::setup;
use site::Site;

pub fn run(project: &Project, mode: Mode) -> Result {
    setup::run(project)?;
    server(project, mode)?;
    let browser = browser::build(project, mode)?;

    let mut site = Site::default();
    site.add_folder("", &project.root.join("public"))?;
    site.add_browser_half(&browser)?;
    site.add_styles(css::bundle(&project.root.join("style/main.css"))?, mode);
    match mode {
        Mode::Dev => {
            site.link_browser_half();
            site.write(&project.site())
        }
        Mode::Release => {
            site.slim_widget();
            dist::lay_out(project, site)
        }
    }
}

fn server(project: &Project, mode: Mode) -> Result {
    let mut cargo = cargo_for(project, mode);
    cargo.args(["build", "--bin", NAME]);
    if mode == Mode::Release {
        cargo.arg("--release");
    }
    process::run(&mut cargo)
}

/// Cargo with the flags of the mode. `.cargo/config.toml` erases the types of components, which is for development:
/// an empty variable overrules it, unless somebody has set flags of their own, which overrule it as well.
fn cargo_for(project: &Project, mode: Mode) -> Command {
    let mut cargo = process::cargo(&project.root);
    let own_flags = ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS"].iter().any(|name| env::text(name).is_some());
    if mode == Mode::Release && !own_flags {
        cargo.env("CARGO_ENCODED_RUSTFLAGS", "");
    }
    cargo
}
