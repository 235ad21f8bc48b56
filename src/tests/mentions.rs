//! Mentions in notes, and what operators are told of.

use serde_json::json;
use uuid::Uuid;

use super::{
    contacts::form,
    kit::{Actor, TestApp},
    on_both,
};
use crate::{
    domain::{
        ConversationId, Event, Mentioned, Message, Notification, NotificationKind, NotificationList, Push,
        Role, Time,
    },
    server::{
        actions::maintain,
        clock::new_id,
        store::{conversations, notifications},
    },
};

on_both!(
    a_mention_reaches_whoever_is_named_and_may_see_it,
    a_repeated_note_tells_once,
    reading_is_the_same_in_every_tab,
    what_is_on_screen_is_read,
    rules_decide_what_is_told,
    what_passed_out_of_sight_is_listed_without_its_contents,
    the_list_comes_in_stretches_and_old_ones_go,
);

async fn note_as(actor: &Actor, id: ConversationId, client: Uuid, body: &str) -> Message {
    let note = json!({ "conversation_id": id, "client_msg_id": client, "body": body, "files": [] });
    serde_json::from_value(actor.call("add_note", note).await.ok()).expect("a message")
}

async fn note(actor: &Actor, id: ConversationId, body: &str) -> Message {
    note_as(actor, id, new_id(), body).await
}

async fn list(actor: &Actor) -> Vec<Notification> {
    let found = actor.call("load_notifications", json!({ "behind": null })).await.ok();
    let found: NotificationList = serde_json::from_value(found).expect("a list");
    found.notifications
}

/// What somebody is told: why, and how many they have not read.
async fn told(actor: &Actor) -> (Vec<String>, i64) {
    let why = list(actor).await.iter().map(Notification::why).collect();
    (why, actor.inbox("all").await.notifications)
}

async fn switch(actor: &Actor, rule: &str, on: bool) {
    form(actor, "set_notification_rule", &[("rule", rule), ("on", &on.to_string())]).await.ok();
}

async fn a_mention_reaches_whoever_is_named_and_may_see_it(app: TestApp) {
    let (ann, ben, cleo) = (app.operator("Ann").await, app.operator("Ben").await, app.operator("Cleo").await);
    let nina = app.person("Nina", Role::Operator, &[app.sales]).await;
    let sam = app.person("Sam", Role::Supervisor, &[]).await;
    let id = app.visitor().say("Hello").await;
    let body = "@Ben and @nina, @Sam: see what @Support team said, @Ann";
    let said = note(&ann, id, body).await;
    let names: Vec<(Mentioned, &str)> =
        said.mentions.iter().map(|it| (it.who, &body[it.start..it.end])).collect();
    assert_eq!(
        names,
        [
            (Mentioned::Operator(ben.id), "@Ben"),
            (Mentioned::Operator(nina.id), "@nina"),
            (Mentioned::Operator(sam.id), "@Sam"),
            (Mentioned::Team(app.support), "@Support team"),
            (Mentioned::Operator(ann.id), "@Ann"),
        ]
    );
    let kept = ann.thread(id).await.messages.pop().expect("the note");
    assert_eq!(kept.mentions, said.mentions, "it is kept with the message");
    assert_eq!(told(&ben).await, (vec!["Ann mentioned you".into()], 1));
    assert_eq!(told(&sam).await, (vec!["Ann mentioned you".into()], 1));
    let by_team = "Ann mentioned Support team, and you are in it";
    assert_eq!(told(&cleo).await, (vec![by_team.into()], 1));
    assert_eq!(told(&ann).await, (vec![], 0), "nobody is told of their own");
    assert_eq!(told(&nina).await, (vec![], 0), "who may not see it learns nothing");
    let one = &list(&ben).await[0];
    assert_eq!((one.conversation_id, one.seq, one.kind), (id, said.seq, NotificationKind::Mention));
    assert_eq!(one.excerpt, body);
    // A reply to the customer names nobody.
    ann.reply(id, "@Ben hello", said.seq).await.ok();
    assert_eq!(told(&ben).await.1, 1);
}

