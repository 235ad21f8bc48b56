//! Names and addresses that operators change.

use axum::http::StatusCode;
use serde_json::json;

use super::{
    super::{
        gateway::Gateway,
        kit::{Actor, Answer, TestApp},
        on_both,
    },
    OURS, VERA, contact_of, form, introduced, kept, merge, name_of, page, texted, two,
};
use crate::domain::{AppError, Conflict, ContactId, Event, IdentityKind, Push, Role};

on_both!(
    an_address_that_is_added_is_known_from_then_on,
    an_address_of_somebody_else_names_them,
    what_is_no_address_is_refused,
    an_address_that_is_removed_is_forgotten_until_it_is_added_again,
    a_name_is_changed_in_every_conversation_where_it_stands,
);

async fn add(actor: &Actor, id: ContactId, address: &str) -> Answer {
    form(actor, "add_address", &[("id", &id.to_string()), ("address", address)]).await
}

async fn remove(actor: &Actor, id: ContactId, kind: &str, address: &str) -> Answer {
    let id = id.to_string();
    form(actor, "remove_address", &[("id", &id), ("kind", kind), ("address", address)]).await
}

/// Addresses as the page lists them, and whether each is proven.
async fn listed(actor: &Actor, id: ContactId) -> Vec<(String, bool)> {
    let addresses = page(actor, id).await.addresses;
    addresses.into_iter().map(|address| (address.address, address.since.is_some())).collect()
}

fn entry(address: &str, proven: bool) -> (String, bool) {
    (address.to_owned(), proven)
}

async fn an_address_that_is_added_is_known_from_then_on(app: TestApp) {
    let ann = app.operator("Ann").await;
    Gateway::start().await.connect(&app, "sms", OURS, "webhook").await;
    let visitor = app.visitor();
    let chat = introduced(&visitor, "", "Typed@x.test").await;
    let id = contact_of(&app, chat).await;
    assert_eq!(listed(&ann, id).await, [entry("typed@x.test", false)]);
    add(&ann, id, " +1 (415) 555-0123 ").await.ok();
    add(&ann, id, "VERA@X.Test").await.ok();
    let all = [entry(VERA, true), entry("vera@x.test", true), entry("typed@x.test", false)];
    assert_eq!(listed(&ann, id).await, all);
    // Again changes nothing.
    add(&ann, id, VERA).await.ok();
    assert_eq!(listed(&ann, id).await, all);
    // What the team knows is not told to the visitor.
    let told = visitor.chat().await;
    assert_eq!(told["contact"], json!({ "name": null, "email": "Typed@x.test" }));
    assert_eq!(kept(&app, id).await.phone, None);
    // Whoever texts from there is known.
    let sms = texted(&app, &ann, VERA, "It is me").await;
    assert_eq!(contact_of(&app, sms).await, id);
    let thread = ann.thread(sms).await;
    assert_eq!(thread.contact.phone.as_deref(), Some(VERA));
    assert_eq!(thread.others.iter().map(|other| other.id).collect::<Vec<_>>(), [chat]);
    // The address that was typed is proven by being vouched for.
    add(&ann, id, "typed@x.test").await.ok();
    assert!(listed(&ann, id).await.iter().all(|(_, proven)| *proven));
}

async fn an_address_of_somebody_else_names_them(app: TestApp) {
    let ann = app.operator("Ann").await;
    let (_, chat, sms) = two(&app, &ann).await;
    let (visitor, texter) = (contact_of(&app, chat).await, contact_of(&app, sms).await);
    let refused = add(&ann, visitor, VERA).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    let taken = Conflict::AddressTaken { contact_id: texter, name: VERA.to_owned() };
    assert_eq!(refused.conflict(), taken);
    assert!(listed(&ann, visitor).await.is_empty(), "nothing was changed");
    // To whoever may not see them they are not named.
    let nina = app.person("Nina", Role::Operator, &[app.sales]).await;
    let mut tx = app.tx().await;
    let conversations = crate::server::store::conversations::lock(&mut tx, chat).await;
    let mut own = conversations.expect("locked").expect("there");
    own.team_id = Some(app.sales);
    crate::server::store::conversations::update(&mut tx, &own).await.expect("written");
    tx.commit().await.expect("a commit");
    let refused = add(&nina, visitor, VERA).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!refused.text.contains(&texter.to_string()), "{}", refused.text);
    // Of one person it is no conflict.
    let sam = app.person("Sam", Role::Supervisor, &[]).await;
    merge(&sam, visitor, texter).await.ok();
    add(&sam, visitor, VERA).await.ok();
    assert_eq!(listed(&sam, visitor).await, [entry(VERA, true)]);
}

