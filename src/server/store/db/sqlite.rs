//! SQLite: calls run where they are made, one writer, one commit for all who wait.
//!
//! A call takes microseconds, a change of threads takes longer: so no call leaves its thread but the commit, which
//! waits for the disk. Transactions take the writer one after another, each in a savepoint. One that finds others
//! waiting behind it leaves its changes to them: the last writes all to the disk at once, and only then is anybody
//! told that theirs is durable.

use std::{
    error::Error,
    ops::{Deref, DerefMut},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use diesel::{ConnectionError, sqlite::SqliteConnection};
use diesel_async::{
    AsyncConnection, SimpleAsyncConnection,
    sync_connection_wrapper::{SpawnBlocking, SyncConnectionWrapper},
};
use futures::{FutureExt, future::BoxFuture};
use tokio::{
    sync::{Mutex, OwnedMutexGuard, mpsc, oneshot},
    time::{Instant, sleep},
};

use super::super::StoreError;

/// A SQLite connection whose calls run at once, on the thread that makes them.
pub type Lite = SyncConnectionWrapper<SqliteConnection, Inline>;

/// Runs a call on the spot.
pub struct Inline;

impl SpawnBlocking for Inline {
    fn spawn_blocking<'a, R>(
        &mut self,
        task: impl FnOnce() -> R + Send + 'static,
    ) -> BoxFuture<'a, Result<R, Box<dyn Error + Send + Sync + 'static>>>
    where
        R: Send + 'static,
    {
        futures::future::ready(Ok(task())).boxed()
    }

    fn get_runtime() -> Self {
        Self
    }
}

/// Opens a connection for reading.
pub async fn reader(path: String) -> Result<Lite, ConnectionError> {
    open(&path, "PRAGMA busy_timeout = 10000;").await
}

async fn open(path: &str, patience: &str) -> Result<Lite, ConnectionError> {
    let mut conn = Lite::establish(path).await?;
    let pragmas = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
         PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY;";
    conn.batch_execute(&format!("PRAGMA busy_timeout = 10000; {pragmas} {patience}"))
        .await
        .map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(conn)
}

/// Transactions that one commit may hold: what a reader must wait for at most.
const MOST_MEMBERS: usize = 64;
/// How long another program may hold the file, such as a backup.
const PATIENCE: Duration = Duration::from_secs(10);
const LOOK: Duration = Duration::from_millis(10);

/// Commits after which the log is copied into the file: about a thousand pages.
const COMMITS_PER_CHECKPOINT: usize = 100;

/// The one connection that writes, and the line of those who want it.
pub struct Writer {
    state: Arc<Mutex<State>>,
    waiting: AtomicUsize,
}

/// The writer's connection, and what has been done on it.
pub struct State {
    pub conn: Lite,
    /// Whether a transaction has been begun that is not committed.
    open: bool,
    /// Those in the open transaction who are done and wait for its commit.
    members: Vec<oneshot::Sender<Result<(), StoreError>>>,
    commits: usize,
    /// Calls for a checkpoint; ends it when the writer goes.
    checkpoint: mpsc::Sender<()>,
}

/// Counts one who waits, for as long as they do.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Writer {
    pub async fn open(path: &str) -> Result<Arc<Self>, ConnectionError> {
        // Another program's lock is waited for without holding a thread, and no commit waits for a checkpoint.
        let conn = open(path, "PRAGMA busy_timeout = 0; PRAGMA wal_autocheckpoint = 0;").await?;
        let (checkpoint, calls) = mpsc::channel(1);
        tokio::spawn(keep_checkpoints(open(path, "").await?, calls));
        let state = State { conn, open: false, members: Vec::new(), commits: 0, checkpoint };
        Ok(Arc::new(Self { state: Arc::new(Mutex::new(state)), waiting: AtomicUsize::new(0) }))
    }

    /// Takes the writer, for a transaction of one's own.
    pub async fn begin(self: &Arc<Self>) -> Result<Turn, StoreError> {
        let waiting = Waiting::new(&self.waiting);
        let mut state = self.state.clone().lock_owned().await;
        drop(waiting);
        if !state.open {
            state.begin().await?;
        }
        state.execute("SAVEPOINT turn")?;
        Ok(Turn { state: Some(state), writer: self.clone() })
    }

    /// Runs something on the connection outside of any transaction.
    pub async fn alone<R>(&self, work: impl FnOnce(&mut Lite) -> R) -> R {
        let mut state = self.state.lock().await;
        // Whoever left changes behind waits for this.
        if state.open {
            let result = state.execute("COMMIT");
            state.end(&result);
        }
        work(&mut state.conn)
    }

    /// Commits what others have left, once those who are in line now have had their turn.
    async fn close(self: Arc<Self>) {
        let state = self.state.clone().lock_owned().await;
        if state.open {
            // The members are told the result.
            let _ = commit(state).await;
        }
    }
}

