//! Conversations by mail: what joins which, who may add to one, and what leaves.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use serde_json::json;

use super::{
    kit::{Actor, TestApp},
    on_both,
    post::{Letter, Post, arrive, signed},
};
use crate::{
    domain::{ClientMsgId, ConversationId, DeliveryState, Message, SenderKind, Status, Time, Why},
    server::{clock::new_id, jobs::runner::drain},
};

on_both!(
    a_mail_becomes_a_conversation_and_the_answer_goes_back,
    answers_find_their_conversation_by_token_and_by_reference,
    strangers_begin_conversations_of_their_own,
    copies_are_kept_and_may_answer,
    machines_reopen_nothing,
    a_bounce_marks_the_very_message,
    a_refused_recipient_fails_and_a_grey_one_waits,
    the_same_mail_is_one_mail,
    two_domains_never_cross,
    a_mail_is_shown_without_harm,
    a_mail_moves_and_answers_follow,
    who_answers_by_mail_is_known_by_it_if_sure,
);

const OURS: &str = "support@acme.test";
const VERA: &str = "Vera Lind <vera@x.test>";

/// The conversations, newest first.
async fn all(actor: &Actor) -> Vec<ConversationId> {
    actor.inbox("all").await.rows.iter().map(|row| row.conversation.id).collect()
}

async fn newest(actor: &Actor) -> ConversationId {
    all(actor).await[0]
}

async fn last(actor: &Actor, id: ConversationId) -> Message {
    actor.thread(id).await.messages.pop().expect("a message")
}

fn why(message: &Message) -> Why {
    message.mail.as_ref().expect("a mail").why
}

fn state(message: &Message) -> DeliveryState {
    message.delivery.as_ref().expect("it goes out").state
}

/// Takes a mail in, and all that follows from it.
async fn takes(app: &TestApp, recipient: &str, letter: &Letter<'_>) {
    assert_eq!(arrive(app, "mail", recipient, &letter.raw()).await.status, StatusCode::OK);
    drain(app).await;
}

fn first() -> Letter<'static> {
    Letter {
        id: "one@x.test",
        from: VERA,
        to: OURS,
        subject: "Order 12 is late",
        text: "Where is it?\n\n-- \nVera Lind\n",
        ..Letter::default()
    }
}

async fn a_mail_becomes_a_conversation_and_the_answer_goes_back(app: TestApp) {
    let (post, ann) = (Post::start().await, app.operator("Ann").await);
    let channel = post.connect(&app, "mail", OURS).await;
    takes(&app, OURS, &first()).await;
    let id = newest(&ann).await;
    let thread = ann.thread(id).await;
    assert_eq!(thread.conversation.status, Status::Waiting);
    assert_eq!(thread.conversation.contact_name, "Vera Lind");
    assert_eq!(thread.contact.email.as_deref(), Some("vera@x.test"));
    assert_eq!(thread.conversation.mail.as_ref().expect("a mail").subject, "Order 12 is late");
    let message = &thread.messages[0];
    assert_eq!((message.channel_id, why(message)), (channel, Why::Began));
    assert_eq!(message.fresh().trim(), "Where is it?");
    assert!(message.body.contains("-- \nVera Lind"), "nothing is lost: {}", message.body);
    assert_eq!(thread.conversation.last_message.expect("a line").text, "Where is it?");

    ann.reply(id, "It left today.", 1).await.ok();
    drain(&app).await;
    let reached = post.reached();
    let [reply] = reached.as_slice() else { panic!("one mail: {reached:?}") };
    assert_eq!(reply.recipient, "vera@x.test");
    let mail = reply.mail();
    assert_eq!(mail.subject, "Re: Order 12 is late");
    assert_eq!(mail.in_reply_to, ["one@x.test"]);
    assert_eq!(mail.references, ["one@x.test"]);
    assert_eq!(mail.from.as_ref().map(|from| from.address.as_str()), Some(OURS));
    assert!(
        mail.from.as_ref().and_then(|from| from.name.as_deref()).is_some_and(|name| name.contains("Ann"))
    );
    let sender = reply.sender.as_deref().expect("a bounce finds back");
    assert!(sender.starts_with("support+") && sender.ends_with("@acme.test"), "{sender}");
    assert_eq!(mail.reply_to[0].address, sender);
    for words in ["It left today.", "The Acme team", "Vera Lind wrote:", "> Where is it?"] {
        assert!(mail.text.contains(words), "{words} in {}", mail.text);
    }
    let message = last(&ann, id).await;
    assert_eq!((state(&message), message.body.as_str()), (DeliveryState::Sent, "It left today."));
    assert_eq!(why(&message), Why::Ours);
}

