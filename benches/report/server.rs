//! The shipped server as a child process.

use std::{
    io::Write as _,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tokio::time::sleep;

use crate::{
    error::{Context, Failure, Result},
    http::{Connection, request},
    machine::Processes,
};

const START: Duration = Duration::from_secs(60);
/// What channels' credentials are sealed with; nothing here is worth hiding.
const SECRET_KEY: &str = "YW55Ym9keSBtYXkga25vdyB0aGlzOiBhIGJlbmNoJ3M=";

/// The program that is measured.
#[derive(Debug, Clone)]
pub struct Program {
    pub path: PathBuf,
    /// The folder with the pages' files, if it is not the one beside a shipped program.
    pub site: Option<PathBuf>,
}

impl Program {
    fn command(&self, database_url: &str) -> Command {
        let mut command = Command::new(&self.path);
        let folder = self.path.parent().unwrap_or_else(|| Path::new("."));
        command
            .current_dir(folder)
            .env("DATABASE_URL", database_url)
            .env("LIVE_OPERATOR_LOG", "warn")
            .env("LIVE_OPERATOR_SECRET_KEY", SECRET_KEY);
        if let Some(site) = &self.site {
            command
                .env("LEPTOS_OUTPUT_NAME", "live-operator")
                .env("LEPTOS_SITE_ROOT", site)
                .env("LEPTOS_SITE_PKG_DIR", "pkg");
        }
        command
    }

    /// Runs a command of the program to its end, with something to read, and gives what it has printed.
    pub fn run(&self, database_url: &str, arguments: &[&str], input: &str) -> Result<String> {
        let mut child = self
            .command(database_url)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context(format!("cannot start {}", self.path.display()))?;
        if let Some(mut pipe) = child.stdin.take() {
            pipe.write_all(input.as_bytes()).context("cannot write to the program")?;
        }
        let output = child.wait_with_output().context("lost the program")?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let status = output.status;
        Err(Failure::new(format!("`live-operator {}` failed ({status})", arguments.join(" "))))
    }
}

/// Whether it is served with the demo's pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Demo {
    Shown,
    Hidden,
}

/// A server that answers. It ends when this is dropped.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
    /// Its origin.
    pub url: String,
    pub processes: Processes,
}

impl Server {
    pub async fn start(
        program: &Program,
        database_url: &str,
        postmaster: Option<u32>,
        demo: Demo,
    ) -> Result<Self> {
        let address = free_address()?;
        let url = format!("http://{address}");
        let child = program
            .command(database_url)
            .arg("serve")
            .env("LIVE_OPERATOR_ADDRESS", address.to_string())
            .env("LIVE_OPERATOR_PUBLIC_URL", &url)
            .env("LIVE_OPERATOR_DEMO", (demo == Demo::Shown).to_string())
            .env("LIVE_OPERATOR_MESSAGES_PER_MINUTE", "1000000")
            .env("LIVE_OPERATOR_SIGN_INS_PER_MINUTE", "1000")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .context(format!("cannot start {}", program.path.display()))?;
        let processes = Processes { server: child.id(), postmaster };
        let mut server = Self { child, address, url, processes };
        server.until_ready().await?;
        Ok(server)
    }

    async fn until_ready(&mut self) -> Result {
        let end = Instant::now() + START;
        let ready = request("GET", "/readyz", &[], "");
        while Instant::now() < end {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(Failure::new(format!("the server ended at once ({status})")));
            }
            if let Ok(mut connection) = Connection::open(self.address).await
                && connection.ask(&ready).await.is_ok()
            {
                return Ok(());
            }
            sleep(Duration::from_millis(50)).await;
        }
        Err(Failure::new("the server was not ready in a minute"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Its database is thrown away, and what it has acknowledged must be there after this too.
        if let Err(error) = self.child.kill().and_then(|()| self.child.wait()) {
            eprintln!("the server may still be running: {error}");
        }
    }
}

fn free_address() -> Result<SocketAddr> {
    let doing = "there is no free port on 127.0.0.1";
    TcpListener::bind("127.0.0.1:0").context(doing)?.local_addr().context(doing)
}
