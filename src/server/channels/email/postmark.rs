//! Postmark's inbound webhook (postmarkapp.com/developer/webhooks/inbound-webhook): JSON with the raw message in
//! `RawEmail`, which a setting of the stream adds. Nothing is signed: a password in the address proves who sends it.

use std::borrow::Cow;

use serde::Deserialize;

use super::{
    super::{Hook, Rejected, Stored, Unreadable, Verified, has_password, sign},
    LARGEST_HOOK,
    adapter::{Arrival, Intake},
    key::key_of,
};
use crate::domain::Time;

/// A server at Postmark. Its secret is the password in the webhook's address; the user name may be any.
pub(super) struct Postmark;

/// What is read of an event.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Event {
    raw_email: Option<String>,
    /// By the envelope.
    original_recipient: Option<String>,
}

impl Intake for Postmark {
    const LARGEST: usize = LARGEST_HOOK;

    fn verify(&self, secret: &str, hook: &Hook, _: Time) -> Result<Verified, Rejected> {
        if !has_password(&hook.headers, secret) {
            return Err(Rejected::Signature);
        }
        let event: Event = serde_json::from_slice(&hook.body).map_err(|_| Rejected::Foreign("Postmark"))?;
        // Without the raw message it is kept all the same, so that somebody sees it.
        let key = event
            .raw_email
            .map_or_else(|| sign::hex(&sign::sha256(&hook.body)), |raw| key_of(raw.as_bytes()));
        Ok(Verified { key })
    }

    fn open<'s>(&self, stored: &'s Stored) -> Result<Arrival<'s>, Unreadable> {
        let event: Event = serde_json::from_slice(&stored.body)
            .map_err(|error| Unreadable(format!("Postmark sent something that is no event: {error}.")))?;
        let raw = event.raw_email.ok_or_else(|| {
            let words = "Postmark sent no raw mail: switch on “Include raw email content in JSON payload”.";
            Unreadable(words.to_owned())
        })?;
        let recipients = event.original_recipient.into_iter().collect();
        Ok(Arrival { raw: Cow::Owned(raw.into_bytes()), sender: None, recipients })
    }
}
