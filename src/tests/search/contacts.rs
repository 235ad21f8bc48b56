//! Contacts in the search, in the palette and in their list.

use serde_json::json;

use super::{
    super::{
        contacts::{contact_of, introduced, merge, two, undo},
        kit::{Actor, TestApp},
        on_both,
    },
    page,
};
use crate::domain::{ContactId, ContactList, ConversationId, Palette, Role, SearchKey, Time};

on_both!(
    contacts_are_found_by_any_part_of_what_is_known,
    a_person_is_found_once_however_many_contacts_they_are,
    the_list_has_everybody_who_may_be_met_in_stretches,
    the_palette_finds_people_and_their_conversations,
);

async fn list(actor: &Actor, words: &str, below: Option<SearchKey>) -> ContactList {
    let found = actor.call("list_contacts", json!({ "words": words, "below": below })).await.ok();
    serde_json::from_value(found).expect("a list")
}

async fn found(actor: &Actor, words: &str) -> Vec<ContactId> {
    list(actor, words, None).await.contacts.into_iter().map(|contact| contact.contact_id).collect()
}

async fn contacts_are_found_by_any_part_of_what_is_known(app: TestApp) {
    let ann = app.operator("Ann").await;
    let (_, _, sms) = two(&app, &ann).await;
    let texter = contact_of(&app, sms).await;
    app.clock.advance(Time::SECOND);
    let vera = contact_of(&app, introduced(&app.visitor(), "Véra Lind", "Lind@x.test").await).await;
    for (words, want) in [
        ("vera", &[vera][..]),
        ("v l", &[vera]),
        ("lind@x", &[vera]),
        ("x.test", &[vera]),
        ("ind", &[]),
        ("+1 (415) 555", &[texter]),
        ("5550123", &[texter]),
        ("0123", &[texter]),
        ("vera 0123", &[]),
        ("!!", &[]),
    ] {
        assert_eq!(found(&ann, words).await, want, "{words}");
    }
    let in_search = page(&ann, "vera", None).await.contacts;
    assert_eq!(in_search.len(), 1);
    assert_eq!((in_search[0].name.as_str(), in_search[0].conversations), ("Véra Lind", 1));
    assert!(page(&ann, "vera channel:sms", None).await.contacts.is_empty(), "operators are about messages");
}

async fn a_person_is_found_once_however_many_contacts_they_are(app: TestApp) {
    let ann = app.operator("Ann").await;
    let (_, _, sms) = two(&app, &ann).await;
    let texter = contact_of(&app, sms).await;
    let vera = contact_of(&app, introduced(&app.visitor(), "Vera Lind", "").await).await;
    merge(&ann, vera, texter).await.ok();
    for words in ["vera", "0123", "lind 5550123"] {
        assert_eq!(found(&ann, words).await, [vera], "{words}");
    }
    undo(&ann, vera, texter).await.ok();
    assert_eq!(found(&ann, "vera").await, [vera]);
    assert_eq!(found(&ann, "0123").await, [texter]);
    super::super::contacts::form(&ann, "rename_contact", &[("id", &vera.to_string()), ("name", "Wilma")])
        .await
        .ok();
    assert!(found(&ann, "vera").await.is_empty());
    assert_eq!(found(&ann, "wil").await, [vera]);
}

async fn the_list_has_everybody_who_may_be_met_in_stretches(app: TestApp) {
    let (ann, nina) = (app.operator("Ann").await, app.person("Nina", Role::Operator, &[app.sales]).await);
    let mut want = Vec::new();
    for number in 0..ContactList::PAGE + 3 {
        app.clock.advance(Time::SECOND);
        let id = introduced(&app.visitor(), &format!("Person {number}"), "").await;
        want.insert(0, contact_of(&app, id).await);
    }
    let first = list(&ann, "", None).await;
    assert_eq!(first.contacts.len(), ContactList::PAGE);
    let rest = list(&ann, "", first.next).await;
    assert_eq!(rest.next, None);
    let got: Vec<ContactId> =
        first.contacts.iter().chain(&rest.contacts).map(|contact| contact.contact_id).collect();
    assert_eq!(got, want, "each once, the newest first");
    assert!(list(&nina, "", None).await.contacts.is_empty(), "nobody whom she may meet");
}

async fn the_palette_finds_people_and_their_conversations(app: TestApp) {
    let (ann, nina) = (app.operator("Ann").await, app.person("Nina", Role::Operator, &[app.sales]).await);
    let id = introduced(&app.visitor(), "Vera Lind", "").await;
    app.clock.advance(Time::SECOND);
    let other = app.visitor().say("Somebody else").await;
    let ask = async |actor: &Actor, words: &str| {
        let found = actor.call("find_anything", json!({ "words": words })).await.ok();
        let found: Palette = serde_json::from_value(found).expect("a palette");
        let ids: Vec<ConversationId> = found.conversations.iter().map(|it| it.id).collect();
        (found.role, ids, found.contacts.len())
    };
    assert_eq!(ask(&ann, "ver").await, (Role::Operator, vec![id], 1));
    assert_eq!(ask(&ann, "").await, (Role::Operator, vec![other, id], 0));
    assert_eq!(ask(&nina, "ver").await, (Role::Operator, vec![], 0));
}
