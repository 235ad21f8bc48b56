//! The customers' side of mail, in this process: a mail server that takes what we send by SMTP and answers as told,
//! and customers who write through our hook.

use std::sync::{Arc, Mutex};

use axum::{
    body::Body,
    http::{Method, Request, header},
};
use bytes::Bytes;
use futures::future::BoxFuture;
use hmac::{Hmac, Mac};
use serde_json::json;
use sha2::Sha256;

use super::kit::{Answer, TestApp};
use crate::{
    domain::{Channel, ChannelId, ChannelKind, Time},
    server::{
        channels::email::{
            parse::Mail,
            receiver::{Limits, Protocol, Sink, Verdict, serve},
        },
        clock::new_id,
        store::channels::{self, ConfiguredChannel, Settings},
    },
};

const HOOK_SECRET: &str = "a secret for the hook of these tests";

/// A mail that reached a customer.
#[derive(Debug, Clone)]
pub struct Reached {
    /// Where bounces go.
    pub sender: Option<String>,
    pub recipient: String,
    pub raw: Bytes,
}

impl Reached {
    pub fn mail(&self) -> Mail {
        Mail::read(&self.raw).expect("a mail")
    }
}

/// The server behind which all customers have their mailboxes. `nobody@…` has none, and `grey@…` is taken at the
/// second attempt.
#[derive(Clone, Default)]
pub struct Post {
    reached: Arc<Mutex<Vec<Reached>>>,
    seen: Arc<Mutex<Vec<String>>>,
    port: u16,
}

impl Sink for Post {
    fn accepts<'a>(&'a self, address: &'a str) -> BoxFuture<'a, Verdict> {
        Box::pin(async move {
            if address.starts_with("nobody@") {
                return Verdict::Refused("there is no such mailbox".into());
            }
            let mut seen = self.seen.lock().expect("no panic");
            if address.starts_with("grey@") && !seen.iter().any(|known| known == address) {
                seen.push(address.to_owned());
                return Verdict::Later("come again later".into());
            }
            Verdict::Taken
        })
    }

    fn keep<'a>(&'a self, sender: Option<&'a str>, recipient: &'a str, raw: Bytes) -> BoxFuture<'a, Verdict> {
        Box::pin(async move {
            let (sender, recipient) = (sender.map(str::to_owned), recipient.to_owned());
            self.reached.lock().expect("no panic").push(Reached { sender, recipient, raw });
            Verdict::Taken
        })
    }
}

impl Post {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let post = Self { port, ..Self::default() };
        let sink = post.clone();
        tokio::spawn(async move {
            let forever = std::future::pending();
            serve(listener, Protocol::Smtp, "mx.test", Limits::default(), sink, forever).await;
        });
        post
    }

    /// What has reached customers, in order.
    pub fn reached(&self) -> Vec<Reached> {
        self.reached.lock().expect("no panic").clone()
    }

    /// Connects a channel of the workspace to it.
    pub async fn connect(&self, test: &TestApp, key: &str, ours: &str) -> ChannelId {
        let id = new_id();
        let credentials = json!({
            "address": ours,
            "token_secret": format!("{:064x}", 0xfeed_u64 + key.len() as u64),
            "hook_secret": HOOK_SECRET,
            "smtp": { "host": "127.0.0.1", "port": self.port, "security": "none" },
            "authserv_ids": ["mx.acme.test"],
        });
        let mut configured = ConfiguredChannel {
            channel: Channel {
                id,
                kind: ChannelKind::Email,
                name: "Support mail".into(),
                hue: None,
                team_id: Some(test.support),
                enabled: true,
                connected: true,
                address: ours.to_owned(),
            },
            key: key.to_owned(),
            provider: "mail".to_owned(),
            credentials: None,
            settings: Settings {
                address: ours.to_owned(),
                signature: "The Acme team".into(),
                ..Settings::default()
            },
            created_at: test.clock.now(),
        };
        let place = configured.credentials_place();
        configured.credentials = Some(test.vault.seal(&place, &credentials.to_string()).expect("a key"));
        let mut tx = test.tx().await;
        channels::insert(&mut tx, &configured).await.expect("a channel");
        tx.commit().await.expect("a commit");
        id
    }
}

/// A mail as a customer's program writes it.
#[derive(Debug, Clone, Default)]
pub struct Letter<'l> {
    pub id: &'l str,
    pub from: &'l str,
    pub to: &'l str,
    pub cc: &'l str,
    pub subject: &'l str,
    pub in_reply_to: &'l str,
    /// Whole header lines, each with its end.
    pub more: &'l str,
    pub text: &'l str,
}

impl Letter<'_> {
    pub fn raw(&self) -> String {
        let line = |name: &str, value: &str| {
            if value.is_empty() { String::new() } else { format!("{name}: {value}\r\n") }
        };
        format!(
            "{}{}{}{}{}{}{}Date: Sun, 22 Nov 2026 10:00:00 +0000\r\n\r\n{}\r\n",
            line("Message-ID", &format!("<{}>", self.id)),
            line("From", self.from),
            line("To", self.to),
            line("Cc", self.cc),
            line("Subject", self.subject),
            if self.in_reply_to.is_empty() {
                String::new()
            } else {
                line("In-Reply-To", &format!("<{}>", self.in_reply_to))
            },
            self.more,
            self.text.replace('\n', "\r\n"),
        )
    }
}

/// A mail that comes by the raw-message hook.
pub async fn arrive(test: &TestApp, key: &str, recipient: &str, raw: &str) -> Answer {
    test.send(signed(test, key, recipient, raw, HOOK_SECRET)).await
}

pub fn signed(test: &TestApp, key: &str, recipient: &str, raw: &str, secret: &str) -> Request<Body> {
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("recipient", recipient).finish();
    let timestamp = test.clock.now().0.div_euclid(Time::SECOND).to_string();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any length");
    mac.update(format!("{timestamp}.{query}.{raw}").as_bytes());
    let signature: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    Request::builder()
        .method(Method::POST)
        .uri(format!("/hooks/mail/{key}?{query}"))
        .header(header::CONTENT_TYPE, "message/rfc822")
        .header("x-live-operator-timestamp", timestamp)
        .header("x-live-operator-signature", format!("v1={signature}"))
        .body(Body::from(raw.to_owned()))
        .expect("a request")
}
