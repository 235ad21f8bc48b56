//! Files that providers keep: fetched once, from their own hosts alone, and shown in their message.

mod shelf;

use std::sync::Arc;

use axum::{
    body::{Body, Bytes},
    http::{Request, StatusCode},
};
use image::ImageFormat;
use serde_json::{Value, json};
use tokio::sync::Barrier;
use uuid::Uuid;

use super::{
    files::encoded,
    gateway::{Gateway, SECRET, tell, text},
    kit::{Actor, TestApp},
    on_both,
};
use crate::{
    domain::{Attachment, ConversationId, Dimensions, Event, Message, Push, Role, Time},
    server::{clock::new_id, jobs::runner::drain, store::channels},
};
use shelf::{Reply, Shelf};

on_both!(
    a_picture_is_fetched_and_shown_in_its_message,
    files_keep_the_order_in_which_they_were_named,
    a_message_of_many_files_gets_them_all,
    credentials_are_for_the_first_host_alone,
    what_cannot_be_fetched_says_why_and_is_left_alone,
    what_may_pass_is_tried_for_two_hours_and_then_by_people,
    a_host_says_when_to_come_again,
    two_runners_leave_one_file,
);

const OURS: &str = "+15550100";
const VERA: &str = "+14155550123";
const TOKEN: &str = "a token for files";

/// The same server, if its configuration allows these hosts.
async fn allowing(test: &TestApp, hosts: &[&Shelf]) -> TestApp {
    let hosts = hosts.iter().map(|shelf| shelf.authority.parse().expect("a host")).collect();
    test.clone().configured(|config| config.outward.allowed_hosts = hosts).await
}

/// Connects a channel whose provider keeps files at these hosts.
async fn connect(test: &TestApp, media_hosts: &[&str]) {
    let gateway = Gateway::start().await;
    let id = gateway.connect(test, "sms", OURS, "webhook").await;
    let mut tx = test.tx().await;
    let mut channel = channels::find(&mut tx, id).await.expect("read").expect("a channel");
    let credentials = json!({
        "url": gateway.url, "secret": SECRET, "media_hosts": media_hosts, "media_token": TOKEN,
    });
    let place = channel.credentials_place();
    channel.credentials = Some(test.vault.seal(&place, &credentials.to_string()).expect("a key"));
    channels::update(&mut tx, &channel).await.expect("written");
    tx.commit().await.expect("a commit");
}

/// A text with files comes in, and what follows from it is done.
async fn receive(test: &TestApp, id: &str, words: &str, media: Vec<Value>) {
    let mut event = text(id, VERA, OURS, words);
    event["media"] = json!(media);
    tell(test, "sms", &event).await.ok();
    drain(test).await;
}

async fn newest(actor: &Actor) -> ConversationId {
    actor.inbox("all").await.rows.first().expect("a conversation").conversation.id
}

async fn last(actor: &Actor) -> Message {
    actor.thread(newest(actor).await).await.messages.pop().expect("a message")
}

/// What is in the files of a message.
async fn contents(test: &TestApp, message: &Message) -> Vec<Bytes> {
    let mut contents = Vec::new();
    for file in &message.attachments {
        let request = Request::builder().uri(file.path()).body(Body::empty()).expect("a request");
        let answer = test.send(request).await;
        assert_eq!(answer.status, StatusCode::OK);
        contents.push(answer.bytes);
    }
    contents
}

