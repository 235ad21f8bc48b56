//! Measures the server as it is shipped: `cargo xtask bench` builds it, and starts this with what it needs.
//!
//! | module | what it is |
//! | --- | --- |
//! | [`ingest`], [`sms`], [`mail`] | the benchmarks of what comes in |
//! | [`reply`] | those of what goes out |
//! | [`push`], [`inbox`], [`dashboard`], [`search`], [`memory`], [`bytes`] | the others |
//! | [`seed`], [`database`] | what they run on |
//! | [`server`], [`machine`] | the program that is measured, and what it uses |
//! | [`http`], [`people`], [`hooks`], [`gateway`], [`load`] | those who use it |
//! | [`numbered`] | what they write |
//! | [`report`] | the results |
//!
//! Machines differ and are shared, so the figure to hold is the server's processor time for an operation; wall-clock
//! times stand beside it with the share of time that the host took away. Every acknowledged message is looked for in
//! the database in the end.

mod bytes;
mod dashboard;
mod database;
mod error;
mod gateway;
mod hooks;
mod http;
mod inbox;
mod ingest;
mod load;
mod machine;
mod mail;
mod memory;
mod numbered;
mod options;
mod people;
mod push;
mod reply;
mod report;
mod search;
mod seed;
mod server;
mod sms;

use std::{path::Path, process::ExitCode};

use serde_json::Value;

use database::{Copy, Databases, System};
use error::{Context, Result};
use options::Options;
use report::Row;
use server::{Demo, Program, Server};

/// What the benchmarks share.
pub struct Setting<'a> {
    options: &'a Options,
    databases: Databases,
}

/// A server over a seeded database of its own, which outlives it.
pub struct Stage {
    server: Server,
    copy: Copy,
    conversations: usize,
}

impl Setting<'_> {
    async fn stage(&mut self, system: System, conversations: usize) -> Result<Stage> {
        let copy = self.databases.copy(system, conversations).await?;
        let server = Server::start(&self.options.program, &copy.url, copy.postmaster, Demo::Hidden).await?;
        Ok(Stage { server, copy, conversations })
    }

    /// Ends the server and deletes its database.
    async fn strike(&self, stage: Stage) -> Result {
        let Stage { copy, server, .. } = stage;
        drop(server);
        self.databases.discard(copy).await
    }
}

impl Stage {
    fn row(&self, bench: &str, case: String, figures: Vec<(String, f64)>) -> Row {
        let database = self.copy.system.to_string();
        Row { bench: bench.to_owned(), case, database, conversations: self.conversations, figures }
    }

    /// Connects a channel by a command, as whoever runs the server does, and gives the path of its hook.
    fn connect(&self, program: &Program, command: &[&str], credentials: &Value) -> Result<String> {
        let arguments = [&["channel"][..], command].concat();
        let said = program.run(&self.copy.url, &arguments, &credentials.to_string())?;
        let hook = said.find("/hooks/").and_then(|start| said.get(start..));
        Ok(hook.context("connecting a channel gave no hook")?.trim_end().to_owned())
    }
}

/// One thread: the clients leave the other processors to the server.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result {
    let options = Options::parse(std::env::args().skip(1))?;
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench");
    let databases = Databases::new(folder, options.postgres.clone())?;
    let mut setting = Setting { options: &options, databases };
    if options.wants("B1-widget") {
        ingest::run(&mut setting).await?;
    }
    if options.wants("B1-sms") {
        sms::run(&mut setting).await?;
    }
    if options.wants("B1-mail") {
        mail::run(&mut setting).await?;
    }
    if options.wants("B2-chat") {
        reply::run_chat(&mut setting).await?;
    }
    if options.wants("B2-sms") {
        reply::run_sms(&mut setting).await?;
    }
    if options.wants("B3") {
        push::run(&mut setting).await?;
    }
    if options.wants("B4") {
        inbox::run(&mut setting).await?;
    }
    if options.wants("B6") {
        search::run(&mut setting).await?;
    }
    if options.wants("B8") {
        memory::run(&mut setting).await?;
    }
    if options.wants("B9") || options.wants("B10") {
        bytes::run(&mut setting).await?;
    }
    if options.wants("B13") {
        dashboard::run(&mut setting).await?;
    }
    if options.wants("B14") {
        bytes::run_interactions(&mut setting).await?;
    }
    Ok(())
}
