//! Replies with macros: what customers get, what stops a send, and what is counted.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{form, refusal, uses, written};
use crate::{
    domain::{
        ChannelKind, ClientMsgId, Contact, ConversationId, ReplyPreview, Role, Segments, SenderKind, Status,
        Time,
        macros::{FIELD, Macro},
    },
    server::{
        clock::new_id,
        jobs::runner::drain,
        store::{contacts, written as kept_words},
    },
    tests::{
        contacts::contact_of,
        gateway::{Gateway, tell, text},
        kit::{Actor, Answer, TestApp, Visitor},
        on_both,
        post::{Letter, Post, arrive},
    },
};

on_both!(
    macros_are_filled_from_the_data_of_the_moment,
    a_missing_value_stops_the_send_before_anything_is_stored,
    what_is_no_macro_stops_the_send,
    customers_data_is_no_template,
    a_note_stays_as_it_was_written,
    a_repeated_send_is_the_same_message_whatever_has_changed,
    uses_are_counted_with_the_send_and_once,
    the_preview_of_a_text_is_what_is_texted,
    the_preview_of_a_mail_is_what_is_mailed,
    a_preview_writes_nothing,
);

/// A visitor who has told these things about themselves.
async fn introduced(visitor: &Visitor, name: &str, email: &str) -> ConversationId {
    let id = new_id::<ClientMsgId>();
    let mut words = json!({ "client_msg_id": id, "body": "Hello" });
    for (key, value) in [("name", name), ("email", email)] {
        if !value.is_empty() {
            words[key] = json!(value);
        }
    }
    let said = visitor.post("messages", words).await.ok();
    serde_json::from_value(said["conversation"]["id"].clone()).expect("an id")
}

/// Changes what is known of a conversation's customer.
async fn update_contact(app: &TestApp, id: ConversationId, change: impl FnOnce(&mut Contact)) {
    let contact = contact_of(app, id).await;
    let mut tx = app.tx().await;
    let mut contact = contacts::find(&mut tx, contact).await.expect("a query").expect("a contact");
    change(&mut contact);
    contacts::update(&mut tx, &contact).await.expect("written");
    tx.commit().await.expect("a commit");
}

async fn preview(actor: &Actor, id: ConversationId, body: &str) -> ReplyPreview {
    let answer = actor.call("preview_reply", json!({ "conversation_id": id, "body": body })).await;
    serde_json::from_value(answer.ok()).expect("a preview")
}

/// A reply in which responses stand.
async fn reply_with(
    actor: &Actor,
    id: ConversationId,
    client: ClientMsgId,
    body: &str,
    canned: Value,
) -> Answer {
    let arguments = json!({
        "conversation_id": id, "client_msg_id": client, "body": body, "files": [],
        "seen_seq": 99, "anyway": false, "canned": canned,
    });
    actor.call("send_reply", arguments).await
}

async fn macros_are_filled_from_the_data_of_the_moment(app: TestApp) {
    let (visitor, ann) = (app.visitor(), app.person("Ann", Role::Operator, &[app.support]).await);
    let id = introduced(&visitor, "Vera Lind", "vera@x.test").await;
    let template = "{{customer.name}}|{{customer.first_name}}|{{customer.email}}|{{customer.phone | default(\"no phone\")}}|\
                    {{operator.name}}|{{operator.first_name}}|{{conversation.id}}|{{channel.name}}";
    let want = format!("Vera Lind|Vera|vera@x.test|no phone|Ann|Ann|{id}|Test shop");
    assert_eq!(preview(&ann, id, template).await.filled.text().expect("filled"), want);
    let message = ann.reply(id, template, 1).await.ok();
    assert_eq!(message["body"], json!(want));
    let chat = visitor.chat().await;
    assert!(chat.to_string().contains(&want) && !chat.to_string().contains("{{"), "{chat}");

    update_contact(&app, id, |contact| {
        contact.name = Some("Vera Berg".into());
        contact.phone = Some("+14155550123".into());
    })
    .await;
    let seen = ann.thread(id).await.conversation.last_seq;
    let message = ann.reply(id, "{{customer.name}} {{customer.phone}}", seen).await.ok();
    assert_eq!(message["body"], "Vera Berg +14155550123", "what is known now, not then");
    // A colleague who sends anyway sends in their own name.
    let ben = app.operator("Ben").await;
    let answer = ben.reply_as(id, new_id(), "I am {{operator.name}}", 1, true).await.ok();
    assert_eq!(answer["body"], "I am Ben");
}