async fn a_picture_is_fetched_and_shown_in_its_message(test: TestApp) {
    let shelf = Shelf::start().await;
    let app = allowing(&test, &[&shelf]).await;
    connect(&app, &[&shelf.authority]).await;
    let ann = app.operator("Ann").await;
    let picture = encoded(40, 20, ImageFormat::Png);
    shelf.set("/1", [Reply::Says(StatusCode::BAD_GATEWAY), Reply::Gives(picture.clone())]);
    let link = json!({ "url": shelf.url("/1"), "content_type": "image/png" });
    receive(&app, "m1", "", vec![link]).await;

    // The message is there before its picture.
    let waiting = last(&ann).await;
    assert_eq!((waiting.body.as_str(), waiting.attachments.len(), waiting.awaited.len()), ("", 0, 1));
    assert_eq!((waiting.awaited[0].label(), &waiting.awaited[0].failure), ("Photo", &None));
    let inbox = ann.inbox("all").await;
    let preview = inbox.rows[0].conversation.last_message.as_ref().expect("a message");
    assert_eq!(preview.text, "Photo");

    let mut hears = ann.stream(inbox.as_of.resume_from()).await;
    app.clock.advance(Time::MINUTE);
    drain(&app).await;
    let told = loop {
        if let Push::Event { event: Event::MessageChanged { message, .. }, .. } = hears.push().await {
            break *message;
        }
    };
    let message = last(&ann).await;
    assert_eq!(told, message);
    assert!(message.awaited.is_empty());
    let [file] = &message.attachments[..] else { panic!("{:?}", message.attachments) };
    assert_eq!((file.name.as_str(), file.content_type.as_str()), ("Photo.png", "image/png"));
    assert_eq!(file.image, Some(Dimensions { width: 40, height: 20 }));
    assert_eq!(contents(&app, &message).await, [picture]);
    let shown = Some(format!("Bearer {TOKEN}"));
    assert_eq!(shelf.asked(), [("/1".to_owned(), shown.clone()), ("/1".to_owned(), shown)]);

    // What says nothing at all still says so.
    receive(&app, "m2", " ", vec![]).await;
    assert_eq!(last(&ann).await.body, "[An empty message]");
}

async fn files_keep_the_order_in_which_they_were_named(test: TestApp) {
    let shelf = Shelf::start().await;
    let app = allowing(&test, &[&shelf]).await;
    connect(&app, &[&shelf.authority]).await;
    let ann = app.operator("Ann").await;
    let media = ["/a.txt", "/b.txt", "/c.txt"].map(|path| shelf.put(path, path.as_bytes()));
    shelf.set("/a.txt", [Reply::Says(StatusCode::SERVICE_UNAVAILABLE), Reply::Gives(b"/a.txt".to_vec())]);
    receive(&app, "m1", "Three", media.into()).await;
    let message = last(&ann).await;
    assert_eq!(contents(&app, &message).await, ["/b.txt", "/c.txt"]);
    assert_eq!(message.awaited.len(), 1);
    app.clock.advance(Time::MINUTE);
    drain(&app).await;
    let message = last(&ann).await;
    assert_eq!(message.body, "Three");
    assert_eq!(contents(&app, &message).await, ["/a.txt", "/b.txt", "/c.txt"]);
    assert_eq!(message.attachments[0].name, "a.txt");
}

/// Only some are taken at once, so that there is room for everything else.
async fn a_message_of_many_files_gets_them_all(test: TestApp) {
    const FILES: usize = 12;
    let shelf = Shelf::start().await;
    let app = allowing(&test, &[&shelf]).await;
    connect(&app, &[&shelf.authority]).await;
    let ann = app.operator("Ann").await;
    let paths: Vec<String> = (0..FILES).map(|number| format!("/{number}")).collect();
    let media = paths.iter().map(|path| shelf.put(path, path.as_bytes())).collect();
    receive(&app, "m1", "", media).await;
    for _ in 0..FILES {
        app.clock.advance(Time::SECOND);
        drain(&app).await;
    }
    let message = last(&ann).await;
    assert_eq!(contents(&app, &message).await, paths);
    assert_eq!(shelf.asked().len(), FILES, "each once");
}

async fn credentials_are_for_the_first_host_alone(test: TestApp) {
    let (shelf, other) = (Shelf::start().await, Shelf::start().await);
    let app = allowing(&test, &[&shelf, &other]).await;
    connect(&app, &[&shelf.authority, &other.authority]).await;
    let ann = app.operator("Ann").await;
    other.put("/b", b"there");
    shelf.set("/a", [Reply::SendsTo(other.url("/b"))]);
    receive(&app, "m1", "", vec![json!(shelf.url("/a"))]).await;
    assert_eq!(contents(&app, &last(&ann).await).await, ["there"]);
    assert_eq!(shelf.asked(), [("/a".to_owned(), Some(format!("Bearer {TOKEN}")))]);
    assert_eq!(other.asked(), [("/b".to_owned(), None)]);

    // Sent on three times, and four times.
    for (path, next) in [("/4", "/3"), ("/3", "/2"), ("/2", "1")] {
        shelf.set(path, [Reply::SendsTo(next.to_owned())]);
    }
    shelf.put("/1", b"at last");
    receive(&app, "m2", "", vec![json!(shelf.url("/4"))]).await;
    assert_eq!(contents(&app, &last(&ann).await).await, ["at last"]);
    shelf.set("/5", [Reply::SendsTo("/4".to_owned())]);
    receive(&app, "m3", "", vec![json!(shelf.url("/5"))]).await;
    let failure = last(&ann).await.awaited[0].failure.clone().expect("a reason");
    assert_eq!(failure, "It is sent on from place to place.");
    assert_eq!(shelf.asked().len(), 1 + 4 + 4);
}

