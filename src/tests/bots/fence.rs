//! P8: no bot message after a person's takeover, also streamed, queued or retried; none after a give-back that was begun
//! before it.

use std::collections::BTreeMap;

use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use serde_json::json;

use super::{
    answer, bot, know,
    model::{Model, Says},
    serve,
};
use crate::{
    domain::{
        BotKind, ConversationId, DeliveryState, Event, Handler, MessageId, Push, SenderKind, SystemLine,
    },
    server::{actions::bots, jobs::runner::drain, store::bots::Settings},
    tests::{
        gateway::{Gateway, tell, text},
        kit::{Actor, Stream, TestApp},
        on_both,
        promises::{report, trials},
    },
};

on_both!(
    p8_by_the_api,
    p8_while_a_model_streams,
    p8_from_the_faq,
    p8_in_the_queue_to_a_phone,
    p8_after_a_give_back,
);

/// How a person steps in.
const STEPS: [&str; 3] = ["take_over", "claim", "reply"];

async fn step_in(person: &Actor, server: &TestApp, id: ConversationId, how: usize) {
    let answer = match STEPS[how] {
        "reply" => {
            let reply = json!({
                "conversation_id": id, "client_msg_id": crate::server::clock::new_id::<uuid::Uuid>(),
                "body": "A person here.", "files": [], "seen_seq": i64::MAX, "anyway": false,
            });
            person.call_on(server, "send_reply", reply).await
        }
        function => person.call_on(server, function, json!({ "id": id })).await,
    };
    answer.ok();
}

/// Lets others go first, so often.
async fn wait(turns: usize) {
    for _ in 0..turns {
        tokio::task::yield_now().await;
    }
}

/// Nothing of the bot stands after the line by which a person stepped in.
async fn check(person: &Actor, id: ConversationId) {
    let messages = person.thread(id).await.messages;
    let stepped_in = messages
        .iter()
        .rposition(|message| matches!(message.system, Some(SystemLine::TookOver)))
        .expect("a person stepped in");
    let late = messages[stepped_in..].iter().find(|message| message.sender == SenderKind::Bot);
    assert_eq!(late, None, "a bot spoke after a person had stepped in");
}

fn dice(runner: &mut TestRunner, sides: usize) -> usize {
    (0..sides).new_tree(runner).expect("a number").current()
}

/// Two answers and a repeated one race with a person, on two servers of one database.
async fn p8_by_the_api(app: TestApp) {
    let (ann, fern) = (app.operator("Ann").await, bot(&app, BotKind::Api, Settings::default()).await);
    let other = app.second_server().await;
    let mut runner = TestRunner::deterministic();
    let rounds = trials(300);
    for _ in 0..rounds {
        let id = app.visitor().say("Hello").await;
        let first = answer(id, 0, "Hello from the bot.");
        let say = async |server: &TestApp, answer, turns| {
            wait(turns).await;
            // It may be too late: that is the point.
            let _ = bots::say(server, &fern, answer).await;
        };
        let (here, there) = (&app, if dice(&mut runner, 2) == 0 { &app } else { &other });
        let (how, when) = (dice(&mut runner, STEPS.len()), dice(&mut runner, 40));
        let turns = [(); 3].map(|()| dice(&mut runner, 40));
        tokio::join!(
            say(here, first.clone(), turns[0]),
            say(there, first.clone(), turns[1]),
            say(there, answer(id, 0, "And something more."), turns[2]),
            async {
                wait(when).await;
                step_in(&ann, there, id, how).await;
            },
        );
        say(here, first, 0).await;
        say(there, answer(id, 1, "Under the epoch of the person."), 0).await;
        check(&ann, id).await;
    }
    report("P8 (API)", &app, rounds);
}

