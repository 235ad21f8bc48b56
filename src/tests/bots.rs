//! Bots, and the people who step in.

mod fence;
pub mod model;

use axum::http::StatusCode;
use serde_json::json;

use self::model::{Model, Says};
use super::{
    kit::{Actor, TestApp},
    on_both, update_settings,
};
use crate::{
    domain::{
        AppError, Bot, BotId, BotKind, Conflict, ConversationId, FaqEntry, Handler, HandoffReason, Message,
        SenderKind, Status, SystemLine, Time,
    },
    server::{
        actions::bots::{self, Answer, Said},
        clock::new_id,
        jobs::runner::drain,
        store::{
            bots::{ConfiguredBot, Settings},
            faq,
        },
    },
};

on_both!(
    the_faq_answers_what_it_knows_and_hands_off_what_it_does_not,
    a_customer_asks_for_a_person_in_words_or_by_the_button,
    a_model_answers_and_a_broken_answer_is_a_handoff,
    a_bot_that_gives_no_sign_of_life_has_failed,
    what_a_bot_says_again_is_said_once,
    another_bots_conversation_is_not_there,
    a_late_answer_is_offered_and_never_sent,
    giving_back_has_the_bot_answer_with_the_instruction,
    a_bot_that_is_off_leaves_customers_to_people,
);

/// A bot of this kind that answers the test's live chat.
pub async fn bot(app: &TestApp, kind: BotKind, settings: Settings) -> Bot {
    let bot = Bot { id: new_id(), kind, name: "Fern".into(), enabled: true };
    let configured = ConfiguredBot { bot: bot.clone(), settings, secret: None, created_at: app.clock.now() };
    let mut tx = app.tx().await;
    crate::server::store::bots::insert(&mut tx, &configured).await.expect("a bot");
    tx.commit().await.expect("a commit");
    serve(app, app.channel, bot.id).await;
    bot
}

async fn serve(app: &TestApp, channel: crate::domain::ChannelId, bot: BotId) {
    update_settings(app, channel, |settings| settings.bot = Some(bot)).await;
}

pub async fn know(app: &TestApp, question: &str, answer: &str) {
    let now = app.clock.now();
    let entry = FaqEntry {
        id: new_id(),
        question: question.into(),
        answer: answer.into(),
        enabled: true,
        created_at: now,
        updated_at: now,
    };
    let mut tx = app.tx().await;
    faq::insert(&mut tx, &entry).await.expect("an entry");
    tx.commit().await.expect("a commit");
}

/// Every message with who said it, and system lines by what they record.
async fn said(actor: &Actor, id: ConversationId) -> Vec<(SenderKind, Option<SystemLine>, String)> {
    let messages = actor.thread(id).await.messages;
    messages.into_iter().map(|message| (message.sender, message.system, message.body)).collect()
}

/// What its bot says in a thread.
pub fn of_bot(messages: &[Message]) -> Vec<&str> {
    messages
        .iter()
        .filter(|message| message.sender == SenderKind::Bot)
        .map(|message| message.body.as_str())
        .collect()
}

fn answer(id: ConversationId, control_epoch: i64, body: &str) -> Answer {
    Answer { conversation_id: id, control_epoch, client_msg_id: new_id(), body: body.into() }
}