/// Replies, and gives the reply as the customer has it.
async fn answered(app: &TestApp, post: &Post, ann: &Actor, id: ConversationId) -> (String, String) {
    let seen = ann.thread(id).await.conversation.last_seq;
    ann.reply(id, "We look into it.", seen).await.ok();
    drain(app).await;
    let mail = post.reached().last().expect("a mail").mail();
    (mail.message_id.expect("an id"), mail.reply_to[0].address.clone())
}

async fn answers_find_their_conversation_by_token_and_by_reference(app: TestApp) {
    let (post, ann) = (Post::start().await, app.operator("Ann").await);
    post.connect(&app, "mail", OURS).await;
    takes(&app, OURS, &first()).await;
    let id = newest(&ann).await;
    let (ours, address) = answered(&app, &post, &ann, id).await;

    // Servers on the way change the case; the subject may be anything.
    let by_token = Letter { id: "two@x.test", subject: "Something else", text: "By token", ..first() };
    takes(&app, &address.to_uppercase(), &by_token).await;
    let message = last(&ann, id).await;
    assert_eq!((message.body.as_str(), why(&message)), ("By token", Why::Token));

    let by_reference = Letter { id: "three@x.test", in_reply_to: &ours, text: "By reference", ..first() };
    takes(&app, OURS, &by_reference).await;
    assert_eq!(why(&last(&ann, id).await), Why::Reference);

    let after_herself =
        Letter { id: "four@x.test", in_reply_to: "three@x.test", text: "One more", ..first() };
    takes(&app, OURS, &after_herself).await;
    assert_eq!(last(&ann, id).await.body, "One more");

    // The same subject alone is another matter.
    takes(&app, OURS, &Letter { id: "five@x.test", subject: "Re: Order 12 is late", ..first() }).await;
    assert_ne!(newest(&ann).await, id);
    // A token that nobody gave out is none.
    let forged = if address.contains("+a") {
        address.replacen("+a", "+b", 1)
    } else {
        let first = address.split_once('+').expect("a token").1.chars().next().expect("a token");
        address.replacen(&format!("+{first}"), "+a", 1)
    };
    takes(&app, &forged, &Letter { id: "six@x.test", text: "Forged", ..first() }).await;
    assert_ne!(last(&ann, id).await.body, "Forged");

    // Resolved not long ago: open again. Much later: another conversation that names the first.
    ann.act("resolve", id).await.ok();
    takes(&app, &address, &Letter { id: "seven@x.test", text: "Still late", ..first() }).await;
    assert_eq!(ann.thread(id).await.conversation.status, Status::Active);
    ann.act("resolve", id).await.ok();
    app.clock.advance(8 * Time::DAY);
    takes(&app, &address, &Letter { id: "eight@x.test", text: "Late again", ..first() }).await;
    let fresh = ann.thread(newest(&ann).await).await;
    assert_eq!(fresh.conversation.previous_id, Some(id));
}

async fn strangers_begin_conversations_of_their_own(app: TestApp) {
    let (post, ann) = (Post::start().await, app.operator("Ann").await);
    post.connect(&app, "mail", OURS).await;
    takes(&app, OURS, &first()).await;
    let id = newest(&ann).await;
    let (ours, address) = answered(&app, &post, &ann, id).await;
    for (number, (recipient, in_reply_to)) in
        [(address.as_str(), ""), (OURS, ours.as_str())].into_iter().enumerate()
    {
        let message_id = format!("stranger{number}@y.test");
        let stranger = Letter {
            id: &message_id,
            from: "Mallory <mallory@y.test>",
            in_reply_to,
            text: "Give me the order",
            ..first()
        };
        takes(&app, recipient, &stranger).await;
        let other = newest(&ann).await;
        assert_ne!(other, id);
        assert_eq!(why(&last(&ann, other).await), Why::Stranger { of: id });
        assert_eq!(ann.thread(id).await.messages.iter().filter(|m| m.body.contains("Give me")).count(), 0);
    }
    // An operator's address in the header makes nobody an operator.
    let posing = Letter { id: "posing@y.test", from: "ann@test.test", ..first() };
    takes(&app, &address, &posing).await;
    let message = last(&ann, newest(&ann).await).await;
    assert_eq!(message.sender, SenderKind::Contact);
}