/// A model is in the middle of its answer. What a visitor's stream carries is looked at too.
async fn p8_while_a_model_streams(app: TestApp) {
    const WORDS: &[&str] = &["one ", "two ", "three ", "four."];
    let (ann, model) = (app.operator("Ann").await, Model::start().await);
    bot(&app, BotKind::OpenAi, model.settings()).await;
    model.will(Says::Slowly(WORDS));
    let other = app.second_server().await;
    let mut runner = TestRunner::deterministic();
    let rounds = trials(300);
    for _ in 0..rounds {
        let vera = app.visitor();
        let id = vera.say("Count").await;
        let cursor = vera.chat().await["cursor"].as_str().expect("a cursor").to_owned();
        let mut stream = vera.stream(&cursor).await;
        let (how, when) = (dice(&mut runner, STEPS.len()), dice(&mut runner, WORDS.len() + 2));
        let there = if dice(&mut runner, 2) == 0 { &app } else { &other };
        tokio::join!(drain(&app), async {
            let asked = model.asked().len();
            for _ in 0..when {
                model.step();
                wait(dice(&mut runner, 30)).await;
            }
            step_in(&ann, there, id, how).await;
            // Whatever is left of the answer comes now.
            while model.asked().len() > asked && !is_over(&app, id).await {
                model.step();
                wait(4).await;
            }
        });
        // A word that nobody waited for is for nobody.
        drain(&app).await;
        check(&ann, id).await;
        ann.reply(id, "The end.", i64::MAX).await.ok();
        check_screen(&mut stream).await;
    }
    report("P8 (streamed)", &app, rounds);
}

/// In the order in which a visitor's screen shows it, until "The end.": nothing of the bot after a person has stepped in.
async fn check_screen(stream: &mut Stream) {
    let mut handler = Handler::Bot;
    loop {
        let sse = stream.next().await.expect("the stream is open");
        match sse.event.as_str() {
            "conversation" => handler = serde_json::from_value(sse.data["handler"].clone()).expect("one"),
            "answering" if sse.data["on"] == true => {
                assert_eq!(handler, Handler::Bot, "an answer grew after a person had stepped in");
            }
            "message" if sse.data["sender"] == "bot" => {
                assert_eq!(handler, Handler::Bot, "a bot spoke after a person had stepped in");
            }
            "message" if sse.data["body"] == "The end." => break,
            _ => {}
        }
    }
}

async fn is_over(app: &TestApp, id: ConversationId) -> bool {
    let mut conn = app.db.conn().await.expect("a connection");
    crate::server::store::turns::find_waiting(&mut conn, id).await.expect("read").is_none()
}

/// The answer is looked up by one of two servers, or by both one after the other.
async fn p8_from_the_faq(app: TestApp) {
    let ann = app.operator("Ann").await;
    bot(&app, BotKind::Faq, Settings::default()).await;
    know(&app, "How long does delivery take?", "Three days.").await;
    let other = app.second_server().await;
    let mut runner = TestRunner::deterministic();
    let (rounds, mut answered) = (trials(300), 0);
    for round in 0..rounds {
        let vera = app.visitor();
        let id = vera.say("How long is the delivery?").await;
        let cursor = vera.chat().await["cursor"].as_str().expect("a cursor").to_owned();
        let mut stream = vera.stream(&cursor).await;
        let (how, turns) = (dice(&mut runner, STEPS.len()), dice(&mut runner, 30));
        let there = if dice(&mut runner, 2) == 0 { &app } else { &other };
        // The first person is before the answer, the second after it; then they race. Who races looks into the database
        // as often as drawn, for that is what the answer is doing.
        let turns = match round {
            0 => 0,
            1 => usize::MAX,
            _ => turns,
        };
        let race = async {
            for _ in 0..turns {
                if is_over(&app, id).await {
                    break;
                }
            }
            step_in(&ann, there, id, how).await;
        };
        if round == 0 {
            race.await;
        } else {
            tokio::join!(drain(&app), drain(&other), race);
        }
        drain(&app).await;
        check(&ann, id).await;
        ann.reply(id, "The end.", i64::MAX).await.ok();
        check_screen(&mut stream).await;
        let messages = ann.thread(id).await.messages;
        answered += usize::from(messages.iter().any(|message| message.sender == SenderKind::Bot));
    }
    assert!(0 < answered && answered < rounds, "{answered} of {rounds}: both orders came");
    report("P8 (FAQ)", &app, rounds);
}

