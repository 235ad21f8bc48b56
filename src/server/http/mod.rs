//! Routes that are not server functions, and what surrounds all of them.

mod api_v1;
mod audit;
mod canned;
mod dashboard;
mod demo;
mod events;
mod files;
pub mod guard;
mod health;
mod hooks;
mod mails;
mod middleware;
mod problem;
mod router;
mod serve;
mod transcripts;
mod unread;
mod viewer;
mod widget;

pub use demo::Demo;
pub use router::router;
pub use serve::serve;

use leptos::config::{LeptosOptions, errors::LeptosConfigError, get_configuration};

/// Where the pages' files are. In the shipped folder they lie beside the program, under names with their hash.
///
/// # Errors
/// If `Leptos.toml` or the environment cannot be read.
pub fn leptos_options() -> Result<LeptosOptions, LeptosConfigError> {
    let file = std::path::Path::new("Leptos.toml").exists().then_some("Leptos.toml");
    let mut options = get_configuration(file)?.leptos_options;
    if let Some(folder) = std::env::current_exe().ok().as_deref().and_then(std::path::Path::parent)
        && folder.join(options.hash_file.as_ref()).exists()
        && folder.join("site").is_dir()
    {
        options.hash_files = true;
        options.site_root = folder.join("site").to_string_lossy().into();
    }
    Ok(options)
}

/// The address of a request that a test sends without a connection.
#[cfg(test)]
pub fn test_peer(address: std::net::SocketAddr) -> impl Clone + Send + Sync + 'static {
    middleware::Connected(address)
}
