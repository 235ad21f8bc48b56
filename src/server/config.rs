//! Configuration: `Leptos.toml` beside the binary, each option overridable by an environment variable.

mod bots;
mod files;
mod outward;
mod variables;

use std::{
    fmt,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use super::store::DatabaseUrl;
pub use bots::Bots;
pub use files::Files;
pub use outward::{AllowedHost, Outward};
use variables::{Overrides, environment};

/// Everything that an installation can set.
#[derive(Debug, Clone)]
pub struct Config {
    pub server: Server,
    pub limits: Limits,
    pub database: Database,
    pub files: Files,
    pub mail: Mail,
    pub dns: Dns,
    pub outward: Outward,
    pub bots: Bots,
    pub secrets: Secrets,
}

/// `[server]`
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Server {
    /// `LIVE_OPERATOR_ADDRESS`: where to listen.
    pub address: SocketAddr,
    /// `LIVE_OPERATOR_PUBLIC_URL`: the origin under which browsers reach the server, without a path. Requests that
    /// change something must come from it.
    pub public_url: String,
    /// `LIVE_OPERATOR_DEMO`: shows `/demo`; only with a public URL that is loopback.
    pub demo: bool,
    /// `LIVE_OPERATOR_TRUSTED_PROXIES`: addresses of reverse proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<std::net::IpAddr>,
    /// `LIVE_OPERATOR_SESSION_DAYS`: an idle session ends after so many days.
    pub session_days: i64,
    /// `LIVE_OPERATOR_EVENT_DAYS`: how long a client may be away and still resume.
    pub event_days: i64,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            address: SocketAddr::from(([127, 0, 0, 1], 3000)),
            public_url: String::new(),
            demo: false,
            trusted_proxies: Vec::new(),
            session_days: 14,
            event_days: 7,
        }
    }
}

/// `[mail]`
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mail {
    /// `LIVE_OPERATOR_LMTP_ADDRESS`: where a mail server of the same network hands over mail by LMTP; nowhere if it is
    /// not given. Whoever reaches it can write as anybody.
    pub lmtp_address: Option<SocketAddr>,
}

/// `[dns]`
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Dns {
    /// `LIVE_OPERATOR_DNS_NAMESERVER`: who is asked when an admin looks at a domain's records; the name servers of the
    /// system if it is not given.
    pub nameserver: Option<SocketAddr>,
}

/// `[limits]`: how often one party may do something.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// `LIVE_OPERATOR_SIGN_INS_PER_MINUTE`: attempts per account and per address.
    pub sign_ins_per_minute: u32,
    /// `LIVE_OPERATOR_MESSAGES_PER_MINUTE`: messages of one visitor.
    pub messages_per_minute: u32,
    /// `LIVE_OPERATOR_UPLOADS_PER_MINUTE`: files of one visitor.
    pub uploads_per_minute: u32,
    /// `LIVE_OPERATOR_API_REQUESTS_PER_MINUTE`: requests with one API token.
    pub api_requests_per_minute: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sign_ins_per_minute: 10,
            messages_per_minute: 120,
            uploads_per_minute: 30,
            api_requests_per_minute: 6_000,
        }
    }
}

/// `[database]`
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Database {
    /// `DATABASE_URL`: `sqlite://path` or `postgres://…`.
    pub url: String,
}

impl Default for Database {
    fn default() -> Self {
        Self { url: "sqlite://data/live-operator.db".into() }
    }
}

/// `[secrets]`: what channels' credentials are encrypted with.
#[derive(Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Secrets {
    /// `LIVE_OPERATOR_SECRET_KEY`: 32 bytes in base64; only from the environment.
    #[serde(skip)]
    pub key: Option<String>,
    /// `LIVE_OPERATOR_SECRET_KEY_FILE`: a file with the same, made with the first credentials if there is none.
    pub key_file: PathBuf,
}

impl Default for Secrets {
    fn default() -> Self {
        Self { key: None, key_file: "data/secret.key".into() }
    }
}

/// Tells nothing of the key.
impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secrets").field("key_file", &self.key_file).finish_non_exhaustive()
    }
}

/// A setting that cannot be used: names the key and says what to write.
#[derive(Debug, thiserror::Error)]
#[error("configuration: {0}")]
pub struct ConfigError(String);

/// Our own tables of `Leptos.toml`; Leptos reads the one that is its own.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    server: Server,
    #[serde(default)]
    limits: Limits,
    #[serde(default)]
    database: Database,
    #[serde(default)]
    files: Files,
    #[serde(default)]
    mail: Mail,
    #[serde(default)]
    dns: Dns,
    #[serde(default)]
    outward: Outward,
    #[serde(default)]
    bots: Bots,
    #[serde(default)]
    secrets: Secrets,
    /// Read by Leptos.
    #[serde(default)]
    #[expect(dead_code, reason = "known, so that other keys can be refused")]
    package: toml::Table,
}

