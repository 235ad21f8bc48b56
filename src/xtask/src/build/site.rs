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
        self.files.insert(asset("wasm", None), wasm);
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
        self.files.insert(asset("css", None), styles.into_bytes());
    }

    /// Makes the JavaScript name the WASM file as it is called here. Pages pass the name; this is for whoever loads
    /// the module without one.
    pub fn link_browser_half(&mut self) {
        self.link_to(&asset("wasm", None));
    }

    /// Puts a hash of the content into the three names, so that browsers may keep the files for ever. Returns the
    /// content of `hash.txt`, by which Leptos finds the names again.
    pub fn hash_names(&mut self) -> String {
        let mut hashes = String::new();
        // The JavaScript comes last, because it names the WASM and its own hash has to follow from that.
        for kind in ["css", "wasm", "js"] {
            let Some(content) = self.files.remove(&asset(kind, None)) else {
                continue;
            };
            let mut hash = files::sha256(&content);
            hash.truncate(HASH_LENGTH);
            let name = asset(kind, Some(&hash));
            self.files.insert(name.clone(), content);
            if kind == "wasm" {
                self.link_to(&name);
            }
            hashes.push_str(&format!("{kind}: {hash}\n"));
        }
        hashes
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

    fn link_to(&mut self, wasm: &str) {
        let name = wasm.rsplit('/').next().unwrap_or(wasm);
        if let Some(script) = self.files.get_mut(&asset("js", None)) {
            *script = String::from_utf8_lossy(script).replace(&bound_wasm(), name).into_bytes();
        }
    }
}

fn asset(kind: &str, hash: Option<&str>) -> String {
    match hash {
        Some(hash) => format!("{PKG}/{NAME}.{hash}.{kind}"),
        None => format!("{PKG}/{NAME}.{kind}"),
    }
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

    #[test]
    fn hash_names_lets_the_script_follow_the_wasm() {
        let hashes_with = |wasm: &str| {
            let mut site = site(&[
                ("pkg/live-operator.css", "a{}"),
                ("pkg/live-operator.js", "load('live-operator_bg.wasm')"),
                ("pkg/live-operator.wasm", wasm),
            ]);
            (site.hash_names(), site)
        };
        let (one, site_one) = hashes_with("1");
        let (two, _) = hashes_with("2");
        let changed = |kind: &str| {
            let line = |text: &str| text.lines().find(|line| line.starts_with(kind)).map(str::to_owned);
            line(&one) != line(&two)
        };
        assert!(changed("js: ") && changed("wasm: ") && !changed("css: "));
        let hash_of = |kind: &str| one.lines().find_map(|line| line.strip_prefix(kind)).unwrap();
        let script = &site_one.files[&format!("pkg/live-operator.{}.js", hash_of("js: "))];
        let expected = format!("load('live-operator.{}.wasm')", hash_of("wasm: "));
        assert_eq!(String::from_utf8_lossy(script), expected);
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
