//! SMS: one adapter for each provider, and what they share.

pub mod dates;
mod made;
mod wire;

mod kannel;
mod telnyx;
mod twilio;
mod vonage;
mod webhook;

#[cfg(test)]
mod testing;

pub use made::{kannel, telnyx, twilio, vonage, webhook};

use phonenumber::{Mode, country};

use super::{BadCredentials, Inbound, check_age, fields, has_password, header, sign};
use crate::domain::{ConsentWord, DeliveryId, consent_word};
use fields::Fields;

/// A number as everything else compares it: E.164 ("+447700900123"), read with an ISO 3166 region where it has no
/// country code; an empty region reads only international numbers.
///
/// Short codes (3 to 8 digits) and alphanumeric senders are no such numbers: they stay as they are, trimmed, as does
/// what cannot be read.
#[must_use]
pub fn normalise(raw: &str, region: &str) -> String {
    let raw = raw.trim();
    let short = (3..=8).contains(&raw.len()) && raw.bytes().all(|b| b.is_ascii_digit());
    if short || raw.chars().any(char::is_alphabetic) {
        return raw.to_owned();
    }
    let region: Option<country::Id> = region.trim().to_ascii_uppercase().parse().ok();
    match phonenumber::parse(region, raw) {
        Ok(number) => number.format().mode(Mode::E164).to_string(),
        Err(_) => raw.to_owned(),
    }
}

/// The delivery that a callback's address names.
fn delivery_of(target: &str) -> Option<DeliveryId> {
    Fields::query(target).get("delivery")?.parse().ok()
}

/// What a message's words mean for consent, if that is all they say.
fn consent(word: Option<ConsentWord>, ours: &str, peer: &str) -> Option<Inbound> {
    let opted_in = match word? {
        ConsentWord::Stop => false,
        ConsentWord::Start => true,
        ConsentWord::Help => return None,
    };
    Some(Inbound::Consent { ours: ours.to_owned(), peer: peer.to_owned(), opted_in })
}

/// A message as inbounds. Consent goes first, so that nothing answers a STOP before it is known.
fn with_consent(message: super::InboundMessage) -> Vec<Inbound> {
    let word = if message.part.is_none() { consent_word(&message.text) } else { None };
    with_word(message, word)
}

/// The same where the provider says itself what the message means.
fn with_word(message: super::InboundMessage, word: Option<ConsentWord>) -> Vec<Inbound> {
    let consent = consent(word, &message.ours, &message.peer);
    consent.into_iter().chain([Inbound::Message(Box::new(message))]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_become_e164_and_senders_stay() {
        for (raw, region, want) in [
            ("+44 7700 900123", "", "+447700900123"),
            ("07700 900123", "GB", "+447700900123"),
            ("07700 900123", "gb", "+447700900123"),
            ("(415) 867-5309", "US", "+14158675309"),
            ("0049 30 123456", "DE", "+4930123456"),
            ("+447700900123", "US", "+447700900123"),
            (" 12345 ", "US", "12345"),
            ("62226", "", "62226"),
            ("ACME Ltd", "GB", "ACME Ltd"),
            (" Straße ", "DE", "Straße"),
            ("07700 900123", "", "07700 900123"),
            ("+", "GB", "+"),
            ("", "GB", ""),
        ] {
            assert_eq!(normalise(raw, region), want, "{raw} in {region}");
        }
    }

    proptest! {
        #[test]
        fn normalising_takes_any_text_and_changes_nothing_twice(raw in "(?s).{0,40}", region in "[A-Z]{0,3}") {
            let once = normalise(&raw, &region);
            prop_assert_eq!(normalise(&once, &region), once);
        }

        #[test]
        fn normalising_takes_anything_like_a_number(raw in "[-+0-9 ().;=ext#*]{0,30}", region in "[A-Z]{2}") {
            let once = normalise(&raw, &region);
            prop_assert_eq!(normalise(&once, &region), once);
        }
    }
}