async fn a_missing_value_stops_the_send_before_anything_is_stored(app: TestApp) {
    let (visitor, ann) = (app.visitor(), app.operator("Ann").await);
    let id = visitor.say("Hello").await;
    let client = new_id();
    let stopped = ann.reply_as(id, client, "We call {{customer.phone}}, {{customer.name}}", 1, false).await;
    let (field, message) = refusal(&stopped);
    assert_eq!(field, FIELD);
    assert!(message.starts_with("{{customer.phone}} and {{customer.name}} have no value here"), "{message}");
    let thread = ann.thread(id).await;
    assert_eq!((thread.messages.len(), thread.conversation.status), (1, Status::Waiting));
    assert_eq!(thread.conversation.owner_id, None, "nobody has replied");
    let shown = preview(&ann, id, "We call {{customer.phone}}").await;
    assert_eq!((shown.filled.missing(), shown.html), (vec![Macro::CustomerPhone], None));

    // The same send, once it can be filled.
    update_contact(&app, id, |contact| {
        (contact.name, contact.phone) = (Some("Vera".into()), Some("+1415".into()));
    })
    .await;
    let sent = ann.reply_as(id, client, "We call {{customer.phone}}, {{customer.name}}", 1, false).await.ok();
    assert_eq!(sent["body"], "We call +1415, Vera");
}

async fn what_is_no_macro_stops_the_send(app: TestApp) {
    let (visitor, ann) = (app.visitor(), app.operator("Ann").await);
    let id = visitor.say("Hello").await;
    for body in ["Hi {{customer.nmae}}", "Hi {{", "{{7*7}}", "{{customer.name | upper}}"] {
        let (field, message) = refusal(&ann.reply(id, body, 1).await);
        assert_eq!(field, FIELD, "{body}");
        assert!(message.starts_with("Line 1, column "), "{message}");
        let previewed = ann.call("preview_reply", json!({ "conversation_id": id, "body": body })).await;
        assert_eq!(refusal(&previewed).0, FIELD);
    }
    assert_eq!(ann.thread(id).await.messages.len(), 1);
    for body in ["{ {7*7}}", "{\"a\":{\"b\":1}}"] {
        let seen = ann.thread(id).await.conversation.last_seq;
        assert_eq!(ann.reply(id, body, seen).await.ok()["body"], json!(body), "braces alone are text");
    }
}

async fn customers_data_is_no_template(app: TestApp) {
    let (visitor, ann) = (app.visitor(), app.operator("Ann").await);
    let id = introduced(&visitor, "{{operator.name}}", "").await;
    update_contact(&app, id, |contact| contact.phone = Some("{{".into())).await;
    let body = "{{customer.name}} {{customer.phone}}operator.name}}";
    let sent = ann.reply(id, body, 1).await.ok();
    assert_eq!(sent["body"], "{{operator.name}} {{operator.name}}");
    assert_eq!(
        preview(&ann, id, body).await.filled.text().expect("filled"),
        "{{operator.name}} {{operator.name}}"
    );
}

async fn a_note_stays_as_it_was_written(app: TestApp) {
    let (visitor, ann) = (app.visitor(), app.operator("Ann").await);
    let id = visitor.say("Hello").await;
    let body = "Their template says {{foo}} and {{customer.name}}";
    let note =
        json!({ "conversation_id": id, "client_msg_id": new_id::<ClientMsgId>(), "body": body, "files": [] });
    assert_eq!(ann.call("add_note", note).await.ok()["body"], json!(body));
}

async fn a_repeated_send_is_the_same_message_whatever_has_changed(app: TestApp) {
    let (visitor, ann) = (app.visitor(), app.operator("Ann").await);
    let id = introduced(&visitor, "Vera", "").await;
    let client = new_id();
    let body = "Hi {{customer.name}}";
    let first = ann.reply_as(id, client, body, 1, false).await.ok();
    assert_eq!(first["body"], "Hi Vera");
    update_contact(&app, id, |contact| contact.name = None).await;
    let again = ann.reply_as(id, client, body, 1, false).await.ok();
    assert_eq!(again, first, "it is not filled anew");
    for other in ["Hi Vera", "Hi {{customer.first_name}}"] {
        let answer = ann.reply_as(id, client, other, 1, false).await;
        assert_eq!(answer.status, StatusCode::CONFLICT, "{other} is not what was written");
    }
    assert_eq!(ann.thread(id).await.messages.len(), 3);
    let message = serde_json::from_value(first["id"].clone()).expect("an id");
    let mut conn = app.db.conn().await.expect("a connection");
    assert_eq!(kept_words::find(&mut conn, message).await.expect("a query").as_deref(), Some(body));
}

