//! Blocking: what somebody writes who is blocked is kept and calls nobody, they learn nothing, and it is taken back.

use axum::http::StatusCode;
use futures::future::{join, join_all};

use super::{
    super::{
        bots::{bot, know, of_bot},
        kit::{Actor, Answer, TestApp},
        on_both,
        post::{Letter, Post, arrive},
    },
    contact_of, form, merge, page, texted, two, undo,
};
use crate::{
    domain::{
        BotKind, ContactId, Conversation, ConversationId, Handler, Queue, Role, Status, SystemLine, Time,
    },
    server::{jobs::runner::drain, store::bots::Settings},
};

on_both!(
    who_is_blocked_writes_into_what_stays_resolved_and_learns_nothing,
    a_block_is_taken_back_with_what_it_resolved,
    a_bot_answers_nobody_who_is_blocked,
    new_mails_of_somebody_blocked_come_into_no_queue,
    a_block_is_the_persons,
    only_who_may_resolve_everything_blocks,
    no_message_gets_by_a_block,
);

async fn block(actor: &Actor, id: ContactId) -> Answer {
    form(actor, "block_contact", &[("id", &id.to_string())]).await
}

async fn unblock(actor: &Actor, id: ContactId) -> Answer {
    form(actor, "unblock_contact", &[("id", &id.to_string())]).await
}

async fn now(actor: &Actor, id: ConversationId) -> Conversation {
    actor.thread(id).await.conversation
}

/// What stands in the queues in which work waits.
async fn in_work(actor: &Actor) -> usize {
    let queues = [Queue::Mine, Queue::NeedsAnswer, Queue::OnCustomer, Queue::Unassigned, Queue::Ai];
    let inboxes = join_all(queues.map(|queue| async move { actor.inbox(&queue.to_string()).await })).await;
    inboxes.iter().map(|inbox| inbox.rows.len() + inbox.unread.len()).sum()
}

async fn who_is_blocked_writes_into_what_stays_resolved_and_learns_nothing(app: TestApp) {
    let ann = app.operator("Ann").await;
    for rule in ["new_in_queue", "reply_in_mine"] {
        form(&ann, "set_notification_rule", &[("rule", rule), ("on", "true")]).await.ok();
    }
    let visitor = app.visitor();
    let chat = visitor.say("Buy now").await;
    let id = contact_of(&app, chat).await;
    ann.reply(chat, "No thank you", 1).await.ok();
    let cursor = visitor.chat().await["cursor"].as_str().expect("a cursor").to_owned();
    let mut hears = visitor.stream(&cursor).await;
    let notified = ann.inbox("all").await.notifications;
    app.clock.advance(Time::MINUTE);
    let shown = super::read(block(&ann, id).await);
    let kept = shown.about.block.expect("a block");
    assert_eq!((kept.by, kept.by_name.as_str(), kept.at), (ann.id, "Ann", app.clock.now()));
    assert!(!shown.may_block);
    assert_eq!(now(&ann, chat).await.status, Status::Resolved);
    block(&ann, id).await.ok();

    // Later than it could be reopened, too.
    for (words, wait) in [("Buy now!", Time::MINUTE), ("Buy now!!", 10 * Time::DAY)] {
        app.clock.advance(wait);
        assert_eq!(visitor.say(words).await, chat, "no conversation begins");
        let thread = ann.thread(chat).await;
        assert_eq!(thread.conversation.status, Status::Resolved);
        assert_eq!(thread.messages.last().expect("a message").body, words, "it is kept");
        assert_eq!(in_work(&ann).await, 0);
    }
    assert_eq!(ann.inbox("all").await.notifications, notified);
    assert_eq!(ann.thread(chat).await.about.block, Some(kept));

    // To the visitor it looks as if somebody could answer still.
    let told = visitor.chat().await;
    assert_eq!(told["conversation"]["status"], "active");
    assert!(!told["messages"].to_string().contains("resolved"), "{told}");
    loop {
        let sse = hears.next().await.expect("open");
        let told = sse.data.to_string();
        assert!(!told.contains("resolved") && !told.contains("blocked"), "{told}");
        if told.contains("Buy now!!") {
            break;
        }
    }
}

