//! Mails as they are: our own signed hook for mail servers, and what was fetched by IMAP or taken by LMTP.
//!
//! The hook is a POST of the raw message as `message/rfc822`, with its envelope in the query: `sender` (empty for the
//! null sender) and `recipient`, which may repeat; both may be missing. Two headers sign it:
//! `X-Live-Operator-Timestamp`, seconds since the epoch, and `X-Live-Operator-Signature`, `v1=` and the hex
//! HMAC-SHA256 over `{timestamp}.{query as sent, without ?}.{raw body}`. What is older than five minutes is refused.

use std::borrow::Cow;

use http::header::CONTENT_TYPE;

use super::{
    super::{
        Hook, Rejected, Stored, Unreadable, Verified, check_age,
        fields::Fields,
        header,
        sign::{self, Hash},
    },
    LARGEST_MAIL,
    adapter::{Arrival, Intake},
    key::key_of,
    parse::return_path,
};
use crate::domain::Time;

const TIMESTAMP: &str = "x-live-operator-timestamp";
const SIGNATURE: &str = "x-live-operator-signature";

/// A mail server, or a script, that speaks our own hook.
pub(super) struct Raw;

impl Intake for Raw {
    const LARGEST: usize = LARGEST_MAIL;

    fn verify(&self, secret: &str, hook: &Hook, now: Time) -> Result<Verified, Rejected> {
        let timestamp = header(&hook.headers, TIMESTAMP).ok_or(Rejected::Signature)?;
        let given = header(&hook.headers, SIGNATURE).and_then(|given| given.strip_prefix("v1="));
        let given = given.ok_or(Rejected::Signature)?;
        let query = hook.url.split_once('?').map_or("", |(_, query)| query);
        let parts = [timestamp.as_bytes(), b".", query.as_bytes(), b".", &hook.body];
        if !sign::is_hex(&sign::hmac(Hash::Sha256, secret, &parts), given) {
            return Err(Rejected::Signature);
        }
        check_age(timestamp.parse().map_err(|_| Rejected::Signature)?, now)?;
        if !is_mail(header(&hook.headers, CONTENT_TYPE.as_str()).unwrap_or_default()) {
            return Err(Rejected::Foreign("raw mail"));
        }
        Ok(Verified { key: key_of(&hook.body) })
    }

    fn open<'s>(&self, _: &'s Stored) -> Result<Arrival<'s>, Unreadable> {
        Err(Unreadable("This is no raw mail.".to_owned()))
    }
}

/// Whether a body of this type is a mail as it is.
pub(super) fn is_mail(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("message/rfc822")
}

/// A mail that was kept as it is, with its envelope in the query.
pub(super) fn arrival(stored: &Stored) -> Arrival<'_> {
    let fields = Fields::query(&stored.target);
    let named =
        |name: &'static str| fields.iter().filter(move |(key, _)| *key == name).map(|(_, value)| value);
    Arrival {
        raw: Cow::Borrowed(stored.body.as_slice()),
        sender: named("sender").next().map(return_path),
        recipients: named("recipient").map(str::to_owned).collect(),
    }
}
