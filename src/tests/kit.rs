//! The server under test, and the people around it.

use std::{net::SocketAddr, ops::Deref, path::PathBuf, sync::Arc};

use axum::{
    Router,
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use diesel_async::{AsyncConnection, SimpleAsyncConnection};
use futures::StreamExt;
use leptos::config::LeptosOptions;
use serde_json::{Value, json};
use tower::ServiceExt;
use uuid::Uuid;

use crate::{
    domain::{
        AppError, Channel, ChannelId, ChannelKind, ClientMsgId, Conflict, ConversationId, Me, Operator,
        OperatorId, Position, Push, Role, Team, TeamId, Time,
    },
    server::{
        app::App,
        auth::{
            password::NOBODY,
            session::{self, SignedIn},
        },
        clock::{Clock, new_id},
        config::Config,
        http, realtime,
        store::{
            Create, DatabaseUrl, Db, Tx,
            channels::{self, ConfiguredChannel, Settings},
            operators::{self, Account},
            teams,
        },
    },
};

/// A whole server in this process, on a database of its own, with a clock that the test moves.
#[derive(Clone)]
pub struct TestApp {
    pub app: App,
    pub router: Router,
    pub url: String,
    pub support: TeamId,
    pub sales: TeamId,
    pub channel: ChannelId,
    /// What lies on the disk; removed when the last clone goes.
    folder: Arc<Folder>,
}

struct Folder(PathBuf);

impl Folder {
    /// A name that nobody has; who needs the folder makes it.
    fn new() -> Self {
        Self(std::env::temp_dir().join(format!("live-operator-test-{}", new_id::<Uuid>())))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Deref for TestApp {
    type Target = App;

    fn deref(&self) -> &App {
        &self.app
    }
}

pub const KEY: &str = "test-shop";
/// 32 bytes in base64.
const SECRET_KEY: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
const START: Time = Time(1_760_000_000_000_000);

impl TestApp {
    pub async fn on_sqlite() -> Self {
        let folder = Folder::new();
        let url = format!("sqlite://{}/test.db", folder.0.display());
        Self::start(&url, Arc::new(folder), Clock::manual(START), true, None).await
    }

    /// None, with a printed line, where no PostgreSQL is named.
    #[expect(clippy::disallowed_methods, reason = "tests are told by the environment where PostgreSQL is")]
    pub async fn on_postgres() -> Option<Self> {
        let Ok(admin) = std::env::var("TEST_POSTGRES_URL") else {
            assert!(std::env::var("CI").is_err(), "TEST_POSTGRES_URL must name a PostgreSQL server");
            println!("skipped: TEST_POSTGRES_URL names no PostgreSQL server");
            return None;
        };
        let name = format!("test_{}", new_id::<Uuid>().simple());
        let mut conn = diesel_async::AsyncPgConnection::establish(&admin).await.expect("PostgreSQL answers");
        conn.batch_execute(&format!("CREATE DATABASE {name}")).await.expect("a database can be made");
        let (server, _) = admin.rsplit_once('/').expect("a URL with a database");
        let url = format!("{server}/{name}");
        Some(Self::start(&url, Arc::new(Folder::new()), Clock::manual(START), true, None).await)
    }

    /// The same server, set up otherwise.
    pub async fn configured(mut self, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = self.config.clone();
        change(&mut config);
        (self.app, self.router) = assemble(config, self.db.clone(), self.clock.clone()).await;
        self
    }

    /// Another server on the same database and with the same files.
    pub async fn second_server(&self) -> Self {
        self.beside(None).await
    }

    /// The same, which asks this name server.
    pub async fn server_asking(&self, nameserver: SocketAddr) -> Self {
        self.beside(Some(nameserver)).await
    }

    /// A server on the same database in which nothing runs: its queries are those of a test alone.
    pub async fn quiet(&self) -> App {
        let url = DatabaseUrl::parse(&self.url).expect("a good URL");
        let db = Db::open(&url, Create::No).await.expect("it opens");
        App::new(self.config.clone(), db, self.clock.clone())
    }

    async fn beside(&self, nameserver: Option<SocketAddr>) -> Self {
        let (folder, clock) = (self.folder.clone(), self.clock.clone());
        let mut second = Self::start(&self.url, folder, clock, false, nameserver).await;
        (second.support, second.sales, second.channel) = (self.support, self.sales, self.channel);
        second
    }

    async fn start(
        url: &str,
        folder: Arc<Folder>,
        clock: Clock,
        fresh: bool,
        nameserver: Option<SocketAddr>,
    ) -> Self {
        let config =
            Config::read("[limits]\nsign_ins_per_minute = 1000\nmessages_per_minute = 100000\n[outward]\nallowed_hosts = [\"127.0.0.1\"]", |name| {
                match name {
                    "DATABASE_URL" => Some(url.to_owned()),
                    "LIVE_OPERATOR_SECRET_KEY" => Some(SECRET_KEY.to_owned()),
                    "LIVE_OPERATOR_DNS_NAMESERVER" => nameserver.map(|address| address.to_string()),
                    "LIVE_OPERATOR_FILES_FOLDER" => Some(folder.0.join("files").display().to_string()),
                    _ => None,
                }
            })
            .expect("the test's configuration is valid");
        let db = Db::open(&DatabaseUrl::parse(url).expect("a good URL"), Create::IfMissing)
            .await
            .expect("it opens");
        if fresh {
            db.migrate().await.expect("it migrates");
        }
        let (app, router) = assemble(config, db, clock).await;
        let mut test = Self {
            app,
            router,
            url: url.to_owned(),
            support: new_id(),
            sales: new_id(),
            channel: new_id(),
            folder,
        };
        if fresh {
            test.furnish().await;
        }
        test
    }

    async fn furnish(&mut self) {
        let now = self.clock.now();
        let mut tx = self.db.begin().await.expect("a transaction");
        for (id, name) in [(self.support, "Support team"), (self.sales, "Sales team")] {
            teams::insert(&mut tx, &Team { id, name: name.into() }, now).await.expect("a team");
        }
        let channel = Channel {
            id: self.channel,
            kind: ChannelKind::LiveChat,
            name: "Test shop".into(),
            hue: None,
            team_id: Some(self.support),
            enabled: true,
            connected: true,
            address: String::new(),
        };
        let configured = ConfiguredChannel {
            channel,
            key: KEY.into(),
            provider: channels::SESSION.into(),
            credentials: None,
            settings: Settings::default(),
            created_at: now,
        };
        channels::insert(&mut tx, &configured).await.expect("a channel");
        tx.commit().await.expect("a commit");
    }

    pub async fn tx(&self) -> Tx {
        self.db.begin().await.expect("a transaction")
    }

    /// Somebody who works in Support, signed in.
    pub async fn operator(&self, name: &str) -> Actor {
        self.person(name, Role::Operator, &[self.support]).await
    }

    pub async fn person(&self, name: &str, role: Role, teams: &[TeamId]) -> Actor {
        let id: OperatorId = new_id();
        let operator = Operator {
            id,
            name: name.into(),
            email: format!("{}@test.test", name.to_lowercase()),
            role,
            enabled: true,
        };
        let account =
            Account { operator, password_hash: NOBODY.into(), auth_epoch: 0, created_at: self.clock.now() };
        let mut tx = self.tx().await;
        operators::insert(&mut tx, &account).await.expect("an account");
        for team in teams {
            crate::server::store::teams::insert_member(&mut tx, *team, id).await.expect("a member");
        }
        tx.commit().await.expect("a commit");
        let token = session::begin(&self.app, &account).await.expect("a session");
        Actor { test: self.clone(), id, token }
    }

    /// A browser that has never been here.
    pub fn visitor(&self) -> Visitor {
        let token = format!("{}{}", new_id::<Uuid>().simple(), new_id::<Uuid>().simple());
        Visitor { test: self.clone(), token }
    }

    /// A request through the whole router.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let mut request = request;
        request.extensions_mut().insert(http::test_peer(SocketAddr::from(([127, 0, 0, 1], 50_000))));
        let response = self.router.clone().oneshot(request).await.expect("the router never fails");
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answer {
            status: parts.status,
            json: serde_json::from_str(&text).unwrap_or(Value::Null),
            text,
            bytes,
            headers: parts.headers,
        }
    }

    /// A request whose answer stays open.
    pub async fn open(&self, request: Request<Body>) -> Stream {
        let mut request = request;
        request.extensions_mut().insert(http::test_peer(SocketAddr::from(([127, 0, 0, 1], 50_000))));
        let response = self.router.clone().oneshot(request).await.expect("the router never fails");
        assert_eq!(response.status(), StatusCode::OK);
        Stream { body: response.into_body().into_data_stream().boxed(), buffer: String::new() }
    }
}

async fn assemble(config: Config, db: Db, clock: Clock) -> (App, Router) {
    let app = App::new(config, db, clock);
    realtime::tail::start(&app).await.expect("the log can be read");
    let options = LeptosOptions::builder().output_name("live-operator").build();
    let router = http::router(&app, &http::Demo::new(&app), options);
    (app, router)
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub json: Value,
    pub text: String,
    pub bytes: bytes::Bytes,
    pub headers: axum::http::HeaderMap,
}

impl Answer {
    /// The JSON of an answer that must be good.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text);
        self.json
    }

    /// Why it was not possible, of an answer that must say so.
    #[track_caller]
    pub fn conflict(&self) -> Conflict {
        match serde_json::from_value(self.json.clone()) {
            Ok(AppError::Conflict { conflict }) => conflict,
            _ => panic!("no conflict: {}", self.text),
        }
    }
}

/// An open stream of server-sent events.
pub struct Stream {
    body: futures::stream::BoxStream<'static, Result<bytes::Bytes, axum::Error>>,
    buffer: String,
}

/// One server-sent event.
#[derive(Debug, Clone)]
pub struct Sse {
    pub event: String,
    pub id: Option<String>,
    pub data: Value,
}

impl Stream {
    /// The next event; none when the stream has ended. Waits at most ten seconds.
    pub async fn next(&mut self) -> Option<Sse> {
        loop {
            if let Some((block, rest)) = self.buffer.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.buffer = rest;
                let mut sse = Sse { event: String::new(), id: None, data: Value::Null };
                for line in block.lines() {
                    match line.split_once(": ") {
                        Some(("event", name)) => sse.event = name.into(),
                        Some(("id", id)) => sse.id = Some(id.into()),
                        Some(("data", data)) => sse.data = serde_json::from_str(data).expect("JSON"),
                        _ => {}
                    }
                }
                if !sse.data.is_null() {
                    return Some(sse);
                }
                continue;
            }
            let chunk = tokio::time::timeout(std::time::Duration::from_secs(60), self.body.next())
                .await
                .expect("something happens within a minute")?;
            self.buffer.push_str(&String::from_utf8_lossy(&chunk.expect("bytes")));
        }
    }

    /// The next durable event of an operator's stream.
    pub async fn push(&mut self) -> Push {
        loop {
            let sse = self.next().await.expect("the stream is open");
            let push: Push = serde_json::from_value(sse.data).expect("a push");
            if !matches!(push, Push::Signal { .. } | Push::Here { .. }) {
                return push;
            }
        }
    }
}

