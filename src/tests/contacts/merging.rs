//! Merging and taking it back: names, threads, streams, who may, and what is refused.

use axum::http::StatusCode;
use futures::future::join_all;
use serde_json::json;

use super::{
    super::{
        gateway::Gateway,
        kit::{Actor, TestApp},
        on_both,
    },
    OURS, VERA, contact_of, form, kept, merge, name_of, page, texted, two, undo,
};
use crate::{
    domain::{ChannelKind, Conflict, ContactId, ConversationId, Event, MergedFrom, Push, Role, Time, Undo},
    server::store::{contact_merges, conversations},
};

on_both!(
    two_contacts_are_one_person_until_that_is_taken_back,
    open_views_learn_of_it,
    what_comes_later_is_the_persons_too,
    the_older_of_two_merges_is_taken_back_alone,
    what_was_merged_in_turn_is_taken_back_first,
    of_two_merges_against_each_other_one_wins,
    only_who_sees_both_may_merge_and_take_back,
);

async fn others(actor: &Actor, id: ConversationId) -> Vec<ConversationId> {
    actor.thread(id).await.others.into_iter().map(|other| other.id).collect()
}

fn undos(merged: &[MergedFrom]) -> Vec<(ContactId, Undo)> {
    merged.iter().map(|merged| (merged.contact_id, merged.undo.clone())).collect()
}

async fn two_contacts_are_one_person_until_that_is_taken_back(app: TestApp) {
    let ann = app.operator("Ann").await;
    let (_, chat, sms) = two(&app, &ann).await;
    let (visitor, texter) = (contact_of(&app, chat).await, contact_of(&app, sms).await);
    let before = (name_of(&ann, chat).await, name_of(&ann, sms).await);
    assert!(before.0.starts_with("Visitor ") && before.1 == VERA, "{before:?}");
    merge(&ann, visitor, texter).await.ok();

    // The visitor has no name, so the number is what both are called.
    assert_eq!((name_of(&ann, chat).await, name_of(&ann, sms).await), (VERA.into(), VERA.into()));
    for (open, other) in [(chat, sms), (sms, chat)] {
        let thread = ann.thread(open).await;
        assert_eq!((thread.contact.id, thread.contact.phone.as_deref()), (visitor, Some(VERA)));
        assert_eq!(thread.conversation.contact_name, VERA);
        assert_eq!(others(&ann, open).await, [other]);
    }
    let shown = page(&ann, visitor).await;
    assert_eq!(page(&ann, texter).await.person, shown.person, "the page of a merged contact is the person's");
    let kinds: Vec<ChannelKind> =
        shown.timeline.entries.iter().map(|entry| entry.conversation.channel_kind).collect();
    assert_eq!(kinds, [ChannelKind::Sms, ChannelKind::LiveChat], "newest activity first");
    let [merged] = shown.merged.as_slice() else { panic!("{:?}", shown.merged) };
    assert_eq!((merged.contact_id, merged.name.as_str()), (texter, VERA));
    assert_eq!(
        (merged.by.as_deref(), merged.at, &merged.undo),
        (Some("Ann"), app.clock.now(), &Undo::Possible)
    );
    // Nothing was moved.
    assert_eq!((contact_of(&app, chat).await, contact_of(&app, sms).await), (visitor, texter));

    undo(&ann, visitor, texter).await.ok();
    assert_eq!((name_of(&ann, chat).await, name_of(&ann, sms).await), before);
    assert!(others(&ann, chat).await.is_empty() && others(&ann, sms).await.is_empty());
    assert_eq!(page(&ann, texter).await.person.contact.id, texter);
    assert!(page(&ann, visitor).await.merged.is_empty());
    // Again is no error: there is nothing to take back.
    undo(&ann, visitor, texter).await.ok();
}

