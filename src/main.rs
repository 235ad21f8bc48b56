//! The `live-operator` program: arguments, configuration, serve, shut down.

use std::{io::Write as _, path::Path, process::ExitCode};

use clap::{Parser, Subcommand};
use live_operator::{
    domain::Role,
    server::{
        actions::accounts::{self, NewAccount},
        app::App,
        clock::Clock,
        config::Config,
        http, jobs, realtime, seed,
        store::{Create, DatabaseUrl, Db},
    },
};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

/// One real-time inbox for every customer conversation.
#[derive(Parser)]
#[command(name = "live-operator", version)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Answer requests (the default).
    Serve,
    /// Bring the database's schema up to date.
    Migrate,
    /// Fill an empty database.
    Seed {
        /// With the demo: people, channels and some sixty conversations.
        #[arg(long, required = true)]
        demo: bool,
    },
    /// Manage people.
    User {
        #[command(subcommand)]
        command: UserCommand,
    },
    /// Check the installation and print its configuration without secrets.
    Doctor,
}

#[derive(Subcommand)]
enum UserCommand {
    /// Make an account. The password is read from standard input.
    Add {
        #[arg(long)]
        email: String,
        #[arg(long, value_parser = role, default_value = "operator")]
        role: Role,
        /// The name that customers and colleagues see; the address' first part if it is not given.
        #[arg(long)]
        name: Option<String>,
    },
}

fn role(text: &str) -> Result<Role, String> {
    Role::from_word(text).ok_or_else(|| "one of operator, supervisor, admin".to_owned())
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_from_env("LIVE_OPERATOR_LOG").unwrap_or_else(|_| "info".into()))
        .with_writer(std::io::stderr)
        .init();
    let arguments = Arguments::parse();
    match run(arguments.command.unwrap_or(Command::Serve)).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("live-operator: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<(), Failure> {
    let config = Config::load(Path::new("Leptos.toml"))?;
    match command {
        Command::Serve => serve(config).await,
        Command::Migrate => {
            let db = Db::open(&DatabaseUrl::parse(&config.database.url)?, Create::IfMissing).await?;
            let done = db.migrate().await?;
            say(&match done.len() {
                0 => "The schema is up to date.".to_owned(),
                count => format!("Ran {count} migration(s): {}.", done.join(", ")),
            })
        }
        Command::Seed { demo: _ } => {
            let app = open(config).await?;
            match seed::demo(&app).await {
                Ok(()) => say("The demo is ready."),
                Err(seed::SeedError::Already) => say("The demo is already there."),
                Err(error) => Err(error.into()),
            }
        }
        Command::User { command: UserCommand::Add { email, role, name } } => {
            let app = open(config).await?;
            let mut password = String::new();
            std::io::stdin().read_line(&mut password)?;
            let name = name.unwrap_or_else(|| email.split('@').next().unwrap_or_default().to_owned());
            let password = password.trim_end_matches(['\r', '\n']).to_owned();
            let new = NewAccount { email, name, password, role, teams: Vec::new() };
            let operator = accounts::add(&app, new).await?;
            say(&format!("{} <{}> can sign in as {}.", operator.name, operator.email, role.as_str()))
        }
        Command::Doctor => {
            say(&config.to_string())?;
            let db = Db::open(&DatabaseUrl::parse(&config.database.url)?, Create::No).await?;
            let mut conn = db.conn().await?;
            let people = live_operator::server::store::operators::list(&mut conn).await?.len();
            say(&format!("database: {} answers, {people} account(s)", db.system()))
        }
    }
}

fn say(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{text}")?;
    Ok(out.flush()?)
}

/// A server over a database whose schema is up to date.
async fn open(config: Config) -> Result<App, Failure> {
    let db = Db::open(&DatabaseUrl::parse(&config.database.url)?, Create::IfMissing).await?;
    db.migrate().await?;
    Ok(App::new(config, db, Clock::System))
}

async fn serve(config: Config) -> Result<(), Failure> {
    let address = config.server.address;
    // First the port: a second server must not touch the first one's data.
    let listener =
        TcpListener::bind(address).await.map_err(|error| format!("cannot listen on {address}: {error}"))?;
    let options = http::leptos_options()?;
    let app = open(config).await?;
    realtime::tail::start(&app).await?;
    jobs::start(&app);
    let router = http::router(&app, options);
    say(&format!("Listening on {}", app.config.server.public_url))?;
    http::serve(&app, listener, router, stop_signal()).await;
    Ok(())
}

/// Resolves when the process is asked to stop.
async fn stop_signal() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
