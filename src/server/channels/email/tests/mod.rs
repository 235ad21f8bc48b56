//! Tests of the email code, on messages in `fixtures/`.

mod addresses;
mod classify;
mod compose;
mod credentials;
mod form;
mod fuzz;
mod hooks;
mod html;
mod inbound;
mod key;
mod parse;
mod quote;
mod reports;
mod sanitise;
mod sending;
mod threading;
mod verdict;

use serde_json::json;

use super::{
    credentials::Credentials,
    parse::Mail,
    threading::{Secret, Token},
};
use crate::domain::{ConversationId, DeliveryId, Outbound, OutboundMail, Quoted, Time};

macro_rules! fixtures {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_bytes!(concat!("../fixtures/", $name, ".eml")))),+]
    };
}

const FIXTURES: &[(&str, &[u8])] = fixtures![
    "apple_interleaved",
    "auto_exchange",
    "auto_list",
    "auto_no_reply",
    "auto_subject",
    "auto_vacation",
    "bounce_exchange",
    "bounce_exim",
    "bounce_german",
    "bounce_postfix",
    "bounce_qmail",
    "bounce_xtext",
    "broken_boundary_missing",
    "broken_encodings",
    "broken_header",
    "broken_no_blank_line",
    "broken_unclosed",
    "calendar",
    "delayed_exim",
    "delayed_postfix",
    "digest",
    "empty",
    "encoded_word_names",
    "flowed",
    "forwarded_attachment",
    "hostile_names",
    "iso_2022_jp",
    "iso_2022_jp_unlabelled",
    "koi8_r",
    "nested",
    "only_html",
    "personal_auto_submitted_no",
    "plain",
    "receipt_delivered",
    "receipt_read",
    "reply_gmail",
    "reply_outlook",
    "rfc2231_names",
    "unknown_charset",
    "utf16_base64",
    "utf8_labelled_ascii",
    "windows_1252_unlabelled",
    "winmail",
];

const CONVERSATION: ConversationId =
    ConversationId(uuid::Uuid::from_u128(0x0192_f3c4_a5b6_7c8d_9e0f_1a2b_3c4d_5e6f));

const DELIVERY: DeliveryId = DeliveryId(uuid::Uuid::from_u128(0x01a2_03fc_5c00_7000_8000_0000_0000_0001));

const HOOK_SECRET: &str = "hook-secret-of-the-tests";

fn secret() -> Secret {
    Secret::new(&[7; 32])
}

fn credentials() -> Credentials {
    let json = json!({
        "address": "Support@acme.test",
        "aliases": ["sales@acme.test"],
        "token_secret": "07".repeat(32),
        "hook_secret": HOOK_SECRET,
        "smtp": { "host": "127.0.0.1", "port": 25, "security": "none" },
        "authserv_ids": ["mx.acme.test"],
    });
    serde_json::from_value(json).expect("credentials")
}

fn outbound() -> Outbound {
    let mail = OutboundMail {
        conversation: Some(CONVERSATION),
        from_name: "Olga at Acme".to_owned(),
        to_name: Some("Ana Silva".to_owned()),
        cc: vec![],
        subject: "A question".to_owned(),
        in_reply_to: Some("ana-1@shop.test".to_owned()),
        references: vec!["ana-0@shop.test".to_owned()],
        at: Time(1_793_696_400 * Time::SECOND),
        signature: "Olga\nAcme".to_owned(),
        quoted: Some(Quoted {
            author: "Ana Silva".to_owned(),
            at: Time(1_793_696_000 * Time::SECOND),
            text: "Where is <it>?\n> earlier\n".to_owned(),
        }),
        files: vec![],
        automatic: false,
    };
    Outbound {
        delivery: DELIVERY,
        ours: "support@acme.test".to_owned(),
        peer: "ana@shop.test".to_owned(),
        text: "Hello Ana,\n\nit is on its way.".to_owned(),
        media_urls: vec![],
        status_url: String::new(),
        mail: Some(Box::new(mail)),
    }
}

/// A fixture; where it says TOKEN stands a good one.
fn raw(name: &str) -> Vec<u8> {
    let (_, bytes) = FIXTURES.iter().find(|(other, _)| *other == name).expect("a fixture");
    let token = Token::of(CONVERSATION, &secret()).to_string();
    let mut out = Vec::new();
    let mut rest = *bytes;
    while let Some(at) = memchr::memmem::find(rest, b"TOKEN") {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(token.as_bytes());
        rest = &rest[at + 5..];
    }
    out.extend_from_slice(rest);
    out
}

fn mail(name: &str) -> Mail {
    Mail::read(&raw(name)).expect("a mail")
}