async fn the_faq_answers_what_it_knows_and_hands_off_what_it_does_not(app: TestApp) {
    let ann = app.operator("Ann").await;
    bot(&app, BotKind::Faq, Settings::default()).await;
    know(&app, "How long does delivery take?", "Three days.").await;
    know(&app, "Can I return a plant?", "Within 30 days.").await;
    let vera = app.visitor();
    let id = vera.say("How long is the delivery?").await;
    let begun = ann.thread(id).await.conversation;
    assert_eq!((begun.status, begun.handler, begun.awaiting_reply_since), (Status::Open, Handler::Bot, None));
    assert!(!begun.needs_answer());
    drain(&app).await;
    assert_eq!(of_bot(&ann.thread(id).await.messages), ["Three days."]);
    assert_eq!(ann.thread(id).await.messages[1].sender_name, "Fern");

    vera.say("My invoice has a wrong address on it").await;
    drain(&app).await;
    let thread = ann.thread(id).await;
    assert_eq!((thread.conversation.status, thread.conversation.handler), (Status::Waiting, Handler::Human));
    assert!(thread.conversation.needs_answer());
    let [.., line, notice] = thread.messages.as_slice() else { panic!("a line and a notice") };
    let handoff = line.handoff.as_ref().expect("a card");
    assert_eq!((line.system, handoff.reason), (Some(SystemLine::HandedOff), HandoffReason::Unsure));
    assert_eq!(handoff.goal.as_deref(), Some("My invoice has a wrong address on it"));
    assert!(handoff.confidence.is_some_and(|percent| percent < 45));
    assert!(notice.body.starts_with("Nobody is here just now"), "{}", notice.body);
    let chat = vera.chat().await;
    assert_eq!(chat["messages"].as_array().expect("messages").last().expect("one")["body"], notice.body);
    let unanswered = faq::list_unanswered(&mut app.db.conn().await.expect("a connection"), 10).await;
    assert_eq!(unanswered.expect("read").len(), 1);
}

async fn a_customer_asks_for_a_person_in_words_or_by_the_button(app: TestApp) {
    let ann = app.operator("Ann").await;
    bot(&app, BotKind::Api, Settings::default()).await;
    let (vera, wim) = (app.visitor(), app.visitor());
    let (by_words, by_button) = (vera.say("Human, please").await, wim.say("Hello").await);
    assert_eq!(ann.thread(by_words).await.conversation.status, Status::Open, "it is not one of the phrases");
    vera.say("HUMAN!").await;
    wim.post("person", json!({})).await.ok();
    for id in [by_words, by_button] {
        let thread = ann.thread(id).await;
        assert_eq!(
            (thread.conversation.status, thread.conversation.handler),
            (Status::Waiting, Handler::Human)
        );
        let cards: Vec<_> = thread.messages.iter().filter_map(|message| message.handoff.as_ref()).collect();
        assert_eq!(cards.len(), 1);
        assert_eq!(cards[0].reason, HandoffReason::Asked);
    }
    assert_eq!(wim.post("person", json!({})).await.status, StatusCode::CONFLICT, "a person has it already");
}

async fn a_model_answers_and_a_broken_answer_is_a_handoff(app: TestApp) {
    let ann = app.operator("Ann").await;
    let model = Model::start().await;
    bot(&app, BotKind::OpenAi, model.settings()).await;
    know(&app, "How long does delivery take?", "Three days.").await;
    let vera = app.visitor();
    model.will(Says::Whole(&["Three ", "days."]));
    let id = vera.say("How long does delivery take?").await;
    drain(&app).await;
    assert_eq!(of_bot(&ann.thread(id).await.messages), ["Three days."]);
    let asked = model.asked().pop().expect("a request");
    let prompt = asked["messages"][0]["content"].as_str().expect("a prompt").to_owned();
    assert!(prompt.contains("A: Three days."), "it is given what fits: {prompt}");
    assert_eq!(asked["messages"][1]["content"], "How long does delivery take?");

    for broken in [Says::Cut(&["Half ", "an "]), Says::Status(500), Says::Status(429), Says::Garbage] {
        let visitor = app.visitor();
        model.will(broken);
        let id = visitor.say("And the pots?").await;
        drain(&app).await;
        let thread = ann.thread(id).await;
        assert_eq!(thread.conversation.status, Status::Waiting, "{broken:?}");
        assert_eq!(of_bot(&thread.messages), [""; 0], "{broken:?}");
        let card = thread.messages.iter().find_map(|message| message.handoff.clone()).expect("a card");
        assert_eq!(card.reason, HandoffReason::Failed);
        assert!(card.words.is_some_and(|words| words.starts_with("The model")), "{broken:?}");
    }
    let visitor = app.visitor();
    model.will(Says::HandsOff);
    let id = visitor.say("I want my money back").await;
    drain(&app).await;
    let card = ann.thread(id).await.messages.into_iter().find_map(|message| message.handoff).expect("a card");
    assert_eq!((card.reason, card.goal.as_deref()), (HandoffReason::Bot, Some("A refund")));
}

