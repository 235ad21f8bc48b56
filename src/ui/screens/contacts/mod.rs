//! The page of a contact: who they are, how they are reached, and everything that was said with them.

mod addresses;
mod block;
mod candidates;
mod desk;
mod details;
mod dialog;
mod find;
mod head;
mod list;
mod merged;
mod notes;
mod page;
mod row;
mod timeline;
mod undo;

use leptos::prelude::*;
use leptos_router::{
    components::Redirect,
    hooks::{use_params_map, use_query_map},
};

pub use self::{list::ContactsScreen, row::contact_rows};

use self::{
    addresses::Addresses,
    block::Blocking,
    candidates::Suggested,
    desk::{Desk, called},
    details::Details,
    dialog::MergeDialog,
    find::{Find, Found},
    head::Head,
    merged::Merged,
    notes::Notes,
    page::{Frame, refused},
    timeline::Said,
};
use crate::{
    api::contacts::{find_contacts, load_contact},
    domain::{AppError, ContactId, ContactPage},
    routes,
    ui::page_data::page_data,
};

/// The words that the address has, with whom they find.
async fn sought(id: Option<ContactId>, words: String) -> Option<Found> {
    let id = id.filter(|_| !words.trim().is_empty())?;
    let found = find_contacts(id, words.clone()).await;
    Some(Found { words, found })
}

/// The page of one contact.
#[component]
pub fn ContactScreen() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let id = Memo::new(move |_| {
        params.with(|params| params.get("contact")).and_then(|text| text.parse::<ContactId>().ok())
    });
    let words = query.with_untracked(|query| query.get("find")).unwrap_or_default();
    let first = id.get_untracked();
    let loaded =
        page_data(move || id.get(), |id| async move { load_contact(id.ok_or(AppError::NotFound)?).await });
    let found = page_data(|| (), move |()| sought(first, words.clone()));
    view! {
        <Suspense fallback=|| ()>
            {move || Suspend::new(async move {
                let here = id.get_untracked();
                match (loaded.await, found.await) {
                    // The page of a merged contact is that of the person.
                    (Ok(page), _) if here != Some(page.person.contact.id) => {
                        view! { <Redirect path=routes::contact(page.person.contact.id) /> }.into_any()
                    }
                    (Ok(page), found) => view! { <Contact page found /> }.into_any(),
                    (Err(error), _) => refused(&error, &here.map(routes::contact).unwrap_or_default()),
                }
            })}
        </Suspense>
    }
}

#[component]
fn Contact(
    /// The contact as it was when the page was loaded.
    page: ContactPage,
    /// Whom the address asks for, if it does.
    found: Option<Found>,
) -> impl IntoView {
    let desk = Desk::new(page);
    provide_context(desk);
    let title = Signal::derive(move || desk.now.with(called));
    view! {
        <Frame title>
            <Head />
            <div class="contact__columns">
                <div class="contact__column">
                    <Details />
                    <Addresses />
                    <Merged />
                    <Suggested />
                    <Find found />
                    <Blocking />
                </div>
                <div class="contact__column">
                    <Notes />
                    <Said />
                </div>
            </div>
        </Frame>
        <MergeDialog />
    }
}
