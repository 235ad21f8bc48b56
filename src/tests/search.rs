//! The search: what is found, by whom, and that both databases find the same.

mod contacts;
mod model;

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use diesel::{Connection, SqliteConnection, connection::SimpleConnection};
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use serde_json::json;

use super::{
    gateway::{Gateway, tell, text},
    kit::{Actor, TestApp},
    on_both,
};
use crate::{
    domain::{
        ConversationId, FoundMessage, Message, PAGE_MESSAGES, Role, SearchKey, SearchPage, SenderKind,
        Thread, Time,
    },
    routes,
    server::{
        clock::new_id,
        jobs::runner::drain,
        store::{conversations, messages, search},
    },
};

on_both!(
    what_was_said_is_found,
    only_what_may_be_seen_is_found,
    operators_narrow_it_down,
    hostile_text_finds_what_it_says_and_breaks_nothing,
    pages_are_everything_once_in_order,
    a_search_that_may_see_little_pauses_and_goes_on,
    what_was_there_before_the_index_is_found,
    a_thread_opens_around_a_message,
    the_page_is_rendered_with_marks_and_without_html,
);

async fn page(actor: &Actor, text: &str, below: Option<SearchKey>) -> SearchPage {
    let found = actor.call("search", json!({ "text": text, "below": below })).await.ok();
    serde_json::from_value(found).expect("a page")
}

/// The messages that a text finds, newest first.
async fn hits(actor: &Actor, text: &str) -> Vec<FoundMessage> {
    let mut found: Vec<FoundMessage> =
        page(actor, text, None).await.threads.into_iter().flat_map(|thread| thread.messages).collect();
    found.sort_by_key(|message| std::cmp::Reverse(message.at));
    found
}

/// What they say, with what was sought in brackets.
async fn said(actor: &Actor, text: &str) -> Vec<String> {
    let shown = |message: FoundMessage| {
        let pieces = message.pieces.into_iter();
        pieces.map(|piece| if piece.is_hit { format!("[{}]", piece.text) } else { piece.text }).collect()
    };
    hits(actor, text).await.into_iter().map(shown).collect()
}

async fn note(actor: &Actor, id: ConversationId, body: &str) {
    let client = new_id::<uuid::Uuid>();
    let note = json!({ "conversation_id": id, "client_msg_id": client, "body": body, "files": [] });
    actor.call("add_note", note).await.ok();
}

async fn what_was_said_is_found(app: TestApp) {
    let ann = app.operator("Ann").await;
    let id = app.visitor().say("Die GRÖSSE der blauen Vase, bitte").await;
    app.clock.advance(Time::SECOND);
    ann.reply(id, "The blue vase is 30 cm high", 1).await.ok();
    app.clock.advance(Time::SECOND);
    note(&ann, id, "She asked for the vase twice: order 4711-b").await;
    for (text, want) in [
        ("größe", &["Die [GRÖSSE] der blauen Vase, bitte"][..]),
        ("grosse VASE", &["Die [GRÖSSE] der blauen [Vase], bitte"]),
        ("blue vase", &["The [blue] [vase] is 30 cm high"]),
        ("\"blue vase\"", &["The [blue vase] is 30 cm high"]),
        ("\"vase blue\"", &[]),
        ("bla", &["Die GRÖSSE der [blauen] Vase, bitte"]),
        ("bl", &[]),
        ("bla vase", &[]),
        ("4711", &["She asked for the vase twice: order [4711]-b"]),
        ("4711-b", &["She asked for the vase twice: order [4711-b]"]),
        ("claimed", &[]),
        ("!!!", &[]),
        ("", &[]),
    ] {
        assert_eq!(said(&ann, text).await, want, "{text}");
    }
    let vases = hits(&ann, "vase").await;
    let shape: Vec<_> = vases.iter().map(|hit| (hit.sender, hit.note, hit.sender_name.as_str())).collect();
    let contact = vases[2].sender_name.as_str();
    assert_eq!(
        shape,
        [
            (SenderKind::Operator, true, "Ann"),
            (SenderKind::Operator, false, "Ann"),
            (SenderKind::Contact, false, contact)
        ]
    );
    assert!(contact.starts_with("Visitor "), "a customer is called as they are called now");
}