async fn copies_are_kept_and_may_answer(app: TestApp) {
    let (post, ann) = (Post::start().await, app.operator("Ann").await);
    post.connect(&app, "mail", OURS).await;
    let to = format!("{OURS}, zoe@x.test");
    takes(&app, OURS, &Letter { to: &to, cc: "Bob <bob@x.test>", ..first() }).await;
    let id = newest(&ann).await;
    let (_, address) = answered(&app, &post, &ann, id).await;
    let recipients: Vec<String> = post.reached().into_iter().map(|reached| reached.recipient).collect();
    assert_eq!(recipients, ["vera@x.test", "zoe@x.test", "bob@x.test"]);
    let sent = last(&ann, id).await;
    assert_eq!(sent.mail.expect("a mail").cc.len(), 2);

    let bob = Letter { id: "bob1@x.test", from: "Bob <bob@x.test>", cc: VERA, text: "I agree", ..first() };
    takes(&app, &address, &bob).await;
    let thread = ann.thread(id).await;
    let message = thread.messages.last().expect("messages");
    assert_eq!((message.body.as_str(), message.sender_name.as_str()), ("I agree", "Bob"));
    assert_ne!(message.sender_id, Some(thread.contact.id.0), "Bob is not Vera");
    assert_eq!(thread.conversation.contact_name, "Vera Lind");
    // A reply goes to whoever wrote last, with a copy for the others.
    answered(&app, &post, &ann, id).await;
    let recipients: Vec<String> =
        post.reached().into_iter().skip(3).map(|reached| reached.recipient).collect();
    assert_eq!(recipients, ["bob@x.test", "vera@x.test"]);
}

async fn machines_reopen_nothing(app: TestApp) {
    let (post, ann) = (Post::start().await, app.operator("Ann").await);
    post.connect(&app, "mail", OURS).await;
    takes(&app, OURS, &first()).await;
    let id = newest(&ann).await;
    let (_, address) = answered(&app, &post, &ann, id).await;
    ann.act("resolve", id).await.ok();
    let before = ann.thread(id).await.conversation;
    let away = Letter {
        id: "away@x.test",
        more: "Auto-Submitted: auto-replied\r\n",
        text: "I am away until Monday.",
        ..first()
    };
    takes(&app, &address, &away).await;
    let thread = ann.thread(id).await;
    assert_eq!(thread.conversation.status, Status::Resolved);
    assert_eq!(thread.conversation.reply_route, before.reply_route);
    assert!(!thread.conversation.needs_answer());
    let message = thread.messages.last().expect("messages");
    assert!(message.mail.as_ref().is_some_and(|mail| mail.automatic.is_some()));
    // One that begins a conversation waits for nobody either.
    takes(
        &app,
        OURS,
        &Letter {
            id: "news@y.test",
            from: "News <news@y.test>",
            more: "List-Id: <news.y.test>\r\nPrecedence: bulk\r\n",
            ..first()
        },
    )
    .await;
    let news = newest(&ann).await;
    assert_ne!(news, id);
    assert!(!ann.thread(news).await.conversation.needs_answer());
    assert_eq!(post.reached().len(), 1, "nothing was answered by itself");
}

async fn a_bounce_marks_the_very_message(app: TestApp) {
    let (post, ann) = (Post::start().await, app.operator("Ann").await);
    post.connect(&app, "mail", OURS).await;
    takes(&app, OURS, &first()).await;
    let id = newest(&ann).await;
    answered(&app, &post, &ann, id).await;
    let (ours, address) = answered(&app, &post, &ann, id).await;
    for (action, status, want) in
        [("delayed", "4.4.1", DeliveryState::Sent), ("failed", "5.1.1", DeliveryState::Failed)]
    {
        let report = format!(
            "Return-Path: <>\r\nFrom: MAILER-DAEMON@x.test\r\nTo: {address}\r\nSubject: Undelivered\r\n\
             Message-ID: <{action}@x.test>\r\nMIME-Version: 1.0\r\nAuto-Submitted: auto-replied\r\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
             --b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n\
             --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.x.test\r\n\r\n\
             Final-Recipient: rfc822; vera@x.test\r\nAction: {action}\r\nStatus: {status}\r\n\
             Diagnostic-Code: smtp; 550 {status} mailbox is gone\r\n\r\n\
             --b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{ours}>\r\nFrom: {address}\r\n\r\n--b--\r\n"
        );
        assert_eq!(arrive(&app, "mail", &address, &report).await.status, StatusCode::OK);
        drain(&app).await;
        let thread = ann.thread(id).await;
        let replies: Vec<&Message> =
            thread.messages.iter().filter(|message| message.is_public_reply()).collect();
        assert_eq!(state(replies[1]), want, "{action}");
        assert_eq!(state(replies[0]), DeliveryState::Sent, "the other one is untouched");
        assert_eq!(thread.messages.iter().filter(|m| m.sender == SenderKind::Contact).count(), 1);
    }
    let failed = last(&ann, id).await;
    let words = failed.delivery.expect("a delivery").words.expect("a reason");
    assert!(words.contains("mailbox is gone"), "{words}");
}