/// The bot's answers are stored and wait to be sent by SMS when a person steps in.
async fn p8_in_the_queue_to_a_phone(app: TestApp) {
    const OURS: &str = "+15550100";
    let (ann, gateway) = (app.operator("Ann").await, Gateway::start().await);
    let channel = gateway.connect(&app, "sms", OURS, "webhook").await;
    let fern = bot(&app, BotKind::Api, Settings::default()).await;
    serve(&app, channel, fern.id).await;
    let other = app.second_server().await;
    let mut runner = TestRunner::deterministic();
    let rounds = trials(100);
    for round in 0..rounds {
        let peer = format!("+1415555{round:04}");
        tell(&app, "sms", &text(&format!("m{round}"), &peer, OURS, "Hello")).await;
        drain(&app).await;
        let id = ann.inbox("all").await.rows.first().expect("a conversation").conversation.id;
        let from = ann.inbox("all").await.as_of.resume_from();
        let mut heard = ann.stream(from).await;
        for body in ["One.", "Two."] {
            bots::say(&app, &fern, answer(id, 0, body)).await.expect("the bot has the word");
        }
        let (how, when) = (dice(&mut runner, STEPS.len()), dice(&mut runner, 40));
        let there = if dice(&mut runner, 2) == 0 { &app } else { &other };
        // A look into the database is a turn, for that is what sending does.
        tokio::join!(drain(&app), drain(there), async {
            for _ in 0..when {
                is_over(&app, id).await;
            }
            step_in(&ann, there, id, how).await;
        });
        drain(&app).await;
        check(&ann, id).await;
        ann.call(
            "add_note",
            json!({
                "conversation_id": id, "client_msg_id": crate::server::clock::new_id::<uuid::Uuid>(),
                "body": "The end.", "files": [],
            }),
        )
        .await
        .ok();
        let sent: Vec<String> =
            gateway.taken().into_iter().filter(|sent| sent.to == peer).map(|sent| sent.text).collect();
        check_log(&mut heard, &sent).await;
    }
    report("P8 (queued to a phone)", &app, rounds);
}

/// In the order of the log: nothing of the bot begins to be sent after a person has stepped in, and what the provider
/// has is what had begun.
async fn check_log(heard: &mut Stream, taken: &[String]) {
    let (mut stepped_in, mut begun) = (false, BTreeMap::<MessageId, String>::new());
    loop {
        let Push::Event { event, .. } = heard.push().await else { panic!("no reset is due") };
        match event {
            Event::ConversationChanged { messages, .. } => {
                stepped_in |= messages.iter().any(|message| message.system == Some(SystemLine::TookOver));
                if messages.iter().any(|message| message.note) {
                    break;
                }
            }
            Event::MessageChanged { message, .. } if message.sender == SenderKind::Bot => {
                let state = message.delivery.as_ref().expect("it goes out").state;
                if state == DeliveryState::Sending {
                    assert!(!stepped_in, "it began to be sent after a person had stepped in");
                    begun.insert(message.id, message.body.clone());
                }
            }
            _ => {}
        }
    }
    for text in taken.iter().filter(|text| *text != "A person here.") {
        assert!(begun.values().any(|body| body == text), "{text:?} was sent and never begun");
    }
}

/// An answer that was begun before a person stepped in comes after the conversation was given back.
async fn p8_after_a_give_back(app: TestApp) {
    let (ann, fern) = (app.operator("Ann").await, bot(&app, BotKind::Api, Settings::default()).await);
    let other = app.second_server().await;
    let mut runner = TestRunner::deterministic();
    let rounds = trials(100);
    for _ in 0..rounds {
        let id = app.visitor().say("Hello").await;
        let (turns, how) = (dice(&mut runner, 60), dice(&mut runner, STEPS.len()));
        let late = answer(id, 0, "Begun before.");
        let said = tokio::join!(
            async {
                wait(turns).await;
                bots::say(&other, &fern, late.clone()).await.is_ok()
            },
            async {
                step_in(&ann, &app, id, how).await;
                ann.call("give_back", json!({ "id": id, "instruction": "" })).await.ok();
            }
        )
        .0;
        let _ = bots::say(&app, &fern, late).await;
        bots::say(&app, &fern, answer(id, 2, "Begun after.")).await.expect("it has the word again");
        let messages = ann.thread(id).await.messages;
        let place = |body: &str| messages.iter().position(|message| message.body == body);
        let stepped_in = messages.iter().position(|message| message.system == Some(SystemLine::TookOver));
        assert_eq!(place("Begun before.").is_some(), said);
        assert!(place("Begun before.") < stepped_in, "it came after a person had stepped in");
        assert!(place("Begun after.") > stepped_in);
    }
    report("P8 (given back)", &app, rounds);
}
