//! What every part of a running server shares.

use std::{ops::Deref, sync::Arc, time::Duration};

use tokio::sync::Notify;

use super::{
    auth::{limits::Limits, password::Passwords, vault::Vault},
    channels::{Adapter, Registry},
    clock::Clock,
    config::Config,
    dns::Dns,
    files::Files,
    outward::Outward,
    realtime::Hub,
    store::{Db, channels::ConfiguredChannel},
};

/// A running server. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// The parts of a server; tests put in their own.
pub struct Parts {
    pub config: Config,
    pub db: Db,
    pub clock: Clock,
    pub hub: Arc<Hub>,
    pub passwords: Passwords,
    pub limits: Limits,
    pub channels: Registry,
    pub vault: Vault,
    /// The bytes of the files that go with messages.
    pub files: Files,
    /// Looks at the records of mail channels.
    pub dns: Dns,
    /// Speaks to providers.
    pub client: reqwest::Client,
    /// Speaks to whoever strangers or admins name.
    pub outward: Outward,
    /// Tells the job runner that there is something to do.
    pub work: Notify,
}

impl App {
    /// Puts a server together over an open, migrated database.
    #[must_use]
    pub fn new(config: Config, db: Db, clock: Clock) -> Self {
        let limits = Limits::new(&config.limits);
        let dns = Dns::new(config.dns.nameserver);
        let vault = Vault::new(config.secrets.key.clone(), config.secrets.key_file.clone());
        let files = Files::new(config.files.clone(), client(FILE));
        let outward = Outward::new(config.allowed_hosts(), client_builder);
        Self(Arc::new(Parts {
            config,
            db,
            clock,
            hub: Arc::new(Hub::new()),
            passwords: Passwords::new(),
            limits,
            channels: Registry::standard(),
            vault,
            files,
            dns,
            client: client(CALL),
            outward,
            work: Notify::new(),
        }))
    }

    /// What a channel's provider knows us by, as JSON. It is never shown or logged.
    ///
    /// # Errors
    /// Why it cannot be had, in words for whoever looks after the channel.
    pub fn credentials(&self, channel: &ConfiguredChannel) -> Result<String, String> {
        let sealed = channel.credentials.as_deref().ok_or("The channel has no credentials.")?;
        self.vault.open(&channel.credentials_place(), sealed).map_err(|error| error.to_string())
    }

    /// What speaks to a channel's provider.
    ///
    /// # Errors
    /// Why nothing can, in words for whoever looks after the channel.
    pub fn adapter(&self, channel: &ConfiguredChannel) -> Result<Arc<dyn Adapter>, String> {
        let credentials = self.credentials(channel)?;
        self.channels.adapter(&channel.provider, &credentials, &self.clock).map_err(|error| error.to_string())
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// The longest that a provider may take to answer.
const CALL: Duration = Duration::from_secs(20);
/// And a bucket, for a whole file.
const FILE: Duration = Duration::from_secs(60);

/// Speaks to hosts that we know, and waits so long for each.
#[must_use]
pub fn client(longest: Duration) -> reqwest::Client {
    let client = client_builder().timeout(longest).build();
    client.expect("a client needs nothing that could be missing")
}

/// Follows no redirects, so that credentials go where they are meant to; tells a host that is away, which can be tried
/// again, from one that does not answer, which may have taken what it was sent.
pub fn client_builder() -> reqwest::ClientBuilder {
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the provider has the default versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(5))
        .user_agent(concat!("live-operator/", env!("CARGO_PKG_VERSION")))
}
