//! Keys that sign a domain's mails.

use base64::{Engine, engine::general_purpose::STANDARD};
use ring::{rand::SystemRandom, signature::Ed25519KeyPair};
use serde_json::json;

use super::{credentials, finish};
use crate::{
    domain::{
        AppError, AuditKind, ChannelId, ChannelKind,
        setup::{Provider, only_admins},
    },
    server::{
        actions::audit::{self, Done},
        app::App,
        auth::{session::SignedIn, token::new_token},
        error::internal,
        store::channels,
    },
};

/// Makes a key for a mail channel that has none. Its public half is shown with the channel; the private one never.
///
/// # Errors
/// If the caller is no admin, there is no such mail channel, or it has a key already.
pub async fn make_dkim_key(app: &App, me: &SignedIn, id: ChannelId) -> Result<(), AppError> {
    only_admins(me)?;
    let mut tx = app.db.begin().await?;
    let mut configured = channels::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let provider = Provider::from_word(&configured.provider)
        .filter(|provider| provider.kind() == ChannelKind::Email)
        .ok_or_else(|| AppError::invalid("dkim_selector", "Only mails can be signed."))?;
    let mut wanted = credentials::kept(app, &configured);
    if wanted.contains_key("dkim") {
        let words = "There is a key already. Remove its selector first, and save.";
        return Err(AppError::invalid("dkim_selector", words));
    }
    // Another name for each key: what was signed with an older one can still be checked.
    let selector = format!("lo-{}", &new_token().map_err(|error| internal(&error))?[..SELECTOR]);
    wanted.insert("dkim".to_owned(), json!({ "selector": selector, "private_key": new_key()? }));
    credentials::seal(app, &mut configured, provider, wanted)?;
    channels::update(&mut tx, &configured).await?;
    let at = app.clock.now();
    let done = Done::to(AuditKind::CredentialsChanged, id, &configured.channel.name);
    audit::record(&mut tx, &me.into(), done.saying("a key that signs mails"), at).await?;
    finish(app, tx, &configured.channel, at).await
}

/// Characters of a selector that are random.
const SELECTOR: usize = 8;
/// Characters in a line of PEM (RFC 7468 § 2).
const PEM_LINE: usize = 64;

/// A new Ed25519 key as PEM (PKCS#8).
fn new_key() -> Result<String, AppError> {
    let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|error| internal(&error))?;
    let text = STANDARD.encode(document.as_ref());
    let mut pem = String::from("-----BEGIN PRIVATE KEY-----\n");
    let mut rest = text.as_str();
    while !rest.is_empty() {
        // Base64 is ASCII: every place is between two characters.
        let (line, after) = rest.split_at(rest.len().min(PEM_LINE));
        pem.push_str(line);
        pem.push('\n');
        rest = after;
    }
    pem.push_str("-----END PRIVATE KEY-----\n");
    Ok(pem)
}

#[cfg(test)]
mod tests {
    use super::new_key;
    use crate::server::channels::email::dkim::Dkim;

    #[test]
    fn a_new_key_is_one_that_signs() {
        let (one, other) = (new_key().expect("a key"), new_key().expect("a key"));
        assert_ne!(one, other);
        assert!(one.lines().all(|line| line.len() <= 64), "{one}");
        let dkim = Dkim::new("acme.test", "lo-1", &one).expect("it is read");
        assert!(dkim.record().starts_with("v=DKIM1; k=ed25519; p="));
    }
}
