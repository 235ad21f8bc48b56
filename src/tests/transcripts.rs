//! What was said in a conversation, saved and mailed.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use serde_json::json;

use super::{
    kit::{Actor, Answer, TestApp},
    on_both,
    post::{Letter, Post, arrive},
};
use crate::{
    domain::{ClientMsgId, ConversationId, Role, ServiceMail, Transcript, TranscriptMail},
    server::{clock::new_id, jobs::runner::drain},
};

on_both!(
    a_transcript_says_what_the_customer_could_read,
    a_long_conversation_is_whole,
    a_transcript_is_mailed_and_it_is_known_by_whom,
    a_mail_holds_the_newest_part,
);

const OURS: &str = "support@acme.test";

async fn save(app: &TestApp, id: ConversationId, minutes_east: i64, reader: Option<&Actor>) -> Answer {
    let request =
        Request::builder().uri(format!("/conversations/{id}/transcript?minutes_east={minutes_east}"));
    let request = match reader {
        Some(reader) => request.header(header::COOKIE, reader.cookie()),
        None => request,
    };
    app.send(request.body(Body::empty()).expect("a request")).await
}

async fn note(actor: &Actor, id: ConversationId, body: &str) {
    let client: ClientMsgId = new_id();
    let note = json!({ "conversation_id": id, "client_msg_id": client, "body": body, "files": [] });
    actor.call("add_note", note).await.ok();
}

async fn form(actor: &Actor, id: ConversationId) -> TranscriptMail {
    let form = actor.call("load_transcript_mail", json!({ "id": id })).await.ok();
    serde_json::from_value(form).expect("a form")
}

async fn try_to_mail(actor: &Actor, id: ConversationId, to: &str) -> Answer {
    actor.call("mail_transcript", json!({ "id": id, "to": to, "minutes_east": 60 })).await
}

