//! Makes the adapters of a channel's credentials.

use std::sync::Arc;

use serde_json::Value;

use super::{
    super::{Adapter, BadCredentials, NoAdapter},
    adapter::Email,
    credentials::Credentials,
    mailgun::Mailgun,
    postmark::Postmark,
    raw::Raw,
};
use crate::server::clock::Clock;

fn read(credentials: Value) -> Result<Credentials, NoAdapter> {
    serde_json::from_value(credentials).map_err(|error| NoAdapter::Credentials(error.to_string()))
}

/// The same for a provider that speaks by hooks alone.
fn read_hooked(credentials: Value) -> Result<Credentials, NoAdapter> {
    let credentials = read(credentials)?;
    if credentials.hook_secret.is_none() {
        return Err(BadCredentials("hook_secret: this provider's hooks cannot be checked without one").into());
    }
    Ok(credentials)
}

/// Any mail server: it hands mails to our own signed hook or by LMTP, or they are fetched from it by IMAP.
///
/// # Errors
/// If these are not its credentials.
pub fn raw(credentials: Value, _: &Clock) -> Result<Arc<dyn Adapter>, NoAdapter> {
    Ok(Email::adapter(read(credentials)?, Raw)?)
}

/// [Mailgun](https://documentation.mailgun.com/docs/mailgun/user-manual/receive-forward-store).
///
/// # Errors
/// If these are not its credentials.
pub fn mailgun(credentials: Value, _: &Clock) -> Result<Arc<dyn Adapter>, NoAdapter> {
    Ok(Email::adapter(read_hooked(credentials)?, Mailgun)?)
}

/// [Postmark](https://postmarkapp.com/developer/webhooks/inbound-webhook).
///
/// # Errors
/// If these are not its credentials.
pub fn postmark(credentials: Value, _: &Clock) -> Result<Arc<dyn Adapter>, NoAdapter> {
    Ok(Email::adapter(read_hooked(credentials)?, Postmark)?)
}