impl State {
    async fn begin(&mut self) -> Result<(), StoreError> {
        let begin = Instant::now();
        loop {
            // At once the write lock: a transaction that reads first and then writes fails when another program has
            // written meanwhile.
            match self.execute("BEGIN IMMEDIATE") {
                Err(StoreError::Busy(_)) if begin.elapsed() < PATIENCE => sleep(LOOK).await,
                Err(error) => return Err(error),
                Ok(()) => {
                    self.open = true;
                    return Ok(());
                }
            }
        }
    }

    fn execute(&mut self, sql: &str) -> Result<(), StoreError> {
        // Calls run on the spot, so the result is there.
        let result = self.conn.batch_execute(sql).now_or_never();
        Ok(result.ok_or_else(|| StoreError::Config("SQLite did not answer".into()))??)
    }

    /// Ends the open transaction with this result of its commit.
    fn end(&mut self, result: &Result<(), StoreError>) {
        if result.is_err() {
            // It may have been rolled back already.
            let _ = self.execute("ROLLBACK");
        }
        self.open = false;
        self.commits += 1;
        if self.commits.is_multiple_of(COMMITS_PER_CHECKPOINT) {
            // One that is called for already will do.
            let _ = self.checkpoint.try_send(());
        }
        for member in self.members.drain(..) {
            // Who went away does not want to know.
            let _ = member.send(match result {
                Ok(()) => Ok(()),
                Err(error) => Err(error.retell()),
            });
        }
    }
}

/// Copies the log into the file beside the writer, who need not wait for it.
async fn keep_checkpoints(mut conn: Lite, mut calls: mpsc::Receiver<()>) {
    while calls.recv().await.is_some() {
        let work = tokio::task::spawn_blocking(move || {
            let result = conn.batch_execute("PRAGMA wal_checkpoint(PASSIVE)").now_or_never();
            (conn, result)
        });
        let Ok((back, result)) = work.await else { return };
        if let Some(Err(error)) = result {
            tracing::debug!(%error, "no checkpoint this time");
        }
        conn = back;
    }
}

/// Waits for the disk on a thread of its own, and tells the members.
async fn commit(mut state: OwnedMutexGuard<State>) -> Result<(), StoreError> {
    tokio::task::spawn_blocking(move || {
        let result = state.execute("COMMIT");
        state.end(&result);
        result
    })
    .await
    .map_err(|error| StoreError::Config(format!("the commit was cut: {error}")))?
}

/// A transaction's turn at the writer. What it has not committed is undone.
pub struct Turn {
    /// None once it has been committed.
    state: Option<OwnedMutexGuard<State>>,
    writer: Arc<Writer>,
}

impl Turn {
    /// Makes the transaction durable, alone or together with those who wait behind it.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        self.execute("RELEASE turn")?;
        let Some(mut state) = self.state.take() else { return Ok(()) };
        if self.writer.waiting.load(Ordering::SeqCst) == 0 || state.members.len() >= MOST_MEMBERS {
            return commit(state).await;
        }
        let (tell, told) = oneshot::channel();
        state.members.push(tell);
        if state.members.len() == 1 {
            // Those in line may go away; this one does not.
            tokio::spawn(self.writer.clone().close());
        }
        drop(state);
        told.await.map_err(|_| StoreError::Config("the commit was cut".into()))?
    }
}

impl Deref for Turn {
    type Target = State;

    fn deref(&self) -> &State {
        self.state.as_ref().expect("a turn has the writer until it ends")
    }
}

impl DerefMut for Turn {
    fn deref_mut(&mut self) -> &mut State {
        self.state.as_mut().expect("a turn has the writer until it ends")
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some(mut state) = self.state.take() else { return };
        // After some errors SQLite has undone everything by itself, the members' part too.
        if let Err(error) = state.execute("ROLLBACK TO turn; RELEASE turn") {
            state.end(&Err(error));
        } else if state.members.is_empty() {
            let _ = state.execute("ROLLBACK");
            state.open = false;
        }
    }
}