async fn what_cannot_be_fetched_says_why_and_is_left_alone(test: TestApp) {
    let (shelf, foreign) = (Shelf::start().await, Shelf::start().await);
    let app = allowing(&test, &[&shelf, &foreign]).await;
    let port = shelf.authority.rsplit_once(':').expect("a port").1;
    let local = format!("localhost:{port}");
    // A name that its provider gives, and that leads to this machine.
    connect(&app, &[&shelf.authority, &local]).await;
    let ann = app.operator("Ann").await;
    let (here, credentials) = (shelf.url("/x"), shelf.url("/x").replace("://", "://a:b@"));
    let to = |place: &str| Some(Reply::SendsTo(place.to_owned()));
    for (number, (url, reply, words)) in [
        (&here, Some(Reply::Says(StatusCode::NOT_FOUND)), "does not have it any more"),
        (&here, Some(Reply::Says(StatusCode::GONE)), "does not have it any more"),
        (&here, Some(Reply::Says(StatusCode::FORBIDDEN)), "answered 403 Forbidden"),
        (&here, Some(Reply::Gives(Vec::new())), "It is empty."),
        (&here, Some(Reply::Gives(vec![1; Attachment::LARGEST + 1])), "larger than 25 MB"),
        (&here, Some(Reply::Endless), "larger than 25 MB"),
        (&here, to(&foreign.url("/x")), "no host of the provider's"),
        (&here, to("https://files.example.com/x"), "no host of the provider's"),
        (&here, to("https://169.254.169.254/latest/meta-data/"), "169.254.169.254 is not on the internet"),
        (&here, to("https://127.0.0.1/"), "127.0.0.1 is not on the internet"),
        (&here, to(&format!("https://{local}/x")), "localhost is not on the internet"),
        (&here, to(&format!("http://{local}/x")), "without encryption"),
        (&here, to("http://127.0.0.1:1/"), "without encryption"),
        (&here, to("https://[::ffff:127.0.0.1]/"), "is not on the internet"),
        (&here, to("file:///etc/passwd"), "no address on the web"),
        (&foreign.url("/x"), None, "no host of the provider's"),
        (&credentials, None, "user name or a password"),
        (&"http://169.254.169.254/".to_owned(), None, "without encryption"),
        (&"no address".to_owned(), None, "no address on the web"),
    ]
    .into_iter()
    .enumerate()
    {
        let asked = shelf.asked().len();
        let is_asked = reply.is_some();
        if let Some(reply) = reply {
            shelf.set("/x", [reply]);
        }
        receive(&app, &format!("m{number}"), "See this", vec![json!(url)]).await;
        let message = last(&ann).await;
        assert_eq!((message.body.as_str(), message.attachments.len()), ("See this", 0));
        let failure =
            message.awaited[0].failure.clone().unwrap_or_else(|| panic!("{words}: it is tried again"));
        assert!(failure.contains(words), "{words}: {failure}");
        app.clock.advance(Time::HOUR * 3);
        drain(&app).await;
        assert_eq!(shelf.asked().len() - asked, usize::from(is_asked), "{words}: nobody is asked again");
    }
    assert!(foreign.asked().is_empty());
}