/// A view that is kept by events equals one that is loaded anew, at each step.
async fn open_views_learn_of_it(app: TestApp) {
    let (ann, ben) = (app.operator("Ann").await, app.operator("Ben").await);
    let (_, chat, sms) = two(&app, &ann).await;
    let (visitor, texter) = (contact_of(&app, chat).await, contact_of(&app, sms).await);
    let (mut inbox, mut thread) = (ben.inbox("all").await, ben.thread(chat).await);
    let mut hears = ben.stream(inbox.as_of.resume_from().min(thread.as_of.resume_from())).await;
    for step in 0..2 {
        if step == 0 {
            merge(&ann, texter, visitor).await.ok();
        } else {
            undo(&ann, texter, visitor).await.ok();
        }
        let fresh = (ben.inbox("all").await, ben.thread(chat).await);
        // One for each person, and one for each of the two conversations.
        let mut due = if step == 0 { 3 } else { 4 };
        while due > 0 {
            let Push::Event { at, event, mark } = hears.push().await else { panic!("an event is due") };
            // What the snapshots hold may come again.
            if !inbox.as_of.covers(at) {
                assert!(matches!(event, Event::ContactChanged(_) | Event::ConversationChanged { .. }));
                due -= 1;
            }
            inbox.apply(at, &event, mark);
            thread.apply(at, &event, &inbox.me);
        }
        assert_eq!(inbox.rows, fresh.0.rows, "step {step}");
        assert_eq!(inbox.counts, fresh.0.counts);
        assert_eq!(inbox.unread, fresh.0.unread);
        assert_eq!(thread.conversation, fresh.1.conversation);
        assert_eq!((&thread.contact, &thread.also), (&fresh.1.contact, &fresh.1.also));
        assert_eq!(thread.others, fresh.1.others, "step {step}");
        assert_eq!(thread.others.len(), 1 - step);
    }
}

async fn what_comes_later_is_the_persons_too(app: TestApp) {
    let ann = app.operator("Ann").await;
    let (chatting, chat, sms) = two(&app, &ann).await;
    let (visitor, texter) = (contact_of(&app, chat).await, contact_of(&app, sms).await);
    form(&ann, "rename_contact", &[("id", &visitor.to_string()), ("name", " Vera \n Lind ")]).await.ok();
    merge(&ann, visitor, texter).await.ok();
    // A message in a conversation that is there, and one that begins another.
    assert_eq!(texted(&app, &ann, VERA, "One more thing").await, sms);
    assert_eq!(name_of(&ann, sms).await, "Vera Lind");
    ann.act("resolve", sms).await.ok();
    app.clock.advance(8 * Time::DAY);
    let later = texted(&app, &ann, VERA, "Me again").await;
    assert_ne!(later, sms);
    assert_eq!(name_of(&ann, later).await, "Vera Lind");
    assert_eq!(contact_of(&app, later).await, texter, "it is the number's, whoever that is");
    ann.act("resolve", chat).await.ok();
    app.clock.advance(8 * Time::DAY);
    let next = chatting.say("Is anybody there?").await;
    assert_eq!(name_of(&ann, next).await, "Vera Lind");
    undo(&ann, visitor, texter).await.ok();
    let names = [chat, next, sms, later].map(|id| name_of(&ann, id));
    assert_eq!(join_all(names).await, ["Vera Lind", "Vera Lind", VERA, VERA]);
}

/// So many visitors, each with a name, and their contacts.
async fn people<const N: usize>(app: &TestApp, names: [&str; N]) -> [ContactId; N] {
    let mut contacts = Vec::new();
    for name in names {
        let conversation = super::introduced(&app.visitor(), name, "").await;
        contacts.push(contact_of(app, conversation).await);
    }
    contacts.try_into().expect("as many as names")
}

async fn the_older_of_two_merges_is_taken_back_alone(app: TestApp) {
    let ann = app.operator("Ann").await;
    let [a, b, c] = people(&app, ["A", "B", "C"]).await;
    merge(&ann, a, b).await.ok();
    app.clock.advance(Time::SECOND);
    merge(&ann, a, c).await.ok();
    assert_eq!(undos(&page(&ann, a).await.merged), [(c, Undo::Possible), (b, Undo::Possible)]);
    undo(&ann, a, b).await.ok();
    let after = page(&ann, a).await;
    assert_eq!(
        (after.person.also.as_slice(), undos(&after.merged)),
        ([c].as_slice(), vec![(c, Undo::Possible)])
    );
    assert_eq!(page(&ann, b).await.person.contact.display_name(), "B");
    assert_eq!(kept(&app, b).await.merged_into, None);
}

async fn what_was_merged_in_turn_is_taken_back_first(app: TestApp) {
    let ann = app.operator("Ann").await;
    let [a, b, c, d] = people(&app, ["A", "B", "C", "D"]).await;
    merge(&ann, b, c).await.ok();
    merge(&ann, a, b).await.ok();
    // Whoever followed names the new one: there is one level alone.
    for follower in [b, c] {
        assert_eq!(kept(&app, follower).await.merged_into, Some(a));
    }
    app.clock.advance(Time::SECOND);
    // A merged contact stands for its person.
    merge(&ann, d, c).await.ok();
    for follower in [a, b, c] {
        assert_eq!(kept(&app, follower).await.merged_into, Some(d));
    }
    let shown = page(&ann, d).await;
    assert_eq!(shown.person.contact.display_name(), "D");
    let mut listed = undos(&shown.merged);
    listed.sort_by_key(|(id, _)| *id);
    let after = |name: &str| Undo::After { name: name.to_owned() };
    assert_eq!(listed, [(a, Undo::Possible), (b, after("A")), (c, after("B"))]);
    for gone in [b, c] {
        let name = if gone == b { "A" } else { "B" };
        let refused = undo(&ann, d, gone).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert_eq!(refused.conflict(), Conflict::MergedSince { name: name.to_owned() });
    }
    undo(&ann, d, a).await.ok();
    assert_eq!(page(&ann, a).await.person.also, [b, c], "as it was before");
    undo(&ann, a, b).await.ok();
    assert_eq!(page(&ann, b).await.person.also, [c]);
    undo(&ann, b, c).await.ok();
    for alone in [a, b, c, d] {
        assert!(page(&ann, alone).await.person.also.is_empty());
    }
}

