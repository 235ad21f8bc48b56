//! Replies that name the message that they answer.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{
    api::{self, Workspace},
    kit::{Actor, Answer, TestApp},
    on_both,
    post::{Letter, Post, arrive},
    promises::missed,
};
use crate::{
    domain::{
        Answered, AppError, ClientMsgId, Conflict, ConversationId, Message, MessageId, Push, ReplyPreview,
        SenderKind, Time,
    },
    server::{clock::new_id, jobs::runner::drain},
};

on_both!(
    what_a_reply_answers_is_named_to_everybody,
    what_cannot_be_answered_is_refused,
    a_repeated_send_answers_the_same,
    events_bring_what_is_answered,
    sibling_apps_read_what_is_answered,
    a_mail_answers_the_mail_that_is_named,
    who_came_later_is_quoted_nothing_of_before,
);

const OURS: &str = "support@acme.test";

/// A reply that names a message.
async fn answer_as(
    actor: &Actor,
    id: ConversationId,
    client: ClientMsgId,
    body: &str,
    in_reply_to: Option<MessageId>,
) -> Answer {
    let arguments = json!({
        "conversation_id": id, "client_msg_id": client, "body": body, "files": [],
        "seen_seq": 99, "anyway": false, "in_reply_to": in_reply_to,
    });
    actor.call("send_reply", arguments).await
}

async fn answer(actor: &Actor, id: ConversationId, body: &str, in_reply_to: MessageId) -> Message {
    let answer = answer_as(actor, id, new_id(), body, Some(in_reply_to)).await;
    serde_json::from_value(answer.ok()).expect("a message")
}

/// What is refused because of the message that is named, with the reason.
#[track_caller]
fn refusal(answer: &Answer) -> String {
    match serde_json::from_value(answer.json.clone()) {
        Ok(AppError::Invalid { field, message }) if field == Answered::FIELD => message,
        _ => panic!("not refused: {}", answer.text),
    }
}

/// The message of a conversation that says this.
async fn saying(actor: &Actor, id: ConversationId, words: &str) -> Message {
    let found = actor.thread(id).await.messages.into_iter().find(|message| message.body.contains(words));
    found.expect("a message that says this")
}

async fn what_a_reply_answers_is_named_to_everybody(app: TestApp) {
    let (visitor, ann) = (app.visitor(), app.operator("Ann").await);
    let long = format!("Does it come in green?\n\n{}", "And so on. ".repeat(40));
    let id = visitor.say(&long).await;
    for words in ["And in blue?", "And in red?"] {
        visitor.say(words).await;
    }
    let asked = saying(&ann, id, "green").await;
    let said = answer(&ann, id, "It does, from May on.", asked.id).await;
    let named = said.in_reply_to.clone().expect("what it answers");
    assert_eq!((named.id, named.seq, named.sender), (asked.id, 1, SenderKind::Contact));
    assert!(named.excerpt.starts_with("Does it come in green? And so on.") && named.excerpt.ends_with('…'));
    assert!(named.excerpt.chars().count() <= 141, "{}", named.excerpt);
    assert_eq!(saying(&ann, id, "from May").await, said);

    let shown = |message: &Value| message["in_reply_to"].clone();
    let chat = visitor.chat().await;
    let messages = chat["messages"].as_array().expect("messages");
    let reply =
        messages.iter().find(|message| message["body"] == "It does, from May on.").expect("the reply");
    let want = json!({ "seq": 1, "sender": "contact", "sender_name": "", "text": named.excerpt });
    assert_eq!(shown(reply), want);
    assert_eq!(messages.iter().filter(|message| !shown(message).is_null()).count(), 1);

    // One's own words, and a colleague's, can be answered too.
    let own = answer(&ann, id, "From the third of May.", said.id).await;
    let named = own.in_reply_to.expect("what it answers");
    assert_eq!((named.sender, named.sender_name.as_str()), (SenderKind::Operator, "Ann"));
    let plain: Message = serde_json::from_value(ann.reply(id, "Bye", 99).await.ok()).expect("a message");
    assert_eq!(plain.in_reply_to, None);
}

