//! The architecture's rules, as far as a machine can see them.

use std::{
    fs,
    path::{Path, PathBuf},
};

fn sources() -> Vec<(String, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            if entry.is_dir() {
                walk(&entry, found);
            } else if entry.extension().is_some_and(|extension| extension == "rs") {
                found.push(entry);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    walk(&root, &mut files);
    files
        .into_iter()
        .map(|file| {
            let name = file.strip_prefix(&root).expect("below src").to_string_lossy().replace('\\', "/");
            (name, fs::read_to_string(&file).expect("text"))
        })
        .filter(|(name, _)| !name.starts_with("tests/") && !name.starts_with("xtask/"))
        .collect()
}

/// The code of a file without its test module, which may use what it likes.
fn code(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod ").next().unwrap_or(text)
}

/// What a file imports of ours, each by its whole path: most are written as nested groups.
fn imports(code: &str) -> Vec<String> {
    fn paths(tree: &str, before: &str, found: &mut Vec<String>) {
        let (mut depth, mut start) = (0, 0);
        for (at, letter) in tree.char_indices().chain([(tree.len(), ',')]) {
            match letter {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    let part = tree[start..at].trim();
                    start = (at + 1).min(tree.len());
                    match part.split_once('{') {
                        Some((path, inner)) => {
                            paths(
                                inner.strip_suffix('}').unwrap_or(inner),
                                &format!("{before}{path}"),
                                found,
                            );
                        }
                        None if part.is_empty() => {}
                        None => found.push(format!("{before}{part}")),
                    }
                }
                _ => {}
            }
        }
    }
    let mut found = Vec::new();
    for tree in code.split("use crate::").skip(1).filter_map(|rest| rest.split(';').next()) {
        paths(tree, "crate::", &mut found);
    }
    found
}

#[test]
fn nested_imports_are_seen_whole() {
    let code = "use crate::{\n    domain::{A, B},\n    server::{\n        app::{App, x::{y, z}},\n        jobs,\n    },\n};\n";
    let want = [
        "crate::domain::A",
        "crate::domain::B",
        "crate::server::app::App",
        "crate::server::app::x::y",
        "crate::server::app::x::z",
        "crate::server::jobs",
    ];
    assert_eq!(imports(code), want);
}

#[test]
fn layers_import_downwards_only() {
    let forbidden: &[(&str, &[&str])] = &[
        (
            "domain/",
            &[
                "crate::server",
                "crate::api",
                "crate::ui",
                "crate::routes",
                "leptos",
                "diesel",
                "tokio",
                "axum",
            ],
        ),
        ("routes.rs", &["crate::server", "crate::api", "crate::ui"]),
        ("ui/", &["crate::server", "diesel", "tokio", "axum::"]),
        (
            "server/store/",
            &[
                "server::actions",
                "server::queries",
                "server::http",
                "server::realtime",
                "server::auth",
                "crate::ui",
                "crate::api",
            ],
        ),
        (
            "server/realtime/",
            &["server::actions", "server::http", "server::queries", "diesel", "crate::ui", "crate::api"],
        ),
        (
            "server/channels/",
            &[
                "server::store",
                "server::actions",
                "server::queries",
                "server::http",
                "server::realtime",
                "server::app",
                "diesel",
                "crate::ui",
                "crate::api",
                "axum",
                "leptos",
            ],
        ),
        (
            "server/files/",
            &[
                "server::store",
                "server::actions",
                "server::queries",
                "server::http",
                "server::jobs",
                "diesel",
                "axum",
                "leptos",
            ],
        ),
        ("server/auth/", &["server::actions", "server::http", "diesel", "crate::ui", "crate::api"]),
        (
            "server/actions/",
            &["server::http", "server::jobs", "diesel", "crate::ui", "crate::api", "axum", "leptos"],
        ),
        (
            "server/queries/",
            &[
                "server::http",
                "server::jobs",
                "server::actions",
                "diesel",
                "crate::ui",
                "crate::api",
                "axum",
                "leptos",
            ],
        ),
        ("server/jobs/", &["server::http", "diesel", "crate::ui", "crate::api", "axum", "leptos"]),
        ("server/http/", &["server::jobs", "diesel", "crate::ui"]),
        ("server/seed/", &["server::http", "diesel", "crate::ui", "crate::api"]),
    ];
    let mut broken = Vec::new();
    for (name, text) in sources() {
        for (layer, words) in forbidden.iter().filter(|(layer, _)| name.starts_with(layer)) {
            let lines = code(&text).lines().filter(|line| !line.trim_start().starts_with("//"));
            for line in lines.map(str::to_owned).chain(imports(code(&text))) {
                for word in words.iter().filter(|word| line.contains(*word)) {
                    broken.push(format!("{layer} may not name {word}: {name}: {}", line.trim()));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn the_server_half_is_switched_in_one_place() {
    let mut switches: Vec<String> = sources()
        .into_iter()
        .filter(|(_, text)| text.contains("feature = \"ssr\""))
        .map(|(name, _)| name)
        .collect();
    switches.sort();
    // The shapes of the HTTP API are described where they are declared.
    assert_eq!(switches, ["domain/wire.rs", "lib.rs"]);
}

#[test]
fn writes_happen_in_actions_alone() {
    let allowed = ["server/actions/", "server/auth/session.rs", "server/seed/", "server/store/"];
    let writers: Vec<String> = sources()
        .into_iter()
        .filter(|(name, text)| {
            code(text).contains(".begin()") && !allowed.iter().any(|place| name.starts_with(place))
        })
        .map(|(name, _)| name)
        .collect();
    assert!(writers.is_empty(), "{writers:?} open a write transaction");
}

#[test]
fn both_databases_have_the_same_migrations() {
    let versions = |database: &str| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(database);
        let mut names: Vec<String> = fs::read_dir(folder)
            .expect("migrations")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    };
    assert_eq!(versions("sqlite"), versions("postgres"));
}
