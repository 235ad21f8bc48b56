//! What forms make of JSON, and JSON of forms.

use proptest::prelude::*;
use serde_json::json;

use super::{super::Provider, *};

fn form(values: &[(&str, &str)]) -> ChannelForm {
    let values = values.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    ChannelForm { values, ..ChannelForm::default() }
}

fn object(value: Value) -> JsonObject {
    object_of(&value)
}

fn field_of(error: AppError) -> String {
    match error {
        AppError::Invalid { field, .. } => field,
        other => panic!("{other}"),
    }
}

#[test]
fn fields_become_json_in_their_places() {
    let written = form(&[
        ("aliases", "a@acme.test\r\n\n b@acme.test "),
        ("smtp_host", " smtp.acme.test "),
        ("smtp_port", "465"),
        ("smtp_security", "tls"),
        ("smtp_username", ""),
        ("hook_secret", " s e c "),
        // Presets alone use nothing.
        ("imap_port", "993"),
        ("imap_security", "tls"),
        ("imap_host", " "),
    ]);
    let made = fill(Provider::Mail.credentials(), &written, JsonObject::new()).expect("it fits");
    let want = json!({
        "aliases": ["a@acme.test", "b@acme.test"],
        "smtp": { "host": "smtp.acme.test", "port": 465, "security": "tls" },
        "hook_secret": "s e c",
    });
    assert_eq!(Value::Object(made), want);
}

#[test]
fn what_is_wrong_names_its_field() {
    let good = [("smtp_host", "smtp.acme.test"), ("smtp_port", "25"), ("smtp_security", "none")];
    for (changed, want) in [
        (("smtp_host", ""), "smtp_host"),
        (("smtp_port", "65536"), "smtp_port"),
        (("smtp_port", "-1"), "smtp_port"),
        (("smtp_port", "smtp"), "smtp_port"),
        (("smtp_security", "some"), "smtp_security"),
        (("smtp_username", "two\nlines"), "smtp_username"),
        // Whoever writes one field of it means all of it.
        (("imap_host", "imap.acme.test"), "imap_port"),
        (("dkim_selector", "one"), "dkim_private_key"),
        (("dkim_private_key", "-----BEGIN"), "dkim_selector"),
    ] {
        let mut written = form(&good);
        written.values.insert(changed.0.into(), changed.1.into());
        let error = fill(Provider::Mail.credentials(), &written, JsonObject::new()).expect_err(changed.0);
        assert_eq!(field_of(error), want, "{changed:?}");
    }
    let long = "x".repeat(LONGEST_VALUE + 1);
    let error = fill(Provider::Webhook.credentials(), &form(&[("url", &long)]), JsonObject::new());
    assert_eq!(field_of(error.expect_err("too long")), "url");
}

#[test]
fn secrets_stay_until_they_are_written_anew_or_removed() {
    let kept = object(json!({
        "account_sid": "AC1", "auth_token": "old", "other_auth_token": "second",
        "api_key": { "sid": "SK1", "secret": "key" },
        "shared_keys": [{ "id": "one", "secret": "shared" }],
    }));
    let sections = Provider::Twilio.credentials();
    let same = form(&[("account_sid", "AC2"), ("api_key_sid", "SK1")]);
    let filled = fill(sections, &same, kept.clone()).expect("it fits");
    assert_eq!((&filled["account_sid"], &filled["auth_token"]), (&json!("AC2"), &json!("old")));
    assert_eq!(filled["api_key"], json!({ "sid": "SK1", "secret": "key" }));
    assert_eq!(filled["shared_keys"], kept["shared_keys"], "no field stands for it");

    let mut removed = same.clone();
    removed.forget.insert("other_auth_token".into(), "on".into());
    removed.values.insert("auth_token".into(), "new".into());
    removed.values.remove("api_key_sid");
    let filled = fill(sections, &removed, kept.clone()).expect("it fits");
    assert_eq!(filled["auth_token"], json!("new"));
    assert!(!filled.contains_key("other_auth_token") && !filled.contains_key("api_key"));

    let mut needed = same;
    needed.forget.insert("auth_token".into(), "on".into());
    assert_eq!(field_of(fill(sections, &needed, kept).expect_err("it is needed")), "auth_token");
}

