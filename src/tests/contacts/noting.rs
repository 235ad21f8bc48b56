//! Details and notes: they are the person's, for whoever meets them, bounded, and no markup.

use axum::http::StatusCode;
use serde_json::json;

use super::{
    super::{
        kit::{Actor, Answer, Stream, TestApp},
        on_both,
    },
    contact_of, form, introduced, merge, page, two, undo,
};
use crate::{
    domain::{
        Attribute, ContactId, ContactNote, ContactNoteId, ContactPage, Event, Person, Position, Push, Role,
        Time,
    },
    server::clock::new_id,
};

on_both!(
    details_are_the_persons_and_stay_where_they_were_noted,
    details_are_bounded,
    open_threads_learn_of_details,
    notes_are_the_persons_and_only_who_wrote_them_removes_them,
    notes_are_bounded,
    nobody_else_notes_anything_or_reads_it,
);

async fn set(actor: &Actor, id: ContactId, name: &str, value: &str) -> Answer {
    form(actor, "set_attribute", &[("id", &id.to_string()), ("name", name), ("value", value)]).await
}

async fn remove(actor: &Actor, id: ContactId, name: &str) -> Answer {
    form(actor, "remove_attribute", &[("id", &id.to_string()), ("name", name)]).await
}

async fn write(actor: &Actor, id: ContactId, text: &str) -> Answer {
    form(actor, "add_contact_note", &[("id", &id.to_string()), ("text", text)]).await
}

async fn mark(actor: &Actor, function: &str, id: ContactId, note: ContactNoteId) -> Answer {
    form(actor, function, &[("id", &id.to_string()), ("note", &note.to_string())]).await
}

fn pairs(attributes: &[Attribute]) -> Vec<(&str, &str)> {
    attributes.iter().map(|attribute| (attribute.name.as_str(), attribute.value.as_str())).collect()
}

fn texts(page: &ContactPage) -> Vec<&str> {
    page.notes.iter().map(|note| note.text.as_str()).collect()
}

async fn details_are_the_persons_and_stay_where_they_were_noted(app: TestApp) {
    let ann = app.operator("Ann").await;
    let (_, chat, sms) = two(&app, &ann).await;
    let (visitor, texter) = (contact_of(&app, chat).await, contact_of(&app, sms).await);
    set(&ann, visitor, "Plan", "Gold").await.ok();
    set(&ann, texter, "plan", "Silver").await.ok();
    set(&ann, texter, " City\n", "<script>alert(1)</script>").await.ok();
    assert_eq!(pairs(&page(&ann, visitor).await.about.attributes), [("Plan", "Gold")]);

    merge(&ann, visitor, texter).await.ok();
    let both = [("City", "<script>alert(1)</script>"), ("Plan", "Gold")];
    assert_eq!(pairs(&page(&ann, texter).await.about.attributes), both, "the kept contact's counts");
    for id in [chat, sms] {
        assert_eq!(pairs(&ann.thread(id).await.about.attributes), both);
    }
    // Each is put right where it stands.
    set(&ann, texter, "CITY", "Rome").await.ok();
    set(&ann, texter, "Plan", "Platinum").await.ok();
    undo(&ann, visitor, texter).await.ok();
    assert_eq!(pairs(&page(&ann, visitor).await.about.attributes), [("Plan", "Platinum")]);
    assert_eq!(pairs(&page(&ann, texter).await.about.attributes), [("CITY", "Rome"), ("plan", "Silver")]);

    // What is removed is removed of the whole person.
    merge(&ann, visitor, texter).await.ok();
    remove(&ann, texter, "PLAN").await.ok();
    assert_eq!(pairs(&page(&ann, visitor).await.about.attributes), [("CITY", "Rome")]);
    remove(&ann, texter, "Plan").await.ok();
}

