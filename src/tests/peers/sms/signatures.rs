//! What the providers' own libraries sign is taken over a real connection, and nothing else.

use std::path::Path;

use form_urlencoded::Serializer;
use serde_json::{Value, json};

use super::{
    super::{
        super::{
            delivery_of,
            gateway::Gateway,
            hooks_of,
            kit::{Actor, TestApp},
            on_both,
        },
        process::{free_port, python},
    },
    OURS, VERA, at, connect, library, listen, newest, reply,
};
use crate::{
    domain::{DeliveryState, Time, setup::Provider},
    server::jobs::runner::drain,
};

on_both!(what_twilios_library_signs_is_taken, what_telnyxs_library_signs_is_taken);

const ACCOUNT: &str = "AC1";
const AUTH_TOKEN: &str = "an auth token";
const SHARED_KEY: &str = "webhooks_sharedkey_1";
const SHARED_SECRET: &str = "a shared secret";
/// Of Telnyx's key.
const SEED: &str = "0707070707070707070707070707070707070707070707070707070707070707";

/// A request as a provider makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Call {
    url: String,
    headers: Vec<(&'static str, String)>,
    body: String,
}

/// What it hears: status, type and text.
type Heard = (u16, String, String);

impl Call {
    async fn make(&self, test: &TestApp) -> Heard {
        let mut request = test.client.post(&self.url).body(self.body.clone());
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let response = request.send().await.expect("the server listens");
        let kind = response.headers()["content-type"].to_str().expect("text").to_owned();
        (response.status().as_u16(), kind, response.text().await.expect("a text"))
    }

    /// The same with something changed that is signed.
    fn tampered(&self) -> Vec<Self> {
        let with = |change: fn(&mut Self)| {
            let mut call = self.clone();
            change(&mut call);
            assert_ne!(call, *self);
            call
        };
        vec![
            with(|it| it.body = it.body.replace("Sunday", "Monday")),
            with(|it| it.body.push(' ')),
            with(|it| it.headers.retain(|(name, _)| !name.contains("-signature"))),
            with(|it| it.headers.iter_mut().for_each(|(_, value)| *value = value.replace('=', "A="))),
        ]
    }

    /// Makes it after all its forgeries, of which nothing may be kept.
    async fn make_among_forgeries(&self, test: &TestApp, more: Vec<Self>) -> Heard {
        let before = hooks_of(test).await.len();
        for forgery in self.tampered().into_iter().chain(more) {
            assert_eq!(forgery.make(test).await.0, 403, "{forgery:?}");
        }
        assert_eq!(hooks_of(test).await.len(), before, "no row");
        let heard = self.make(test).await;
        assert_eq!(hooks_of(test).await.len(), before + 1);
        heard
    }
}

/// What the customer has said, and what was said to them.
async fn words(test: &TestApp, ann: &Actor) -> Vec<String> {
    drain(test).await;
    let (_, messages) = newest(ann).await.expect("a conversation");
    messages.into_iter().map(|message| message.body).collect()
}

/// Twilio, as far as it tells us things.
struct Twilio<'t> {
    python: &'t Path,
    hook: String,
}

impl Twilio<'_> {
    /// A form, signed with the account's token.
    fn form(&self, query: &str, pairs: &[(&str, &str)]) -> Call {
        let url = format!("{}{query}", self.hook);
        let order = json!({ "token": AUTH_TOKEN, "url": url, "pairs": pairs });
        let body = Serializer::new(String::new()).extend_pairs(pairs).finish();
        self.signed(&order, "application/x-www-form-urlencoded", body)
    }

    /// JSON, of which the address holds the hash.
    fn json(&self, event: &Value) -> Call {
        let body = event.to_string();
        let order = json!({ "token": AUTH_TOKEN, "url": self.hook, "body": body });
        self.signed(&order, "application/json", body)
    }

    /// A form, signed with a shared key.
    fn shared(&self, pairs: &[(&str, &str)]) -> Call {
        let order = json!({
            "token": SHARED_SECRET, "url": self.hook, "pairs": pairs, "algorithm": "HMAC_SHA256",
        });
        let body = Serializer::new(String::new()).extend_pairs(pairs).finish();
        let mut call = self.signed(&order, "application/x-www-form-urlencoded", body);
        let settings = format!("key={SHARED_KEY},algorithm=HMAC_SHA256");
        call.headers.push(("x-twilio-webhooks-signature-settings", settings));
        call
    }

    fn signed(&self, order: &Value, kind: &str, body: String) -> Call {
        let signed = library(self.python, "twilio-sign", order);
        let text = |name: &str| signed[name].as_str().expect("text").to_owned();
        let headers = vec![("content-type", kind.to_owned()), ("x-twilio-signature", text("signature"))];
        Call { url: text("url"), headers, body }
    }
}

/// A text as Twilio tells it.
fn text<'p>(sid: &'p str, body: &'p str) -> Vec<(&'p str, &'p str)> {
    vec![
        ("MessageSid", sid),
        ("AccountSid", ACCOUNT),
        ("From", VERA),
        ("To", OURS),
        ("Body", body),
        ("NumMedia", "0"),
        ("SmsStatus", "received"),
    ]
}

