//! A PostgreSQL that lives as long as the test run.
//!
//! A small shell process watches over it: it waits for the end of its input, which comes when this tool lets go of it
//! or dies in whatever way (failure, Ctrl-C, kill), then stops the server and deletes its files.

use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::{Bench, Outcome};
use crate::env;
use crate::error::{Context, Error, Result};
use crate::files;
use crate::process;

/// By which the tests find the server.
const VARIABLE: &str = "TEST_POSTGRES_URL";
/// PostgreSQL refuses to run as root; then it runs as this user, whom its package creates.
const USER: &str = "postgres";
/// Another program may take the free port before PostgreSQL does.
const ATTEMPTS: usize = 3;

/// First the folder to delete, then the command that stops the server.
const WATCH: &str = r#"trap '' HUP INT TERM
cat > /dev/null
folder=$1
shift
"$@" > /dev/null 2>&1
rm -rf "$folder""#;

pub struct Postgres {
    url: String,
    watcher: Child,
}

impl Postgres {
    /// For the environment of the tests.
    pub fn variable(&self) -> (&'static str, &str) {
        (VARIABLE, &self.url)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.watcher.stdin.take());
        if let Err(error) = self.watcher.wait() {
            eprintln!("the throw-away PostgreSQL may still be running: {error}");
        }
    }
}

pub fn start(bench: &mut Bench<'_>) -> Result<Outcome> {
    if env::text(VARIABLE).is_some() {
        return Ok(Outcome::Skipped(format!("{VARIABLE} names a server already")));
    }
    let Some(programs) = find_or_install(&bench.project.root) else {
        let missing =
            "PostgreSQL's programs (initdb, pg_ctl, postgres) were not found; install PostgreSQL 15 or newer";
        return if env::is_ci() {
            Err(Error::new(missing))
        } else {
            Ok(Outcome::Skipped(format!("{missing}. The tests run on SQLite alone")))
        };
    };
    let server = Server::prepare(programs)?;
    let watcher = server.watch()?;
    // From here on it is cleaned up whatever happens.
    let mut postgres = Postgres { url: String::new(), watcher };
    server.initialise()?;
    let port = server.start()?;
    postgres.url = format!("postgres://{USER}@127.0.0.1:{port}/postgres");
    println!("{VARIABLE}={}", postgres.url);
    bench.postgres = Some(postgres);
    Ok(Outcome::Passed)
}

fn find_or_install(root: &Path) -> Option<PathBuf> {
    find().or_else(|| process::install_debian_packages(&["postgresql"], root).then(find).flatten())
}

/// The folder with the programs: on `PATH`, else the newest of Debian's, which stay off it.
fn find() -> Option<PathBuf> {
    let mut debian = files::entries(Path::new("/usr/lib/postgresql")).unwrap_or_default();
    debian.sort_by_key(|folder| {
        let version = folder.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok());
        std::cmp::Reverse(version)
    });
    let has_all = |folder: &PathBuf| {
        ["initdb", "pg_ctl", "postgres"].iter().all(|program| folder.join(program).is_file())
    };
    env::search_path().into_iter().chain(debian.into_iter().map(|folder| folder.join("bin"))).find(has_all)
}

struct Server {
    programs: PathBuf,
    folder: PathBuf,
    as_other_user: bool,
}

impl Server {
    /// Makes the folder for its files, which belongs to whoever runs it.
    fn prepare(programs: PathBuf) -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("live-operator-postgres-{}", std::process::id()));
        files::empty_folder(&folder)?;
        let doing = format!("could not prepare {}", folder.display());
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700)).context(&doing)?;
        let as_other_user = process::is_root();
        if as_other_user {
            let (user, group) = process::user_and_group(Some(USER))?;
            chown(&folder, Some(user), Some(group)).context(&doing)?;
        }
        Ok(Self { programs, folder, as_other_user })
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// The words of a command line that runs one of PostgreSQL's programs as the right user.
    fn line(&self, program: &str) -> Vec<String> {
        let mut words = Vec::new();
        if self.as_other_user {
            let user_option = format!("--reuid={USER}");
            let group_option = format!("--regid={USER}");
            words.extend(
                match process::find("setpriv") {
                    Some(_) => vec!["setpriv", &user_option, &group_option, "--init-groups"],
                    None => vec!["runuser", "-u", USER, "--"],
                }
                .into_iter()
                .map(str::to_owned),
            );
        }
        words.push(self.programs.join(program).to_string_lossy().into_owned());
        words.push("--pgdata".to_owned());
        words.push(self.data().to_string_lossy().into_owned());
        words
    }

    fn command(&self, program: &str) -> Command {
        let line = self.line(program);
        let mut command = process::command(&line[0], &self.folder);
        command.args(&line[1..]);
        command
    }

    fn watch(&self) -> Result<Child> {
        let mut shell = process::command("sh", Path::new("/"));
        shell.args(["-c", WATCH, "sh"]).arg(&self.folder).args(self.line("pg_ctl"));
        shell.args(["--mode", "immediate", "--wait", "stop"]).stdin(Stdio::piped());
        shell.spawn().context("could not start `sh`")
    }

    fn initialise(&self) -> Result {
        let mut initdb = self.command("initdb");
        initdb.args(["--username", USER, "--auth", "trust", "--encoding", "UTF8", "--no-sync"]);
        if cfg!(target_os = "linux") {
            initdb.args(["--locale", "C.UTF-8"]);
        }
        process::output(&mut initdb).map(drop)
    }

    fn start(&self) -> Result<u16> {
        let mut last = Error::new("there was no attempt");
        for _ in 0..ATTEMPTS {
            let port = free_port()?;
            let options = format!(
                "-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='{}' -c max_connections=300",
                self.folder.display()
            );
            let mut pg_ctl = self.command("pg_ctl");
            pg_ctl.arg("--log").arg(self.folder.join("log"));
            pg_ctl.args(["--wait", "--timeout", "60", "--options", &options, "start"]);
            match process::output(&mut pg_ctl) {
                Ok(_) => return Ok(port),
                Err(error) => last = error,
            }
        }
        let log = files::read_text(&self.folder.join("log")).unwrap_or_default();
        Err(Error::new(format!("{last}\n{log}")))
    }
}

fn free_port() -> Result<u16> {
    let doing = "there is no free port on 127.0.0.1";
    Ok(TcpListener::bind("127.0.0.1:0").context(doing)?.local_addr().context(doing)?.port())
}