async fn only_what_may_be_seen_is_found(app: TestApp) {
    let (ann, sam) = (app.operator("Ann").await, app.person("Sam", Role::Supervisor, &[]).await);
    let nina = app.person("Nina", Role::Operator, &[app.sales]).await;
    let id = app.visitor().say("A secret vase").await;
    assert_eq!(said(&ann, "secret").await, ["A [secret] vase"]);
    assert_eq!(said(&sam, "secret").await, ["A [secret] vase"]);
    assert!(said(&nina, "secret").await.is_empty());
    assert!(page(&nina, "visitor", None).await.contacts.is_empty());
    // It passes to the other team: who sees it is decided when it is found.
    let mut tx = app.tx().await;
    let mut conversation = conversations::lock(&mut tx, id).await.expect("read").expect("there");
    conversation.team_id = Some(app.sales);
    conversations::update(&mut tx, &conversation).await.expect("written");
    tx.commit().await.expect("a commit");
    assert!(said(&ann, "secret").await.is_empty());
    assert_eq!(said(&nina, "secret").await, ["A [secret] vase"]);
}

async fn operators_narrow_it_down(app: TestApp) {
    Gateway::start().await.connect(&app, "sms", "+15550100", "webhook").await;
    let chat = app.visitor().say("vase by chat").await;
    app.clock.advance(400 * Time::DAY);
    let (ann, ben) = (app.operator("Ann").await, app.operator("Ben Olsen").await);
    tell(&app, "sms", &text("m1", "+14155550123", "+15550100", "vase by text")).await.ok();
    drain(&app).await;
    app.clock.advance(Time::SECOND);
    ben.reply(chat, "vase by Ben", 1).await.ok();
    ben.act("resolve", chat).await.ok();
    // The first was said on 9 October 2025.
    for (text, want) in [
        ("vase", &["[vase] by Ben", "[vase] by text", "[vase] by chat"][..]),
        ("vase from:me", &[]),
        ("vase from:ben", &["[vase] by Ben"]),
        ("vase from:\"olsen be\"", &["[vase] by Ben"]),
        ("vase from:operator", &["[vase] by Ben"]),
        ("vase from:customer", &["[vase] by text", "[vase] by chat"]),
        ("from:+14155550123", &["vase by text"]),
        ("from:4155550 from:ben vase", &["[vase] by Ben", "[vase] by text"]),
        ("vase from:nobody", &[]),
        ("vase channel:sms", &["[vase] by text"]),
        ("vase channel:\"test shop\"", &["[vase] by Ben", "[vase] by chat"]),
        ("vase channel:chat channel:sms", &["[vase] by Ben", "[vase] by text", "[vase] by chat"]),
        ("vase status:resolved", &["[vase] by Ben", "[vase] by chat"]),
        ("status:waiting vase", &["[vase] by text"]),
        ("vase before:2025-10-10", &["[vase] by chat"]),
        ("vase before:2025-10-09", &[]),
        ("vase after:2026", &["[vase] by Ben", "[vase] by text"]),
        ("vase after:2025-10-09 before:2026", &["[vase] by chat"]),
    ] {
        assert_eq!(said(&ann, text).await, want, "{text}");
    }
    assert_eq!(page(&ann, "vase from:nobody channel:fax", None).await.unknown, ["nobody", "fax"]);
}

async fn hostile_text_finds_what_it_says_and_breaks_nothing(app: TestApp) {
    const HOSTILE: &[&str] = &[
        "vase OR table",
        "vase AND NOT table",
        "NEAR(vase table, 5)",
        "words:vase",
        "search_index : vase",
        "{words} : vase",
        "^vase",
        "vase*",
        "\"vase\"*",
        "\"vase' OR '1'='1",
        "vase'; DROP TABLE messages; --",
        "vase & !table | (a <-> b)",
        "'vase':*A",
        "vase \\ \u{0} \u{1} %_",
        "_m _p _kcontact",
        "<script>vase</script>",
        "\u{202e}vase\u{202c}",
        "((((((((((((((((((((((((vase",
        "+-*/=~`@#$%^&",
    ];
    let ann = app.operator("Ann").await;
    for (number, words) in HOSTILE.iter().enumerate() {
        app.visitor().say(&format!("{words} number{number}")).await;
    }
    let other = app.visitor().say("a table and nothing else").await;
    for (number, words) in HOSTILE.iter().enumerate() {
        let found = page(&ann, &format!("{words} number{number}"), None).await;
        let is_other = |id: ConversationId| id == other;
        assert!(!found.threads.iter().any(|thread| is_other(thread.conversation_id)), "{words}");
        assert_eq!(found.hits(), 1, "{words} finds itself alone");
        for function in ["find_anything", "list_contacts"] {
            let arguments = json!({ "words": words, "below": null });
            assert_eq!(ann.call(function, arguments).await.status, StatusCode::OK, "{function} {words}");
        }
    }
    for text in ["_m", "_kcontact", "_p"] {
        assert_eq!(page(&ann, text, None).await.hits(), 1, "{text} is no mark");
    }
    let long = "vase ".repeat(10_000);
    assert_eq!(ann.call("search", json!({ "text": long, "below": null })).await.status, StatusCode::OK);
}

