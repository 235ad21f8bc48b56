//! `/search`: what was said, in all messages and notes, and by whom.

mod hits;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use self::hits::threads;
use super::{
    beside::{Beside, Seek, paging, refused},
    contacts::contact_rows,
};
use crate::{
    api::search::search,
    domain::{SearchKey, SearchPage},
    routes,
    ui::{
        components::{Icon, WallClock, date_time, icon},
        page_data::page_data,
    },
};

/// The page of the search. What is looked for, and from where on, stands in its address.
#[component]
pub fn SearchScreen() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        query.with(|query| {
            let below: Option<SearchKey> = query.get("below").and_then(|text| text.parse().ok());
            (query.get("q").unwrap_or_default(), below)
        })
    });
    let found = page_data(move || asked.get(), |(text, below)| search(text, below));
    view! {
        <Suspense fallback=|| ()>
            {move || Suspend::new(async move {
                let page = found.await;
                let (text, below) = asked.get_untracked();
                match page {
                    Ok(page) => view! { <Found page text is_first=below.is_none() /> }.into_any(),
                    Err(error) => refused(&error, &routes::search(&text, below), routes::SEARCH, "Search"),
                }
            })}
        </Suspense>
    }
}

#[component]
fn Found(
    /// What was found.
    page: SearchPage,
    /// What was looked for.
    text: String,
    /// Whether it is the first stretch.
    is_first: bool,
) -> impl IntoView {
    let clock = WallClock::start(page.now);
    let told = (!text.trim().is_empty()).then(|| told(&page, is_first));
    let is_empty = page.hits() == 0 && page.contacts.is_empty();
    let SearchPage { contacts, threads: found, next, looked_back_to, unknown, .. } = page;
    let unknown: Vec<_> = unknown
        .into_iter()
        .map(|name| view! { <p class="settings__lead">"Nobody and nothing is called “" <bdi>{name}</bdi> "”."</p> })
        .collect();
    let people = (!contacts.is_empty()).then(|| {
        view! {
            <section class="settings__section" aria-labelledby="found-contacts">
                <h2 class="settings__part" id="found-contacts">"Contacts"</h2>
                {contact_rows(contacts, "Contacts found", clock)}
            </section>
        }
    });
    let said = (!found.is_empty()).then(|| {
        view! {
            <section class="settings__section" aria-labelledby="found-messages">
                <h2 class="settings__part" id="found-messages">"Messages and notes"</h2>
                {threads(found, clock)}
            </section>
        }
    });
    let paused = looked_back_to.map(|at| {
        view! {
            <p class="settings__lead" data-testid="paused">
                "Looked back to "
                <time datetime=at.rfc3339()>{move || date_time(clock.civil(at))}</time>
                ". There may be more before that."
            </p>
        }
    });
    let further = if looked_back_to.is_some() { "Look further back" } else { "Earlier results" };
    let ways = paging([
        (!is_first).then(|| (routes::search(&text, None), "Newest")),
        next.map(|next| (routes::search(&text, Some(next)), further)),
    ]);
    let is_unasked = text.trim().is_empty();
    view! {
        <Beside title="Search".to_owned() place=routes::SEARCH>
            <Seek path=routes::SEARCH label="Search messages, notes and contacts" words=text hint="search-hint" />
            <Operators />
            <p class="faq-fact" role="status">
                {told}
            </p>
            {unknown}
            {people}
            {said}
            {(is_empty && next.is_none() && !is_unasked).then(nothing)}
            {paused}
            {ways}
        </Beside>
    }
}

/// How much there is on the page.
fn told(page: &SearchPage, is_first: bool) -> String {
    let of = |count: usize, one: &str| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        many => Some(format!("{many} {one}s")),
    };
    let counts: Vec<String> =
        [of(page.hits(), "message"), of(page.contacts.len(), "contact")].into_iter().flatten().collect();
    match (counts.is_empty(), page.next.is_some()) {
        (true, false) => "Nothing found".to_owned(),
        (true, true) => "Nothing found yet".to_owned(),
        (false, true) if is_first => format!("The newest: {}", counts.join(" and ")),
        (false, _) => counts.join(" and "),
    }
}

/// What can be written besides words.
#[component]
fn Operators() -> impl IntoView {
    let rows = [
        ("\"blue vase\"", "these words one after another"),
        ("from:vera", "by a customer, a colleague, a bot; from:me, from:customer"),
        ("channel:sms", "through a channel, by its kind or its name"),
        ("status:waiting", "in a conversation that is open, waiting, active or resolved"),
        ("after:2026-11-01", "on that day or later"),
        ("before:2026-12", "before that day, month or year"),
    ];
    let rows = rows
        .into_iter()
        .map(|(sign, what)| {
            view! {
                <div class="seek-help__row">
                    <dt>
                        <code>{sign}</code>
                    </dt>
                    <dd>{what}</dd>
                </div>
            }
        })
        .collect_view();
    view! {
        <details class="seek-help" id="search-hint">
            <summary>"How to narrow it down"</summary>
            <dl>{rows}</dl>
        </details>
    }
}

/// Nothing fits.
fn nothing() -> impl IntoView {
    view! {
        <div class="empty">
            {icon(Icon::Search, "icon--large")} <h2 class="empty__title">"Nothing found"</h2>
            <p class="empty__text">
                "All words have to be there, in any order. Leave one out, or write only how the last one begins."
            </p>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ContactId, FoundContact, Time};
    use uuid::Uuid;

    #[test]
    fn what_is_on_the_page_is_told() {
        let contact = FoundContact {
            contact_id: ContactId(Uuid::nil()),
            name: "Vera".into(),
            addresses: Vec::new(),
            conversations: 1,
            since: Time(0),
        };
        let mut page = SearchPage {
            contacts: Vec::new(),
            threads: Vec::new(),
            next: None,
            looked_back_to: None,
            unknown: Vec::new(),
            now: Time(0),
        };
        assert_eq!(told(&page, true), "Nothing found");
        page.next = Some(SearchKey(1));
        assert_eq!(told(&page, true), "Nothing found yet");
        page.contacts = vec![contact.clone(), contact];
        assert_eq!(
            (told(&page, true), told(&page, false)),
            ("The newest: 2 contacts".into(), "2 contacts".into())
        );
    }
}
