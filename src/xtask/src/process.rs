//! Starting other programs.

use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::env;
use crate::error::{Context, Error, Result};

/// A program to run in `folder`, free of what `cargo run` left in the environment, and never waiting for input.
pub fn command(program: impl AsRef<OsStr>, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).stdin(Stdio::null());
    for name in env::left_by_cargo_run() {
        command.env_remove(name);
    }
    command
}

/// The cargo that started this tool.
pub fn cargo(folder: &Path) -> Command {
    command(env::path("CARGO").unwrap_or_else(|| PathBuf::from("cargo")), folder)
}

/// Runs with the terminal's output.
pub fn run(command: &mut Command) -> Result {
    println!("$ {}", line(command));
    let status = command.status().context(format!("could not start `{}`", name(command)))?;
    if status.success() { Ok(()) } else { Err(Error::new(format!("`{}` failed ({status})", line(command)))) }
}

/// Runs and gives the lines of its output that `wanted` picks, for a summary; also of a run that fails, as part of the
/// error. A terminal gets the program's output directly, with its colours and progress, and nothing is picked then.
pub fn run_and_pick(command: &mut Command, wanted: fn(&str) -> bool) -> Result<Vec<String>> {
    if std::io::stdout().is_terminal() {
        return run(command).map(|()| Vec::new());
    }
    println!("$ {}", line(command));
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().context(format!("could not start `{}`", name(command)))?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let picked = std::thread::scope(|scope| {
        let complaints = scope.spawn(|| pass_on(stderr, wanted));
        let mut picked = pass_on(stdout, wanted);
        picked.extend(complaints.join().unwrap_or_default());
        picked
    });
    let status = child.wait().context(format!("lost `{}`", name(command)))?;
    if status.success() {
        return Ok(picked);
    }
    Err(Error::new(format!("`{}` failed ({status})\n{}", line(command), picked.join("\n"))))
}

fn pass_on(stream: Option<impl Read>, wanted: fn(&str) -> bool) -> Vec<String> {
    let Some(stream) = stream else { return Vec::new() };
    let mut picked = Vec::new();
    let mut lines = BufReader::new(stream).split(b'\n');
    while let Some(Ok(line)) = lines.next() {
        let line = String::from_utf8_lossy(&line).trim_end().to_owned();
        println!("{line}");
        if wanted(&line) {
            picked.push(line.trim().to_owned());
        }
    }
    picked
}

/// Runs in silence and gives what was printed; what a failing program said is part of the error.
pub fn output(command: &mut Command) -> Result<String> {
    let output = command.output().context(format!("could not start `{}`", name(command)))?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(printed);
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    Err(Error::new(format!("`{}` failed ({})\n{}", line(command), output.status, complaint.trim_end())))
}

/// Whether it can be started and succeeds; prints nothing.
pub fn succeeds(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// Where a program lies on `PATH`.
pub fn find(program: &str) -> Option<PathBuf> {
    find_in(program, env::search_path())
}

/// Where a program lies in the first of `folders` that holds it.
pub fn find_in(program: &str, folders: impl IntoIterator<Item = PathBuf>) -> Option<PathBuf> {
    let file = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    folders.into_iter().map(|folder| folder.join(&file)).find(|path| path.is_file())
}

/// The user and group numbers of this process or, by name, of another user.
pub fn user_and_group(user: Option<&str>) -> Result<(u32, u32)> {
    let number = |flag: &str| {
        let printed = output(command("id", Path::new("/")).arg(flag).args(user))?;
        printed.trim().parse().context(format!("`id {flag}` printed no number"))
    };
    Ok((number("-u")?, number("-g")?))
}

pub fn is_root() -> bool {
    user_and_group(None).is_ok_and(|(user, _)| user == 0)
}

/// Installs Debian packages if this is root on a Debian-like system; whether it did.
pub fn install_debian_packages(packages: &[&str], folder: &Path) -> bool {
    if find("apt-get").is_none() || !is_root() {
        return false;
    }
    let apt = |arguments: &[&str]| {
        let mut apt = command("apt-get", folder);
        apt.env("DEBIAN_FRONTEND", "noninteractive").args(arguments);
        run(&mut apt)
    };
    apt(&["update", "-q"]).is_ok()
        && apt(&[&["install", "-y", "-q", "--no-install-recommends"], packages].concat()).is_ok()
}

fn name(command: &Command) -> String {
    Path::new(command.get_program())
        .file_stem()
        .unwrap_or(command.get_program())
        .to_string_lossy()
        .into_owned()
}

fn line(command: &Command) -> String {
    let mut words = vec![OsString::from(name(command))];
    words.extend(command.get_args().map(OsStr::to_owned));
    words.iter().map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
