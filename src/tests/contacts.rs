//! Contacts that are one person: what that changes for the team, and that it changes nothing for visitors.

mod addresses;
mod blocking;
mod merging;
mod noting;
mod pages;
mod visitors;

use axum::{
    body::Body,
    http::{Method, Request, header},
};
use form_urlencoded::Serializer;
use serde_json::json;

use super::{
    gateway::{Gateway, tell, text},
    kit::{Actor, Answer, TestApp, Visitor},
};
use crate::{
    domain::{ClientMsgId, Contact, ContactId, ContactPage, ConversationId},
    server::{
        clock::new_id,
        jobs::runner::drain,
        store::{contacts, conversations},
    },
};

const OURS: &str = "+15550100";
const VERA: &str = "+14155550123";

/// The contact of a conversation, as it is kept.
pub async fn contact_of(app: &TestApp, id: ConversationId) -> ContactId {
    let mut conn = app.db.conn().await.expect("a connection");
    conversations::find(&mut conn, id).await.expect("a query").expect("a conversation").contact_id
}

async fn kept(app: &TestApp, id: ContactId) -> Contact {
    let mut conn = app.db.conn().await.expect("a connection");
    contacts::find(&mut conn, id).await.expect("a query").expect("a contact")
}

/// Sends a form as the page does.
pub async fn form(actor: &Actor, function: &str, fields: &[(&str, &str)]) -> Answer {
    let request = Request::builder()
        .method(Method::POST)
        .uri(format!("/fn/{function}"))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ORIGIN, actor.test.config.server.public_url.as_str())
        .header(header::COOKIE, actor.cookie());
    let body = Serializer::new(String::new()).extend_pairs(fields).finish();
    actor.test.send(request.body(Body::from(body)).expect("a request")).await
}

fn read(answer: Answer) -> ContactPage {
    serde_json::from_value(answer.ok()).expect("a page")
}

async fn page(actor: &Actor, id: ContactId) -> ContactPage {
    read(actor.call("load_contact", json!({ "id": id })).await)
}

/// Says that the second is the person whose page the first has.
pub async fn merge(actor: &Actor, id: ContactId, other: ContactId) -> Answer {
    form(actor, "merge_contacts", &[("id", &id.to_string()), ("other", &other.to_string())]).await
}

pub async fn undo(actor: &Actor, id: ContactId, gone: ContactId) -> Answer {
    form(actor, "undo_merge", &[("id", &id.to_string()), ("gone", &gone.to_string())]).await
}

/// A visitor says something, with what they tell about themselves, and gets a conversation.
pub async fn introduced(visitor: &Visitor, name: &str, email: &str) -> ConversationId {
    let id = new_id::<ClientMsgId>();
    let mut words = json!({ "client_msg_id": id, "body": "Hello from the shop" });
    for (key, value) in [("name", name), ("email", email)] {
        if !value.is_empty() {
            words[key] = json!(value);
        }
    }
    let said = visitor.post("messages", words).await.ok();
    serde_json::from_value(said["conversation"]["id"].clone()).expect("an id")
}

/// Somebody texts, and the conversation that it went to is the newest that the operator sees.
async fn texted(app: &TestApp, actor: &Actor, from: &str, words: &str) -> ConversationId {
    app.clock.advance(crate::domain::Time::SECOND);
    let id = new_id::<ClientMsgId>().to_string();
    tell(app, "sms", &text(&id, from, OURS, words)).await.ok();
    drain(app).await;
    actor.inbox("all").await.rows[0].conversation.id
}

/// A visitor and somebody who texts, with their conversations.
pub async fn two(app: &TestApp, ann: &Actor) -> (Visitor, ConversationId, ConversationId) {
    Gateway::start().await.connect(app, "sms", OURS, "webhook").await;
    let visitor = app.visitor();
    let chat = visitor.say("Hello from the shop").await;
    let sms = texted(app, ann, VERA, "Hello from the phone").await;
    (visitor, chat, sms)
}

/// What a conversation's contact is called in the list.
async fn name_of(actor: &Actor, id: ConversationId) -> String {
    let rows = actor.inbox("all").await.rows;
    let row = rows.into_iter().find(|row| row.conversation.id == id).expect("a row");
    row.conversation.contact_name
}