#[test]
fn what_is_shown_holds_no_secret() {
    let kept = object(json!({
        "account_sid": "AC1", "auth_token": "hidden-1", "api_key": { "sid": "SK1", "secret": "hidden-2" },
        "shared_keys": [{ "id": "one", "secret": "hidden-3" }],
    }));
    let shown = shown(Provider::Twilio.credentials(), &kept);
    let values: Vec<(&str, &str)> =
        shown.values.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    assert_eq!(values, [("account_sid", "AC1"), ("api_key_sid", "SK1")]);
    assert!(shown.secrets.iter().eq(["api_key_secret", "auth_token"]));
    assert!(!serde_json::to_string(&shown).expect("JSON").contains("hidden"));

    let written = form(&[("auth_token", "hidden")]);
    assert!(!format!("{written:?}").contains("hidden"));
}

#[test]
fn what_every_channel_has_is_checked() {
    let with = |name: &str, value: &str| {
        let mut form = ChannelForm::default();
        match name {
            "team" => form.team = value.into(),
            "hue" => form.hue = value.into(),
            _ => form.reopen_days = value.into(),
        }
        form
    };
    assert_eq!(with("team", "").team_id(), Ok(None));
    assert_eq!(field_of(with("team", "Support").team_id().expect_err("no id")), "team");
    assert_eq!(with("hue", "teal").hue(), Ok(Some(Hue::Teal)));
    assert_eq!(field_of(with("hue", "beige").hue().expect_err("no hue")), "hue");
    assert_eq!(with("days", "").reopen_window(), Ok(None));
    assert_eq!(with("days", " 3 ").reopen_window(), Ok(Some(3 * Time::DAY)));
    for days in ["-1", "366", "soon", "1.5"] {
        assert_eq!(field_of(with("days", days).reopen_window().expect_err(days)), "reopen_days");
    }
    assert_eq!(name_of_channel(" Acme \n SMS "), Ok("Acme SMS".into()));
    for name in ["", " \t", &"x".repeat(LONGEST_NAME + 1)] {
        assert_eq!(field_of(name_of_channel(name).expect_err("no name")), "name");
    }
}

#[test]
fn addresses_of_mail() {
    for (text, want) in [
        (" Help@Acme.TEST ", Some("Help@acme.test")),
        ("a+b@mail.acme.test", Some("a+b@mail.acme.test")),
        ("hilfe@bücher.example", Some("hilfe@bücher.example")),
        ("help", None),
        ("@acme.test", None),
        ("help@acme", None),
        ("help@acme..test", None),
        ("help@acme.test.", None),
        ("a@b@acme.test", None),
        ("help @acme.test", None),
        ("Help <help@acme.test>", None),
        ("help@acme.test, b@acme.test", None),
        ("help\n@acme.test", None),
        ("", None),
    ] {
        assert_eq!(mail_address(text).as_deref(), want, "{text}");
    }
}

/// Any field of any provider, with any text.
fn any_form() -> impl Strategy<Value = (Provider, ChannelForm)> {
    let providers = prop::sample::select(Provider::ALL);
    (providers, prop::collection::vec(("(?s).{0,12}", any::<bool>()), 24)).prop_map(|(provider, texts)| {
        let keys =
            provider.sections().flat_map(|section| section.fields.iter().map(|field| section.key(field)));
        let mut form = ChannelForm::default();
        for (key, (text, forget)) in keys.zip(texts) {
            if forget {
                form.forget.insert(key.clone(), String::new());
            }
            form.values.insert(key, text);
        }
        (provider, form)
    })
}

proptest! {
    #[test]
    fn what_is_shown_fills_the_same_again((provider, form) in any_form()) {
        let sections = provider.credentials();
        if let Ok(kept) = fill(sections, &form, JsonObject::new()) {
            let values = shown(sections, &kept).values;
            let again = ChannelForm { values, ..ChannelForm::default() };
            prop_assert_eq!(fill(sections, &again, kept.clone()), Ok(kept));
        }
    }
}
