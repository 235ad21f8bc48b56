//! The two databases behind one face.
//!
//! [`Conn`] is a run-time choice; the macro [`on!`] compiles a query for both. Reads that must agree with each other
//! go through [`Db::snapshot`], writes through [`Db::begin`], single reads through [`Db::conn`].

mod sqlite;

use std::{
    ops::{Deref, DerefMut},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use super::{StoreError, search};
use diesel::ConnectionError;
use diesel_async::{
    AsyncMigrationHarness, AsyncPgConnection, SimpleAsyncConnection,
    pooled_connection::{
        AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
        deadpool::{Object, Pool},
    },
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use futures::FutureExt;
use sqlite::{Turn, Writer};

pub use sqlite::Lite;

/// A PostgreSQL connection.
pub type Pg = AsyncPgConnection;

const SQLITE_MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES_MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Runs a query on whichever database it is. The body is compiled once for each, with `$c` the connection and
/// `Backend` its backend. One use is one query: that is what [`Db::queries`] counts.
macro_rules! on {
    ($conn:expr, |$c:ident| $body:expr) => {{
        let conn: &mut $crate::server::store::Conn = $conn;
        conn.count_query();
        match conn.kind() {
            $crate::server::store::db::Kind::Sqlite($c) => {
                #[allow(dead_code, reason = "only boxed queries name the backend")]
                type Backend = diesel::sqlite::Sqlite;
                $body
            }
            $crate::server::store::db::Kind::Postgres($c) => {
                #[allow(dead_code, reason = "only boxed queries name the backend")]
                type Backend = diesel::pg::Pg;
                $body
            }
        }
    }};
}
pub(super) use on;

/// The database of an installation.
#[derive(Clone)]
pub struct Db {
    backend: Backend,
    queries: Arc<AtomicU64>,
}

#[derive(Clone)]
enum Backend {
    Sqlite {
        /// The one writer. A pool of writers is slower, and its tail a hundred times longer.
        writer: Arc<Writer>,
        readers: Pool<Lite>,
    },
    Postgres {
        pool: Pool<Pg>,
        url: Arc<str>,
    },
}

/// What a `DATABASE_URL` names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// Path of the file.
    Sqlite(String),
    /// The whole URL.
    Postgres(String),
}

impl DatabaseUrl {
    /// Reads `sqlite://path`, `postgres://…` or `postgresql://…`.
    ///
    /// # Errors
    /// A sentence for the user.
    pub fn parse(url: &str) -> Result<Self, StoreError> {
        if let Some(path) = url.strip_prefix("sqlite://") {
            if path.is_empty() || path.contains(":memory:") {
                return Err(StoreError::Config(
                    "DATABASE_URL names no file: write sqlite://path/to/live-operator.db".into(),
                ));
            }
            return Ok(Self::Sqlite(path.to_owned()));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(url.to_owned()));
        }
        Err(StoreError::Config("DATABASE_URL must begin with sqlite:// or postgres://".into()))
    }
}

impl Db {
    /// Opens the database. A SQLite file is created only if `create` says so: a mistyped path must not become an
    /// empty database.
    ///
    /// # Errors
    /// A sentence for the user if it cannot be reached.
    pub async fn open(url: &DatabaseUrl, create: Create) -> Result<Self, StoreError> {
        let backend = match url {
            DatabaseUrl::Sqlite(path) => Self::open_sqlite(path, create).await?,
            DatabaseUrl::Postgres(url) => Self::open_postgres(url).await?,
        };
        Ok(Self { backend, queries: Arc::default() })
    }

    async fn open_sqlite(path: &str, create: Create) -> Result<Backend, StoreError> {
        if !Path::new(path).exists() {
            match create {
                Create::No => {
                    return Err(StoreError::Config(format!(
                        "there is no database at {path}: check DATABASE_URL, or run `live-operator migrate` to create it"
                    )));
                }
                Create::IfMissing => {
                    if let Some(folder) = Path::new(path).parent().filter(|p| !p.as_os_str().is_empty()) {
                        std::fs::create_dir_all(folder).map_err(|error| {
                            StoreError::Config(format!(
                                "cannot create the folder {}: {error}",
                                folder.display()
                            ))
                        })?;
                    }
                }
            }
        }
        let writer = Writer::open(path)
            .await
            .map_err(|error| StoreError::Config(format!("cannot open the database file {path}: {error}")))?;
        let mut config = ManagerConfig::default();
        // A connection that is closed is noticed without asking the database each time.
        config.recycling_method = RecyclingMethod::Fast;
        config.custom_setup = Box::new(|path| sqlite::reader(path.to_owned()).boxed());
        let readers = Pool::builder(AsyncDieselConnectionManager::new_with_config(path, config))
            .max_size(8)
            .build()
            .map_err(|error| StoreError::Config(error.to_string()))?;
        Ok(Backend::Sqlite { writer, readers })
    }