impl Config {
    /// Reads the file, if there is one, then the environment, and checks the whole.
    ///
    /// # Errors
    /// The first setting that cannot be used.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(ConfigError(format!("cannot read {}: {error}", path.display()))),
        };
        Self::read(&text, environment)
    }

    /// Reads settings from a file's text and from a look-up of variables.
    ///
    /// # Errors
    /// The first setting that cannot be used.
    pub fn read(text: &str, variable: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let file: File =
            toml::from_str(text).map_err(|error| ConfigError(error.to_string().trim().replace('\n', " ")))?;
        let File {
            mut server,
            mut limits,
            mut database,
            mut files,
            mut mail,
            mut dns,
            mut outward,
            mut bots,
            mut secrets,
            ..
        } = file;
        let set = Overrides { variable };
        // Leptos' own variable for the same thing comes first, ours wins.
        set.value("LEPTOS_SITE_ADDR", &mut server.address)?;
        set.value("LIVE_OPERATOR_ADDRESS", &mut server.address)?;
        set.value("LIVE_OPERATOR_PUBLIC_URL", &mut server.public_url)?;
        set.value("LIVE_OPERATOR_DEMO", &mut server.demo)?;
        set.value("LIVE_OPERATOR_SESSION_DAYS", &mut server.session_days)?;
        set.value("LIVE_OPERATOR_EVENT_DAYS", &mut server.event_days)?;
        set.list("LIVE_OPERATOR_TRUSTED_PROXIES", &mut server.trusted_proxies)?;
        set.value("LIVE_OPERATOR_SIGN_INS_PER_MINUTE", &mut limits.sign_ins_per_minute)?;
        set.value("LIVE_OPERATOR_MESSAGES_PER_MINUTE", &mut limits.messages_per_minute)?;
        set.value("LIVE_OPERATOR_UPLOADS_PER_MINUTE", &mut limits.uploads_per_minute)?;
        set.value("LIVE_OPERATOR_API_REQUESTS_PER_MINUTE", &mut limits.api_requests_per_minute)?;
        set.value("DATABASE_URL", &mut database.url)?;
        files.read_environment(&set)?;
        set.maybe("LIVE_OPERATOR_LMTP_ADDRESS", &mut mail.lmtp_address)?;
        set.maybe("LIVE_OPERATOR_DNS_NAMESERVER", &mut dns.nameserver)?;
        set.list("LIVE_OPERATOR_ALLOWED_HOSTS", &mut outward.allowed_hosts)?;
        bots.read_environment(&set)?;
        set.value("LIVE_OPERATOR_SECRET_KEY_FILE", &mut secrets.key_file)?;
        secrets.key = (set.variable)("LIVE_OPERATOR_SECRET_KEY");
        if server.public_url.is_empty() {
            server.public_url = format!("http://{}", server.address);
        }
        let mut config = Self { server, limits, database, files, mail, dns, outward, bots, secrets };
        config.validate()?;
        Ok(config)
    }

    fn validate(&mut self) -> Result<(), ConfigError> {
        let url = self.server.public_url.trim_end_matches('/').to_ascii_lowercase();
        let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        if rest.is_none_or(|host| host.is_empty() || host.contains(['/', '?', '#', '@', ' '])) {
            return Err(ConfigError(format!(
                "server.public_url must be an origin such as https://chat.example.com, not {:?}",
                self.server.public_url
            )));
        }
        self.server.public_url = url;
        if self.server.demo && !self.is_loopback() {
            return Err(ConfigError(
                "server.demo is only for a public_url on this machine (127.0.0.1, localhost)".into(),
            ));
        }
        for (key, value) in
            [("session_days", self.server.session_days), ("event_days", self.server.event_days)]
        {
            if !(1..=3650).contains(&value) {
                return Err(ConfigError(format!("server.{key} must be from 1 to 3650")));
            }
        }
        for (key, value) in [
            ("sign_ins_per_minute", self.limits.sign_ins_per_minute),
            ("messages_per_minute", self.limits.messages_per_minute),
            ("uploads_per_minute", self.limits.uploads_per_minute),
            ("api_requests_per_minute", self.limits.api_requests_per_minute),
        ] {
            if value == 0 {
                return Err(ConfigError(format!("limits.{key} must be at least 1")));
            }
        }
        DatabaseUrl::parse(&self.database.url).map_err(|error| ConfigError(error.to_string()))?;
        self.bots.validate()?;
        self.files.validate()
    }

    /// Whether browsers speak TLS to the public URL, and so whether cookies may demand it.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.server.public_url.starts_with("https://")
    }

    /// The public URL's host, with its port.
    #[must_use]
    pub fn host(&self) -> &str {
        let url = &self.server.public_url;
        url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or(url)
    }

    /// Whether the public URL names this very machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let name = self.host().rsplit_once(':').map_or(self.host(), |(name, _)| name);
        matches!(name, "localhost" | "127.0.0.1" | "[::1]") || name.ends_with(".localhost")
    }

    /// Whether a browser's `Origin` is ours. On this machine `localhost` and `127.0.0.1` are the same place.
    #[must_use]
    pub fn is_own_origin(&self, origin: &str) -> bool {
        let same_place = |url: &str| url.replacen("://127.0.0.1", "://localhost", 1);
        origin == self.server.public_url
            || (self.is_loopback() && same_place(origin) == same_place(&self.server.public_url))
    }
}

