//! What a bot says, shows and hands over, and what it cannot.

use futures::future::join_all;
use serde_json::{Value, json};

use super::{HELPER, Workspace, id_of, texts, workspace};
use crate::{
    domain::{Handler, HandoffReason, SenderKind, Status},
    tests::{kit::TestApp, on_both, update_settings},
};

on_both!(
    a_bot_speaks_while_it_has_the_word,
    nothing_of_a_bot_follows_a_person,
    what_a_person_may_use_is_offered,
    what_is_being_written_is_shown_and_not_kept,
    a_bot_hands_over_what_it_knows,
    a_team_that_is_not_there_is_told_of,
    text_stays_text,
);

async fn a_bot_speaks_while_it_has_the_word(app: TestApp) {
    let Workspace { helper, admin, bot, .. } = workspace(&app).await;
    let id = helper.begin("Hello").await;
    let said = helper.say(id, 0, "Hi, how can I help?").await.created();
    assert_eq!((&said["sender"], &said["sender_name"]), (&json!("bot"), &json!("Fern")));
    assert_eq!((&said["seq"], &said["delivery"]["state"]), (&json!(2), &json!("sent")));
    let message = admin.thread(id).await.messages.pop().expect("a message");
    assert_eq!((message.sender, message.sender_id), (SenderKind::Bot, Some(bot.id.into())));
    for epoch in [1, 7] {
        let early = helper.say(id, epoch, "From the future").await;
        assert_eq!(early.problem(409), "stale");
        assert_eq!((&early.json["handler"], &early.json["control_epoch"]), (&json!("bot"), &json!(0)));
    }
}

async fn nothing_of_a_bot_follows_a_person(app: TestApp) {
    let Workspace { helper, admin, .. } = workspace(&app).await;
    for step in ["take_over", "claim", "resolve"] {
        let id = helper.begin("Hello").await;
        admin.act(step, id).await.ok();
        let before = admin.thread(id).await.conversation.last_seq;
        for (what, body) in [
            ("messages", json!({ "control_epoch": 0, "text": "Too late" })),
            ("messages", json!({ "control_epoch": 1, "text": "Too late" })),
            ("partial", json!({ "control_epoch": 0, "text": "Too la" })),
            ("typing", json!({ "control_epoch": 0 })),
            ("handoff", json!({ "control_epoch": 0, "reason": "Too late" })),
        ] {
            let late = helper.post(&format!("/conversations/{id}/{what}"), body).await;
            assert_eq!(late.problem(409), "stale", "{step} {what}");
            assert_eq!((&late.json["handler"], &late.json["control_epoch"]), (&json!("human"), &json!(1)));
        }
        let thread = admin.thread(id).await;
        assert_eq!(thread.conversation.last_seq, before, "{step}: nothing was said");
    }
    let id = helper.begin("Hello").await;
    admin.act("take_over", id).await.ok();
    admin.call("give_back", json!({ "id": id, "instruction": "" })).await.ok();
    assert_eq!(helper.say(id, 0, "Begun before all that").await.problem(409), "stale");
    helper.say(id, 2, "Asked anew").await.created();
}

async fn what_a_person_may_use_is_offered(app: TestApp) {
    let Workspace { helper, admin, .. } = workspace(&app).await;
    let opened = helper.post("/conversations", json!({ "channel": HELPER })).await.created();
    let id = id_of(&opened);
    let channel = admin.thread(id).await.conversation.channel_id;
    update_settings(&app, channel, |settings| settings.suggestions = true).await;
    helper.relay(id, "Hello").await.created();
    admin.act("take_over", id).await.ok();
    helper.relay(id, "Where is my order?").await.created();
    let offered = helper.say(id, 1, "It is on its way.").await;
    assert_eq!((offered.status.as_u16(), &offered.json), (202, &json!({ "suggested": true })));
    let conversation = admin.thread(id).await.conversation;
    let suggestion = conversation.ai.and_then(|ai| ai.suggestion).expect("it is offered");
    assert_eq!(suggestion.text, "It is on its way.");
    assert_eq!(texts(&helper.transcript(id).await).last(), Some(&"Where is my order?"), "and not sent");
}

async fn what_is_being_written_is_shown_and_not_kept(app: TestApp) {
    let Workspace { helper, admin, .. } = workspace(&app).await;
    let id = helper.begin("Hello").await;
    let mut hears = admin.stream(admin.inbox("all").await.as_of.resume_from()).await;
    let path = format!("/conversations/{id}/partial");
    let partial = |text: String| helper.post(&path, json!({ "control_epoch": 0, "text": text }));
    let shown = partial("It is on".to_owned()).await;
    assert_eq!((shown.status.as_u16(), shown.text.as_str()), (204, ""));
    loop {
        let sse = hears.next().await.expect("the stream is open");
        if sse.data.to_string().contains("It is on") {
            assert_eq!(sse.id, None, "nothing to resume from");
            break;
        }
    }
    assert_eq!(texts(&helper.transcript(id).await), ["Hello"]);
    let many = join_all((0..100).map(|number| partial(format!("It is on its way {number}")))).await;
    let refused: Vec<_> = many.iter().filter(|answer| answer.status != 204).collect();
    assert!(!refused.is_empty(), "ten a second are enough");
    for answer in refused {
        assert_eq!(answer.problem(429), "rate_limited");
        assert!(answer.headers.contains_key("retry-after"));
    }
}