async fn what_may_pass_is_tried_for_two_hours_and_then_by_people(test: TestApp) {
    let shelf = Shelf::start().await;
    let app = allowing(&test, &[&shelf]).await;
    connect(&app, &[&shelf.authority]).await;
    let ann = app.operator("Ann").await;
    shelf.set("/1", [Reply::Says(StatusCode::INTERNAL_SERVER_ERROR)]);
    let begun = app.clock.now();
    receive(&app, "m1", "", vec![json!(shelf.url("/1"))]).await;
    while last(&ann).await.awaited[0].failure.is_none() {
        app.clock.advance(Time::MINUTE * 5);
        drain(&app).await;
        assert!(app.clock.now().since(begun) < Time::HOUR * 4, "it comes to an end");
    }
    let asked = shelf.asked().len();
    assert!(app.clock.now().since(begun) > Time::HOUR && (5..15).contains(&asked), "{asked}");
    let message = last(&ann).await;
    let failure = message.awaited[0].failure.as_deref().expect("a reason");
    assert_eq!(failure, "The provider answered 500 Internal Server Error.");

    let (id, seq, file) = (newest(&ann).await, message.seq, json!(message.awaited[0].id));
    let arguments = |file: Value| json!({ "conversation_id": id, "seq": seq, "file": file });
    let ben = app.person("Ben", Role::Operator, &[app.sales]).await;
    assert_eq!(ben.call("fetch_again", arguments(file.clone())).await.status, StatusCode::NOT_FOUND);
    // Of what is not waited for there is nothing to be done.
    ann.call("fetch_again", arguments(json!(new_id::<Uuid>()))).await.ok();
    drain(&app).await;
    assert_eq!(shelf.asked().len(), asked);

    shelf.put("/1", b"at last");
    ann.call("fetch_again", arguments(file.clone())).await.ok();
    assert_eq!(last(&ann).await.awaited[0].failure, None);
    // A colleague may ask for the same meanwhile.
    ann.call("fetch_again", arguments(file.clone())).await.ok();
    drain(&app).await;
    let message = last(&ann).await;
    assert_eq!(contents(&app, &message).await, ["at last"]);
    assert!(message.awaited.is_empty());
    ann.call("fetch_again", arguments(file)).await.ok();
    drain(&app).await;
    assert_eq!(shelf.asked().len(), asked + 1);
}

async fn a_host_says_when_to_come_again(test: TestApp) {
    let shelf = Shelf::start().await;
    let app = allowing(&test, &[&shelf]).await;
    connect(&app, &[&shelf.authority]).await;
    let ann = app.operator("Ann").await;
    shelf.set("/1", [Reply::SaysLater(600), Reply::Gives(b"now".to_vec())]);
    receive(&app, "m1", "", vec![json!(shelf.url("/1"))]).await;
    app.clock.advance(Time::MINUTE * 9);
    drain(&app).await;
    assert_eq!(shelf.asked().len(), 1);
    app.clock.advance(Time::MINUTE);
    drain(&app).await;
    assert_eq!(contents(&app, &last(&ann).await).await, ["now"]);
}

/// A slow host outlasts a lease, so that another server fetches the same.
async fn two_runners_leave_one_file(test: TestApp) {
    let shelf = Shelf::start().await;
    let (app, other) = (allowing(&test, &[&shelf]).await, allowing(&test, &[&shelf]).await);
    connect(&app, &[&shelf.authority]).await;
    let ann = app.operator("Ann").await;
    shelf.set("/1", [Reply::Together(Arc::new(Barrier::new(2)), b"one".to_vec())]);
    let mut event = text("m1", VERA, OURS, "");
    event["media"] = json!([shelf.url("/1")]);
    tell(&app, "sms", &event).await.ok();
    let runner = {
        let app = app.clone();
        tokio::spawn(async move { drain(&app).await })
    };
    shelf.arrived.notified().await;
    app.clock.advance(2 * Time::MINUTE);
    drain(&other).await;
    runner.await.expect("it ends");
    assert_eq!(shelf.asked().len(), 2);
    let message = last(&ann).await;
    assert_eq!(contents(&app, &message).await, ["one"]);
    assert!(message.awaited.is_empty());
    let folder = std::fs::read_dir(&app.config.files.folder).expect("a folder");
    assert_eq!(folder.count(), 1, "the bytes that came second are gone");
    app.clock.advance(Time::DAY);
    drain(&app).await;
    assert_eq!(shelf.asked().len(), 2, "nothing is left to be done");
}