async fn of_two_merges_against_each_other_one_wins(app: TestApp) {
    const ROUNDS: usize = 12;
    let actors = [app.operator("Ann").await, app.operator("Ben").await];
    for round in 0..ROUNDS {
        let [a, b] = people(&app, ["A", "B"]).await;
        let both =
            [(a, b), (b, a)].into_iter().zip(&actors).map(|((kept, gone), actor)| merge(actor, kept, gone));
        let answers = join_all(both).await;
        let persons: Vec<ContactId> =
            answers.into_iter().map(|answer| super::read(answer).person.contact.id).collect();
        assert_eq!(persons[0], persons[1], "both are told who it is, round {round}");
        let links = [kept(&app, a).await.merged_into, kept(&app, b).await.merged_into];
        assert!(links == [Some(b), None] || links == [None, Some(a)], "no circle: {links:?}");
        let mut conn = app.db.conn().await.expect("a connection");
        let merges = contact_merges::list_in_force(&mut conn, &[a, b]).await.expect("a query");
        assert_eq!(merges.len(), 1);
    }
    println!("{ROUNDS} pairs merged from both sides at once on {}", app.db.system());
}

/// Gives a conversation to another team, as a supervisor will be able to.
async fn hand_to_sales(app: &TestApp, id: ConversationId) {
    let mut tx = app.tx().await;
    let mut now = conversations::lock(&mut tx, id).await.expect("locked").expect("there");
    now.team_id = Some(app.sales);
    conversations::update(&mut tx, &now).await.expect("written");
    tx.commit().await.expect("a commit");
}

async fn only_who_sees_both_may_merge_and_take_back(app: TestApp) {
    let (ann, sam) = (app.operator("Ann").await, app.person("Sam", Role::Supervisor, &[]).await);
    let nina = app.person("Nina", Role::Operator, &[app.sales]).await;
    Gateway::start().await.connect(&app, "sms", OURS, "webhook").await;
    let chat = app.visitor().say("Hello").await;
    let sms = texted(&app, &ann, VERA, "Hello").await;
    let (visitor, texter) = (contact_of(&app, chat).await, contact_of(&app, sms).await);
    hand_to_sales(&app, sms).await;
    for actor in [&ann, &nina] {
        assert_eq!(merge(actor, visitor, texter).await.status, StatusCode::NOT_FOUND);
        assert_eq!(merge(actor, texter, visitor).await.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(ann.call("load_contact", json!({ "id": texter })).await.status, StatusCode::NOT_FOUND);
    assert_eq!(kept(&app, texter).await.merged_into, None);
    merge(&sam, visitor, texter).await.ok();
    // Each sees the person with their own conversations, and how many there are besides.
    for (actor, own) in [(&ann, chat), (&nina, sms)] {
        let shown = page(actor, texter).await;
        let ids: Vec<ConversationId> =
            shown.timeline.entries.iter().map(|entry| entry.conversation.id).collect();
        assert_eq!((ids, shown.hidden), (vec![own], 1));
        assert_eq!(undos(&shown.merged), [(texter, Undo::NotYours)]);
        assert!(others(actor, own).await.is_empty());
        assert_eq!(undo(actor, visitor, texter).await.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(page(&sam, visitor).await.hidden, 0);
    undo(&sam, visitor, texter).await.ok();
    let stranger = app.person("Stranger", Role::Operator, &[]).await;
    for (function, fields) in [
        ("rename_contact", vec![("name", "X")]),
        ("add_address", vec![("address", "x@x.test")]),
        ("remove_address", vec![("kind", "phone"), ("address", VERA)]),
    ] {
        let id = texter.to_string();
        let fields: Vec<(&str, &str)> = fields.into_iter().chain([("id", id.as_str())]).collect();
        assert_eq!(form(&stranger, function, &fields).await.status, StatusCode::NOT_FOUND, "{function}");
    }
    assert_eq!(name_of(&sam, sms).await, VERA);
}
