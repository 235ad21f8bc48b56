//! The `live-operator` program: arguments, configuration, serve, shut down.

use std::{
    io::{Read as _, Write as _},
    net::SocketAddr,
    path::Path,
    process::ExitCode,
};

use clap::{Parser, Subcommand};
use live_operator::{
    domain::{ChannelKind, Role, setup::Provider},
    server::{
        actions::{
            accounts::{self, NewAccount},
            connect::{self, NamedChannel},
            people,
        },
        app::{self, App},
        bot_check,
        clock::Clock,
        config::Config,
        http, jobs, lmtp, realtime, seed,
        store::{Create, DatabaseUrl, Db, channels::Settings},
    },
};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

/// How long what is under way may take when the server stops.
const LAST_JOBS: std::time::Duration = std::time::Duration::from_secs(8);

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
    /// Manage channels.
    Channel {
        #[command(subcommand)]
        command: ChannelCommand,
    },
    /// Check the installation and print its configuration without secrets.
    Doctor,
    /// Check somebody's bot against the contract of the HTTP API and its webhooks.
    BotCheck {
        /// The bot's webhook.
        url: String,
        /// What the calls are signed with.
        #[arg(long)]
        secret: String,
        /// Where the bot's requests are taken.
        #[arg(long, default_value = "127.0.0.1:3900")]
        listen: SocketAddr,
        /// Where the bot finds that, if it is another address.
        #[arg(long)]
        public_url: Option<String>,
    },
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
    /// Make a link by which somebody who has forgotten their password chooses another, once and within a day.
    Reset {
        #[arg(long)]
        email: String,
    },
}

#[derive(Subcommand)]
enum ChannelCommand {
    /// Connect a number to its SMS provider. The credentials are read from standard input, as JSON.
    AddSms {
        /// twilio, telnyx, vonage, kannel, or webhook for any gateway that speaks our own.
        #[arg(long, value_parser = sms_provider)]
        provider: Provider,
        #[arg(long)]
        name: String,
        /// The number that customers write to.
        #[arg(long)]
        number: String,
        /// The team that gets its conversations.
        #[arg(long)]
        team: Option<String>,
        /// The country of numbers that name none, such as US.
        #[arg(long, default_value = "US")]
        region: String,
        /// How many messages the number may send in a minute; 0 for as many as it likes.
        #[arg(long, default_value_t = 60)]
        sends_per_minute: u32,
    },
    /// Connect a mail address to its server or service. The credentials are read from standard input, as JSON, without
    /// the address.
    AddEmail {
        /// mail for servers of your own, mailgun or postmark.
        #[arg(long, value_parser = mail_provider)]
        provider: Provider,
        #[arg(long)]
        name: String,
        /// The address that customers write to.
        #[arg(long)]
        address: String,
        /// The team that gets its conversations.
        #[arg(long)]
        team: Option<String>,
    },
}

fn role(text: &str) -> Result<Role, String> {
    Role::from_word(text).ok_or_else(|| "one of operator, supervisor, admin".to_owned())
}

fn sms_provider(text: &str) -> Result<Provider, String> {
    provider(ChannelKind::Sms, text)
}

fn mail_provider(text: &str) -> Result<Provider, String> {
    provider(ChannelKind::Email, text)
}