async fn a_bot_hands_over_what_it_knows(app: TestApp) {
    let Workspace { helper, admin, .. } = workspace(&app).await;
    let id = helper.begin("I want my money back").await;
    let body = json!({
        "control_epoch": 0, "cause": "unsure", "reason": "Refunds are for people", "goal": "A refund",
        "summary": "<i>Order</i> 12 came broken", "facts": [{ "name": "Order", "value": "12" }],
        "language": "en", "confidence": 40, "team": "sales TEAM",
    });
    let handed = helper.post(&format!("/conversations/{id}/handoff"), body).await.ok();
    assert_eq!((&handed["status"], &handed["handler"]), (&json!("waiting"), &json!("human")));
    assert_eq!((&handed["team"], &handed["control_epoch"]), (&json!("Sales team"), &json!(1)));
    let thread = admin.thread(id).await;
    assert_eq!((thread.conversation.status, thread.conversation.handler), (Status::Waiting, Handler::Human));
    assert_eq!(thread.conversation.team_id, Some(app.sales));
    let card = thread.messages.iter().find_map(|message| message.handoff.as_ref()).expect("a card");
    assert_eq!((card.reason, card.confidence), (HandoffReason::Unsure, Some(40)));
    assert_eq!(card.summary.as_deref(), Some("<i>Order</i> 12 came broken"));
    assert_eq!(card.words.as_deref(), Some("Refunds are for people"));
    assert_eq!((card.facts[0].name.as_str(), card.facts[0].value.as_str()), ("Order", "12"));
    assert_eq!(admin.inbox(&format!("team-{}", app.sales)).await.rows.len(), 1);
    let transcript = helper.transcript(id).await;
    assert!(transcript.iter().all(|message| message["handoff"] == Value::Null), "the card is the team's");
    assert_eq!(transcript.last().expect("a notice")["sender"], "system");

    let asked = helper.begin("A person, please").await;
    let body = json!({ "control_epoch": 0, "cause": "asked" });
    helper.post(&format!("/conversations/{asked}/handoff"), body).await.ok();
    let thread = admin.thread(asked).await;
    let line = thread.messages.iter().find(|message| message.handoff.is_some()).expect("a line");
    assert!(line.body.starts_with("Visitor ") && line.body.ends_with("asked for a person"), "{}", line.body);
}

async fn a_team_that_is_not_there_is_told_of(app: TestApp) {
    let Workspace { helper, admin, crm, .. } = workspace(&app).await;
    let id = helper.begin("Hello").await;
    let body = json!({ "control_epoch": 0, "reason": "Legal matter", "team": "Lawyers" });
    let handed = helper.post(&format!("/conversations/{id}/handoff"), body).await.ok();
    assert_eq!(handed["team"], "Support team", "it stays where it was");
    let messages = admin.thread(id).await.messages;
    let card = messages.iter().find_map(|message| message.handoff.as_ref()).expect("a card");
    let words = "The AI asked for the team “Lawyers”, which does not exist.\nLegal matter";
    assert_eq!(card.words.as_deref(), Some(words));
    let told = crm.transcript(id).await;
    let line = told.iter().find(|message| message["system"] == "handed_off").expect("a line");
    assert_eq!((&line["handoff"]["reason"], &line["handoff"]["words"]), (&json!("bot"), &json!(words)));
    let by_id = helper.begin("Hello").await;
    let body = json!({ "control_epoch": 0, "team": app.sales });
    let handed = helper.post(&format!("/conversations/{by_id}/handoff"), body).await.ok();
    assert_eq!(handed["team"], "Sales team");
}

async fn text_stays_text(app: TestApp) {
    let Workspace { helper, admin, .. } = workspace(&app).await;
    let id = helper.begin("Hello").await;
    let hostile = [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[click](javascript:alert(1)) **bold** `code`",
        "{{customer.name}} ${7*7} <%= 7 %>",
        "\u{202e}reversed \u{1f642}\nsecond line",
    ];
    for text in hostile {
        assert_eq!(helper.say(id, 0, text).await.created()["text"], text);
    }
    assert_eq!(texts(&helper.transcript(id).await)[1..], hostile);
    let bodies: Vec<String> = admin.thread(id).await.messages.into_iter().map(|m| m.body).collect();
    assert_eq!(bodies[1..], hostile);
    assert_eq!(helper.say(id, 0, "a\u{0}b\u{7}c\r\nd").await.created()["text"], "abc\nd");
}
