//! Databases to measure on: seeded once for each size and schema, and copied for every benchmark.

use std::{
    fmt,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use live_operator::{
    domain::{ConversationId, IdentityKind, Message, Time},
    server::store::{Create, DatabaseUrl, Db, channels, contacts, conversations, jobs, messages},
};
use tokio::time::sleep;

use crate::{
    error::{Context, Failure, Result},
    machine, seed,
};

/// Sessions and files of a database that was just closed are gone after so long.
const CLOSING: Duration = Duration::from_secs(60);
/// The jobs of a load are done after so long, unless something is broken.
const WORK: Duration = Duration::from_secs(15 * 60);
/// They are looked for this often: seldom enough to cost next to nothing.
const LOOK: Duration = Duration::from_millis(20);
const READING: &str = "cannot read the database";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum System {
    Sqlite,
    Postgres,
}

impl fmt::Display for System {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}

/// Where databases come from.
pub struct Databases {
    /// For SQLite's files.
    folder: PathBuf,
    /// A PostgreSQL server's URL that names a database to connect to.
    postgres: Option<String>,
    copies: usize,
}

/// A seeded database of one benchmark's own. SQLite's file is deleted when this is dropped; PostgreSQL's database
/// needs [`Databases::discard`].
pub struct Copy {
    pub system: System,
    pub url: String,
    /// PostgreSQL's first process.
    pub postmaster: Option<u32>,
    place: Place,
}

enum Place {
    File(PathBuf),
    Database(String),
}

impl Drop for Copy {
    fn drop(&mut self) {
        if let Place::File(file) = &self.place
            && let Err(failure) = remove_file_and_log(file)
        {
            eprintln!("{failure}");
        }
    }
}

impl Databases {
    pub fn new(folder: PathBuf, postgres: Option<String>) -> Result<Self> {
        std::fs::create_dir_all(&folder).context(format!("cannot create {}", folder.display()))?;
        Ok(Self { folder, postgres, copies: 0 })
    }

    /// A new copy with so many conversations.
    pub async fn copy(&mut self, system: System, conversations: usize) -> Result<Copy> {
        self.copies += 1;
        let seeded = format!("bench_{conversations}_{:016x}", fingerprint(system)?);
        let name = format!("bench_run_{}_{}", std::process::id(), self.copies);
        match system {
            System::Sqlite => self.copy_file(&seeded, &name, conversations).await,
            System::Postgres => self.copy_database(&seeded, name, conversations).await,
        }
    }

    /// A path that no database lies at yet.
    pub fn empty(&mut self) -> Copy {
        self.copies += 1;
        let name = format!("bench_run_{}_{}", std::process::id(), self.copies);
        self.file_copy(&name)
    }

    fn file_copy(&self, name: &str) -> Copy {
        let place = Place::File(self.file(name));
        Copy { system: System::Sqlite, url: self.file_url(name), postmaster: None, place }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.db"))
    }

    fn file_url(&self, name: &str) -> String {
        format!("sqlite://{}", self.file(name).display())
    }

    async fn copy_file(&self, seeded: &str, name: &str, conversations: usize) -> Result<Copy> {
        let source = self.file(seeded);
        if !source.exists() {
            let unfinished = format!("{seeded}_unfinished");
            remove_file_and_log(&self.file(&unfinished))?;
            fill(&self.file_url(&unfinished), System::Sqlite, conversations).await?;
            until_closed(&self.file(&unfinished)).await?;
            std::fs::rename(self.file(&unfinished), &source).context("cannot keep the seeded database")?;
        }
        let copy = self.file_copy(name);
        std::fs::copy(&source, self.file(name)).context(format!("cannot copy {}", source.display()))?;
        Ok(copy)
    }

    async fn copy_database(&self, seeded: &str, name: String, conversations: usize) -> Result<Copy> {
        let server =
            self.postgres.as_ref().context("there is no PostgreSQL; give one with --postgres URL")?;
        let admin = Admin::connect(server).await?;
        admin.expect_durable().await?;
        if !admin.has(seeded).await? {
            let unfinished = format!("{seeded}_new");
            admin.run(&format!("DROP DATABASE IF EXISTS {unfinished}")).await?;
            admin.run(&format!("CREATE DATABASE {unfinished}")).await?;
            let url = with_database(server, &unfinished)?;
            fill(&url, System::Postgres, conversations).await?;
            // What PostgreSQL does by itself in time.
            Admin::connect(&url).await?.run("VACUUM ANALYZE").await?;
            admin.insist(&format!("ALTER DATABASE {unfinished} RENAME TO {seeded}")).await?;
        }
        admin.insist(&format!("CREATE DATABASE {name} TEMPLATE {seeded} STRATEGY file_copy")).await?;
        // What copying has left to write must not fall into a measurement.
        admin.run("CHECKPOINT").await?;
        let postmaster = Some(admin.postmaster().await?);
        let url = with_database(server, &name)?;
        Ok(Copy { system: System::Postgres, url, postmaster, place: Place::Database(name) })
    }

    /// Deletes a copy that nobody uses any more.
    pub async fn discard(&self, copy: Copy) -> Result {
        if let (Place::Database(name), Some(server)) = (&copy.place, &self.postgres) {
            Admin::connect(server).await?.run(&format!("DROP DATABASE {name} WITH (FORCE)")).await?;
        }
        Ok(())
    }
}

impl Copy {
    /// What some conversations hold, oldest first, read from the database and not from the server; fails where the
    /// numbers of messages have a gap.
    pub async fn threads(
        &self,
        conversations: impl IntoIterator<Item = ConversationId>,
    ) -> Result<Vec<Vec<Message>>> {
        let db = open(&self.url, Create::No).await?;
        let mut conn = db.conn().await.context(READING)?;
        let mut threads = Vec::new();
        for conversation in conversations {
            let thread = messages::list_before(&mut conn, conversation, i64::MAX, usize::MAX).await;
            let thread = thread.context(READING)?;
            if !(1..).zip(&thread).all(|(seq, message)| message.seq == seq) {
                return Err(Failure::new(format!("the messages of {conversation} have gaps")));
            }
            threads.push(thread);
        }
        Ok(threads)
    }

    /// The newest conversations of customers by the channel with a key, in the order of their addresses.
    pub async fn conversations_of(
        &self,
        key: &str,
        known_by: IdentityKind,
        addresses: impl IntoIterator<Item = String>,
    ) -> Result<Vec<ConversationId>> {
        let db = open(&self.url, Create::No).await?;
        let mut conn = db.conn().await.context(READING)?;
        let channel = channels::find_by_key(&mut conn, key).await.context(READING)?;
        let channel = channel.context(format!("there is no channel {key}"))?.channel.id;
        let mut found = Vec::new();
        for address in addresses {
            let contact = contacts::find_by_identity(&mut conn, known_by, &address).await.context(READING)?;
            let contact = contact.context(format!("nobody is known by {address}"))?;
            let newest = conversations::newest_of(&mut conn, contact.id, channel).await.context(READING)?;
            found.push(newest.context(format!("{address} has no conversation"))?);
        }
        Ok(found)
    }

    /// Waits until every job is done that there is.
    pub async fn until_idle(&self) -> Result {
        let db = open(&self.url, Create::No).await?;
        let mut conn = db.conn().await.context(READING)?;
        let end = Instant::now() + WORK;
        // A job is there until it is done, and its time lies after this one.
        while jobs::next_due(&mut conn, Time(0)).await.context(READING)?.is_some() {
            if Instant::now() > end {
                return Err(Failure::new("the server's jobs were not done in a quarter of an hour"));
            }
            sleep(LOOK).await;
        }
        Ok(())
    }

    /// Fails unless these conversations hold exactly the messages that were acknowledged.
    pub async fn expect_messages(
        &self,
        conversations: impl IntoIterator<Item = ConversationId>,
        acknowledged: u64,
    ) -> Result {
        let stored: usize = self.threads(conversations).await?.iter().map(Vec::len).sum();
        if stored as u64 == acknowledged {
            return Ok(());
        }
        Err(Failure::new(format!("{acknowledged} messages were acknowledged, but {stored} are stored")))
    }
}

async fn open(url: &str, create: Create) -> Result<Db> {
    let url = DatabaseUrl::parse(url).context("cannot open the database")?;
    Db::open(&url, create).await.context("cannot open the database")
}

async fn fill(url: &str, system: System, conversations: usize) -> Result {
    eprintln!("seeding {system} with {conversations} conversations …");
    let begin = Instant::now();
    let db = open(url, Create::IfMissing).await?;
    db.migrate().await.context("cannot make the schema")?;
    seed::fill(&db, conversations).await?;
    eprintln!("… took {:.0} s", begin.elapsed().as_secs_f32());
    Ok(())
}

/// Tells a seeded database of this schema and this seed from others.
fn fingerprint(system: System) -> Result<u64> {
    let folder = match system {
        System::Sqlite => "migrations/sqlite",
        System::Postgres => "migrations/postgres",
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let doing = format!("cannot read {}", folder.display());
    let mut files = Vec::new();
    for migration in std::fs::read_dir(&folder).context(&doing)? {
        files.push(migration.context(&doing)?.path().join("up.sql"));
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    seed::VERSION.hash(&mut hasher);
    for file in files {
        std::fs::read(&file).context(format!("cannot read {}", file.display()))?.hash(&mut hasher);
    }
    Ok(hasher.finish())
}

fn log_of(file: &Path, kind: &str) -> PathBuf {
    let mut path = file.as_os_str().to_owned();
    path.push(kind);
    path.into()
}

fn remove_file_and_log(file: &Path) -> Result {
    for path in [file.to_owned(), log_of(file, "-wal"), log_of(file, "-shm")] {
        if path.exists() {
            std::fs::remove_file(&path).context(format!("cannot remove {}", path.display()))?;
        }
    }
    Ok(())
}

/// The last connection to a SQLite file moves the log into it and removes the log.
async fn until_closed(file: &Path) -> Result {
    let end = Instant::now() + CLOSING;
    while log_of(file, "-wal").exists() {
        if Instant::now() > end {
            return Err(Failure::new(format!("{} is still in use", file.display())));
        }
        sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

/// A PostgreSQL URL with another database in it.
fn with_database(url: &str, name: &str) -> Result<String> {
    let (server, _) = url.rsplit_once('/').context("PostgreSQL's URL must end in a database's name")?;
    Ok(format!("{server}/{name}"))
}

/// A session that manages databases.
struct Admin(tokio_postgres::Client);

impl Admin {
    async fn connect(url: &str) -> Result<Self> {
        let connected = tokio_postgres::connect(url, tokio_postgres::NoTls).await;
        let (client, connection) = connected.context("cannot reach PostgreSQL")?;
        tokio::spawn(connection);
        Ok(Self(client))
    }

    async fn run(&self, statement: &str) -> Result {
        self.0.batch_execute(statement).await.map_err(|error| explained(statement, &error))
    }

    /// Runs what is refused while somebody is still connected, until it is not.
    async fn insist(&self, statement: &str) -> Result {
        let end = Instant::now() + CLOSING;
        loop {
            match self.0.batch_execute(statement).await {
                Ok(()) => return Ok(()),
                Err(error) if Instant::now() > end => return Err(explained(statement, &error)),
                Err(_) => sleep(Duration::from_millis(100)).await,
            }
        }
    }

    async fn text(&self, query: &str) -> Result<Option<String>> {
        let rows = self.0.query(query, &[]).await.map_err(|error| explained(query, &error))?;
        Ok(rows.first().map(|row| row.get(0)))
    }

    async fn has(&self, name: &str) -> Result<bool> {
        let query = format!("SELECT datname::text FROM pg_database WHERE datname = '{name}'");
        Ok(self.text(&query).await?.is_some())
    }

    /// The figures are worth nothing if a commit does not wait for the disk.
    async fn expect_durable(&self) -> Result {
        for setting in ["fsync", "synchronous_commit"] {
            if self.text(&format!("SHOW {setting}")).await?.as_deref() != Some("on") {
                return Err(Failure::new(format!("PostgreSQL must run with {setting} = on")));
            }
        }
        Ok(())
    }

    async fn postmaster(&self) -> Result<u32> {
        let id = self.text("SELECT pg_backend_pid()::text").await?;
        let id = id.and_then(|id| id.parse().ok()).context("PostgreSQL names no process")?;
        machine::parent(id).context("PostgreSQL must run on this machine")
    }
}

fn explained(statement: &str, error: &tokio_postgres::Error) -> Failure {
    let cause = error.as_db_error().map_or_else(|| error.to_string(), ToString::to_string);
    Failure::new(format!("PostgreSQL refused `{statement}`: {cause}"))
}