async fn a_block_is_taken_back_with_what_it_resolved(app: TestApp) {
    let (ann, ben) = (app.operator("Ann").await, app.operator("Ben").await);
    let (visitor, chat, sms) = two(&app, &ann).await;
    let (id, texter) = (contact_of(&app, chat).await, contact_of(&app, sms).await);
    merge(&ann, id, texter).await.ok();
    ann.reply(chat, "Hello", 1).await.ok();
    let before = [now(&ann, chat).await, now(&ann, sms).await];
    app.clock.advance(Time::MINUTE);
    block(&ann, id).await.ok();
    for id in [chat, sms] {
        let lines: Vec<_> = ann.thread(id).await.messages.iter().filter_map(|it| it.system).collect();
        assert_eq!(lines.last(), Some(&SystemLine::Blocked));
    }
    app.clock.advance(Time::MINUTE);
    visitor.say("Are you there?").await;
    let wrote = app.clock.now();
    app.clock.advance(Time::MINUTE);
    unblock(&ben, id).await.ok();
    let after = [now(&ann, chat).await, now(&ann, sms).await];
    for (before, after) in before.iter().zip(&after) {
        assert_eq!((after.status, after.owner_id), (before.status, before.owner_id));
    }
    assert_eq!(after[0].awaiting_reply_since, Some(wrote), "they have written meanwhile");
    assert_eq!(after[1].awaiting_reply_since, before[1].awaiting_reply_since);
    assert_eq!(page(&ann, id).await.about.block, None);
    unblock(&ann, id).await.ok();

    // What was done with a conversation since is left alone.
    app.clock.advance(Time::MINUTE);
    block(&ann, id).await.ok();
    app.clock.advance(Time::MINUTE);
    ann.act("reopen", chat).await.ok();
    ann.act("resolve", chat).await.ok();
    unblock(&ann, id).await.ok();
    assert_eq!(
        [now(&ann, chat).await.status, now(&ann, sms).await.status],
        [Status::Resolved, Status::Waiting]
    );
    visitor.say("And now?").await;
    assert_eq!(now(&ann, chat).await.status, Status::Active, "as ever");
}

async fn a_bot_answers_nobody_who_is_blocked(app: TestApp) {
    let ann = app.operator("Ann").await;
    bot(&app, BotKind::Faq, Settings::default()).await;
    know(&app, "How long does delivery take?", "Three days.").await;
    let visitor = app.visitor();
    let chat = visitor.say("How long is the delivery?").await;
    // It is blocked before the bot comes to it, and what the bot finds out then is sent to nobody.
    block(&ann, contact_of(&app, chat).await).await.ok();
    drain(&app).await;
    visitor.say("How long does delivery take?").await;
    visitor.say("human").await;
    drain(&app).await;
    let thread = ann.thread(chat).await;
    assert_eq!(of_bot(&thread.messages), Vec::<&str>::new());
    assert_eq!((thread.conversation.status, thread.conversation.handler), (Status::Resolved, Handler::Human));
    assert_eq!(in_work(&ann).await, 0);
}

/// A mail that begins a conversation of its own.
async fn mailed(app: &TestApp, number: usize, automatic: bool) {
    let (id, subject) = (format!("{number}@x.test"), format!("Offer {number}"));
    let letter = Letter {
        id: &id,
        from: "Vera Lind <vera@x.test>",
        to: "support@acme.test",
        subject: &subject,
        text: "Buy now",
        ..Letter::default()
    };
    let mut raw = letter.raw();
    if automatic {
        raw.insert_str(0, "Auto-Submitted: auto-generated\r\n");
    }
    arrive(app, "mail", "support@acme.test", &raw).await.ok();
}

async fn new_mails_of_somebody_blocked_come_into_no_queue(app: TestApp) {
    let ann = app.operator("Ann").await;
    Post::start().await.connect(&app, "mail", "support@acme.test").await;
    mailed(&app, 0, false).await;
    drain(&app).await;
    let id = contact_of(&app, ann.inbox("all").await.rows[0].conversation.id).await;
    block(&ann, id).await.ok();
    for (number, automatic) in [(1, false), (2, true)] {
        mailed(&app, number, automatic).await;
        drain(&app).await;
        let all = ann.inbox("all").await.rows;
        assert_eq!(all.len(), number + 1, "it is kept");
        assert!(all.iter().all(|row| row.conversation.status == Status::Resolved));
        assert_eq!(in_work(&ann).await, 0);
    }
}