async fn pages_are_everything_once_in_order(app: TestApp) {
    let ann = app.operator("Ann").await;
    let mut want = Vec::new();
    for number in 0..(SearchPage::HITS * 2 + 5) {
        // Some are said in the same moment.
        app.clock.advance(if number % 4 == 0 { 0 } else { Time::SECOND });
        app.visitor().say(&format!("vase {number}")).await;
        want.push(format!("[vase] {number}"));
    }
    let (mut got, mut times, mut below) = (Vec::new(), Vec::new(), None);
    loop {
        let found = page(&ann, "vase", below).await;
        assert!(found.hits() <= SearchPage::HITS && found.looked_back_to.is_none());
        for message in found.threads.into_iter().flat_map(|thread| thread.messages) {
            let pieces = message.pieces.into_iter();
            let shown: String =
                pieces.map(|it| if it.is_hit { format!("[{}]", it.text) } else { it.text }).collect();
            got.push(shown);
            times.push(message.at);
        }
        below = found.next;
        if below.is_none() {
            break;
        }
    }
    assert!(times.is_sorted_by(|one, other| one >= other), "newest first");
    got.sort();
    want.sort();
    assert_eq!(got, want);
}

/// What is found and may not be seen is passed over, but not for ever in one go.
async fn a_search_that_may_see_little_pauses_and_goes_on(app: TestApp) {
    let nina = app.person("Nina", Role::Operator, &[app.sales]).await;
    let mine = app.visitor().say("vase for Nina").await;
    let mut tx = app.tx().await;
    let mut conversation = conversations::lock(&mut tx, mine).await.expect("read").expect("there");
    conversation.team_id = Some(app.sales);
    conversations::update(&mut tx, &conversation).await.expect("written");
    tx.commit().await.expect("a commit");
    app.clock.advance(Time::SECOND);
    let other = app.visitor().say("vase").await;
    // So many that one search does not look through all of them.
    let mut tx = app.tx().await;
    let mut conn = app.db.conn().await.expect("a connection");
    let first = messages::list_from(&mut conn, other, 1, 1).await.expect("read");
    for number in 0..4_100 {
        let at = app.clock.now().plus(number * 1_000);
        let (id, seq) = (new_id(), number + 2);
        let message = Message { id, seq, client_msg_id: None, created_at: at, ..first[0].clone() };
        messages::insert(&mut tx, other, &message, None).await.expect("written");
    }
    tx.commit().await.expect("a commit");
    let found = page(&nina, "vase", None).await;
    assert_eq!(found.hits(), 0);
    assert!(found.looked_back_to.is_some_and(|at| at > app.clock.now()), "it says how far it looked");
    let found = page(&nina, "vase", found.next).await;
    assert_eq!((found.hits(), found.next, found.looked_back_to), (1, None, None));
}