async fn a_refused_recipient_fails_and_a_grey_one_waits(app: TestApp) {
    let (post, ann) = (Post::start().await, app.operator("Ann").await);
    post.connect(&app, "mail", OURS).await;
    takes(&app, OURS, &Letter { from: "nobody@x.test", ..first() }).await;
    let nobody = newest(&ann).await;
    ann.reply(nobody, "Hello?", 1).await.ok();
    drain(&app).await;
    let message = last(&ann, nobody).await;
    assert_eq!(state(&message), DeliveryState::Failed);
    let words = message.delivery.expect("a delivery").words.expect("a reason");
    assert!(words.contains("no such mailbox"), "{words}");

    takes(&app, OURS, &Letter { id: "grey@x.test", from: "grey@x.test", ..first() }).await;
    let grey = newest(&ann).await;
    ann.reply(grey, "Hello?", 1).await.ok();
    drain(&app).await;
    assert_eq!(state(&last(&ann, grey).await), DeliveryState::Queued);
    app.clock.advance(Time::MINUTE);
    drain(&app).await;
    assert_eq!(state(&last(&ann, grey).await), DeliveryState::Sent);
    assert_eq!(post.reached().len(), 1);
}

async fn the_same_mail_is_one_mail(app: TestApp) {
    let (post, ann) = (Post::start().await, app.operator("Ann").await);
    post.connect(&app, "mail", OURS).await;
    let raw = first().raw();
    let other_way = format!("Received: by another.test; Sun, 22 Nov 2026 10:00:01 +0000\r\n{raw}");
    let told = (0..10).map(|turn| arrive(&app, "mail", OURS, if turn % 2 == 0 { &raw } else { &other_way }));
    for answer in futures::future::join_all(told).await {
        assert_eq!(answer.status, StatusCode::OK);
    }
    drain(&app).await;
    assert_eq!(ann.thread(newest(&ann).await).await.messages.len(), 1);
    assert_eq!(all(&ann).await.len(), 1);
    let forged = signed(&app, "mail", OURS, &raw, "a guess");
    assert_eq!(app.send(forged).await.status, StatusCode::FORBIDDEN);
}

async fn two_domains_never_cross(app: TestApp) {
    let (post, ann) = (Post::start().await, app.operator("Ann").await);
    post.connect(&app, "mail", OURS).await;
    post.connect(&app, "other", "hello@other.test").await;
    takes(&app, OURS, &first()).await;
    let id = newest(&ann).await;
    let (_, address) = answered(&app, &post, &ann, id).await;
    let other = Letter { id: "other@x.test", to: "hello@other.test", ..first() };
    arrive(&app, "other", "hello@other.test", &other.raw()).await.ok();
    drain(&app).await;
    let second = newest(&ann).await;
    assert_ne!(id, second);
    let (_, from_other) = answered(&app, &post, &ann, second).await;
    assert!(address.ends_with("@acme.test") && from_other.ends_with("@other.test"));
    // A token of one is none of the other.
    let local = address.split_once('@').expect("an address").0.replacen("support", "hello", 1);
    let crossed = Letter { id: "crossed@x.test", text: "Crossed", ..first() };
    arrive(&app, "other", &format!("{local}@other.test"), &crossed.raw()).await.ok();
    drain(&app).await;
    assert_eq!(ann.thread(id).await.messages.iter().filter(|m| m.body == "Crossed").count(), 0);
}

