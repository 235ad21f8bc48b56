//! The list of conversations: only the rows in sight, and some around them, are in the page.

use leptos::prelude::*;

use super::{
    filter::FilterButton,
    frame::{Desk, queue_name},
    grip::{Grip, Pane},
    row::ConversationRow,
    select::Tools,
    sight::Sight,
    views::SavedView,
    work,
};
use crate::{
    domain::{ConversationId, Inbox, Listing, Queue},
    ui::{
        components::{Icon, icon},
        live::Live,
    },
};

/// Rows in the shape of a list that is still to come.
const BONES: usize = 12;

/// The pane with the list.
#[component]
pub fn List() -> impl IntoView {
    let live = expect_context::<Live>();
    let desk = expect_context::<Desk>();
    let listing = Memo::new(move |_| live.inbox.with(Inbox::listing));
    let view = SavedView::of(live, desk).view;
    let name = Memo::new(move |_| {
        let saved = view.with(|view| view.as_ref().map(|view| view.name.clone()));
        saved.unwrap_or_else(|| live.inbox.with(|inbox| queue_name(inbox, inbox.queue)))
    });
    let count = Memo::new(move |_| live.inbox.with(standing));
    let ids = Memo::new(move |_| {
        live.inbox
            .with(|inbox| inbox.rows.iter().map(|row| row.conversation.id).collect::<Vec<ConversationId>>())
    });
    let awaited = is_awaited(live, desk, listing);
    expect_context::<Tools>().follow(ids);
    let sight = Sight::new(live);
    sight.follow(desk);
    let news = sight.news();
    let in_window = move || {
        let window = sight.window.get();
        ids.with(|ids| ids[window.start.min(ids.len())..window.end.min(ids.len())].to_vec())
    };
    view! {
        <section class="frame__list list" aria-label=move || format!("Conversations in {}", name.get())>
            <div class="head">
                <button
                    class="button button--quiet button--icon head__queues"
                    type="button"
                    aria-controls="queues"
                    aria-expanded=move || desk.queues_open.get().to_string()
                    on:click=move |_| desk.queues_open.update(|open| *open = !*open)
                >
                    {icon(Icon::Menu, "")}
                    <span class="tip tip--start">"Queues"</span>
                </button>
                <h2 class="head__title">
                    <span class="head__name">{move || name.get()}</span>
                    <span class="head__count">{move || count.get()}</span>
                </h2>
                <FilterButton />
            </div>
            {work::shown(desk, |work| work.filter_bar)}
            <div class="list__scroll" node_ref=sight.pane on:scroll=move |_| sight.look()>
                <Show when=move || { news.get() > 0 }>
                    <div class="list__new">
                        <button class="pill" type="button" on:click=move |_| sight.to_top()>
                            {icon(Icon::ArrowDown, "icon--small icon--up")}
                            {move || format!("{} new", news.get())}
                        </button>
                    </div>
                </Show>
                <ol class="list__rows" role="list" aria-label="Conversations" node_ref=sight.rows>
                    <For each=in_window key=|id| *id children=|id| view! { <ConversationRow id /> } />
                </ol>
                {move || ids.with(Vec::is_empty).then(|| view! { <Empty listing=listing.get() /> })}
            </div>
            {work::shown(desk, |work| work.bulk_bar)}
            {move || awaited.get().then(|| view! { <Loading /> })}
            <Grip pane=Pane::List />
        </section>
    }
}

/// How many conversations stand in the list, as far as is known: of a filter, those that are loaded.
fn standing(inbox: &Inbox) -> String {
    match inbox.next {
        _ if inbox.filter.is_empty() => inbox.counts.get(inbox.queue).to_string(),
        None => inbox.rows.len().to_string(),
        Some(_) => format!("{}+", inbox.rows.len()),
    }
}

/// Whether another list than the one that is shown is on its way.
fn is_awaited(live: Live, desk: Desk, shown: Memo<Listing>) -> Memo<bool> {
    let wanted = Memo::new(move |_| desk.place.with(|place| place.listing.clone()));
    let has_failed = RwSignal::new(false);
    Effect::new(move |_| {
        wanted.track();
        has_failed.set(false);
    });
    // What could not be loaded is not to be waited for: what was there can be read on.
    Effect::new(move |_| {
        if live.error.with(Option::is_some) && wanted.get_untracked() != shown.get_untracked() {
            has_failed.set(true);
        }
    });
    Memo::new(move |_| wanted.get() != shown.get() && !has_failed.get())
}

/// The shape of what comes. The style sheet keeps it back until it takes long enough to be seen.
#[component]
fn Loading() -> impl IntoView {
    let bones = || {
        view! {
            <div class="skeleton__row">
                <div class="bone bone--round"></div>
                <div class="skeleton__lines">
                    <div class="bone bone--short"></div>
                    <div class="bone bone--mid"></div>
                </div>
            </div>
        }
    };
    view! {
        <div class="list__loading" role="status">
            <span class="visually-hidden">"Loading the list"</span>
            <div class="skeleton" aria-hidden="true">
                {std::iter::repeat_with(bones).take(BONES).collect_view()}
            </div>
        </div>
    }
}

/// What will appear in an empty list, and how.
#[component]
fn Empty(
    /// The list.
    listing: Listing,
) -> impl IntoView {
    let (title, text) = match listing.queue {
        _ if !listing.filter.is_empty() => (
            "Nothing meets this filter",
            "What comes to meet it shows here at once. Remove a condition to see more.",
        ),
        Queue::All => {
            ("No conversations yet", "A customer’s first message shows here at once, from every channel.")
        }
        Queue::Mine => (
            "Nothing is yours",
            "Reply to a conversation or claim one, and it shows here until it is resolved.",
        ),
        Queue::NeedsAnswer => (
            "Nobody is waiting",
            "A conversation shows here when a customer has written last and no person has answered.",
        ),
        Queue::OnCustomer => {
            ("Nothing is with a customer", "What you have answered waits here for the customer.")
        }
        Queue::Unassigned => ("Everything has an owner", "Conversations that nobody has taken show here."),
        Queue::Ai => ("The AI has nothing to do", "Conversations that a bot answers show here."),
        Queue::Snoozed => (
            "Nothing is snoozed",
            "What you put off waits here, and comes back when it is due or the customer writes.",
        ),
        Queue::Resolved => {
            ("Nothing is resolved yet", "What is done shows here, and comes back when the customer writes.")
        }
        Queue::Team(_) => ("This team has nothing in work", "Its channels’ new conversations show here."),
    };
    view! {
        <div class="empty">
            {icon(Icon::Inbox, "icon--large")}
            <h2 class="empty__title">{title}</h2>
            <p class="empty__text">{text}</p>
        </div>
    }
}
