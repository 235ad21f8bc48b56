//! Whom we trust when we fetch from a mail server by TLS.

use std::sync::Arc;

use rustls::{ClientConfig, Error, RootCertStore, pki_types::CertificateDer};

/// Trusts the roots that browsers trust, and one more if it is given.
///
/// # Errors
/// If that one is no root certificate.
pub(super) fn client_config(root: Option<&CertificateDer<'_>>) -> Result<Arc<ClientConfig>, Error> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    if let Some(root) = root {
        roots.add(root.clone())?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}