async fn a_repeated_note_tells_once(app: TestApp) {
    let (ann, ben) = (app.operator("Ann").await, app.operator("Ben").await);
    let id = app.visitor().say("Hello").await;
    let client = new_id();
    let first = note_as(&ann, id, client, "@Ben @ben look").await;
    let again = note_as(&ann, id, client, "@Ben @ben look").await;
    assert_eq!((first.id, first.mentions.len()), (again.id, 2));
    assert_eq!(told(&ben).await.1, 1);
}

/// The pushes that somebody has missed since a place.
async fn missed(actor: &Actor, inbox: &crate::domain::Inbox) -> Vec<Push> {
    // On PostgreSQL events are held back while older transactions run.
    loop {
        let after = inbox.as_of.resume_from();
        let answer = actor.call("events_since", json!({ "after": after })).await.ok();
        let pushes: Vec<Push> = serde_json::from_value(answer).expect("pushes");
        let fresh = actor.inbox("all").await;
        let mut view = inbox.clone();
        for push in &pushes {
            if let Push::Event { at, event, mark } = push {
                view.apply(*at, event, *mark);
            }
        }
        if view.notifications == fresh.notifications {
            return pushes;
        }
        tokio::task::yield_now().await;
    }
}

async fn reading_is_the_same_in_every_tab(app: TestApp) {
    let (ann, ben) = (app.operator("Ann").await, app.operator("Ben").await);
    let id = app.visitor().say("Hello").await;
    let tab = ben.inbox("all").await;
    for number in 0..3 {
        app.clock.advance(Time::SECOND);
        note(&ann, id, &format!("@Ben {number}")).await;
    }
    let pushes = missed(&ben, &tab).await;
    let added = |push: &&Push| matches!(push, Push::Event { event: Event::NotificationAdded { .. }, .. });
    assert_eq!(pushes.iter().filter(added).count(), 3);
    let hers = missed(&ann, &tab).await;
    assert_eq!(hers.iter().filter(added).count(), 0, "nobody else hears of it");

    let newest = list(&ben).await.remove(0);
    // Two tabs read the same at once: it is read once.
    let read = || ben.call("read_notifications", json!({ "id": newest.id }));
    let (one, other) = tokio::join!(read(), read());
    one.ok();
    other.ok();
    assert_eq!(ben.inbox("all").await.notifications, 2);
    missed(&ben, &tab).await;
    ann.call("read_notifications", json!({ "id": null })).await.ok();
    assert_eq!(ben.inbox("all").await.notifications, 2, "one reads one's own");
    ben.call("read_notifications", json!({ "id": null })).await.ok();
    assert_eq!(ben.inbox("all").await.notifications, 0);
    missed(&ben, &tab).await;
    assert!(list(&ben).await.iter().all(|one| one.is_read));
}

async fn what_is_on_screen_is_read(app: TestApp) {
    let (ann, ben) = (app.operator("Ann").await, app.operator("Ben").await);
    let id = app.visitor().say("Hello").await;
    let said = note(&ann, id, "@Ben look").await;
    ben.call("mark_read", json!({ "id": id, "seq": said.seq - 1 })).await.ok();
    assert_eq!(told(&ben).await.1, 1);
    ben.call("mark_read", json!({ "id": id, "seq": said.seq })).await.ok();
    assert_eq!(told(&ben).await.1, 0);
}