async fn a_bot_that_gives_no_sign_of_life_has_failed(app: TestApp) {
    let ann = app.operator("Ann").await;
    let fern = bot(&app, BotKind::Api, Settings::default()).await;
    let (silent, slow) = (app.visitor().say("Hello").await, app.visitor().say("Hello").await);
    bots::write(&app, &fern, slow, 0, None, true).await.expect("a sign of life");
    app.clock.advance(4 * Time::SECOND);
    drain(&app).await;
    assert_eq!(ann.thread(silent).await.conversation.status, Status::Open);
    app.clock.advance(2 * Time::SECOND);
    drain(&app).await;
    let thread = ann.thread(silent).await;
    assert_eq!(thread.conversation.status, Status::Waiting);
    let line = thread.messages.iter().find(|message| message.handoff.is_some()).expect("a card");
    assert_eq!(line.system, Some(SystemLine::BotFailed));
    assert_eq!(ann.thread(slow).await.conversation.status, Status::Open);
    app.clock.advance(Time::MINUTE);
    drain(&app).await;
    assert_eq!(ann.thread(slow).await.conversation.status, Status::Waiting);
    let late = bots::say(&app, &fern, answer(silent, 0, "Hello!")).await;
    assert!(matches!(late, Err(AppError::Conflict { conflict: Conflict::Stale { .. } })), "{late:?}");
}

async fn what_a_bot_says_again_is_said_once(app: TestApp) {
    let ann = app.operator("Ann").await;
    let fern = bot(&app, BotKind::Api, Settings::default()).await;
    let id = app.visitor().say("Hello").await;
    let hello = answer(id, 0, "Hello!");
    let both =
        futures::future::join(bots::say(&app, &fern, hello.clone()), bots::say(&app, &fern, hello.clone()))
            .await;
    let (Ok(Said::Sent(one)), Ok(Said::Sent(other))) = both else { panic!("both are good") };
    assert_eq!(one.id, other.id);
    let other = bots::say(&app, &fern, Answer { body: "Hi!".into(), ..hello.clone() }).await;
    assert_eq!(other, Err(Conflict::IdReused.into()));
    ann.act("take_over", id).await.ok();
    let again = bots::say(&app, &fern, hello).await;
    assert!(matches!(again, Ok(Said::Sent(_))), "what was said is said: {again:?}");
    assert_eq!(of_bot(&ann.thread(id).await.messages), ["Hello!"]);
    let long = bots::say(&app, &fern, answer(id, 0, &"a".repeat(1_000_000))).await;
    assert!(matches!(long, Err(AppError::Invalid { .. })));
}

async fn another_bots_conversation_is_not_there(app: TestApp) {
    bot(&app, BotKind::Api, Settings::default()).await;
    let id = app.visitor().say("Hello").await;
    let stranger = bot(&app, BotKind::Api, Settings::default()).await;
    assert_eq!(bots::say(&app, &stranger, answer(id, 0, "Hi")).await, Err(AppError::NotFound));
    assert_eq!(bots::say(&app, &stranger, answer(new_id(), 0, "Hi")).await, Err(AppError::NotFound));
    let plain = app.person("Ann", crate::domain::Role::Operator, &[]).await;
    assert_eq!(plain.act("take_over", id).await.status, StatusCode::NOT_FOUND);
}

