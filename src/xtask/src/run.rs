//! Builds and serves the product with a demo in it.

use std::os::unix::process::CommandExt;
use std::process::Command;

use crate::build;
use crate::env;
use crate::error::{Context, Result};
use crate::files;
use crate::process;
use crate::project::{Mode, NAME, PKG, Project};

const DEFAULT_DATABASE: &str = "sqlite://data/live-operator.db";

const LOGINS: &str = "\
The demo's people (password: demo-demo-demo):
  ada@demo.test    administrator
  sam@demo.test    supervisor
  olga@demo.test   operator
  omar@demo.test   operator
  nina@demo.test   operator";

pub fn run(project: &Project, arguments: &[&str]) -> Result {
    build::run(project, Mode::Dev)?;
    let database = env::text("DATABASE_URL").unwrap_or_else(|| DEFAULT_DATABASE.to_owned());
    if database == DEFAULT_DATABASE {
        files::create_folder(&project.root.join("data"))?;
    }
    // Leaves a database alone that holds anything.
    process::run(server(project, &database).args(["seed", "--demo"]))?;
    println!(
        "\n{LOGINS}\nThe address follows; its /demo is a shop with the chat on it. Ctrl-C stops the server.\n"
    );
    // The server takes this process over, so Ctrl-C and every other signal reach it and nobody else.
    let cause = server(project, &database).arg("serve").args(arguments).exec();
    Err(cause).context(format!("could not start {NAME}"))
}

fn server(project: &Project, database: &str) -> Command {
    let mut server = process::command(project.server(Mode::Dev), &project.root);
    server
        .env("DATABASE_URL", database)
        .env("LIVE_OPERATOR_DEMO", "true")
        .env("LEPTOS_OUTPUT_NAME", NAME)
        .env("LEPTOS_SITE_ROOT", project.site())
        .env("LEPTOS_SITE_PKG_DIR", PKG);
    server
}