async fn what_is_no_address_is_refused(app: TestApp) {
    let ann = app.operator("Ann").await;
    let chat = app.visitor().say("Hello").await;
    let id = contact_of(&app, chat).await;
    for bad in ["", "Vera", "vera@", "@x.test", "vera@x", "07700 900123", "62226", "+", "a@b.test, c@d.test"]
    {
        let refused = add(&ann, id, bad).await;
        let error = serde_json::from_value::<AppError>(refused.json.clone()).expect("an error");
        assert!(
            matches!(error, AppError::Invalid { ref field, .. } if field == "address"),
            "{bad}: {error:?}"
        );
    }
    assert!(listed(&ann, id).await.is_empty());
    let long = "n".repeat(121);
    let refused = form(&ann, "rename_contact", &[("id", &id.to_string()), ("name", &long)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}

async fn an_address_that_is_removed_is_forgotten_until_it_is_added_again(app: TestApp) {
    let ann = app.operator("Ann").await;
    let (visitor, chat, sms) = two(&app, &ann).await;
    let (id, texter) = (contact_of(&app, chat).await, contact_of(&app, sms).await);
    introduced(&visitor, "", "Typed@x.test").await;
    merge(&ann, id, texter).await.ok();
    assert_eq!(listed(&ann, id).await, [entry(VERA, true), entry("typed@x.test", false)]);
    // Both what came by itself and what was only typed.
    remove(&ann, id, "phone", VERA).await.ok();
    remove(&ann, id, "email", "typed@x.test").await.ok();
    assert!(listed(&ann, id).await.is_empty());
    assert!(name_of(&ann, sms).await.starts_with("Visitor "), "there is nothing else to call them by");
    let stranger = texted(&app, &ann, VERA, "Hello").await;
    assert_ne!(contact_of(&app, stranger).await, texter, "whoever texts from there is somebody new");
    let refused = add(&ann, id, VERA).await;
    assert!(matches!(refused.conflict(), Conflict::AddressTaken { .. }));
    remove(&ann, contact_of(&app, stranger).await, "phone", VERA).await.ok();
    add(&ann, id, VERA).await.ok();
    assert_eq!(listed(&ann, id).await, [entry(VERA, true)]);
    assert_eq!(name_of(&ann, chat).await, VERA);
    assert_eq!(page(&ann, id).await.addresses[0].kind, IdentityKind::Phone);
}

async fn a_name_is_changed_in_every_conversation_where_it_stands(app: TestApp) {
    let ann = app.operator("Ann").await;
    let (_, chat, sms) = two(&app, &ann).await;
    let (id, texter) = (contact_of(&app, chat).await, contact_of(&app, sms).await);
    let rename = async |id: ContactId, name: &str| {
        form(&ann, "rename_contact", &[("id", &id.to_string()), ("name", name)]).await.ok()
    };
    rename(texter, "Vera").await;
    merge(&ann, id, texter).await.ok();
    let mut hears = ann.stream(ann.inbox("all").await.as_of.resume_from()).await;
    rename(id, "Vera Lind").await;
    assert_eq!(
        (name_of(&ann, chat).await, name_of(&ann, sms).await),
        ("Vera Lind".into(), "Vera Lind".into())
    );
    let person = loop {
        // What the inbox held may come again.
        if let Push::Event { event: Event::ContactChanged(person), .. } = hears.push().await
            && person.contact.display_name() == "Vera Lind"
        {
            break person;
        }
    };
    assert_eq!(person.contact.id, id);
    // It was corrected where it stood, so each is called as before when the merge is taken back.
    super::undo(&ann, id, texter).await.ok();
    assert_eq!(kept(&app, id).await.name, None);
    assert_eq!(name_of(&ann, sms).await, "Vera Lind");
    rename(texter, "").await;
    assert_eq!(name_of(&ann, sms).await, VERA);
}
