use serde_json::{Value, json};

use super::{
    super::{
        super::{Adapter, NoAdapter},
        credentials::Credentials,
        mailgun, postmark, raw,
    },
    credentials,
};
use crate::server::clock::Clock;

const ROOT: &str = include_str!("../imap/fixtures/root.pem");
const ED25519: &str = include_str!("../fixtures/ed25519.pem");

/// The usual ones with other fields; null takes one away.
fn changed(fields: &Value) -> Value {
    let mut json = serde_json::to_value(credentials()).expect("JSON");
    for (name, value) in fields.as_object().expect("an object") {
        if value.is_null() {
            json.as_object_mut().expect("an object").remove(name);
        } else {
            json[name] = value.clone();
        }
    }
    json
}

fn refusal(made: Result<std::sync::Arc<dyn Adapter>, NoAdapter>) -> Option<String> {
    made.err().map(|error| match error {
        NoAdapter::Credentials(words) => words,
        unknown @ NoAdapter::Unknown(_) => panic!("{unknown}"),
    })
}

#[test]
fn what_fits_is_taken() {
    let imap =
        json!({ "host": "imap.acme.test", "port": 993, "security": "tls", "username": "u", "password": "p" });
    let smtp = |host: &str, security: &str| json!({ "host": host, "port": 25, "security": security, "username": "u", "password": "p" });
    for fields in [
        json!({}),
        json!({ "imap": imap, "ca": ROOT, "dkim": { "selector": "s1", "private_key": ED25519 } }),
        json!({ "hook_secret": null, "aliases": null, "authserv_ids": null }),
        json!({ "smtp": smtp("smtp.acme.test", "starttls") }),
        json!({ "smtp": smtp("localhost", "none") }),
        json!({ "smtp": smtp("::1", "none") }),
    ] {
        assert_eq!(refusal(raw(changed(&fields), &Clock::System)), None, "{fields}");
    }
    let read: Credentials = serde_json::from_value(changed(&json!({ "imap": imap }))).expect("credentials");
    assert_eq!(read.imap.expect("a mailbox").folder, "INBOX");
}

#[test]
fn what_does_not_fit_is_named() {
    let smtp = |field: &str, value: Value| {
        let mut smtp = json!({ "host": "smtp.acme.test", "port": 587, "security": "tls" });
        smtp[field] = value;
        json!({ "smtp": smtp })
    };
    let imap = |field: &str, value: Value| {
        let mut imap = json!({
            "host": "imap.acme.test", "port": 993, "security": "tls", "username": "u", "password": "p",
        });
        imap[field] = value;
        json!({ "imap": imap })
    };
    let open =
        json!({ "host": "10.0.0.1", "port": 25, "security": "none", "username": "u", "password": "p" });
    for (fields, named) in [
        (json!({ "address": "acme.test" }), "address: "),
        (json!({ "aliases": ["sales@acme.test", "sales"] }), "aliases: "),
        (json!({ "token_secret": "07".repeat(31) }), "token_secret: "),
        (json!({ "token_secret": "0".repeat(65) }), "token_secret: "),
        (json!({ "token_secret": "+7".repeat(32) }), "token_secret: "),
        (json!({ "token_secret": "ü".repeat(32) }), "token_secret: "),
        (json!({ "hook_secret": "" }), "hook_secret: "),
        (smtp("host", json!("")), "smtp.host: "),
        (smtp("host", json!("smtp acme")), "smtp.host: "),
        (smtp("port", json!(0)), "smtp.port: "),
        (smtp("port", json!(70_000)), ""),
        (smtp("security", json!("ssl")), ""),
        (smtp("username", json!("u")), "smtp.password: "),
        (json!({ "smtp": open }), "smtp.security: "),
        (imap("host", json!("")), "imap.host: "),
        (imap("port", json!(0)), "imap.port: "),
        (imap("folder", json!("")), "imap.folder: "),
        (imap("security", json!("none")), "imap.security: "),
        (json!({ "dkim": { "selector": "a b", "private_key": ED25519 } }), "dkim.selector: "),
        (json!({ "dkim": { "selector": "s1", "private_key": "no key!" } }), "dkim.private_key: "),
        (json!({ "dkim": { "selector": "s1", "private_key": "AAAA" } }), "dkim.private_key: "),
        (json!({ "authserv_ids": [" "] }), "authserv_ids: "),
        (json!({ "ca": "no certificate" }), "ca: "),
        (json!({ "novel": 1 }), ""),
        (json!({ "smtp": null }), ""),
    ] {
        let words = refusal(raw(changed(&fields), &Clock::System)).expect("refused");
        assert!(words.starts_with(named), "{fields}: {words}");
    }
}

#[test]
fn hooks_need_a_secret_where_they_are_the_only_way_in() {
    let without = changed(&json!({ "hook_secret": null }));
    for make in [mailgun, postmark] {
        let words = refusal(make(without.clone(), &Clock::System)).expect("refused");
        assert!(words.starts_with("hook_secret: "), "{words}");
        assert_eq!(refusal(make(changed(&json!({})), &Clock::System)), None);
    }
}