async fn rules_decide_what_is_told(app: TestApp) {
    let (ann, ben) = (app.operator("Ann").await, app.operator("Ben").await);
    let sam = app.person("Sam", Role::Supervisor, &[app.sales]).await;
    let visitor = app.visitor();
    let id = visitor.say("Hello").await;
    assert_eq!((told(&ben).await.1, told(&sam).await.1), (0, 0), "nothing but mentions of itself");
    switch(&ben, "new_in_queue", true).await;
    switch(&sam, "new_in_queue", true).await;
    switch(&ann, "reply_in_mine", true).await;
    switch(&ann, "mentions", false).await;

    let other = app.visitor().say("Hello").await;
    let queue = "New in Support team, which you asked to be told of";
    assert_eq!(told(&ben).await, (vec![queue.into()], 1));
    assert_eq!(told(&sam).await.1, 0, "a queue that is not theirs");
    ann.act("claim", other).await.ok();
    ann.act("release", other).await.ok();
    assert_eq!(told(&ben).await.1, 2, "it waits again");

    ann.reply(id, "Hi", 1).await.ok();
    visitor.say("Are you there?").await;
    visitor.say("Hello?").await;
    let (why, unread) = told(&ann).await;
    assert_eq!(unread, 1, "one until it is read");
    assert!(why[0].starts_with("A reply in a conversation that you own"));
    ann.call("read_notifications", json!({ "id": null })).await.ok();
    visitor.say("Still there?").await;
    assert_eq!(told(&ann).await.1, 1);
    note(&ben, id, "@Ann they wait").await;
    assert_eq!(told(&ann).await.1, 1, "she wants no mentions");
    let rules = ann.call("load_notification_rules", json!({})).await.ok();
    assert_eq!(rules, json!([["mentions", false], ["new_in_queue", false], ["reply_in_mine", true]]));
}

async fn what_passed_out_of_sight_is_listed_without_its_contents(app: TestApp) {
    let (ann, ben) = (app.operator("Ann").await, app.operator("Ben").await);
    let id = app.visitor().say("Hello").await;
    note(&ann, id, "@Ben a secret").await;
    let mut tx = app.tx().await;
    let mut conversation = conversations::lock(&mut tx, id).await.expect("read").expect("there");
    conversation.team_id = Some(app.sales);
    conversations::update(&mut tx, &conversation).await.expect("written");
    tx.commit().await.expect("a commit");
    let one = list(&ben).await.remove(0);
    assert_eq!((one.contact_name, one.excerpt.as_str()), (None, ""));
    assert_eq!(told(&ben).await.1, 1, "the count is that of the list");
    ben.call("read_notifications", json!({ "id": one.id })).await.ok();
    assert_eq!(told(&ben).await.1, 0);
}

async fn the_list_comes_in_stretches_and_old_ones_go(app: TestApp) {
    let (ann, ben) = (app.operator("Ann").await, app.operator("Ben").await);
    let id = app.visitor().say("Hello").await;
    for number in 0..Notification::PAGE + 2 {
        note(&ann, id, &format!("@Ben {number}")).await;
    }
    let first = ben.call("load_notifications", json!({ "behind": null })).await.ok();
    let first: NotificationList = serde_json::from_value(first).expect("a list");
    assert_eq!(first.notifications.len(), Notification::PAGE);
    let rest = ben.call("load_notifications", json!({ "behind": first.next })).await.ok();
    let rest: NotificationList = serde_json::from_value(rest).expect("a list");
    assert_eq!((rest.notifications.len(), rest.next), (2, None));
    assert_eq!(rest.notifications[1].excerpt, "@Ben 0", "the newest first");

    ben.call("read_notifications", json!({ "id": rest.notifications[1].id })).await.ok();
    app.clock.advance(91 * Time::DAY);
    maintain::clean_up(&app).await.expect("it tidies up");
    let unread = i64::try_from(Notification::PAGE).expect("few") + 1;
    let mut conn = app.db.conn().await.expect("a connection");
    let left = notifications::count_unread(&mut conn, ben.id).await.expect("a count");
    let all = notifications::list(&mut conn, ben.id, None, 99).await.expect("a list");
    assert_eq!((left, all.len()), (unread, Notification::PAGE + 1), "only what was read goes");
}
