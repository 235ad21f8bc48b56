//! What the tests with real mail, SMS and chatbot peers need: the peers' programs, a Python with the libraries of the
//! scripts that stand beside those tests, and mails of all sorts. What is made is kept until its list changes.

mod corpus;

use std::path::{Path, PathBuf};

use super::{Bench, Outcome};
use crate::env;
use crate::error::{Error, Result};
use crate::files;
use crate::process;
use crate::project::Project;

/// By which the tests find the Python.
const PYTHON: &str = "TEST_PEERS_PYTHON";
/// By which they find the folder with mails, a file each.
const MAILS: &str = "TEST_MAIL_CORPUS";
/// With the version of every package.
const REQUIREMENTS: &str = "src/tests/peers/requirements.txt";
/// Programs, and the packages of Debian that have them.
const PROGRAMS: [(&str, &str); 6] = [
    ("postfix", "postfix"),
    ("dovecot", "dovecot-imapd dovecot-lmtpd"),
    ("swaks", "swaks libnet-ssleay-perl"),
    ("bearerbox", "kannel"),
    ("smsbox", "kannel"),
    ("openssl", "openssl"),
];
/// Later ones read another configuration.
const DOVECOT: &str = "2.3.";

pub struct Peers {
    python: PathBuf,
    mails: PathBuf,
}

impl Peers {
    /// For the environment of the tests.
    pub fn variables(&self) -> [(&'static str, &Path); 2] {
        [(PYTHON, &self.python), (MAILS, &self.mails)]
    }
}

pub fn prepare(bench: &mut Bench<'_>) -> Result<Outcome> {
    if env::text(PYTHON).is_some() {
        return Ok(Outcome::Skipped(format!("{PYTHON} names a Python already")));
    }
    match make(bench.project) {
        Ok((peers, count)) => {
            for (name, path) in peers.variables() {
                println!("{name}={}", path.display());
            }
            bench.peers = Some(peers);
            Ok(Outcome::Summed(vec![format!("{count} mails to read")]))
        }
        Err(error) if env::is_ci() => Err(error),
        Err(error) => Ok(Outcome::Skipped(format!("{error}\nThe tests with real peers are skipped"))),
    }
}

/// With the number of mails.
fn make(project: &Project) -> Result<(Peers, usize)> {
    find_programs(&project.root)?;
    let python = python(project)?;
    let mails = project.cache().join("mails");
    let count = corpus::collect(project, &python, &mails)?;
    Ok((Peers { python, mails }, count))
}

fn find_programs(root: &Path) -> Result {
    let missing = PROGRAMS.iter().filter(|(program, _)| process::find(program).is_none());
    let (programs, mut packages): (Vec<&str>, Vec<&str>) = missing.copied().unzip();
    packages.dedup();
    if !programs.is_empty() {
        let (programs, packages) = (programs.join(", "), packages.join(" "));
        return Err(Error::new(format!(
            "{programs} not found; install them (on Debian: apt-get install {packages})"
        )));
    }
    let version = process::output(process::command("dovecot", root).arg("--version"))?;
    if version.starts_with(DOVECOT) {
        return Ok(());
    }
    Err(Error::new(format!("the tests are written for Dovecot {DOVECOT}x, and this is {}", version.trim())))
}

/// A virtual environment of the tests' own.
fn python(project: &Project) -> Result<PathBuf> {
    let wanted = files::read_text(&project.root.join(REQUIREMENTS))?;
    let folder = project.cache().join("peers-python");
    let (python, installed) = (folder.join("bin/python"), folder.join("installed.txt"));
    if python.is_file() && files::read_text(&installed).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    files::remove_folder(&folder)?;
    process::output(process::command("python3", &project.root).args(["-m", "venv"]).arg(&folder))?;
    let mut pip = pip(&python, &project.root, "install");
    process::run(pip.args(["--requirement", REQUIREMENTS]))?;
    // Last: one that was cut off is made anew.
    files::write(&installed, wanted)?;
    Ok(python)
}

fn pip(python: &Path, folder: &Path, what: &str) -> std::process::Command {
    let mut pip = process::command(python, folder);
    pip.args(["-m", "pip", "--quiet", "--disable-pip-version-check", what]);
    pip
}