async fn what_cannot_be_answered_is_refused(app: TestApp) {
    let (visitor, ann) = (app.visitor(), app.operator("Ann").await);
    let id = visitor.say("Hello").await;
    let elsewhere = app.visitor().say("Hello from somebody else").await;
    let other = saying(&ann, elsewhere, "somebody else").await;
    let note = json!({
        "conversation_id": id, "client_msg_id": new_id::<ClientMsgId>(), "body": "For us", "files": [],
    });
    let note: Message = serde_json::from_value(ann.call("add_note", note).await.ok()).expect("a note");
    ann.act("claim", id).await.ok();
    let line = ann.thread(id).await.messages.pop().expect("the line");
    assert_eq!(line.sender, SenderKind::System);
    let before = ann.thread(id).await.conversation.last_seq;
    for (named, why) in [
        (other.id, "not in this conversation"),
        (new_id(), "not in this conversation"),
        (note.id, "does not have"),
        (line.id, "does not have"),
    ] {
        let answer = answer_as(&ann, id, new_id(), "An answer", Some(named)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text);
        let said = refusal(&answer);
        assert!(said.contains(why), "{said}");
    }
    assert_eq!(ann.thread(id).await.conversation.last_seq, before, "nothing was stored");

    // What waits to leave, or never will, the customer does not have either.
    let post = Post::start().await;
    post.connect(&app, "mail", OURS).await;
    app.clock.advance(Time::SECOND);
    takes(&app, &first()).await;
    let id = ann.inbox("all").await.rows[0].conversation.id;
    let waiting: Message =
        serde_json::from_value(ann.reply(id, "Too soon", 1).await.ok()).expect("a message");
    assert!(
        refusal(&answer_as(&ann, id, new_id(), "More", Some(waiting.id)).await).contains("does not have")
    );
    ann.call("cancel_message", json!({ "conversation_id": id, "seq": waiting.seq })).await.ok();
    assert!(
        refusal(&answer_as(&ann, id, new_id(), "More", Some(waiting.id)).await).contains("does not have")
    );
    drain(&app).await;
    assert!(post.reached().is_empty());
}

async fn a_repeated_send_answers_the_same(app: TestApp) {
    let (visitor, ann) = (app.visitor(), app.operator("Ann").await);
    let id = visitor.say("One").await;
    visitor.say("Two").await;
    let (one, two) = (saying(&ann, id, "One").await.id, saying(&ann, id, "Two").await.id);
    let client: ClientMsgId = new_id();
    let first = answer_as(&ann, id, client, "Yes", Some(one)).await.ok();
    let again = answer_as(&ann, id, client, "Yes", Some(one)).await.ok();
    assert_eq!(first, again);
    for other in [Some(two), None] {
        assert_eq!(answer_as(&ann, id, client, "Yes", other).await.conflict(), Conflict::IdReused);
    }
}

async fn events_bring_what_is_answered(app: TestApp) {
    let (visitor, ann, ben) = (app.visitor(), app.operator("Ann").await, app.operator("Ben").await);
    let id = visitor.say("One").await;
    visitor.say("Two").await;
    let mut thread = ben.thread(id).await;
    let chat = visitor.chat().await;
    let mut stream = visitor.stream(chat["cursor"].as_str().expect("a cursor")).await;
    let one = thread.messages[0].id;
    let me = ben.me().await;
    answer(&ann, id, "To the first", one).await;
    for (at, push) in missed(&ben, thread.as_of.resume_from()).await {
        if let Push::Event { event, .. } = push {
            thread.apply(at, &event, &me);
            // Twice is once.
            thread.apply(at, &event, &me);
        }
    }
    let fresh = ben.thread(id).await;
    assert_eq!(thread.messages, fresh.messages);
    assert_eq!(thread.messages.iter().filter(|message| message.in_reply_to.is_some()).count(), 1);
    // The visitor's own stream says it too.
    let told = loop {
        let sse = stream.next().await.expect("the stream is open");
        let text = sse.data.to_string();
        if text.contains("To the first") {
            break text;
        }
    };
    assert!(told.contains("\"in_reply_to\":{") && told.contains("\"text\":\"One\""), "{told}");
}