async fn uses_are_counted_with_the_send_and_once(app: TestApp) {
    let (visitor, ann, ben) = (app.visitor(), app.operator("Ann").await, app.operator("Ben").await);
    let sue = app.person("Sue", Role::Supervisor, &[]).await;
    let id = visitor.say("Hello").await;
    let hello = written(&sue, "everyone", "hello", "Hello").await.id;
    let bye = written(&sue, &app.support.to_string(), "bye", "Bye").await.id;
    let own = written(&ben, "personal", "own", "Own").await.id;

    let client = new_id();
    let sent = json!([hello, bye, hello, own, new_id::<uuid::Uuid>()]);
    for _ in 0..2 {
        reply_with(&ann, id, client, "Hello. Bye.", sent.clone()).await.ok();
    }
    assert_eq!((uses(&ann, hello).await, uses(&ann, bye).await), ((1, 1), (1, 1)), "the same send is one");
    assert_eq!(uses(&ben, own).await, (0, 0), "nobody sends what is another's");
    let stopped = reply_with(&ann, id, new_id(), "{{customer.phone}}", json!([hello])).await;
    assert_eq!(refusal(&stopped).0, FIELD);
    assert_eq!(uses(&ann, hello).await, (1, 1), "nothing was sent");
    reply_with(&ben, id, new_id(), "Hello", json!([hello, own])).await.ok();
    assert_eq!((uses(&ann, hello).await, uses(&ben, hello).await), ((1, 2), (1, 2)));
    assert_eq!(uses(&ben, own).await, (1, 1));
    // Deleted and brought back, it is as often used.
    form(&sue, "delete_canned", &[("id", &hello.to_string())]).await.ok();
    reply_with(&ben, id, new_id(), "Hello", json!([hello])).await.ok();
    form(&sue, "restore_canned", &[("id", &hello.to_string())]).await.ok();
    assert_eq!(uses(&ben, hello).await, (1, 2));
}

async fn the_preview_of_a_text_is_what_is_texted(app: TestApp) {
    const OURS: &str = "+15550100";
    let (gateway, ann) = (Gateway::start().await, app.operator("Ann").await);
    gateway.connect(&app, "sms", OURS, "webhook").await;
    tell(&app, "sms", &text("1", "+14155550123", OURS, "Are you open?")).await.ok();
    drain(&app).await;
    let id = ann.inbox("all").await.rows[0].conversation.id;
    let body = "Yes, {{customer.first_name | default(\"żółw\")}}. We call {{customer.phone}}.  ";
    let shown = preview(&ann, id, body).await;
    let said = shown.filled.text().expect("filled");
    assert_eq!((shown.kind, shown.html), (ChannelKind::Sms, None));
    assert_eq!(Segments::of(&said).forced_by, Some('ż'), "what a carrier counts is what is sent");
    ann.reply(id, body, 1).await.ok();
    drain(&app).await;
    assert_eq!(gateway.taken().last().map(|sent| sent.text.clone()), Some(said));
}

async fn the_preview_of_a_mail_is_what_is_mailed(app: TestApp) {
    const OURS: &str = "support@acme.test";
    let (post, ann) = (Post::start().await, app.operator("Ann").await);
    post.connect(&app, "mail", OURS).await;
    let letter = Letter {
        id: "one@x.test",
        from: "Vera Lind <vera@x.test>",
        to: OURS,
        subject: "Order 12",
        text: "Where is it?",
        ..Letter::default()
    };
    assert_eq!(arrive(&app, "mail", OURS, &letter.raw()).await.status, StatusCode::OK);
    drain(&app).await;
    let id = ann.inbox("all").await.rows[0].conversation.id;
    update_contact(&app, id, |contact| contact.name = Some("Vera & <b>Lind</b>".into())).await;
    let body = "Hello {{customer.name}},\n\nit left & comes.\n{{operator.name}}";
    app.clock.advance(Time::MINUTE);
    let shown = preview(&ann, id, body).await;
    assert_eq!(shown.kind, ChannelKind::Email);
    let html = shown.html.expect("a mail");
    assert!(html.contains("Hello Vera &amp; &lt;b&gt;Lind&lt;/b&gt;,<br>"), "{html}");
    ann.reply(id, body, 1).await.ok();
    drain(&app).await;
    let mail = post.reached().last().expect("a mail").mail();
    let mailed = mail.html.expect("HTML");
    assert_eq!(lines(&mailed), lines(&html));
    assert!(mail.text.contains("Hello Vera & <b>Lind</b>,"), "{}", mail.text);
}

/// A text without the ends of its lines, which mail has of its own.
fn lines(text: &str) -> Vec<&str> {
    text.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect()
}

async fn a_preview_writes_nothing(app: TestApp) {
    let (visitor, ann) = (app.visitor(), app.operator("Ann").await);
    let id = introduced(&visitor, "Vera", "vera@x.test").await;
    let post = Post::start().await;
    post.connect(&app, "mail", "support@acme.test").await;
    let before = ann.thread(id).await;
    // The visitor is not there: it would be mailed.
    let shown = preview(&ann, id, "Hi {{customer.name}}").await;
    assert_eq!(shown.kind, ChannelKind::Email);
    assert!(shown.html.is_some_and(|html| html.contains("<div>Hi Vera</div>")));
    let after = ann.thread(id).await;
    assert_eq!((after.conversation, after.messages), (before.conversation, before.messages.clone()));
    assert!(before.messages.iter().all(|message| message.sender == SenderKind::Contact));
    drain(&app).await;
    assert!(post.reached().is_empty());
}