async fn a_mail_is_shown_without_harm(app: TestApp) {
    let (post, ann) = (Post::start().await, app.operator("Ann").await);
    let nina = app.person("Nina", crate::domain::Role::Operator, &[]).await;
    post.connect(&app, "mail", OURS).await;
    let html = Letter {
        more: "MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n",
        text: "<p>Hello <script>alert(1)</script><img src=\"https://spy.test/a.png\" onerror=\"alert(2)\"></p>",
        ..first()
    };
    takes(&app, OURS, &html).await;
    let id = newest(&ann).await;
    let message = last(&ann, id).await;
    assert!(message.mail.as_ref().is_some_and(|mail| mail.html));
    let get = |actor: &Actor, path: String| {
        Request::builder()
            .uri(path)
            .header(header::COOKIE, actor.cookie())
            .body(Body::empty())
            .expect("a request")
    };
    let page = app.send(get(&ann, format!("/mails/{}", message.id))).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.text.contains("script>") && !page.text.contains("onerror"), "{}", page.text);
    assert!(!page.text.contains(" src=\"https://spy.test"), "{}", page.text);
    let policy = page.headers[header::CONTENT_SECURITY_POLICY].to_str().expect("text").to_owned();
    assert!(
        policy.contains("default-src 'none'") && policy.contains("sandbox") && !policy.contains("https:")
    );
    let shown = app.send(get(&ann, format!("/mails/{}?images=1", message.id))).await;
    assert!(shown.text.contains(" src=\"https://spy.test/a.png\""), "{}", shown.text);
    let raw = app.send(get(&ann, format!("/mails/{}/raw", message.id))).await;
    assert!(raw.text.contains("<script>"), "as it came");
    assert_eq!(raw.headers[header::CONTENT_DISPOSITION], "attachment; filename=\"mail.eml\"");
    for path in [format!("/mails/{}", message.id), format!("/mails/{}/raw", message.id)] {
        assert_eq!(app.send(get(&nina, path.clone())).await.status, StatusCode::NOT_FOUND);
        let nobody = Request::builder().uri(path).body(Body::empty()).expect("a request");
        assert_eq!(app.send(nobody).await.status, StatusCode::UNAUTHORIZED);
    }
}

async fn a_mail_moves_and_answers_follow(app: TestApp) {
    let (post, ann) = (Post::start().await, app.operator("Ann").await);
    post.connect(&app, "mail", OURS).await;
    takes(&app, OURS, &first()).await;
    let id = newest(&ann).await;
    let (_, address) = answered(&app, &post, &ann, id).await;
    let other_matter =
        Letter { id: "other@x.test", subject: "A refund", text: "And another thing", ..first() };
    takes(&app, &address, &other_matter).await;
    let seq = last(&ann, id).await.seq;
    let moved = ann.call("move_mail", json!({ "conversation_id": id, "seq": seq, "to": null })).await.ok();
    let own: ConversationId = serde_json::from_value(moved).expect("an id");
    let left = last(&ann, id).await;
    assert_eq!((why(&left), left.body.as_str()), (Why::MovedAway { to: own }, ""));
    let thread = ann.thread(own).await;
    assert_eq!(thread.conversation.mail.as_ref().expect("a mail").subject, "A refund");
    assert_eq!(why(&thread.messages[0]), Why::Moved { from: id });
    // What answers it goes where it is now.
    let follow = Letter { id: "follow@x.test", in_reply_to: "other@x.test", text: "Any news?", ..first() };
    takes(&app, OURS, &follow).await;
    assert_eq!(last(&ann, own).await.body, "Any news?");
    let (_, from_own) = answered(&app, &post, &ann, own).await;
    assert_ne!(from_own, address);
    // And back again.
    let back = ann.call("move_mail", json!({ "conversation_id": own, "seq": 1, "to": id })).await.ok();
    assert_eq!(serde_json::from_value::<ConversationId>(back).expect("an id"), id);
    assert_eq!(last(&ann, id).await.body, "And another thing");
    let again = ann.call("move_mail", json!({ "conversation_id": own, "seq": 1, "to": id })).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", again.text);
}

async fn who_answers_by_mail_is_known_by_it_if_sure(app: TestApp) {
    let (post, ann) = (Post::start().await, app.operator("Ann").await);
    post.connect(&app, "mail", OURS).await;
    for (address, checks, is_known) in [
        ("sure@x.test", "", true),
        ("posed@x.test", "Authentication-Results: mx.acme.test; spf=fail; dkim=fail; dmarc=fail\r\n", false),
    ] {
        let words = json!({ "client_msg_id": new_id::<ClientMsgId>(), "body": "Hello", "email": address });
        let said = app.visitor().post("messages", words).await.ok();
        let id: ConversationId = serde_json::from_value(said["conversation"]["id"].clone()).expect("an id");
        let (_, back) = answered(&app, &post, &ann, id).await;
        let message_id = format!("answer-{address}");
        let answer = Letter { id: &message_id, from: address, more: checks, text: "Yes", ..first() };
        takes(&app, &back, &answer).await;
        let thread = ann.thread(id).await;
        let message = thread.messages.last().expect("messages");
        assert_eq!((message.body.as_str(), why(message)), ("Yes", Why::Token));
        assert_eq!(message.sender_id == Some(thread.contact.id.0), is_known, "{address}");
        assert_eq!(message.mail.as_ref().is_some_and(|mail| mail.suspicion.is_some()), !is_known);
    }
}