    async fn open_postgres(url: &str) -> Result<Backend, StoreError> {
        let mut config = ManagerConfig::default();
        config.recycling_method = RecyclingMethod::Fast;
        config.custom_setup = Box::new(|url| postgres_connection(url.to_owned()).boxed());
        let pool = Pool::builder(AsyncDieselConnectionManager::new_with_config(url, config))
            .max_size(16)
            .wait_timeout(Some(Duration::from_secs(10)))
            .runtime(deadpool::Runtime::Tokio1)
            .build()
            .map_err(|error| StoreError::Config(error.to_string()))?;
        let reached = pool
            .get()
            .await
            .map_err(|error| StoreError::Config(format!("cannot reach PostgreSQL: {error}")))?;
        drop(reached);
        Ok(Backend::Postgres { pool, url: url.into() })
    }

    /// Brings the schema up to date, each migration in a transaction of its own, and the search's index with it.
    ///
    /// # Errors
    /// What failed; the database is then as the last good migration left it.
    pub async fn migrate(&self) -> Result<Vec<String>, StoreError> {
        let done = self.run_migrations().await?;
        search::fill(self).await?;
        Ok(done)
    }

    async fn run_migrations(&self) -> Result<Vec<String>, StoreError> {
        let failed = |error: Box<dyn std::error::Error + Send + Sync>| {
            StoreError::Config(format!("a migration failed, nothing of it was kept: {error}"))
        };
        match &self.backend {
            Backend::Sqlite { writer, .. } => {
                let done = writer.alone(|conn| {
                    conn.spawn_blocking(|conn| {
                        Ok(conn
                            .run_pending_migrations(SQLITE_MIGRATIONS)
                            .map(|done| done.iter().map(ToString::to_string).collect()))
                    })
                });
                done.await.await?.map_err(failed)
            }
            Backend::Postgres { url, .. } => {
                let mut conn = postgres_connection(url.to_string())
                    .await
                    .map_err(|error| StoreError::Config(error.to_string()))?;
                // Two servers that start at once must not both migrate.
                conn.batch_execute("SELECT pg_advisory_lock(7165110)").await?;
                tokio::task::spawn_blocking(move || {
                    let mut harness = AsyncMigrationHarness::new(conn);
                    let done = harness.run_pending_migrations(POSTGRES_MIGRATIONS)?;
                    Ok(done.iter().map(ToString::to_string).collect())
                })
                .await
                .map_err(|error| StoreError::Config(error.to_string()))?
                .map_err(failed)
            }
        }
    }

    /// A connection for single reads.
    ///
    /// # Errors
    /// If none can be had in time.
    pub async fn conn(&self) -> Result<Conn, StoreError> {
        let handle = match &self.backend {
            Backend::Sqlite { readers, .. } => Handle::Reader(readers.get().await?),
            Backend::Postgres { pool, .. } => Handle::Postgres(Box::new(pool.get().await?)),
        };
        Ok(self.holding(handle))
    }

    /// A read transaction: everything read in it is of one moment.
    ///
    /// # Errors
    /// If it cannot be begun.
    pub async fn snapshot(&self) -> Result<Tx, StoreError> {
        let begin = match &self.backend {
            Backend::Sqlite { .. } => "BEGIN",
            Backend::Postgres { .. } => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        Tx::begin(self.conn().await?, begin).await
    }

    /// A write transaction. On SQLite it is the only one there is, from here to its end.
    ///
    /// # Errors
    /// If it cannot be begun.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        match &self.backend {
            Backend::Sqlite { writer, .. } => {
                Ok(Tx { conn: Some(self.holding(Handle::Writer(writer.begin().await?))) })
            }
            Backend::Postgres { pool, .. } => {
                Tx::begin(self.holding(Handle::Postgres(Box::new(pool.get().await?))), "BEGIN").await
            }
        }
    }

    fn holding(&self, handle: Handle) -> Conn {
        Conn { handle: Some(handle), queries: self.queries.clone() }
    }

    /// How many queries have been run. Tests assert that a page costs a fixed number.
    #[must_use]
    pub fn queries(&self) -> u64 {
        self.queries.load(Ordering::Relaxed)
    }

    /// Opens a connection of its own that hears what other servers announce; none for SQLite, which has one server.
    pub async fn listener(&self) -> Option<Result<Pg, StoreError>> {
        match &self.backend {
            Backend::Sqlite { .. } => None,
            Backend::Postgres { url, .. } => Some(
                postgres_connection(url.to_string())
                    .await
                    .map_err(|error| StoreError::Unreachable(error.to_string())),
            ),
        }
    }

    /// Whether other servers may work on the same database.
    #[must_use]
    pub const fn is_shared(&self) -> bool {
        matches!(self.backend, Backend::Postgres { .. })
    }

    /// The name of the database system.
    #[must_use]
    pub const fn system(&self) -> &'static str {
        match self.backend {
            Backend::Sqlite { .. } => "SQLite",
            Backend::Postgres { .. } => "PostgreSQL",
        }
    }
}