fn provider(kind: ChannelKind, text: &str) -> Result<Provider, String> {
    let known: Vec<Provider> = Provider::ALL.iter().copied().filter(|known| known.kind() == kind).collect();
    let named = known.iter().find(|known| known.as_str() == text);
    named.copied().ok_or_else(|| {
        let words: Vec<&str> = known.iter().map(|known| known.as_str()).collect();
        format!("one of {}", words.join(", "))
    })
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> ExitCode {
    // SQLite's calls run on the threads that make them: some threads more than cores, so that others go on meanwhile.
    let threads = std::thread::available_parallelism().map_or(4, |cores| cores.get().max(4));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build();
    match runtime {
        Ok(runtime) => runtime.block_on(start()),
        Err(error) => {
            eprintln!("live-operator: no threads can be had: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn start() -> ExitCode {
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
    let config = || Config::load(Path::new("Leptos.toml"));
    match command {
        Command::Serve => serve(config()?).await,
        Command::Migrate => {
            let config = config()?;
            let db = Db::open(&DatabaseUrl::parse(&config.database.url)?, Create::IfMissing).await?;
            let done = db.migrate().await?;
            say(&match done.len() {
                0 => "The schema is up to date.".to_owned(),
                count => format!("Ran {count} migration(s): {}.", done.join(", ")),
            })
        }
        Command::Seed { demo: _ } => {
            let app = open(config()?).await?;
            match seed::demo(&app).await {
                Ok(()) => say("The demo is ready."),
                Err(seed::SeedError::Already) => say("The demo is already there."),
                Err(error) => Err(error.into()),
            }
        }
        Command::User { command: UserCommand::Add { email, role, name } } => {
            let app = open(config()?).await?;
            let mut password = String::new();
            std::io::stdin().read_line(&mut password)?;
            let name = name.unwrap_or_else(|| email.split('@').next().unwrap_or_default().to_owned());
            let password = password.trim_end_matches(['\r', '\n']).to_owned();
            let new = NewAccount { email, name, password, role, teams: Vec::new() };
            let operator = accounts::add(&app, new).await?;
            say(&format!("{} <{}> can sign in as {}.", operator.name, operator.email, role.as_str()))
        }
        Command::User { command: UserCommand::Reset { email } } => {
            let app = open(config()?).await?;
            say(&people::make_link_for(&app, &email).await?.url)
        }
        Command::Channel { command } => add_channel(config()?, command).await,
        Command::BotCheck { url, secret, listen, public_url } => {
            check_bot(
                bot_check::Subject { url, secret, patience: bot_check::Patience::default() },
                listen,
                public_url,
            )
            .await
        }
        Command::Doctor => {
            let config = config()?;
            say(&config.to_string())?;
            let db = Db::open(&DatabaseUrl::parse(&config.database.url)?, Create::No).await?;
            let mut conn = db.conn().await?;
            let people = live_operator::server::store::operators::list(&mut conn).await?.len();
            say(&format!("database: {} answers, {people} account(s)", db.system()))
        }
    }
}

/// Stands in for the server, and says what the bot does and does not.
async fn check_bot(
    subject: bot_check::Subject,
    listen: SocketAddr,
    public_url: Option<String>,
) -> Result<(), Failure> {
    let listener =
        TcpListener::bind(listen).await.map_err(|error| format!("cannot listen on {listen}: {error}"))?;
    let here = public_url.unwrap_or_else(|| format!("http://{listen}"));
    say(&format!("The bot must use {here}/api/v1, with any token."))?;
    let client = app::client(subject.patience.alive);
    let passed = bot_check::run(subject, client, listener, |finding| println!("{finding}")).await;
    if passed { Ok(()) } else { Err("The bot does not keep the contract.".into()) }
}

async fn add_channel(config: Config, command: ChannelCommand) -> Result<(), Failure> {
    let app = open(config).await?;
    let mut credentials = String::new();
    std::io::stdin().read_to_string(&mut credentials)?;
    let named = match command {
        ChannelCommand::AddSms { provider, name, number, team, region, sends_per_minute } => {
            let settings = Settings { address: number, region, sends_per_minute, ..Settings::default() };
            NamedChannel { provider, name, team, settings, credentials }
        }
        ChannelCommand::AddEmail { provider, name, address, team } => {
            let settings = Settings { address, ..Settings::default() };
            NamedChannel { provider, name, team, settings, credentials }
        }
    };
    let made = connect::connect_named(&app, named).await?;
    let url = &app.config.server.public_url;
    say(&format!(
        "{} is connected. Give the provider this address for what comes in:\n{url}/hooks/{}/{}",
        made.channel.name, made.provider, made.key
    ))
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
    let mail_listener = match config.mail.lmtp_address {
        Some(address) => Some(
            TcpListener::bind(address)
                .await
                .map_err(|error| format!("cannot take mail on {address}: {error}"))?,
        ),
        None => None,
    };
    let app = open(config).await?;
    let demo = http::Demo::new(&app);
    let mail_server = demo.start_mail_server().await.map_err(|error| format!("no mail server: {error}"))?;
    // Before any job: what is sent by mail needs the address of this start.
    seed::connect_demo(&app, mail_server).await?;
    realtime::tail::start(&app).await?;
    let jobs = jobs::start(&app);
    let mail = mail_listener.map(|listener| tokio::spawn(lmtp::run(app.clone(), listener)));
    let router = http::router(&app, &demo, options);
    say(&format!("Listening on {}", app.config.server.public_url))?;
    http::serve(&app, listener, router, stop_signal()).await;
    // What is being sent is sent to its end: a message that is cut is one whose fate nobody knows.
    if tokio::time::timeout(LAST_JOBS, jobs).await.is_err() {
        tracing::warn!("jobs were still under way");
    }
    if let Some(mail) = mail
        && let Err(error) = mail.await
    {
        tracing::warn!(%error, "taking mail ended badly");
    }
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