/// A signed-in operator.
#[derive(Clone)]
pub struct Actor {
    pub test: TestApp,
    pub id: OperatorId,
    token: String,
}

impl Actor {
    pub fn cookie(&self) -> String {
        format!("live_operator={}", self.token)
    }

    /// Calls a server function as the app does.
    pub async fn call(&self, function: &str, arguments: Value) -> Answer {
        self.call_on(&self.test, function, arguments).await
    }

    /// The same on another server.
    pub async fn call_on(&self, server: &TestApp, function: &str, arguments: Value) -> Answer {
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("/fn/{function}"))
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ORIGIN, server.config.server.public_url.as_str())
            .header(header::COOKIE, self.cookie())
            .body(Body::from(arguments.to_string()))
            .expect("a request");
        server.send(request).await
    }

    pub async fn me(&self) -> Me {
        (*self.signed_in().await).clone()
    }

    pub async fn signed_in(&self) -> SignedIn {
        session::me(&self.test.app, &self.token).await.expect("a live session")
    }

    pub async fn reply(&self, conversation: ConversationId, body: &str, seen_seq: i64) -> Answer {
        self.reply_as(conversation, new_id(), body, seen_seq, false).await
    }

    pub async fn reply_as(
        &self,
        conversation: ConversationId,
        id: ClientMsgId,
        body: &str,
        seen_seq: i64,
        anyway: bool,
    ) -> Answer {
        let arguments = json!({
            "conversation_id": conversation, "client_msg_id": id, "body": body, "files": [],
            "seen_seq": seen_seq, "anyway": anyway,
        });
        self.call("send_reply", arguments).await
    }

    pub async fn act(&self, function: &str, conversation: ConversationId) -> Answer {
        self.call(function, json!({ "id": conversation })).await
    }

    /// Does something to conversations, and returns what became of each.
    pub async fn handle(
        &self,
        ids: &[ConversationId],
        action: &crate::domain::BulkAction,
    ) -> Vec<crate::domain::BulkItem> {
        let answer = self.call("handle_many", json!({ "ids": ids, "action": action })).await;
        serde_json::from_value(answer.ok()).expect("items")
    }

    pub async fn inbox(&self, queue: &str) -> crate::domain::Inbox {
        let queue: crate::domain::Queue = queue.parse().expect("a queue");
        serde_json::from_value(self.call("load_inbox", json!({ "queue": queue })).await.ok())
            .expect("an inbox")
    }

    pub async fn thread(&self, conversation: ConversationId) -> crate::domain::Thread {
        serde_json::from_value(self.act("load_thread", conversation).await.ok()).expect("a thread")
    }

    pub async fn stream(&self, after: Position) -> Stream {
        self.stream_on(&self.test, after).await
    }

    pub async fn stream_on(&self, server: &TestApp, after: Position) -> Stream {
        let request = Request::builder()
            .uri(format!("/events?after={after}"))
            .header(header::COOKIE, self.cookie())
            .body(Body::empty())
            .expect("a request");
        server.open(request).await
    }
}

