//! Programs that run beside a test, on loopback: started, waited for, and ended with all that they have started.

use std::{
    fs,
    net::TcpListener,
    ops::Deref,
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use tokio::{
    net::TcpStream,
    time::{sleep, timeout},
};
use uuid::Uuid;

use crate::server::clock::new_id;

/// How long a program may take for what takes seconds on an idle machine.
const PATIENCE: Duration = Duration::from_secs(45);
const LOOK: Duration = Duration::from_millis(50);

/// Runs a program until its own input ends, which comes when the test lets go of it or dies in whatever way. Then the
/// program is asked to end, and after five seconds it and what it started are no longer asked.
const WATCH: &str = r#""$@" < /dev/null &
program=$!
cat > /dev/null
kill -TERM "$program" 2> /dev/null
(sleep 5; kill -KILL "-$program" "$program"; kill -KILL 0) > /dev/null 2>&1 &
wait "$program"
kill -KILL 0"#;

/// A running program; it ends when this is dropped.
pub struct Peer {
    watcher: Child,
}

impl Peer {
    /// Starts a program that stays in the foreground. What it prints is the test's.
    #[must_use]
    pub fn start(command: &Command) -> Self {
        let mut shell = Command::new("sh");
        shell.args(["-c", WATCH, "sh"]).arg(command.get_program()).args(command.get_args());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => shell.env(name, value),
                None => shell.env_remove(name),
            };
        }
        if let Some(folder) = command.get_current_dir() {
            shell.current_dir(folder);
        }
        // A group of its own, so that the shell can end the whole of it.
        let watcher = shell.process_group(0).stdin(Stdio::piped()).spawn().expect("a shell");
        Self { watcher }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.watcher.stdin.take());
        let _ = self.watcher.wait();
    }
}

/// A folder that is removed when this is dropped. Every user of the machine may look into it: some peers run as users
/// of their own.
pub struct Folder(PathBuf);

impl Folder {
    #[must_use]
    pub fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("live-operator-peers-{}", new_id::<Uuid>()));
        fs::create_dir(&folder).expect("a folder");
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).expect("it is ours");
        Self(folder)
    }
}

impl Deref for Folder {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Runs a program to its end and gives what it printed. It must succeed.
pub fn run(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).output().expect("it is installed");
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {}\n{printed}\n{complaint}", output.status);
    printed
}

/// A port of loopback that nobody listens on: another one each time, and in each process of tests from others. They are
/// below those that systems give to whoever wants any, so that until it is used no connection gets it.
pub fn free_port() -> u16 {
    const FIRST: u16 = 20_000;
    const PORTS: u16 = 12_000;
    const OF_A_PROCESS: u32 = 40;
    static GIVEN: AtomicU32 = AtomicU32::new(0);
    let begin = std::process::id().wrapping_mul(OF_A_PROCESS);
    let ports = std::iter::repeat_with(|| {
        let number = begin.wrapping_add(GIVEN.fetch_add(1, Ordering::Relaxed)) % u32::from(PORTS);
        FIRST + u16::try_from(number).expect("below the number of ports")
    });
    ports
        .take(PORTS.into())
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .expect("a free port")
}

/// Waits until somebody listens on a port of loopback.
pub async fn wait_for_port(port: u16) {
    until(&format!("somebody listens on port {port}"), async || {
        TcpStream::connect(("127.0.0.1", port)).await.ok()
    })
    .await;
}

/// Looks until there is what is looked for. It is the only way to wait for another program.
pub async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let found = timeout(PATIENCE, async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            sleep(LOOK).await;
        }
    });
    found.await.unwrap_or_else(|_| panic!("not within {PATIENCE:?}: {what}"))
}

/// The Python that has the peers' libraries; without it a test has no peers.
pub fn python() -> Option<PathBuf> {
    let python = std::env::var_os("TEST_PEERS_PYTHON").map(PathBuf::from);
    if python.is_none() {
        skip("TEST_PEERS_PYTHON names no Python with the peers' libraries; `cargo xtask test` does");
    }
    python
}

/// Says why a test has no peers and passes all the same, except where everything must be there (`CI`).
pub fn skip(why: &str) {
    assert!(std::env::var_os("CI").is_none(), "{why}");
    println!("skipped: {why}");
}
