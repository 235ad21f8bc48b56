//! What visitors learn of a merge: nothing.

use serde_json::Value;

use super::{
    super::{
        kit::TestApp,
        on_both,
        post::{Letter, Post, arrive},
    },
    VERA, contact_of, introduced, kept, merge, page, two,
};
use crate::{
    domain::{Handler, IdentityKind, Status},
    server::{jobs::runner::drain, store::conversations},
};

on_both!(
    a_visitor_learns_nothing_of_a_merge,
    what_is_only_typed_merges_nobody,
    a_reply_to_who_has_left_goes_to_the_persons_address,
);

/// What may not be told: the other contact's name, number, conversation and words.
fn assert_tells_nothing(told: &str, secrets: &[String]) {
    for secret in secrets {
        assert!(!told.contains(secret.as_str()), "{secret} in {told}");
    }
}

async fn a_visitor_learns_nothing_of_a_merge(app: TestApp) {
    let ann = app.operator("Ann").await;
    let (chatting, chat, sms) = two(&app, &ann).await;
    let (visitor, texter) = (contact_of(&app, chat).await, contact_of(&app, sms).await);
    let rename = [("id", texter.to_string()), ("name", "Veronika".to_owned())];
    let rename: Vec<(&str, &str)> = rename.iter().map(|(key, value)| (*key, value.as_str())).collect();
    super::form(&ann, "rename_contact", &rename).await.ok();
    let secrets =
        ["Veronika".into(), VERA.into(), sms.to_string(), texter.to_string(), "from the phone".into()];
    let without_cursor = |mut chat: Value| {
        chat["cursor"] = Value::Null;
        chat["online"] = Value::Null;
        chat
    };
    // Either may be kept.
    for (keeps, gone) in [(visitor, texter), (texter, visitor)] {
        let before = chatting.chat().await;
        let cursor = before["cursor"].as_str().expect("a cursor").to_owned();
        let mut hears = chatting.stream(&cursor).await;
        merge(&ann, keeps, gone).await.ok();
        assert_eq!(super::name_of(&ann, chat).await, "Veronika");
        assert_eq!(without_cursor(chatting.chat().await), without_cursor(before));

        // Every line that names who did something, and what was missed, told again.
        let seen = ann.thread(chat).await.conversation.last_seq;
        ann.reply(chat, "What can we do for you?", seen).await.ok();
        ann.act("resolve", chat).await.ok();
        chatting.say("One more thing").await;
        let mut tx = app.tx().await;
        let mut now = conversations::lock(&mut tx, chat).await.expect("locked").expect("there");
        (now.status, now.handler) = (Status::Open, Handler::Bot);
        conversations::update(&mut tx, &now).await.expect("written");
        tx.commit().await.expect("a commit");
        chatting.post("person", Value::Null).await.ok();
        ann.reply(sms, "Only for the phone", i64::MAX).await.ok();
        let last = "The last word";
        chatting.say(last).await;
        let mut again = chatting.stream(&cursor).await;
        for stream in [&mut hears, &mut again] {
            loop {
                let sse = stream.next().await.expect("open");
                let told = sse.data.to_string();
                assert_tells_nothing(&told, &secrets);
                assert!(!told.contains("Only for the phone"), "{told}");
                if told.contains(last) {
                    break;
                }
            }
        }
        assert_tells_nothing(&chatting.chat().await.to_string(), &secrets);
        super::undo(&ann, keeps, gone).await.ok();
    }
}

async fn what_is_only_typed_merges_nobody(app: TestApp) {
    let ann = app.operator("Ann").await;
    let post = Post::start().await;
    post.connect(&app, "mail", "support@acme.test").await;
    let letter = Letter {
        id: "one@x.test",
        from: "Vera Lind <vera@x.test>",
        to: "support@acme.test",
        subject: "Order 12",
        text: "Where is it?",
        ..Letter::default()
    };
    arrive(&app, "mail", "support@acme.test", &letter.raw()).await.ok();
    drain(&app).await;
    let mail = ann.inbox("all").await.rows[0].conversation.id;
    let owner = contact_of(&app, mail).await;
    // Two browsers claim the address of somebody who has written by it.
    let mut posing = Vec::new();
    for name in ["Posing", "Also posing"] {
        let visitor = app.visitor();
        let chat = introduced(&visitor, name, "Vera@X.test").await;
        posing.push(contact_of(&app, chat).await);
        assert_ne!(posing.last(), Some(&owner));
        assert!(ann.thread(chat).await.others.is_empty(), "no history is theirs");
        let told = visitor.chat().await.to_string();
        assert!(!told.contains("Where is it?") && !told.contains("Lind"), "{told}");
    }
    for contact in [owner, posing[0], posing[1]] {
        assert_eq!(kept(&app, contact).await.merged_into, None);
    }
    // Operators are told, with how far it is to be trusted.
    let suggested = page(&ann, posing[0]).await.suggested;
    let told: Vec<_> = suggested
        .iter()
        .map(|other| (other.contact_id, other.shared[0].proven_here, other.shared[0].proven_there))
        .collect();
    assert_eq!(told, [(owner, false, true), (posing[1], false, false)], "what is proven comes first");
    let shared = &suggested[0].shared[0];
    assert_eq!((shared.kind, shared.address.as_str()), (IdentityKind::Email, "vera@x.test"));
    let of_owner = page(&ann, owner).await.suggested;
    assert!(of_owner.len() == 2 && of_owner.iter().all(|other| other.shared[0].proven_here));
    // What was merged is suggested no more.
    merge(&ann, owner, posing[0]).await.ok();
    let left: Vec<_> = page(&ann, owner).await.suggested.iter().map(|other| other.contact_id).collect();
    assert_eq!(left, [posing[1]]);
}

async fn a_reply_to_who_has_left_goes_to_the_persons_address(app: TestApp) {
    let ann = app.operator("Ann").await;
    let post = Post::start().await;
    post.connect(&app, "mail", "support@acme.test").await;
    let letter = Letter {
        id: "one@x.test",
        from: "Vera Lind <vera@x.test>",
        to: "support@acme.test",
        subject: "Order 12",
        text: "Where is it?",
        ..Letter::default()
    };
    arrive(&app, "mail", "support@acme.test", &letter.raw()).await.ok();
    drain(&app).await;
    let mail = ann.inbox("all").await.rows[0].conversation.id;
    let visitor = app.visitor();
    let chat = visitor.say("Hello").await;
    merge(&ann, contact_of(&app, chat).await, contact_of(&app, mail).await).await.ok();
    let thread = ann.thread(chat).await;
    assert_eq!(thread.contact.email.as_deref(), Some("vera@x.test"));
    assert!(!thread.contact_online);
    ann.reply(chat, "It left today.", 1).await.ok();
    drain(&app).await;
    let reached: Vec<String> = post.reached().into_iter().map(|mail| mail.recipient).collect();
    assert_eq!(reached, ["vera@x.test"]);
    // While the visitor is there, it is said there and nowhere else.
    let cursor = visitor.chat().await["cursor"].as_str().expect("a cursor").to_owned();
    let mut hears = visitor.stream(&cursor).await;
    hears.next().await.expect("the visitor has come");
    assert!(ann.thread(chat).await.contact_online && !ann.thread(mail).await.contact_online);
    let seen = ann.thread(chat).await.conversation.last_seq;
    ann.reply(chat, "Are you there?", seen).await.ok();
    drain(&app).await;
    assert_eq!(post.reached().len(), 1);
}
