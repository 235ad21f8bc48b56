//! Mailgun's routes (documentation.mailgun.com, "Receive, forward and store messages"): a form with the raw message in
//! `body-mime`, which they send to addresses that end in `mime`.
//!
//! What is signed is a time and a random token, not the mail: whoever sees a request could send another mail with its
//! signature, for five minutes. TLS keeps it from being seen.

use http::header::CONTENT_TYPE;

use super::{
    super::{
        Hook, Rejected, Stored, Unreadable, Verified, check_age, header,
        sign::{self, Hash},
    },
    LARGEST_MAIL,
    adapter::{Arrival, Intake},
    form::Form,
    key::key_of,
    parse::return_path,
};
use crate::domain::Time;

/// An account at Mailgun. Its secret is the HTTP webhook signing key.
pub(super) struct Mailgun;

impl Intake for Mailgun {
    const LARGEST: usize = LARGEST_MAIL;

    fn verify(&self, secret: &str, hook: &Hook, now: Time) -> Result<Verified, Rejected> {
        let content_type = header(&hook.headers, CONTENT_TYPE.as_str()).unwrap_or_default();
        let form = Form::read(content_type, &hook.body).ok_or(Rejected::Signature)?;
        let field = |name| form.text(name).ok_or(Rejected::Signature);
        let (timestamp, token, given) = (field("timestamp")?, field("token")?, field("signature")?);
        let parts = [timestamp.as_bytes(), token.as_bytes()];
        if !sign::is_hex(&sign::hmac(Hash::Sha256, secret, &parts), given) {
            return Err(Rejected::Signature);
        }
        check_age(timestamp.parse().map_err(|_| Rejected::Signature)?, now)?;
        // Without the raw message it is kept all the same, so that somebody sees it.
        Ok(Verified { key: form.get("body-mime").map_or_else(|| token.to_owned(), key_of) })
    }

    fn open<'s>(&self, stored: &'s Stored) -> Result<Arrival<'s>, Unreadable> {
        let form = Form::read(&stored.content_type, &stored.body)
            .ok_or_else(|| Unreadable("Mailgun sent something that is no form.".to_owned()))?;
        let sender = form.text("sender").map(return_path);
        let recipients = form.text("recipient").unwrap_or_default().split(',').map(str::trim);
        let recipients = recipients.filter(|address| !address.is_empty()).map(str::to_owned).collect();
        let raw = form.take("body-mime").ok_or_else(|| {
            Unreadable("Mailgun sent no raw mail: let the address in its route end in “mime”.".to_owned())
        })?;
        Ok(Arrival { raw, sender, recipients })
    }
}
