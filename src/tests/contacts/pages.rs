//! The page: its timeline, its search, and the page as the server renders it.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use serde_json::json;

use super::{
    super::{
        kit::{Actor, Answer, TestApp},
        on_both,
    },
    VERA, contact_of, introduced, merge, page, two,
};
use crate::{
    domain::{Candidate, ClientMsgId, ContactId, ConversationId, Role, Status, Time, Timeline},
    routes,
    server::clock::new_id,
};

on_both!(
    the_timeline_comes_in_stretches,
    somebody_is_found_by_name_and_address,
    the_page_is_rendered_and_a_merged_one_leads_on,
);

async fn the_timeline_comes_in_stretches(app: TestApp) {
    const MORE: usize = 3;
    let (visitor, ann) = (app.visitor(), app.operator("Ann").await);
    let mut made: Vec<ConversationId> = Vec::new();
    for number in 0..Timeline::PAGE + MORE {
        app.clock.advance(Time::MINUTE);
        let words = json!({
            "client_msg_id": new_id::<ClientMsgId>(), "body": format!("Question {number}"), "fresh": true,
        });
        let said = visitor.post("messages", words).await.ok();
        let id = serde_json::from_value(said["conversation"]["id"].clone()).expect("an id");
        ann.act("resolve", id).await.ok();
        made.insert(0, id);
    }
    ann.act("reopen", made[0]).await.ok();
    ann.reply(made[0], "An answer\nof two lines", i64::MAX).await.ok();
    let id = contact_of(&app, made[0]).await;
    let mut timeline = page(&ann, id).await.timeline;
    assert_eq!(timeline.entries.len(), Timeline::PAGE);
    let newest = &timeline.entries[0];
    assert_eq!(newest.first_words, format!("Question {}", made.len() - 1));
    assert_eq!((newest.messages, newest.conversation.status), (2, Status::Active), "lines are no messages");
    let last = newest.conversation.last_message.as_ref().expect("words");
    assert_eq!(last.text, "An answer of two lines");
    let next = timeline.next.expect("there is more");
    let more = ann.call("load_timeline", json!({ "id": id, "from": next })).await.ok();
    let more: Timeline = serde_json::from_value(more).expect("a timeline");
    assert_eq!((more.entries.len(), more.next), (MORE, None));
    timeline.extend(more);
    let listed: Vec<ConversationId> = timeline.entries.iter().map(|entry| entry.conversation.id).collect();
    assert_eq!(listed, made, "each once, newest activity first");
}

async fn find(actor: &Actor, id: ContactId, words: &str) -> Vec<Candidate> {
    let found = actor.call("find_contacts", json!({ "id": id, "words": words })).await.ok();
    serde_json::from_value(found).expect("people")
}

async fn somebody_is_found_by_name_and_address(app: TestApp) {
    let ann = app.operator("Ann").await;
    let (_, chat, sms) = two(&app, &ann).await;
    let (id, texter) = (contact_of(&app, chat).await, contact_of(&app, sms).await);
    let vera = contact_of(&app, introduced(&app.visitor(), "Vera Lind", "Lind@x.test").await).await;
    let odd = contact_of(&app, introduced(&app.visitor(), "100%_real", "").await).await;
    let ids = async |words: &str| {
        find(&ann, id, words).await.into_iter().map(|found| found.contact_id).collect::<Vec<_>>()
    };
    for (words, want) in [
        ("vera", vec![vera]),
        ("LIND@X", vec![vera]),
        (" lind ", vec![vera]),
        ("+1 (415) 555", vec![texter]),
        ("0123", vec![texter]),
        ("100%_R", vec![odd]),
        ("%", vec![odd]),
        ("_", vec![odd]),
        ("\\", vec![]),
        ("nobody", vec![]),
        ("", vec![]),
    ] {
        assert_eq!(ids(words).await, want, "{words:?}");
    }
    // Whoever is the same person is nobody to merge with, by whatever they are found.
    merge(&ann, id, texter).await.ok();
    assert!(ids("0123").await.is_empty());
    merge(&ann, vera, odd).await.ok();
    assert_eq!(ids("100%").await, [vera]);
    // Nobody is found of whom no conversation may be seen.
    let nina = app.person("Nina", Role::Operator, &[app.sales]).await;
    assert_eq!(
        nina.call("find_contacts", json!({ "id": id, "words": "vera" })).await.status,
        StatusCode::NOT_FOUND
    );
    for number in 0..Candidate::MOST + 2 {
        introduced(&app.visitor(), &format!("Many {number}"), "").await;
    }
    let many = find(&ann, id, "many").await;
    assert_eq!(many.len(), Candidate::MOST);
    assert_eq!(many[0].name, format!("Many {}", Candidate::MOST + 1), "the newest first");
}

async fn get(actor: &Actor, path: &str) -> Answer {
    let request = Request::builder().uri(path).header(header::COOKIE, actor.cookie());
    // As browsers ask for pages: they are led on, and programs are told.
    let request = request.header(header::ACCEPT, "text/html");
    actor.test.send(request.body(Body::empty()).expect("a request")).await
}

async fn the_page_is_rendered_and_a_merged_one_leads_on(app: TestApp) {
    let ann = app.operator("Ann").await;
    let (_, chat, sms) = two(&app, &ann).await;
    let (id, texter) = (contact_of(&app, chat).await, contact_of(&app, sms).await);
    merge(&ann, texter, id).await.ok();
    let shown = get(&ann, &format!("{}?find=nobody+at+all", routes::contact(texter))).await;
    assert_eq!(shown.status, StatusCode::OK);
    for words in [
        VERA,
        "Hello from the phone",
        "Hello from the shop",
        "Merged from",
        "Undo",
        "Nobody was found",
        "</html>",
    ] {
        assert!(shown.text.contains(words), "{words} is missing");
    }
    let merged = get(&ann, &routes::contact(id)).await;
    assert!(merged.status.is_redirection(), "{}", merged.status);
    assert_eq!(merged.headers[header::LOCATION], routes::contact(texter).as_str());
    let nina = app.person("Nina", Role::Operator, &[app.sales]).await;
    for (actor, path) in [(&nina, routes::contact(texter)), (&ann, routes::contact(new_id()))] {
        let refused = get(actor, &path).await;
        assert!(refused.text.contains("There is no such contact"), "{path}");
        assert!(!refused.text.contains("Hello from"));
    }
    let nobody = Request::builder()
        .uri(routes::contact(texter))
        .header(header::ACCEPT, "text/html")
        .body(Body::empty())
        .expect("a request");
    assert!(app.send(nobody).await.status.is_redirection());
    let threads = get(&ann, &routes::inbox(crate::domain::Queue::All, Some(chat))).await;
    assert!(threads.text.contains(&routes::contact(texter)), "the panel leads to the page");
}