async fn details_are_bounded(app: TestApp) {
    let ann = app.operator("Ann").await;
    let id = contact_of(&app, app.visitor().say("Hello").await).await;
    let (name, value) = ("x".repeat(Attribute::LONGEST_NAME + 1), "x".repeat(Attribute::LONGEST_VALUE + 1));
    for (name, value) in [("", "x"), ("x", ""), (name.as_str(), "x"), ("x", value.as_str())] {
        assert_eq!(set(&ann, id, name, value).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    for number in 0..Attribute::MOST {
        set(&ann, id, &format!("Detail {number}"), "x").await.ok();
    }
    assert_eq!(set(&ann, id, "One more", "x").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    set(&ann, id, "Detail 0", "Another").await.ok();
    let kept = page(&ann, id).await.about.attributes;
    assert_eq!((kept.len(), kept[0].value.as_str()), (Attribute::MOST, "Another"));
}

/// The next that is told of a person.
async fn told(hears: &mut Stream) -> (Position, Box<Person>) {
    loop {
        if let Push::Event { at, event: Event::ContactChanged(person), .. } = hears.push().await {
            return (at, person);
        }
    }
}

async fn open_threads_learn_of_details(app: TestApp) {
    let (ann, ben) = (app.operator("Ann").await, app.operator("Ben").await);
    let nina = app.person("Nina", Role::Operator, &[app.sales]).await;
    let chat = introduced(&app.visitor(), "Vera", "").await;
    let id = contact_of(&app, chat).await;
    let mut thread = ben.thread(chat).await;
    let from = thread.as_of.resume_from();
    set(&ann, id, "Plan", "Gold").await.ok();
    let fresh = ben.thread(chat).await;
    assert_eq!(pairs(&fresh.about.attributes), [("Plan", "Gold")]);
    let mut hears = ben.stream(from).await;
    let (at, person) = told(&mut hears).await;
    thread.apply(at, &Event::ContactChanged(person), &ben.me().await);
    assert_eq!(thread.about, fresh.about);
    // Who does not meet them is told of no detail.
    let mut elsewhere = nina.stream(from).await;
    let (_, person) = told(&mut elsewhere).await;
    assert_eq!((person.contact.id, person.about, person.met_in.len()), (id, None, 0));
}

async fn notes_are_the_persons_and_only_who_wrote_them_removes_them(app: TestApp) {
    let (ann, ben) = (app.operator("Ann").await, app.operator("Ben").await);
    let sam = app.person("Sam", Role::Supervisor, &[]).await;
    let (visitor, chat, sms) = two(&app, &ann).await;
    let (id, texter) = (contact_of(&app, chat).await, contact_of(&app, sms).await);
    write(&ann, id, "Prefers mornings.\r\nAsk for Vera.").await.ok();
    app.clock.advance(Time::SECOND);
    write(&ben, texter, "<img src=x onerror=alert(1)>").await.ok();
    merge(&ann, id, texter).await.ok();
    let shown = page(&ben, texter).await;
    assert_eq!(texts(&shown), ["<img src=x onerror=alert(1)>", "Prefers mornings.\nAsk for Vera."]);
    let written: Vec<(&str, bool)> =
        shown.notes.iter().map(|note| (note.author_name.as_str(), note.may_remove)).collect();
    assert_eq!(written, [("Ben", true), ("Ann", false)]);
    assert_eq!(shown.notes[0].created_at, app.clock.now());
    let [bens, anns] = [shown.notes[0].id, shown.notes[1].id];

    for function in ["remove_contact_note", "restore_contact_note"] {
        assert_eq!(mark(&ben, function, id, anns).await.status, StatusCode::FORBIDDEN, "{function}");
    }
    mark(&ann, "remove_contact_note", id, anns).await.ok();
    assert_eq!(page(&ben, id).await.notes.len(), 1);
    mark(&ann, "restore_contact_note", id, anns).await.ok();
    assert_eq!(page(&ben, id).await.notes, shown.notes, "as it was");
    assert!(page(&sam, id).await.notes.iter().all(|note| note.may_remove));
    mark(&sam, "remove_contact_note", id, bens).await.ok();
    assert_eq!(page(&ben, id).await.notes.len(), 1);

    // Another person's note is not removed by way of this one's page.
    undo(&ann, id, texter).await.ok();
    mark(&ann, "remove_contact_note", texter, anns).await.ok();
    assert_eq!(texts(&page(&ann, id).await), ["Prefers mornings.\nAsk for Vera."]);
    assert!(page(&ann, texter).await.notes.is_empty());
    assert!(!visitor.chat().await.to_string().contains("mornings"), "the customer reads none");
}

async fn notes_are_bounded(app: TestApp) {
    let ann = app.operator("Ann").await;
    let id = contact_of(&app, app.visitor().say("Hello").await).await;
    let long = "x".repeat(ContactNote::LONGEST + 1);
    for text in ["", " \n ", long.as_str()] {
        assert_eq!(write(&ann, id, text).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let mut tx = app.tx().await;
    for _ in 0..ContactNote::MOST {
        let at = app.clock.now();
        crate::server::store::contact_notes::insert(&mut tx, new_id(), id, ann.id, "x", at)
            .await
            .expect("a note");
    }
    tx.commit().await.expect("a commit");
    assert_eq!(write(&ann, id, "One more").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(page(&ann, id).await.notes.len(), ContactNote::MOST);
}

async fn nobody_else_notes_anything_or_reads_it(app: TestApp) {
    let ann = app.operator("Ann").await;
    let nina = app.person("Nina", Role::Operator, &[app.sales]).await;
    let id = contact_of(&app, app.visitor().say("Hello").await).await;
    write(&ann, id, "Only for us").await.ok();
    let note = page(&ann, id).await.notes[0].id;
    assert_eq!(nina.call("load_contact", json!({ "id": id })).await.status, StatusCode::NOT_FOUND);
    for refused in [
        set(&nina, id, "Plan", "Gold").await,
        remove(&nina, id, "Plan").await,
        write(&nina, id, "Mine").await,
        mark(&nina, "remove_contact_note", id, note).await,
        mark(&nina, "restore_contact_note", id, note).await,
    ] {
        assert_eq!(refused.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(texts(&page(&ann, id).await), ["Only for us"]);
}
