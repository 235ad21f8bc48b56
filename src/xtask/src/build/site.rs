//! The files that the server serves as they are.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::browser::bound_wasm;
use super::css;
use crate::error::{Context, Result};
use crate::files;
use crate::project::{Mode, NAME, PKG};

/// What is worth compressing; pictures and fonts are compressed already.
const COMPRESSIBLE: [&str; 11] =
    ["css", "html", "ico", "js", "json", "map", "mjs", "svg", "txt", "wasm", "webmanifest"];
/// Hexadecimal digits of a content hash in a file name.
const HASH_LENGTH: usize = 16;

/// Files by their path below the site's root, with `/` on every system.
#[derive(Default)]
pub struct Site {
    files: BTreeMap<String, Vec<u8>>,
}

/// One file and what it weighs on its way to a browser.
pub struct Weight {
    pub path: String,
    pub raw: usize,
    pub brotli: Option<usize>,
}

impl Site {
    pub fn add_folder(&mut self, below: &str, folder: &Path) -> Result {
        for file in files::walk(folder)? {
            let parts: Vec<_> = file.iter().map(|part| part.to_string_lossy()).collect();
            self.files.insert(format!("{below}{}", parts.join("/")), files::read(&folder.join(&file))?);
        }
        Ok(())
    }

    /// Takes what wasm-bindgen made, the WASM under the name by which Leptos asks for it.
    pub fn add_browser_half(&mut self, folder: &Path) -> Result {
        self.add_folder(&format!("{PKG}/"), folder)?;
        let wasm =
            self.files.remove(&format!("{PKG}/{}", bound_wasm())).context("wasm-bindgen made no WASM")?;
        self.files.insert(asset("wasm"), wasm);
        Ok(())
    }

    /// Puts the widget as it is shipped in the place of its modules.
    pub fn replace_widget(&mut self, files: Vec<(String, Vec<u8>)>) {
        self.files.retain(|path, _| {
            !path.starts_with("widget/") || !(path.ends_with(".js") || path.ends_with(".css"))
        });
        self.files.extend(files.into_iter().map(|(name, content)| (format!("widget/{name}"), content)));
    }

    pub fn add_styles(&mut self, styles: String, mode: Mode) {
        let styles = match mode {
            Mode::Dev => styles,
            Mode::Release => css::minify(&styles),
        };
        self.files.insert(asset("css"), styles.into_bytes());
    }

    /// Makes the JavaScript name the WASM file as it is called here. Pages pass the name; this is for whoever loads
    /// the module without one.
    pub fn link_browser_half(&mut self) {
        self.replace_in(&asset("js"), &bound_wasm(), file_name(&asset("wasm")));
    }

    /// Puts a hash of the content into the names of what the build made, so that browsers may keep the files for ever.
    /// Returns the content of `hash.txt`, by which Leptos finds the names again.
    pub fn hash_names(&mut self) -> String {
        self.link_browser_half();
        let made = self.files.keys().filter(|path| path.starts_with(&format!("{PKG}/"))).cloned();
        let (scripts, others): (Vec<_>, Vec<_>) = made.partition(|path| path.ends_with(".js"));
        let mut names = Vec::new();
        for path in others {
            let hash = self.hash_of([&path]);
            let hashed = self.rename(&path, &hash);
            for script in &scripts {
                self.replace_in(script, file_name(&path), file_name(&hashed));
            }
            names.push((path, hash));
        }
        // The scripts come last, because they name the WASM. They name each other too: so they have one hash, of both.
        let hash = self.hash_of(&scripts);
        let hashed: Vec<_> = scripts.iter().map(|path| self.rename(path, &hash)).collect();
        for (path, renamed) in scripts.iter().zip(&hashed) {
            // Where a script is loaded from; what the WASM calls it stays.
            let [from, to] = [path, renamed].map(|path| format!("from \"./{}\"", file_name(path)));
            hashed.iter().for_each(|script| self.replace_in(script, &from, &to));
        }
        names.extend(scripts.into_iter().map(|path| (path, hash.clone())));
        let asked_for = ["css", "wasm", "js"].map(|kind| (kind, asset(kind)));
        let line = |(kind, asset): (&str, String)| {
            names.iter().find(|(path, _)| *path == asset).map(|(_, hash)| format!("{kind}: {hash}\n"))
        };
        asked_for.into_iter().filter_map(line).collect()
    }