/// The migration is taken back and made again: what is in the database then is found as before.
async fn what_was_there_before_the_index_is_found(app: TestApp) {
    let ann = app.operator("Ann").await;
    let id = app.visitor().say("An old vase").await;
    ann.reply(id, "An old answer", 1).await.ok();
    let (down, up) = match app.db.system() {
        "SQLite" => (
            include_str!("../../migrations/sqlite/2026-11-27-000010_search/down.sql"),
            include_str!("../../migrations/sqlite/2026-11-27-000010_search/up.sql"),
        ),
        _ => (
            include_str!("../../migrations/postgres/2026-11-27-000010_search/down.sql"),
            include_str!("../../migrations/postgres/2026-11-27-000010_search/up.sql"),
        ),
    };
    match app.url.strip_prefix("sqlite://") {
        Some(path) => {
            let mut conn = SqliteConnection::establish(path).expect("it opens");
            conn.batch_execute(&format!("{down}\n{up}")).expect("it runs");
        }
        None => {
            let mut conn = AsyncPgConnection::establish(&app.url).await.expect("it answers");
            SimpleAsyncConnection::batch_execute(&mut conn, &format!("{down}\n{up}")).await.expect("it runs");
        }
    }
    assert!(said(&ann, "old").await.is_empty());
    app.db.migrate().await.expect("it migrates");
    let mut found = said(&ann, "old").await;
    found.sort();
    assert_eq!(found, ["An [old] answer", "An [old] vase"]);
    assert_eq!(
        page(&ann, "visitor", None).await.contacts.len(),
        0,
        "who has no name has none to be found by"
    );
    search::fill(&app.db).await.expect("once is enough");
    assert_eq!(said(&ann, "old").await.len(), 2);
}

async fn a_thread_opens_around_a_message(app: TestApp) {
    let (visitor, ann) = (app.visitor(), app.operator("Ann").await);
    let mut id = visitor.say("Message 1").await;
    let last = i64::try_from(PAGE_MESSAGES).expect("few") * 3;
    for number in 2..=last {
        id = visitor.say(&format!("Message {number}")).await;
    }
    let at = async |seq: i64| -> Vec<i64> {
        let thread = ann.call("load_thread_at", json!({ "id": id, "seq": seq })).await.ok();
        let thread: Thread = serde_json::from_value(thread).expect("a thread");
        thread.messages.iter().map(|message| message.seq).collect()
    };
    for (seq, from) in [(1, 1), (10, 1), (60, 35), (100, 75), (101, 101), (150, 101), (999, 101), (-4, 101)] {
        let want: Vec<i64> = (from..from + 50).collect();
        assert_eq!(at(seq).await, want, "around {seq}");
    }
    let newer = ann.call("load_newer", json!({ "id": id, "after": 84 })).await.ok();
    let newer: Vec<Message> = serde_json::from_value(newer).expect("messages");
    assert_eq!(newer.iter().map(|it| it.seq).collect::<Vec<_>>(), (85..135).collect::<Vec<_>>());

    let mut thread: Thread =
        serde_json::from_value(ann.call("load_thread_at", json!({ "id": id, "seq": 60 })).await.ok())
            .expect("a thread");
    assert!(thread.has_newer() && thread.has_older() && thread.holds(60) && !thread.holds(85));
    thread.append(&newer);
    assert!(thread.has_newer(), "what is loaded follows what is there");
    assert!(thread.messages.windows(2).all(|pair| pair[0].seq + 1 == pair[1].seq), "without a gap");
}

async fn the_page_is_rendered_with_marks_and_without_html(app: TestApp) {
    let ann = app.operator("Ann").await;
    let id = app.visitor().say("<img src=x onerror=alert(1)> <b>vase</b> & more").await;
    let read = async |path: String| {
        let request = Request::builder()
            .uri(path)
            .header(header::COOKIE, ann.cookie())
            .body(Body::empty())
            .expect("a request");
        app.send(request).await
    };
    let found = read(routes::search("vase \"<b>\"", None)).await;
    assert_eq!(found.status, StatusCode::OK);
    assert!(found.text.contains("<mark class=\"hit\">vase"), "{}", found.text);
    assert!(!found.text.contains("<img src=x") && !found.text.contains("<b>vase"), "{}", found.text);
    let leads_to = routes::message(id, 1);
    assert!(found.text.contains(&leads_to), "{}", found.text);
    let thread = read(leads_to).await;
    assert!(thread.text.contains("data-found=\"true\""), "the message is marked");
    let nothing = read(routes::search("nowhere", None)).await;
    assert!(nothing.text.contains("Nothing found"));
    let people = read(routes::contacts("", None)).await;
    assert!(people.text.contains("data-testid=\"contact\""), "{}", people.text);
    let guest = Request::builder().uri("/search?q=x").body(Body::empty()).expect("a request");
    let guest = app.send(guest).await;
    assert!(!guest.text.contains("data-testid=\"hit\""));
}