async fn what_twilios_library_signs_is_taken(app: TestApp) {
    let Some(python) = python() else { return };
    let (test, gateway) = (at(app, free_port()).await, Gateway::start().await);
    listen(&test).await;
    let ann = test.operator("Ann").await;
    let credentials = json!({
        "account_sid": ACCOUNT,
        "auth_token": AUTH_TOKEN,
        "shared_keys": [{ "id": SHARED_KEY, "secret": SHARED_SECRET }],
        "api": gateway.url,
    });
    let channel = connect(&test, Provider::Twilio, &credentials).await;
    let hook = format!("{}/hooks/twilio/{}", test.config.server.public_url, channel.key);
    let twilio = Twilio { python: &python, hook };

    let mut odd = text("SM1", " Is it open on Sunday? & = + % é 🙂 ");
    odd.extend([("Extra", "b"), ("Extra", "a"), ("Extra", "b"), ("Empty", ""), ("Née &", "ü=+%")]);
    let event = json!({
        "MessageSid": "SM2", "AccountSid": ACCOUNT, "From": VERA, "To": OURS, "Body": "Sunday, I mean",
        "SmsStatus": "received",
    });
    let calls = [twilio.form("", &odd), twilio.json(&event), twilio.shared(&text("SM3", "Sunday?"))];
    let taken = (200, "text/xml".to_owned(), "<Response/>".to_owned());
    for call in &calls {
        let mut elsewhere = call.clone();
        elsewhere.url.push_str(if call.url.contains('?') { "&x=1" } else { "?x=1" });
        assert_eq!(call.make_among_forgeries(&test, vec![elsewhere]).await, taken);
        drain(&test).await;
    }
    let said = ["Is it open on Sunday? & = + % é 🙂", "Sunday, I mean", "Sunday?"];
    assert!(words(&test, &ann).await.iter().map(|it| it.trim()).eq(said), "{:?}", words(&test, &ann).await);

    let (id, _) = newest(&ann).await.expect("a conversation");
    reply(&ann, id, "From ten to four.").await;
    let (_, messages) = newest(&ann).await.expect("a conversation");
    let message = messages.last().expect("a reply");
    let delivery = delivery_of(&test, message.id).await.id;
    let mut report = text("SM4", "as on Sunday");
    report.extend([("MessageStatus", "delivered")]);
    let report = twilio.form(&format!("?delivery={delivery}"), &report);
    let mut of_another = report.clone();
    of_another.url = of_another.url.replace("delivery=", "delivery=0");
    assert_eq!(report.make_among_forgeries(&test, vec![of_another]).await, taken);
    drain(&test).await;
    let (_, messages) = newest(&ann).await.expect("a conversation");
    let delivery = messages.last().and_then(|message| message.delivery.as_ref()).expect("it goes out");
    assert_eq!(delivery.state, DeliveryState::Delivered);
}

async fn what_telnyxs_library_signs_is_taken(app: TestApp) {
    let Some(python) = python() else { return };
    let test = at(app, free_port()).await;
    listen(&test).await;
    let ann = test.operator("Ann").await;
    let event = |id: &str, text: &str| {
        json!({ "data": {
            "record_type": "event",
            "event_type": "message.received",
            "id": id,
            "occurred_at": "2025-10-09T08:53:20.000+00:00",
            "payload": {
                "record_type": "message",
                "direction": "inbound",
                "id": format!("{id}-message"),
                "from": { "phone_number": VERA },
                "to": [{ "phone_number": OURS, "status": "webhook_delivered" }],
                "text": text,
                "media": [],
                "received_at": "2025-10-09T08:53:20.000+00:00",
            },
        }})
        .to_string()
    };
    let sign = |body: &str| {
        let timestamp = test.clock.now().0.div_euclid(Time::SECOND);
        let order = json!({ "seed": SEED, "timestamp": timestamp, "body": body });
        (timestamp.to_string(), library(&python, "telnyx-sign", &order))
    };
    let (_, key) = sign(&event("e0", "nobody hears this"));
    let credentials = json!({ "api_key": "KEY1", "public_key": key["public_key"] });
    let channel = connect(&test, Provider::Telnyx, &credentials).await;
    let call = |body: String| {
        let (timestamp, signed) = sign(&body);
        let signature = signed["signature"].as_str().expect("text").to_owned();
        Call {
            url: format!("{}/hooks/telnyx/{}", test.config.server.public_url, channel.key),
            headers: vec![
                ("content-type", "application/json".to_owned()),
                ("telnyx-timestamp", timestamp),
                ("telnyx-signature-ed25519", signature),
            ],
            body,
        }
    };
    for (id, said) in [("e1", "Is it open on Sunday? é 🙂"), ("e2", "Sunday, I mean")] {
        let call = call(event(id, said));
        let mut at_another_time = call.clone();
        at_another_time.headers[1].1.push('0');
        let heard = call.make_among_forgeries(&test, vec![at_another_time]).await;
        assert_eq!((heard.0, heard.2.as_str()), (200, ""));
        drain(&test).await;
        // Told again, it is the same; told again too late, it is a replay.
        assert_eq!(call.make(&test).await.0, 200);
        test.clock.advance(301 * Time::SECOND);
        assert_eq!(call.make(&test).await.0, 403);
    }
    assert_eq!(words(&test, &ann).await, ["Is it open on Sunday? é 🙂", "Sunday, I mean"]);
}
