//! Builds the server half, the browser half and the files that the server serves.

mod browser;
mod css;
mod dist;
mod npm;
mod site;
mod wasm_opt;
mod widget;

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
            site.replace_widget(widget::bundle(project)?);
            dist::lay_out(project, site)
        }
    }
}

fn server(project: &Project, mode: Mode) -> Result {
    let mut cargo = process::cargo(&project.root);
    cargo.args(["build", "--bin", NAME]);
    if mode == Mode::Release {
        cargo.arg("--release");
    }
    process::run(&mut cargo)
}
