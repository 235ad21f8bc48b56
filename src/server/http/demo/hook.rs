//! Telling our own hooks, over HTTP and signed, as a provider elsewhere does.

use std::time::Duration;

use axum::http::header;
use bytes::Bytes;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use tokio::time::sleep;

use crate::{domain::Time, server::app::App};

pub const TIMESTAMP: &str = "x-live-operator-timestamp";
pub const SIGNATURE: &str = "x-live-operator-signature";
/// How often something is told that is not taken, and the pause between.
const TRIES: usize = 3;
const PAUSE: Duration = Duration::from_secs(1);

/// Something that a provider tells us.
#[derive(Debug)]
pub struct Note {
    /// What follows `/hooks/`: the provider and the channel's key.
    pub hook: String,
    /// Signed too, if there is one.
    pub query: Option<String>,
    pub secret: &'static str,
    pub content_type: &'static str,
    pub body: Bytes,
}

impl Note {
    /// Tells it once.
    ///
    /// # Errors
    /// Why it was not taken, for the log.
    pub async fn tell(&self, app: &App) -> Result<(), String> {
        let timestamp = seconds(app.clock.now()).to_string();
        let query = self.query.as_deref().map(str::as_bytes);
        let signed: Vec<&[u8]> =
            [Some(timestamp.as_bytes()), query, Some(&self.body[..])].into_iter().flatten().collect();
        let signature = format!("v1={}", signature(self.secret, &signed));
        let query = self.query.as_ref().map(|query| format!("?{query}")).unwrap_or_default();
        let request = app
            .client
            .post(format!("{}/hooks/{}{query}", app.config.server.public_url, self.hook))
            .header(header::CONTENT_TYPE, self.content_type)
            .header(TIMESTAMP, timestamp)
            .header(SIGNATURE, signature)
            .body(self.body.clone());
        match request.send().await {
            Ok(answer) if answer.status().is_success() => Ok(()),
            Ok(answer) => Err(format!("the hook answered {}", answer.status())),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Tells it until it is taken, a few times.
    pub async fn insist(&self, app: &App) {
        for attempt in 1..=TRIES {
            let Err(why) = self.tell(app).await else { break };
            tracing::warn!(hook = %self.hook, %why, attempt, "what the demo told was not taken");
            sleep(PAUSE).await;
        }
    }
}

/// What timestamps are in.
pub fn seconds(time: Time) -> i64 {
    time.0.div_euclid(Time::SECOND)
}

/// Our adapters' scheme: the hex HMAC-SHA256 over what is signed, joined by dots. The timestamp comes first.
pub fn signature(secret: &str, signed: &[&[u8]]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(&signed.join(&b'.'));
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `openssl dgst -sha256 -hmac secret` has it.
    #[test]
    fn signatures_are_those_of_the_scheme() {
        let query = "sender=vera%40example.test&recipient=support%40acme.test";
        let mail = "Subject: Hello\r\n\r\nHi";
        for (signed, want) in [
            (&["1700000000", "{}"][..], "b8569b78799ff9e3cbff0fc2d63a33a2b57f3282abd07c37ae5e8e7d79a5f163"),
            (
                &["1700000000", query, mail],
                "5e6505a19ec38cdd03482578091dc6bab4a734fb36c272da94174b3cd9c6c0e0",
            ),
        ] {
            let parts: Vec<&[u8]> = signed.iter().map(|part| part.as_bytes()).collect();
            assert_eq!(signature("secret", &parts), want);
        }
    }
}