    /// Adds a `.br` and a `.gz` beside every file that gets smaller by it.
    pub fn compress(&mut self) -> Result {
        let mut compressed = Vec::new();
        for (path, content) in self.files.iter().filter(|(path, _)| is_compressible(path)) {
            compressed.push((format!("{path}.br"), brotli(content).context(path)?, content.len()));
            compressed.push((format!("{path}.gz"), gzip(content).context(path)?, content.len()));
        }
        let smaller = compressed.into_iter().filter(|(_, packed, raw)| packed.len() < *raw);
        self.files.extend(smaller.map(|(path, packed, _)| (path, packed)));
        Ok(())
    }

    pub fn weights(&self) -> Vec<Weight> {
        let is_packed = |path: &str| path.ends_with(".br") || path.ends_with(".gz");
        let weight = |(path, content): (&String, &Vec<u8>)| Weight {
            path: path.clone(),
            raw: content.len(),
            brotli: self.files.get(&format!("{path}.br")).map(Vec::len),
        };
        self.files.iter().filter(|(path, _)| !is_packed(path)).map(weight).collect()
    }

    /// Makes a folder hold exactly these files; one that is right already is not touched.
    pub fn write(&self, folder: &Path) -> Result {
        for old in files::walk(folder)? {
            let parts: Vec<_> = old.iter().map(|part| part.to_string_lossy()).collect();
            if !self.files.contains_key(&parts.join("/")) {
                let old = folder.join(old);
                std::fs::remove_file(&old).context(format!("could not remove {}", old.display()))?;
            }
        }
        for (path, content) in &self.files {
            let file = folder.join(path);
            if !file.is_file() || files::read(&file)? != *content {
                files::write(&file, content)?;
            }
        }
        Ok(())
    }

    /// Of what these files hold, one after the other.
    fn hash_of<'a>(&self, paths: impl IntoIterator<Item = &'a String>) -> String {
        let contents: Vec<_> =
            paths.into_iter().filter_map(|path| self.files.get(path)).flatten().copied().collect();
        let mut hash = files::sha256(&contents);
        hash.truncate(HASH_LENGTH);
        hash
    }

    /// Puts a hash into a file's name, before its last part. Gives the new path.
    fn rename(&mut self, path: &str, hash: &str) -> String {
        let hashed = match path.rsplit_once('.') {
            Some((stem, kind)) => format!("{stem}.{hash}.{kind}"),
            None => format!("{path}.{hash}"),
        };
        if let Some(content) = self.files.remove(path) {
            self.files.insert(hashed.clone(), content);
        }
        hashed
    }

    fn replace_in(&mut self, script: &str, from: &str, to: &str) {
        if let Some(script) = self.files.get_mut(script) {
            *script = String::from_utf8_lossy(script).replace(from, to).into_bytes();
        }
    }
}

/// The path of a file for which pages ask by the project's name.
fn asset(kind: &str) -> String {
    format!("{PKG}/{NAME}.{kind}")
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn is_compressible(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, kind)| COMPRESSIBLE.contains(&kind))
}

fn brotli(content: &[u8]) -> std::io::Result<Vec<u8>> {
    const BUFFER: usize = 4096;
    const BEST: u32 = 11;
    const WINDOW: u32 = 22;
    let mut packed = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut packed, BUFFER, BEST, WINDOW);
    writer.write_all(content)?;
    writer.flush()?;
    drop(writer);
    Ok(packed)
}

