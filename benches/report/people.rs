//! Those who use the server: an operator in a browser, and visitors of a website.

use std::net::SocketAddr;

use live_operator::{
    domain::{ClientMsgId, ConversationId, Inbox, Message, Queue},
    server::clock::new_id,
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    error::{Context, Failure, Result},
    http::{Answer, Connection, Stream, request},
    seed,
    server::Server,
};

/// The length of every message that a visitor sends here, in bytes.
const LENGTH: usize = 275;

/// What a browser says about itself where it matters: the server compresses for it.
const ENCODING: (&str, &str) = ("Accept-Encoding", "gzip, deflate, br");

const SEND_REPLY: &str = "/fn/send_reply";

/// A signed-in operator.
pub struct Operator {
    address: SocketAddr,
    origin: String,
    cookie: String,
    connection: Connection,
}

impl Operator {
    pub async fn sign_in(server: &Server, email: &str) -> Result<Self> {
        let mut connection = Connection::open(server.address).await?;
        let form = format!("email={}&password={}", email.replace('@', "%40"), seed::PASSWORD);
        let headers =
            [("Origin", server.url.as_str()), ("Content-Type", "application/x-www-form-urlencoded")];
        let answer = connection.ask(&request("POST", "/fn/sign_in", &headers, &form)).await?;
        let cookie = answer.header("set-cookie").and_then(|cookie| cookie.split(';').next());
        let cookie = cookie.context("signing in gave no cookie")?.to_owned();
        Ok(Self { address: server.address, origin: server.url.clone(), cookie, connection })
    }

    /// A request of the operators' app as its browser sends it.
    pub fn request(&self, method: &str, path: &str, body: &Value) -> Vec<u8> {
        let headers = [
            ("Cookie", self.cookie.as_str()),
            ("Origin", &self.origin),
            ("Content-Type", "application/json"),
            ENCODING,
        ];
        let body = if method == "GET" { String::new() } else { body.to_string() };
        request(method, path, &headers, &body)
    }

    /// The same, answered without compression.
    pub async fn ask(&mut self, method: &str, path: &str, body: &Value) -> Result<Answer> {
        let headers = [
            ("Cookie", self.cookie.as_str()),
            ("Origin", &self.origin),
            ("Content-Type", "application/json"),
        ];
        let body = if method == "GET" { String::new() } else { body.to_string() };
        self.connection.ask(&request(method, path, &headers, &body)).await
    }

    pub async fn inbox(&mut self, queue: Queue) -> Result<Inbox> {
        self.ask("POST", "/fn/load_inbox", &json!({ "queue": queue })).await?.json()
    }

    /// A stream from now on.
    pub async fn stream(&mut self) -> Result<Stream> {
        let position = self.inbox(Queue::Mine).await?.as_of.resume_from();
        self.stream_after(&position.to_string()).await
    }

    pub async fn stream_after(&self, position: &str) -> Result<Stream> {
        let headers = [("Cookie", self.cookie.as_str()), ENCODING];
        let request = request("GET", &format!("/events?after={position}"), &headers, "");
        Stream::open(self.address, &request).await
    }

    pub async fn reply(&mut self, conversation: ConversationId, text: &str) -> Result<Message> {
        self.ask("POST", SEND_REPLY, &reply(conversation, text)).await?.json()
    }

    /// The request with a reply.
    pub fn reply_request(&self, conversation: ConversationId, text: &str) -> Vec<u8> {
        self.request("POST", SEND_REPLY, &reply(conversation, text))
    }
}

/// A reply by somebody who has on screen whatever there is.
fn reply(conversation: ConversationId, text: &str) -> Value {
    json!({
        "conversation_id": conversation,
        "client_msg_id": new_id::<ClientMsgId>(),
        "body": text,
        "files": [],
        "seen_seq": i64::MAX,
        "anyway": false,
    })
}

/// Does something while an operator is connected, and hears of it.
pub async fn while_one_listens<T>(server: &Server, work: impl Future<Output = Result<T>>) -> Result<T> {
    let mut operator = Operator::sign_in(server, seed::OPERATOR).await?;
    let mut stream = operator.stream().await?;
    let listening = async { while stream.next().await.is_ok() {} };
    tokio::select! {
        done = work => done,
        () = listening => Err(Failure::new("the operator's stream ended")),
    }
}

/// A visitor who has written, and so has an open conversation.
pub struct Visitor {
    token: String,
    pub conversation: ConversationId,
}

/// The part of the widget's answers that counts here.
#[derive(Deserialize)]
struct Stored {
    conversation: Known,
}

#[derive(Deserialize)]
struct Known {
    id: ConversationId,
}

impl Visitor {
    /// Visitors who each have sent their first message.
    pub async fn welcome(server: &Server, count: usize) -> Result<Vec<Self>> {
        let mut connection = Connection::open(server.address).await?;
        let mut visitors = Vec::with_capacity(count);
        for number in 0..count {
            let token = format!("{number:043}");
            let answer = connection.ask(&message(&token, "Hello. I have a question.")).await?;
            let Stored { conversation } = answer.json()?;
            visitors.push(Self { token, conversation: conversation.id });
        }
        Ok(visitors)
    }

    /// The request with this visitor's next message: `mark` and then filling, 275 bytes in all.
    pub fn message(&self, mark: &str) -> Vec<u8> {
        message(&self.token, &format!("{mark} {}", seed::words(LENGTH.saturating_sub(mark.len() + 1))))
    }

    /// A stream from now on.
    pub async fn stream(&self, server: &Server) -> Result<Stream> {
        #[derive(Deserialize)]
        struct Chat {
            cursor: String,
        }
        let bearer = format!("Bearer {}", self.token);
        let headers = [("Authorization", bearer.as_str()), ENCODING];
        let api = format!("/widget/api/{}", seed::WIDGET_KEY);
        let mut connection = Connection::open(server.address).await?;
        let plain = request("GET", &format!("{api}/conversation"), &headers[..1], "");
        let Chat { cursor } = connection.ask(&plain).await?.json()?;
        let request = request("GET", &format!("{api}/events?after={cursor}"), &headers, "");
        Stream::open(server.address, &request).await
    }
}

fn message(token: &str, text: &str) -> Vec<u8> {
    let bearer = format!("Bearer {token}");
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
    let body = json!({ "client_msg_id": new_id::<ClientMsgId>(), "body": text });
    let path = format!("/widget/api/{}/messages", seed::WIDGET_KEY);
    request("POST", &path, &headers, &body.to_string())
}

/// Waits for the event that holds a text.
pub async fn until_heard(stream: &mut Stream, text: &str) -> Result {
    let work = async {
        while !stream.next().await?.contains(text) {}
        Result::Ok(())
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), work)
        .await
        .map_err(|_| Failure::new(format!("{text:?} did not come in half a minute")))?
}