async fn a_block_is_the_persons(app: TestApp) {
    let ann = app.operator("Ann").await;
    let (visitor, chat, sms) = two(&app, &ann).await;
    let (id, texter) = (contact_of(&app, chat).await, contact_of(&app, sms).await);
    block(&ann, texter).await.ok();
    assert_eq!(now(&ann, chat).await.status, Status::Waiting, "somebody else");
    // What is in work with the other is resolved when they write.
    merge(&ann, id, texter).await.ok();
    assert!(page(&ann, id).await.about.block.is_some());
    assert!(ann.thread(chat).await.about.block.is_some());
    visitor.say("It is me").await;
    let thread = ann.thread(chat).await;
    assert_eq!(thread.conversation.status, Status::Resolved);
    assert_eq!(thread.conversation.resolved_by, Some(ann.id), "by whoever blocked them");
    // The block stays with the contact for whom it was laid.
    undo(&ann, id, texter).await.ok();
    assert!(page(&ann, id).await.about.block.is_none());
    visitor.say("Hello again").await;
    assert_eq!(now(&ann, chat).await.status, Status::Waiting);
    assert_eq!(texted(&app, &ann, super::VERA, "Still me").await, sms);
    assert_eq!(now(&ann, sms).await.status, Status::Resolved);
    // Taken back of the person, it is taken back of each.
    merge(&ann, id, texter).await.ok();
    unblock(&ann, id).await.ok();
    undo(&ann, id, texter).await.ok();
    assert!(page(&ann, texter).await.about.block.is_none());
}

async fn only_who_may_resolve_everything_blocks(app: TestApp) {
    let (ann, ben) = (app.operator("Ann").await, app.operator("Ben").await);
    let nina = app.person("Nina", Role::Operator, &[app.sales]).await;
    let sam = app.person("Sam", Role::Supervisor, &[]).await;
    let chat = app.visitor().say("Hello").await;
    let id = contact_of(&app, chat).await;
    ben.reply(chat, "Hi", 1).await.ok();
    assert!(!page(&ann, id).await.may_block && page(&ben, id).await.may_block);
    assert_eq!(block(&ann, id).await.status, StatusCode::FORBIDDEN);
    assert_eq!(block(&nina, id).await.status, StatusCode::NOT_FOUND);
    assert_eq!(unblock(&nina, id).await.status, StatusCode::NOT_FOUND);
    assert_eq!(now(&ben, chat).await.status, Status::Active);
    block(&sam, id).await.ok();
    assert_eq!(page(&ann, id).await.about.block.expect("a block").by_name, "Sam");
    assert_eq!(unblock(&nina, id).await.status, StatusCode::NOT_FOUND);
    unblock(&sam, id).await.ok();
    ben.act("resolve", chat).await.ok();
    block(&ann, id).await.ok();
    assert!(page(&ann, id).await.about.block.is_some(), "nothing of a colleague's is in work");
}

/// Whichever of the two comes first, everything is resolved after both.
async fn no_message_gets_by_a_block(app: TestApp) {
    const ROUNDS: usize = 8;
    let ann = app.operator("Ann").await;
    Post::start().await.connect(&app, "mail", "support@acme.test").await;
    mailed(&app, 0, false).await;
    drain(&app).await;
    let mail = contact_of(&app, ann.inbox("all").await.rows[0].conversation.id).await;
    for round in 1..=ROUNDS {
        let visitor = app.visitor();
        let chat = visitor.say("Hello").await;
        let id = contact_of(&app, chat).await;
        let (blocked, _) = join(block(&ann, id), visitor.say("Hello?")).await;
        blocked.ok();
        assert_eq!(now(&ann, chat).await.status, Status::Resolved, "round {round}");

        mailed(&app, round, false).await;
        let (blocked, ()) = join(block(&ann, mail), drain(&app)).await;
        blocked.ok();
        assert_eq!(in_work(&ann).await, 0, "round {round}");
        assert_eq!(page(&ann, mail).await.timeline.entries.len(), round + 1);
        unblock(&ann, mail).await.ok();
    }
    println!("{ROUNDS} blocks against messages on {}, 0 got by", app.db.system());
}