/// The effective configuration, without secrets.
impl fmt::Display for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { server, limits, database, files, mail, dns, outward, bots, secrets } = self;
        writeln!(f, "server.address = {}", server.address)?;
        writeln!(f, "server.public_url = {}", server.public_url)?;
        writeln!(f, "server.demo = {}", server.demo)?;
        writeln!(f, "server.trusted_proxies = {:?}", server.trusted_proxies)?;
        writeln!(f, "server.session_days = {}", server.session_days)?;
        writeln!(f, "server.event_days = {}", server.event_days)?;
        writeln!(f, "limits.sign_ins_per_minute = {}", limits.sign_ins_per_minute)?;
        writeln!(f, "limits.messages_per_minute = {}", limits.messages_per_minute)?;
        writeln!(f, "limits.uploads_per_minute = {}", limits.uploads_per_minute)?;
        writeln!(f, "limits.api_requests_per_minute = {}", limits.api_requests_per_minute)?;
        let key = if secrets.key.is_some() { "from the environment" } else { "from the file" };
        writeln!(f, "secrets.key = {key}")?;
        writeln!(f, "secrets.key_file = {}", secrets.key_file.display())?;
        writeln!(f, "{files}")?;
        let lmtp = mail.lmtp_address.map_or_else(|| "off".to_owned(), |address| address.to_string());
        writeln!(f, "mail.lmtp_address = {lmtp}")?;
        let nameserver =
            dns.nameserver.map_or_else(|| "of the system".to_owned(), |address| address.to_string());
        writeln!(f, "dns.nameserver = {nameserver}")?;
        writeln!(f, "{outward}")?;
        writeln!(f, "{bots}")?;
        write!(f, "database.url = {}", without_password(&database.url))
    }
}

fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    match rest.rsplit_once('@') {
        Some((credentials, host)) => {
            let user = credentials.split(':').next().unwrap_or_default();
            format!("{scheme}://{user}:***@{host}")
        }
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
        Config::read(text, |name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn defaults_are_this_machine_and_sqlite() {
        let config = read("", &[]).expect("defaults are valid");
        assert_eq!(config.server.public_url, "http://127.0.0.1:3000");
        assert!(config.is_loopback() && !config.is_https());
        assert!(config.is_own_origin("http://localhost:3000"));
        assert!(!config.is_own_origin("http://localhost:3001"));
        assert!(!config.is_own_origin("null"));
    }

    #[test]
    fn the_environment_wins_over_the_file() {
        let config = read(
            "[server]\npublic_url = \"https://a.example\"\n[package.metadata.leptos]\noutput-name = \"x\"",
            &[
                ("LIVE_OPERATOR_PUBLIC_URL", "https://B.example/"),
                ("DATABASE_URL", "postgres://u:hunter2@db/x"),
                ("LIVE_OPERATOR_SECRET_KEY", "hunter3"),
            ],
        )
        .expect("valid");
        assert_eq!(config.server.public_url, "https://b.example");
        assert!(!config.is_own_origin("https://a.example"));
        let shown = config.to_string();
        assert!(shown.contains("postgres://u:***@db/x") && !shown.contains("hunter"), "{shown}");
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        for (text, variables, names) in [
            ("[server]\nport = 1", &[][..], "port"),
            ("nonsense", &[], "configuration"),
            ("", &[("LIVE_OPERATOR_PUBLIC_URL", "chat.example")][..], "public_url"),
            ("", &[("LIVE_OPERATOR_ADDRESS", "nowhere")], "LIVE_OPERATOR_ADDRESS"),
            ("", &[("DATABASE_URL", "mysql://x")], "DATABASE_URL"),
            ("", &[("DATABASE_URL", "sqlite://")], "DATABASE_URL"),
            (
                "",
                &[("LIVE_OPERATOR_DEMO", "true"), ("LIVE_OPERATOR_PUBLIC_URL", "https://a.example")],
                "demo",
            ),
            ("[limits]\nmessages_per_minute = 0", &[], "messages_per_minute"),
            ("[limits]\nuploads_per_minute = 0", &[], "uploads_per_minute"),
            ("[dns]\nnameserver = \"ns.example\"", &[], "nameserver"),
            ("", &[("LIVE_OPERATOR_DNS_NAMESERVER", "192.0.2.1")], "LIVE_OPERATOR_DNS_NAMESERVER"),
        ] {
            let error = read(text, variables).expect_err(text).to_string();
            assert!(error.contains(names), "{error}");
        }
    }
}
