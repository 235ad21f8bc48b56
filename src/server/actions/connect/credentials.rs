//! Credentials: completed, tried on their adapter, and sealed.

use serde_json::Value;

use crate::{
    domain::{
        AppError, ChannelKind,
        setup::{JsonObject, Provider},
    },
    server::{
        app::App,
        auth::token::new_token,
        channels::NoAdapter,
        error::internal,
        store::channels::{ConfiguredChannel, Settings},
    },
};

/// What a channel's credentials are now; nothing where they cannot be read: then they are to be entered again.
pub fn kept(app: &App, channel: &ConfiguredChannel) -> JsonObject {
    app.credentials(channel).ok().and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}

/// Gives a channel its credentials. Nothing of them is kept that its adapter cannot use.
///
/// # Errors
/// The field that cannot be used, if the adapter names one.
pub fn seal(
    app: &App,
    channel: &mut ConfiguredChannel,
    provider: Provider,
    mut credentials: JsonObject,
) -> Result<(), AppError> {
    if provider == Provider::Session {
        return Ok(());
    }
    complete(provider, &channel.settings, &mut credentials)?;
    let text = Value::Object(credentials).to_string();
    app.channels.adapter(provider.as_str(), &text, &app.clock).map_err(|error| refusal(provider, error))?;
    let sealed = app.vault.seal(&channel.credentials_place(), &text);
    channel.credentials = Some(sealed.map_err(|error| AppError::invalid("credentials", error.to_string()))?);
    Ok(())
}

/// Adds what follows from the settings, and the secrets that are ours to make.
fn complete(provider: Provider, settings: &Settings, credentials: &mut JsonObject) -> Result<(), AppError> {
    if matches!(provider, Provider::Kannel | Provider::Webhook) {
        credentials.insert("region".to_owned(), settings.region.as_str().into());
    }
    if provider.kind() == ChannelKind::Email {
        credentials.insert("address".to_owned(), settings.address.as_str().into());
        for name in ["token_secret", "hook_secret"] {
            if !credentials.contains_key(name) {
                let secret = new_token().map_err(|error| internal(&error))?;
                credentials.insert(name.to_owned(), secret.into());
            }
        }
    }
    Ok(())
}

/// What an adapter refuses. It names a field as its JSON does (`smtp.host: …`); forms have keys of their own.
fn refusal(provider: Provider, error: NoAdapter) -> AppError {
    let words = match error {
        NoAdapter::Credentials(words) => words,
        unknown @ NoAdapter::Unknown(_) => unknown.to_string(),
    };
    if let Some((field, said)) = words.split_once(": ") {
        let key = field.replace('.', "_");
        if provider.asks_for(&key) {
            return AppError::invalid(&key, sentence(said));
        }
    }
    AppError::invalid("credentials", sentence(&words))
}

/// Words of an error as they stand beside a field.
fn sentence(words: &str) -> String {
    let mut letters = words.trim_end_matches('.').chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}.", letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_stand_beside_the_field_that_they_name() {
        for (provider, words, field, said) in [
            (
                Provider::Telnyx,
                "public_key: 32 bytes in base64 are wanted",
                "public_key",
                "32 bytes in base64 are wanted.",
            ),
            (Provider::Mail, "smtp.host: it must not be empty", "smtp_host", "It must not be empty."),
            (Provider::Mail, "imap: odd", "credentials", "Imap: odd."),
            (Provider::Twilio, "missing field `auth_token`", "credentials", "Missing field `auth_token`."),
        ] {
            let refused = refusal(provider, NoAdapter::Credentials(words.into()));
            assert_eq!(refused, AppError::invalid(field, said));
        }
        let unknown = refusal(Provider::Mail, NoAdapter::Unknown("mail".into()));
        assert_eq!(unknown, AppError::invalid("credentials", "No provider is called \"mail\"."));
    }

    #[test]
    fn our_own_secrets_are_made_once() {
        let settings = Settings { address: "help@acme.test".into(), ..Settings::default() };
        let mut credentials = JsonObject::new();
        complete(Provider::Mail, &settings, &mut credentials).expect("randomness");
        assert_eq!(credentials["address"], "help@acme.test");
        let secrets = credentials.clone();
        for name in ["token_secret", "hook_secret"] {
            let secret = secrets[name].as_str().expect("a text");
            assert!(secret.len() == 64 && secret.bytes().all(|byte| byte.is_ascii_hexdigit()), "{name}");
        }
        assert_ne!(secrets["token_secret"], secrets["hook_secret"]);
        complete(Provider::Mail, &settings, &mut credentials).expect("randomness");
        assert_eq!(credentials, secrets);
    }
}
