//! The HTTP API against schemathesis, which makes requests up from our document: good ones, bad ones, and scenarios of
//! several. Nothing may come that the document does not speak of, least of all an error of ours.
//!
//! `generator.py` fits what it makes up to the workspace. A failure prints the request as a line for a shell, and the
//! seed gives the same requests again.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use super::{
    super::{
        api::{HELPER, Sibling, Workspace, workspace},
        kit::TestApp,
        on_both,
    },
    process::{Folder, free_port, python, run},
    sms::{at, listen},
};

on_both!(what_the_document_says_holds_whatever_is_asked, the_document_is_one_by_the_rules_of_openapi);

/// What is made up for each operation, beside what every run looks at.
const EXAMPLES: &str = "20";
const SEED: &str = "1";
/// So many that the bot still has the word in some when others have been handed off.
const CONVERSATIONS: usize = 40;

/// A server that listens, and whom it answers.
struct Api {
    python: PathBuf,
    url: String,
    workspace: Workspace,
}

impl Api {
    /// None where there are no peers.
    async fn open(app: TestApp) -> Option<Self> {
        let python = python()?;
        let test = at(app, free_port()).await;
        listen(&test).await;
        let url = format!("{}/api/v1/openapi.json", test.config.server.public_url);
        Some(Self { python, url, workspace: workspace(&test).await })
    }
}

fn beside(name: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/tests/peers")).join(name)
}

/// Has requests made up, and looks at every answer.
fn generate(api: &Api, sibling: &Sibling, conversations: &str, options: &[&str]) {
    // It leaves notes where it runs.
    let folder = Folder::new();
    let mut command = Command::new(&api.python);
    command.args(["-m", "schemathesis.cli", "--no-color", "--config-file"]).arg(beside("generator.toml"));
    command.args(["run", &api.url, "--seed", SEED]).args(options).current_dir(&*folder);
    command.env("SCHEMATHESIS_HOOKS", beside("generator.py")).env("TOKEN", &sibling.token);
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    command.env("CHANNEL", HELPER).env("CONVERSATIONS", conversations);
    run(&mut command);
}

async fn what_the_document_says_holds_whatever_is_asked(app: TestApp) {
    let Some(api) = Api::open(app).await else { return };
    let Workspace { helper, crm, .. } = &api.workspace;
    let mut begun = Vec::new();
    for _ in 0..CONVERSATIONS {
        begun.push(helper.begin("Hello").await.to_string());
    }
    let conversations = begun.join(" ");
    generate(&api, helper, &conversations, &["--max-examples", EXAMPLES]);
    // Who acts as no bot may read, open and relay, and not speak.
    generate(&api, crm, &conversations, &["--phases", "coverage", "--exclude-tag", "Bots"]);

    // It has got so far that something came of it.
    let page = helper.get("/conversations?limit=100").await.ok();
    assert!(page["conversations"].as_array().expect("conversations").len() > CONVERSATIONS);
    let mut handed_off = 0;
    for id in &begun {
        let conversation = helper.get(&format!("/conversations/{id}")).await.ok();
        handed_off += usize::from(conversation["handler"] == "human");
    }
    assert!(handed_off > 0, "of {CONVERSATIONS} none was handed off");
}

async fn the_document_is_one_by_the_rules_of_openapi(app: TestApp) {
    let Some(api) = Api::open(app).await else { return };
    let document = api.workspace.helper.get("/openapi.json").await.ok();
    let folder = Folder::new();
    let file = folder.join("openapi.json");
    std::fs::write(&file, document.to_string()).expect("the folder is ours");
    let mut command = Command::new(&api.python);
    run(command.args(["-m", "openapi_spec_validator", "--schema", "3.1"]).arg(&file));
}