async fn a_late_answer_is_offered_and_never_sent(app: TestApp) {
    let ann = app.operator("Ann").await;
    let fern = bot(&app, BotKind::Api, Settings::default()).await;
    let vera = app.visitor();
    let id = vera.say("Where is my order?").await;
    ann.act("take_over", id).await.ok();
    let late = bots::say(&app, &fern, answer(id, 0, "It left on Monday.")).await;
    assert_eq!(late, Err(Conflict::Stale { handler: Handler::Human, control_epoch: 1 }.into()));
    let thread = ann.thread(id).await;
    assert_eq!(of_bot(&thread.messages), [""; 0]);
    let offered = thread.conversation.ai.expect("a bot").suggestion.expect("its words");
    assert_eq!(offered.text, "It left on Monday.");
    assert!(!vera.chat().await.to_string().contains("Monday"));

    let dismissed = json!({ "id": id, "suggestion": offered.id });
    ann.call("dismiss_suggestion", dismissed).await.ok();
    assert_eq!(ann.thread(id).await.conversation.ai.expect("a bot").suggestion, None);
    update_settings(&app, app.channel, |settings| settings.suggestions = true).await;
    vera.say("Hello?").await;
    let under_person = bots::say(&app, &fern, answer(id, 1, "Sorry for the wait.")).await;
    assert_eq!(under_person, Ok(Said::Suggested));
    ann.reply(id, "It left on Monday.", i64::MAX).await.ok();
    assert_eq!(ann.thread(id).await.conversation.ai.expect("a bot").suggestion, None, "it was of use");
    assert_eq!(of_bot(&ann.thread(id).await.messages), [""; 0]);
}

async fn giving_back_has_the_bot_answer_with_the_instruction(app: TestApp) {
    let (ann, ben) = (app.operator("Ann").await, app.operator("Ben").await);
    let model = Model::start().await;
    bot(&app, BotKind::OpenAi, model.settings()).await;
    let vera = app.visitor();
    let id = vera.say("Hello").await;
    ann.act("take_over", id).await.ok();
    drain(&app).await;
    vera.say("Do you repair pots?").await;
    let back = |instruction: &str| json!({ "id": id, "instruction": instruction });
    assert_eq!(ben.call("give_back", back("")).await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        ann.call("give_back", back(&"a".repeat(1_001))).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    model.will(Says::Whole(&["We do."]));
    ann.call("give_back", back("Pots are repaired on Tuesdays.")).await.ok();
    let given = ann.thread(id).await.conversation;
    assert_eq!((given.status, given.handler, given.control_epoch), (Status::Open, Handler::Bot, 2));
    assert_eq!(given.owner_id, Some(ann.id), "the owner is kept on record");
    drain(&app).await;
    assert_eq!(of_bot(&ann.thread(id).await.messages), ["We do."]);
    let prompt = model.asked().pop().expect("a request")["messages"][0].to_string();
    assert!(prompt.contains("Pots are repaired on Tuesdays."));
    let lines = said(&ann, id).await;
    assert!(
        lines.iter().any(|(_, line, body)| *line == Some(SystemLine::GaveBack) && body.contains("Tuesdays"))
    );
    assert!(!vera.chat().await.to_string().contains("Tuesdays"));
}

async fn a_bot_that_is_off_leaves_customers_to_people(app: TestApp) {
    let ann = app.operator("Ann").await;
    let fern = bot(&app, BotKind::Faq, Settings::default()).await;
    let asked = app.visitor().say("Hello").await;
    let mut tx = app.tx().await;
    let mut off = crate::server::store::bots::find(&mut tx, fern.id).await.expect("read").expect("a bot");
    off.bot.enabled = false;
    crate::server::store::bots::update(&mut tx, &off).await.expect("written");
    tx.commit().await.expect("a commit");
    drain(&app).await;
    let thread = ann.thread(asked).await;
    let card = thread.messages.iter().find_map(|message| message.handoff.clone()).expect("a card");
    assert_eq!((thread.conversation.status, card.reason), (Status::Waiting, HandoffReason::Off));
    let next = app.visitor().say("Hello").await;
    assert_eq!(ann.thread(next).await.conversation.status, Status::Waiting);
    ann.act("claim", asked).await.ok();
    let back = ann.call("give_back", json!({ "id": asked, "instruction": "" })).await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
}
