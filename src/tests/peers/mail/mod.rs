//! Conversations by mail with real servers on the way: swaks is the customers' mail program, Postfix and Dovecot are
//! the company's servers, and `mx.py` is the customers' one.
//!
//! The jobs run as they do in a server. Only the clock stands, as in all tests: what waits for a time to come waits
//! until the test moves it.

mod bounces;
mod certificates;
mod oddities;
mod outages;
mod refusals;
mod round_trip;
mod servers;

use serde_json::Value;
use tokio::net::TcpListener;

use self::servers::Servers;
use super::process::until;
use crate::{
    domain::{ChannelId, ConversationId, DeliveryState, Message, SenderKind, Why, setup::Provider},
    server::{
        actions::connect::{NamedChannel, connect_named},
        jobs, lmtp,
        store::{channels::Settings, mail_cursors},
    },
    tests::kit::{Actor, TestApp},
};

/// A customer.
const VERA: &str = "vera@customers.test";
/// What comes for this address is handed to us.
const OURS: &str = "support@lmtp.test";

/// A workspace beside its mail servers, and an operator who works in it.
struct Desk {
    servers: Servers,
    ann: Actor,
    app: TestApp,
}

impl Desk {
    /// None, with a printed line, where the servers cannot be started.
    async fn open(app: TestApp) -> Option<Self> {
        let servers = Servers::start().await?;
        let ann = app.operator("Ann").await;
        Some(Self { servers, ann, app })
    }

    /// One that takes mail for [`OURS`] already.
    async fn at_work() -> Option<Self> {
        let desk = Self::open(TestApp::on_sqlite().await).await?;
        desk.connect(OURS, &desk.servers.credentials("starttls")).await;
        desk.serve().await;
        Some(desk)
    }

    /// Connects an address as the command line does.
    async fn connect(&self, address: &str, credentials: &Value) -> ChannelId {
        let named = NamedChannel {
            provider: Provider::Mail,
            name: address.to_owned(),
            team: Some("Support team".to_owned()),
            settings: Settings { address: address.to_owned(), ..Settings::default() },
            credentials: credentials.to_string(),
        };
        connect_named(&self.app, named).await.expect("it can be connected").channel.id
    }

    /// From here on mail is taken and jobs are done, for the channels that are connected by then.
    async fn serve(&self) {
        let listener = TcpListener::bind(("127.0.0.1", self.servers.ports.ours)).await.expect("it is free");
        tokio::spawn(lmtp::run(self.app.app.clone(), listener));
        jobs::start(&self.app);
    }

    /// Waits until a channel's mailbox is followed: what comes from then on is fetched.
    async fn follows(&self, channel: ChannelId) {
        until("the mailbox is followed", async || {
            let mut conn = self.app.db.conn().await.expect("a connection");
            mail_cursors::find(&mut conn, channel).await.expect("read")
        })
        .await;
    }

    /// Waits for a customer's message with these words.
    async fn arrives(&self, words: &str) -> (ConversationId, Message) {
        until(&format!("{words:?} arrives"), async || {
            for row in self.ann.inbox("all").await.rows {
                let id = row.conversation.id;
                let said = self.said_by_customers(id).await;
                if let Some(found) = said.into_iter().find(|message| message.fresh().trim() == words) {
                    return Some((id, found));
                }
            }
            None
        })
        .await
    }

    async fn said_by_customers(&self, id: ConversationId) -> Vec<Message> {
        let mut messages = self.ann.thread(id).await.messages;
        messages.retain(|message| message.sender == SenderKind::Contact);
        messages
    }

    /// The operator replies.
    async fn replies(&self, id: ConversationId, words: &str) {
        let seen = self.ann.thread(id).await.conversation.last_seq;
        self.ann.reply(id, words, seen).await.ok();
    }

    /// Waits until a reply has got so far.
    async fn comes_to(&self, id: ConversationId, words: &str, state: DeliveryState) -> Message {
        until(&format!("{words:?} is {}", state.label()), async || {
            let message = self.reply(id, words).await;
            message.delivery.as_ref().is_some_and(|delivery| delivery.state == state).then_some(message)
        })
        .await
    }

    /// A reply as it is now.
    async fn reply(&self, id: ConversationId, words: &str) -> Message {
        let messages = self.ann.thread(id).await.messages;
        messages.into_iter().find(|message| message.body == words).expect("it was written")
    }
}

fn why(message: &Message) -> Why {
    message.mail.as_ref().expect("a mail").why
}

/// What the servers say about a reply.
fn words(message: &Message) -> &str {
    message.delivery.as_ref().and_then(|delivery| delivery.words.as_deref()).unwrap_or_default()
}
