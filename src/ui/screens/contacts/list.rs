//! `/contacts`: everybody who has written, the newest first.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::row::contact_rows;
use crate::{
    api::search::list_contacts,
    domain::{ContactList, SearchKey},
    routes,
    ui::{
        components::{Icon, WallClock, icon},
        page_data::page_data,
        screens::beside::{Beside, Seek, paging, refused},
    },
};

/// The page with the contacts. What is looked for, and from where on, stands in its address.
#[component]
pub fn ContactsScreen() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        query.with(|query| {
            let below: Option<SearchKey> = query.get("below").and_then(|text| text.parse().ok());
            (query.get("q").unwrap_or_default(), below)
        })
    });
    let loaded = page_data(move || asked.get(), |(words, below)| list_contacts(words, below));
    view! {
        <Suspense fallback=|| ()>
            {move || Suspend::new(async move {
                let list = loaded.await;
                let (words, below) = asked.get_untracked();
                match list {
                    Ok(list) => view! { <All list words is_first=below.is_none() /> }.into_any(),
                    Err(error) => {
                        refused(&error, &routes::contacts(&words, below), routes::CONTACTS, "Contacts")
                    }
                }
            })}
        </Suspense>
    }
}

#[component]
fn All(
    /// A stretch of them.
    list: ContactList,
    /// What was looked for.
    words: String,
    /// Whether it is the first stretch.
    is_first: bool,
) -> impl IntoView {
    let ContactList { contacts, next, now } = list;
    let clock = WallClock::start(now);
    let is_empty = contacts.is_empty();
    let shown = match (is_empty, next) {
        (true, None) => empty(&words).into_any(),
        (true, Some(_)) => view! {
            <p class="settings__lead">"Nobody here whose conversations you may see. Look further back."</p>
        }
        .into_any(),
        (false, _) => contact_rows(contacts, "Contacts", clock).into_any(),
    };
    let ways = paging([
        (!is_first).then(|| (routes::contacts(&words, None), "Newest")),
        next.map(|next| (routes::contacts(&words, Some(next)), "Earlier contacts")),
    ]);
    view! {
        <Beside title="Contacts".to_owned() place=routes::CONTACTS>
            <Seek path=routes::CONTACTS label="Search contacts" words=words.clone() />
            <section class="settings__section" aria-label="All contacts">
                {shown}
            </section>
            {ways}
        </Beside>
    }
}

fn empty(words: &str) -> impl IntoView + use<> {
    let (title, text) = if words.trim().is_empty() {
        ("No contacts yet", "Whoever writes to you shows here, from every channel.")
    } else {
        (
            "Nobody is called so",
            "Names, email addresses and phone numbers are looked through. The beginning of each word is enough.",
        )
    };
    view! {
        <div class="empty">
            {icon(Icon::User, "icon--large")} <h2 class="empty__title">{title}</h2>
            <p class="empty__text">{text}</p>
        </div>
    }
}