/// Whether opening may make a new database file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Create {
    IfMissing,
    No,
}

async fn postgres_connection(url: String) -> Result<Pg, ConnectionError> {
    let bad = |error: tokio_postgres::Error| {
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
        ConnectionError::BadConnection(format!("{error}{cause}"))
    };
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| ConnectionError::BadConnection(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let tls = tokio_postgres_rustls::MakeRustlsConnect::new(tls);
    let (client, connection) = tokio_postgres::connect(&url, tls).await.map_err(bad)?;
    let mut conn = Pg::try_from_client_and_connection(client, connection).await?;
    // A transaction that is left open would hold back every reader of the event log.
    conn.batch_execute("SET idle_in_transaction_session_timeout = '60s'; SET lock_timeout = '30s'")
        .await
        .map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(conn)
}

/// A connection to whichever database it is.
pub struct Conn {
    /// None only between being taken out and being dropped.
    handle: Option<Handle>,
    queries: Arc<AtomicU64>,
}

enum Handle {
    Writer(Turn),
    Reader(Object<Lite>),
    Postgres(Box<Object<Pg>>),
}

/// What [`on!`] matches on.
pub enum Kind<'a> {
    Sqlite(&'a mut Lite),
    Postgres(&'a mut Pg),
}

impl Conn {
    pub(super) fn kind(&mut self) -> Kind<'_> {
        match self.handle.as_mut().expect("a connection has its handle until it is dropped") {
            Handle::Writer(turn) => Kind::Sqlite(&mut turn.conn),
            Handle::Reader(conn) => Kind::Sqlite(conn),
            Handle::Postgres(conn) => Kind::Postgres(conn),
        }
    }

    pub(super) fn count_query(&self) {
        self.queries.fetch_add(1, Ordering::Relaxed);
    }

    async fn execute(&mut self, sql: &str) -> Result<(), StoreError> {
        match self.kind() {
            Kind::Sqlite(conn) => conn.batch_execute(sql).await?,
            Kind::Postgres(conn) => conn.batch_execute(sql).await?,
        }
        Ok(())
    }
}

/// An open transaction. What is not committed is rolled back.
pub struct Tx {
    conn: Option<Conn>,
}

impl Tx {
    async fn begin(conn: Conn, sql: &str) -> Result<Self, StoreError> {
        // The transaction exists before BEGIN is sent, so that a caller that goes away meanwhile leaves none open.
        let mut tx = Self { conn: Some(conn) };
        if let Err(error) = tx.execute(sql).await {
            if let Some(Conn { handle: Some(Handle::Postgres(broken)), .. }) = tx.conn.take() {
                drop(Object::take(*broken));
            }
            return Err(error);
        }
        Ok(tx)
    }

    /// Makes everything in it durable.
    ///
    /// # Errors
    /// If that failed: then nothing was written, or, if the connection broke, it is unknown, and a repeat with the
    /// same client id will tell.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        if let Some(Conn { handle: Some(Handle::Writer(turn)), .. }) =
            self.conn.take_if(|conn| matches!(conn.handle, Some(Handle::Writer(_))))
        {
            return turn.commit().await;
        }
        self.execute("COMMIT").await?;
        self.conn = None;
        Ok(())
    }
}

impl Deref for Tx {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        self.conn.as_ref().expect("a transaction has its connection until it ends")
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Conn {
        self.conn.as_mut().expect("a transaction has its connection until it ends")
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        let Some(mut conn) = self.conn.take() else { return };
        match conn.handle.take() {
            // The server rolls back when the connection closes; nobody else must get it with an open transaction.
            Some(Handle::Postgres(object)) => drop(Object::take(*object)),
            // Calls run on the spot: when it goes back to the others, nothing is open any more.
            Some(Handle::Reader(mut reader)) => drop(reader.batch_execute("ROLLBACK").now_or_never()),
            // Dropping it undoes what it did.
            Some(Handle::Writer(_)) | None => {}
        }
    }
}