fn gzip(content: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut writer = GzEncoder::new(Vec::new(), Compression::best());
    writer.write_all(content)?;
    writer.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(files: &[(&str, &str)]) -> Site {
        Site {
            files: files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect(),
        }
    }

    /// What a build makes, with a part that is loaded later; its names hashed, and those that Leptos asks for.
    fn hashed(styles: &str, wasm: &str, part: &str) -> (Site, BTreeMap<String, String>) {
        let mut site = site(&[
            ("favicon.svg", "<svg/>"),
            ("pkg/chunk_1.wasm", "chunk"),
            ("pkg/live-operator-parts.js", PARTS),
            ("pkg/live-operator.css", styles),
            ("pkg/live-operator.js", MAIN),
            ("pkg/live-operator.wasm", wasm),
            ("pkg/split_work.wasm", part),
        ]);
        let lines = site.hash_names();
        let names = lines.lines().map(|line| line.split_once(": ").unwrap());
        (site, names.map(|(kind, hash)| (kind.to_owned(), hash.to_owned())).collect())
    }

    const MAIN: &str = r#"import * as import1 from "./live-operator-parts.js"
imports = { "./live-operator-parts.js": import1 }; load('live-operator_bg.wasm')"#;
    const PARTS: &str = r#"import { initSync } from "./live-operator.js";
fetch("./chunk_1.wasm"); fetch("./split_work.wasm")"#;

    #[test]
    fn hash_names_changes_the_names_of_what_changed() {
        let (_, before) = hashed("a{}", "1", "2");
        let changed = |after: (Site, BTreeMap<String, String>)| {
            let kinds = before.keys().filter(|kind| after.1[*kind] != before[*kind]);
            kinds.map(|kind| kind.as_str()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(before.keys().collect::<Vec<_>>(), ["css", "js", "wasm"]);
        assert_eq!(changed(hashed("a{}", "1", "2")), "");
        assert_eq!(changed(hashed("b{}", "1", "2")), "css");
        assert_eq!(changed(hashed("a{}", "3", "2")), "js wasm");
        // The script that loads a part has another name then; so has the one that loads that script.
        assert_eq!(changed(hashed("a{}", "1", "3")), "js");
    }

    #[test]
    fn hash_names_lets_the_scripts_find_what_they_load() {
        let (site, names) = hashed("a{}", "1", "2");
        let paths: Vec<_> = site.files.keys().map(String::as_str).collect();
        let of = |start: &str| file_name(paths.iter().find(|path| path.starts_with(start)).unwrap());
        let script = |name: &str| String::from_utf8_lossy(&site.files[&format!("pkg/{name}")]).into_owned();
        let [js, wasm] = ["js", "wasm"].map(|kind| format!("live-operator.{}.{kind}", names[kind]));
        let parts = of("pkg/live-operator-parts.");
        assert_eq!(
            script(&js),
            // By the name in quotes alone the WASM asks for the script.
            format!(
                "import * as import1 from \"./{parts}\"\n\
                 imports = {{ \"./live-operator-parts.js\": import1 }}; load('{wasm}')"
            )
        );
        let (chunk, part) = (of("pkg/chunk_1."), of("pkg/split_work."));
        assert_eq!(
            script(parts),
            format!("import {{ initSync }} from \"./{js}\";\nfetch(\"./{chunk}\"); fetch(\"./{part}\")")
        );
        assert!(site.files.contains_key("favicon.svg"));
        assert_eq!(paths.iter().filter(|path| path.split('.').count() == 3).count(), 6);
    }

    #[test]
    fn compress_adds_only_what_is_smaller() {
        let long = "body { color: red }\n".repeat(50);
        let mut site = site(&[("a.css", &long), ("b.css", "x"), ("c.png", &long)]);
        site.compress().unwrap();
        assert_eq!(
            site.files.keys().collect::<Vec<_>>(),
            ["a.css", "a.css.br", "a.css.gz", "b.css", "c.png"]
        );
    }

    #[test]
    fn write_leaves_nothing_from_before() {
        let folder = std::env::temp_dir().join(format!("xtask-site-{}", std::process::id()));
        files::write(&folder.join("old/a.txt"), "old").unwrap();
        site(&[("new/b.txt", "new")]).write(&folder).unwrap();
        let found = files::walk(&folder).unwrap();
        files::remove_folder(&folder).unwrap();
        assert_eq!(found, [Path::new("new/b.txt")]);
    }
}