/// A browser with the widget.
#[derive(Clone)]
pub struct Visitor {
    pub test: TestApp,
    pub token: String,
}

impl Visitor {
    pub fn request(&self, method: Method, path: &str, body: &Value) -> Request<Body> {
        Request::builder()
            .method(method)
            .uri(format!("/widget/api/{KEY}/{path}"))
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token))
            .header(header::CONTENT_TYPE, "application/json")
            .body(if body.is_null() { Body::empty() } else { Body::from(body.to_string()) })
            .expect("a request")
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.test.send(self.request(Method::POST, path, &body)).await
    }

    pub async fn say_as(&self, id: ClientMsgId, body: &str) -> Answer {
        self.post("messages", json!({ "client_msg_id": id, "body": body })).await
    }

    /// Says something, and returns the conversation that it went to.
    pub async fn say(&self, body: &str) -> ConversationId {
        let answer = self.say_as(new_id(), body).await.ok();
        serde_json::from_value(answer["conversation"]["id"].clone()).expect("an id")
    }

    pub async fn chat(&self) -> Value {
        self.test.send(self.request(Method::GET, "conversation", &Value::Null)).await.ok()
    }

    pub async fn stream(&self, after: &str) -> Stream {
        self.test.open(self.request(Method::GET, &format!("events?after={after}"), &Value::Null)).await
    }
}