async fn a_transcript_says_what_the_customer_could_read(app: TestApp) {
    let ann = app.operator("Ann").await;
    let sam = app.person("Sam", Role::Supervisor, &[]).await;
    let nina = app.person("Nina", Role::Operator, &[app.sales]).await;
    let visitor = app.visitor();
    let id = visitor.say("Hello\n2025-10-09 09:53 Team: Ann\n| Here is a refund").await;
    ann.reply(id, "Hi there", 1).await.ok();
    note(&ann, id, "She is a difficult one").await;
    visitor.say("Thank you").await;

    let saved = save(&app, id, 60, Some(&ann)).await;
    assert_eq!(saved.status, StatusCode::OK, "{}", saved.text);
    assert_eq!(saved.headers[header::CONTENT_TYPE], "text/plain; charset=utf-8");
    assert_eq!(saved.headers[header::CONTENT_DISPOSITION], "attachment; filename=\"transcript.txt\"");
    assert_eq!(saved.headers[header::CACHE_CONTROL], "private, no-store");
    let name = ann.thread(id).await.conversation.contact_name;
    let head = format!("Conversation with {name}\nChannel: Test shop\nBegan: 2025-10-09 09:53\n");
    assert!(saved.text.starts_with(&head), "{}", saved.text);
    assert!(saved.text.contains("All times are UTC+01:00.\n"));
    let customer = format!("2025-10-09 09:53 Customer: {name}\n");
    let first = format!("\n{customer}| Hello\n| 2025-10-09 09:53 Team: Ann\n| | Here is a refund\n");
    let places: Vec<Option<usize>> =
        [first.as_str(), "\n2025-10-09 09:53 Team: Ann\n| Hi there\n", &format!("\n{customer}| Thank you\n")]
            .iter()
            .map(|entry| saved.text.find(entry))
            .collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{}", saved.text);
    assert!(!saved.text.contains("difficult"), "notes are the team's");
    assert_eq!(saved.text.matches("\n2025-10-09 09:53 Team: Ann\n").count(), 1, "nobody forges a speaker");

    let utc = save(&app, id, 0, Some(&sam)).await;
    assert!(utc.text.contains("All times are UTC.\n") && utc.text.contains("2025-10-09 08:53 Team: Ann\n"));
    for (reader, minutes_east, status) in [
        (Some(&nina), 0, StatusCode::NOT_FOUND),
        (None, 0, StatusCode::UNAUTHORIZED),
        (Some(&ann), 100_000, StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let refused = save(&app, id, minutes_east, reader).await;
        assert_eq!(refused.status, status);
        assert!(!refused.text.contains("Thank you"));
    }
    assert_eq!(save(&app, new_id(), 0, Some(&sam)).await.status, StatusCode::NOT_FOUND);
}

async fn a_long_conversation_is_whole(app: TestApp) {
    let (ann, visitor) = (app.operator("Ann").await, app.visitor());
    let count = Transcript::PAGE + 20;
    let mut id = visitor.say("Message 0 of many").await;
    for number in 1..count {
        id = visitor.say(&format!("Message {number} of many")).await;
    }
    let saved = save(&app, id, 0, Some(&ann)).await;
    let lines = saved.text.lines().filter(|line| line.ends_with(" of many"));
    let want: Vec<String> = (0..count).map(|number| format!("| Message {number} of many")).collect();
    assert_eq!(lines.collect::<Vec<_>>(), want);
}

async fn a_transcript_is_mailed_and_it_is_known_by_whom(app: TestApp) {
    let (post, ann) = (Post::start().await, app.operator("Ann").await);
    let admin = app.person("Ada", Role::Admin, &[]).await;
    let nina = app.person("Nina", Role::Operator, &[app.sales]).await;
    let words = json!({ "client_msg_id": new_id::<ClientMsgId>(), "body": "Hello", "email": "typed@x.test" });
    let said = app.visitor().post("messages", words).await.ok();
    let id: ConversationId = serde_json::from_value(said["conversation"]["id"].clone()).expect("an id");
    note(&ann, id, "A secret").await;
    let refused = try_to_mail(&ann, id, "vera@x.test").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("no email channel"), "{}", refused.text);

    post.connect(&app, "mail", OURS).await;
    let empty = TranscriptMail { to: None, mails: vec![] };
    assert_eq!(form(&ann, id).await, empty, "what was only typed is nobody's for sure");
    for wrong in ["", "vera", "vera@x.test, ben@x.test", "vera@x.test\r\nBcc: ben@x.test"] {
        let refused = try_to_mail(&ann, id, wrong).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    assert_eq!(try_to_mail(&nina, id, "nina@x.test").await.status, StatusCode::NOT_FOUND);
    let waits: ServiceMail =
        serde_json::from_value(try_to_mail(&ann, id, " vera@x.test ").await.ok()).expect("a mail");
    assert_eq!((waits.to.as_str(), waits.standing().as_str()), ("vera@x.test", "Waiting"));
    drain(&app).await;
    assert_eq!(form(&ann, id).await.mails[0].standing(), "Sent");
    let reached = post.reached();
    let [mailed] = reached.as_slice() else { panic!("one mail: {reached:?}") };
    assert_eq!(mailed.recipient, "vera@x.test");
    let read = mailed.mail();
    assert_eq!(read.subject, "Transcript of a conversation with Live Operator");
    assert!(read.text.starts_with("Ann sends you this transcript."), "{}", read.text);
    assert!(read.text.contains("| Hello") && read.text.contains("UTC+01:00"), "{}", read.text);
    assert!(!String::from_utf8_lossy(&mailed.raw).contains("A secret"));

    let page = admin.call("load_audit", json!({ "query": { "kind": "transcript_mailed" } })).await.ok();
    let entries = page["entries"].as_array().expect("a list");
    assert_eq!(entries.len(), 1);
    assert_eq!(
        (&entries[0]["by_name"], &entries[0]["subject"], &entries[0]["details"]),
        (&json!("Ann"), &json!(id), &json!("to vera@x.test"))
    );

    let letter = Letter {
        id: "one@x.test",
        from: "Vera <vera@x.test>",
        to: OURS,
        subject: "Order 12",
        text: "Where is it?",
        ..Letter::default()
    };
    assert_eq!(arrive(&app, "mail", OURS, &letter.raw()).await.status, StatusCode::OK);
    drain(&app).await;
    let by_mail = ann.inbox("all").await.rows[0].conversation.id;
    assert_eq!(form(&ann, by_mail).await.to.as_deref(), Some("vera@x.test"), "she has written from it");
}

async fn a_mail_holds_the_newest_part(app: TestApp) {
    let (post, ann, visitor) = (Post::start().await, app.operator("Ann").await, app.visitor());
    post.connect(&app, "mail", OURS).await;
    let long = "word ".repeat(1_900);
    let mut id = visitor.say("The very first").await;
    for _ in 0..=Transcript::MOST_MAILED / long.len() {
        id = visitor.say(&long).await;
    }
    visitor.say("The very last").await;
    try_to_mail(&ann, id, "vera@x.test").await.ok();
    drain(&app).await;
    let text = post.reached()[0].mail().text;
    assert!(text.contains("This is its newest part"), "{}", &text[..300]);
    assert!(text.contains("| The very last") && !text.contains("The very first"));
    assert!(save(&app, id, 0, Some(&ann)).await.text.contains("| The very first"), "to be saved it is whole");
}
