//! Contacts as a list shows them.

use leptos::prelude::*;

use crate::{
    domain::FoundContact,
    routes,
    ui::components::{Size, WallClock, avatar, row_time},
};

/// Some contacts, each leading to its page.
pub fn contact_rows(contacts: Vec<FoundContact>, label: &'static str, clock: WallClock) -> impl IntoView {
    let rows = contacts.into_iter().map(|contact| row(contact, clock)).collect_view();
    view! {
        <ul class="contact__list" aria-label=label>
            {rows}
        </ul>
    }
}

fn row(contact: FoundContact, clock: WallClock) -> impl IntoView {
    let FoundContact { contact_id: id, name, addresses, conversations, since } = contact;
    // Who has no name is called by an address.
    let addresses: Vec<String> = addresses.into_iter().filter(|address| *address != name).collect();
    let face = avatar(id.0, &name, Size::Small, ());
    view! {
        <li class="contact__row" data-testid="contact" data-contact-id=id.to_string()>
            {face}
            <div class="contact__text">
                <p>
                    <a class="contact__link" href=routes::contact(id) rel="external">
                        <bdi>{name}</bdi>
                    </a>
                </p>
                {(!addresses.is_empty())
                    .then(|| view! { <p class="contact__sub"><bdi>{addresses.join(", ")}</bdi></p> })}
            </div>
            <p class="contact__sub contact__since">
                {counted(conversations)} ", since "
                <time datetime=since.rfc3339()>
                    {move || row_time(clock.civil(since), clock.civil(clock.now()))}
                </time>
            </p>
        </li>
    }
}

fn counted(conversations: i64) -> String {
    if conversations == 1 { "1 conversation".to_owned() } else { format!("{conversations} conversations") }
}