async fn sibling_apps_read_what_is_answered(app: TestApp) {
    let Workspace { helper, crm, admin, .. } = api::workspace(&app).await;
    let id = helper.begin("Is it in?").await;
    admin.act("take_over", id).await.ok();
    let asked = saying(&admin, id, "Is it in?").await;
    answer(&admin, id, "It is.", asked.id).await;
    for sibling in [&helper, &crm] {
        let page = sibling.get(&format!("/conversations/{id}/messages")).await.ok();
        let messages = page["messages"].as_array().expect("messages");
        let of = |text: &str| {
            messages.iter().find(|message| message["text"] == text).expect("it is there")["in_reply_to"]
                .clone()
        };
        assert_eq!((of("It is."), of("Is it in?")), (json!(asked.id), Value::Null));
    }
}

/// Takes a mail in, and all that follows from it.
async fn takes(app: &TestApp, letter: &Letter<'_>) {
    assert_eq!(arrive(app, "mail", OURS, &letter.raw()).await.status, StatusCode::OK);
    drain(app).await;
}

fn first() -> Letter<'static> {
    Letter {
        id: "one@x.test",
        from: "Vera Lind <vera@x.test>",
        to: OURS,
        subject: "Order 12 is late",
        text: "Where is it?",
        ..Letter::default()
    }
}

fn second() -> Letter<'static> {
    Letter { id: "two@x.test", in_reply_to: "one@x.test", text: "And the invoice?", ..first() }
}

async fn a_mail_answers_the_mail_that_is_named(app: TestApp) {
    let (post, ann) = (Post::start().await, app.operator("Ann").await);
    post.connect(&app, "mail", OURS).await;
    takes(&app, &first()).await;
    takes(&app, &second()).await;
    let id = ann.inbox("all").await.rows[0].conversation.id;
    let (one, two) = (saying(&ann, id, "Where is it?").await, saying(&ann, id, "invoice").await);
    let previewed = async |named: Option<MessageId>| {
        let arguments = json!({ "conversation_id": id, "body": "It left today.", "in_reply_to": named });
        let preview = ann.call("preview_reply", arguments).await.ok();
        let preview: ReplyPreview = serde_json::from_value(preview).expect("a preview");
        preview.html.expect("a mail")
    };
    assert!(previewed(Some(one.id)).await.contains("Where is it?"));
    assert!(previewed(Some(two.id)).await.contains("And the invoice?"));
    assert!(previewed(None).await.contains("And the invoice?"), "the newest, where none is named");

    let said = answer(&ann, id, "It left today.", one.id).await;
    drain(&app).await;
    let mail = post.reached().last().expect("a mail").mail();
    assert_eq!(mail.in_reply_to, ["one@x.test"]);
    assert_eq!(mail.references, ["two@x.test", "one@x.test"], "what is answered stands last");
    assert!(mail.text.contains("Vera Lind wrote:") && mail.text.contains("> Where is it?"), "{}", mail.text);
    assert!(!mail.text.contains("invoice"), "{}", mail.text);
    let ours = mail.message_id.expect("an id");

    // Our own mail is answered as a mail too.
    answer(&ann, id, "By train, to be exact.", said.id).await;
    drain(&app).await;
    let mail = post.reached().last().expect("a mail").mail();
    assert_eq!(mail.in_reply_to, [ours]);
    assert!(mail.text.contains("Ann wrote:") && mail.text.contains("> It left today."), "{}", mail.text);

    ann.reply(id, "Bye.", 99).await.ok();
    drain(&app).await;
    let mail = post.reached().last().expect("a mail").mail();
    assert_eq!(mail.in_reply_to, ["two@x.test"], "the newest, where none is named");
}

async fn who_came_later_is_quoted_nothing_of_before(app: TestApp) {
    let (post, ann) = (Post::start().await, app.operator("Ann").await);
    post.connect(&app, "mail", OURS).await;
    takes(&app, &first()).await;
    takes(&app, &Letter { cc: "Zoe <zoe@x.test>", ..second() }).await;
    let id = ann.inbox("all").await.rows[0].conversation.id;
    let one = saying(&ann, id, "Where is it?").await;
    let said = answer(&ann, id, "It left today.", one.id).await;
    assert!(said.in_reply_to.is_some(), "the team sees it all the same");
    drain(&app).await;
    let recipients: Vec<String> = post.reached().into_iter().map(|reached| reached.recipient).collect();
    assert_eq!(recipients, ["vera@x.test", "zoe@x.test"]);
    let mail = post.reached().last().expect("a mail").mail();
    assert_eq!(mail.in_reply_to, ["two@x.test"]);
    assert!(!mail.text.contains("Where is it?"), "{}", mail.text);
}
