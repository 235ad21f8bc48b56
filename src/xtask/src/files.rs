//! File operations that say which file they failed on.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::error::{Context, Result};

pub fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).context(format!("could not read {}", path.display()))
}

pub fn read_text(path: &Path) -> Result<String> {
    fs::read_to_string(path).context(format!("could not read {}", path.display()))
}

/// Writes a file and the folders that it needs.
pub fn write(path: &Path, content: impl AsRef<[u8]>) -> Result {
    if let Some(folder) = path.parent() {
        create_folder(folder)?;
    }
    fs::write(path, content).context(format!("could not write {}", path.display()))
}

pub fn create_folder(path: &Path) -> Result {
    fs::create_dir_all(path).context(format!("could not create the folder {}", path.display()))
}

/// Leaves an empty folder, whatever was there.
pub fn empty_folder(path: &Path) -> Result {
    remove_folder(path)?;
    create_folder(path)
}

/// Removes a folder with all that is in it; it need not exist.
pub fn remove_folder(path: &Path) -> Result {
    if !path.exists() {
        return Ok(());
    }
    fs::remove_dir_all(path).context(format!("could not remove the folder {}", path.display()))
}

pub fn rename(from: &Path, to: &Path) -> Result {
    fs::rename(from, to).context(format!("could not move {} to {}", from.display(), to.display()))
}

pub fn copy(from: &Path, to: &Path) -> Result {
    if let Some(folder) = to.parent() {
        create_folder(folder)?;
    }
    fs::copy(from, to).context(format!("could not copy {} to {}", from.display(), to.display()))?;
    Ok(())
}

/// The files below a folder, relative to it and sorted; none if it doesn't exist.
pub fn walk(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = if folder.is_dir() { vec![folder.to_owned()] } else { Vec::new() };
    while let Some(current) = open.pop() {
        for path in entries(&current)? {
            if path.is_dir() {
                open.push(path);
            } else if let Ok(relative) = path.strip_prefix(folder) {
                found.push(relative.to_owned());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// What lies directly in a folder.
pub fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let doing = format!("could not list {}", folder.display());
    fs::read_dir(folder).context(&doing)?.map(|entry| Ok(entry.context(&doing)?.path())).collect()
}

pub fn copy_folder(from: &Path, to: &Path) -> Result {
    walk(from)?.iter().try_for_each(|file| copy(&from.join(file), &to.join(file)))
}

/// The SHA-256 of some bytes in hexadecimal.
pub fn sha256(content: impl AsRef<[u8]>) -> String {
    Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}
