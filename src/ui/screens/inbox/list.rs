//! The list of conversations: only the rows in sight, and some around them, are in the page.

use std::ops::Range;

use leptos::{html, prelude::*};

use super::{
    frame::{Desk, queue_name},
    grip::{Grip, Pane},
    row::ConversationRow,
};
use crate::{
    domain::{ConversationId, PAGE_ROWS, Queue},
    ui::{
        components::{Icon, icon},
        live::Live,
    },
};

/// Rows that are kept above and below those in sight.
const AROUND: usize = 8;

/// Which rows exist, of `count` of a height, in a pane that is scrolled.
fn window_of(scrolled: f64, height: f64, row: f64, count: usize) -> Range<usize> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "pixels divided by pixels, both positive"
    )]
    let rows = |pixels: f64| (pixels.max(0.0) / row.max(1.0)) as usize;
    let first = rows(scrolled).saturating_sub(AROUND);
    let last = (rows(scrolled + height) + 1 + AROUND).min(count);
    first.min(last)..last
}

/// The pane with the list.
#[component]
pub fn List() -> impl IntoView {
    let live = expect_context::<Live>();
    let desk = expect_context::<Desk>();
    let queue = Memo::new(move |_| live.inbox.with(|inbox| inbox.queue));
    let name = Memo::new(move |_| live.inbox.with(|inbox| queue_name(inbox, inbox.queue)));
    let count = Memo::new(move |_| live.inbox.with(|inbox| inbox.counts.get(inbox.queue)));
    let ids = Memo::new(move |_| {
        live.inbox
            .with(|inbox| inbox.rows.iter().map(|row| row.conversation.id).collect::<Vec<ConversationId>>())
    });
    let (pane, rows) = (NodeRef::<html::Div>::new(), NodeRef::<html::Ol>::new());
    let window = RwSignal::new(0..PAGE_ROWS);
    let measure = move || {
        let Some(pane) = pane.get_untracked() else { return };
        let row = rows
            .get_untracked()
            .and_then(|rows| rows.query_selector(".row").ok().flatten())
            .map_or(72.0, |row| row.get_bounding_client_rect().height());
        let total = ids.with_untracked(Vec::len);
        let next = window_of(f64::from(pane.scroll_top()), f64::from(pane.client_height()), row, total);
        if next.end + AROUND >= total {
            live.more_rows();
        }
        if window.with_untracked(|now| *now != next) {
            window.set(next);
        }
    };
    // After the first paint, and whenever rows come or go.
    Effect::new(move |_| {
        ids.track();
        request_animation_frame(measure);
    });
    Effect::new(move |_| {
        let Some(list) = rows.get() else { return };
        let (window, total) = (window.get(), ids.with(Vec::len));
        let before = window.start.min(total);
        let after = total.saturating_sub(window.end);
        for (name, value) in [("--rows-before", before), ("--rows-after", after)] {
            // A browser that has no custom properties shows the rows without the space around them.
            let _ = web_sys::HtmlElement::style(&list).set_property(name, &value.to_string());
        }
    });
    Effect::new(move |before: Option<Queue>| {
        let now = queue.get();
        if before.is_some_and(|before| before != now)
            && let Some(pane) = pane.get_untracked()
        {
            pane.set_scroll_top(0);
        }
        now
    });
    keep_selected_in_sight(desk, ids, pane);
    let in_window = move || {
        let window = window.get();
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
            </div>
            <div class="list__scroll" node_ref=pane on:scroll=move |_| measure()>
                <ol class="list__rows" role="list" aria-label="Conversations" node_ref=rows>
                    <For each=in_window key=|id| *id children=|id| view! { <ConversationRow id /> } />
                </ol>
                {move || ids.with(Vec::is_empty).then(|| view! { <EmptyQueue queue=queue.get() /> })}
            </div>
            <Grip pane=Pane::List />
        </section>
    }
}

/// Moving by the keyboard must not lead out of sight.
fn keep_selected_in_sight(desk: Desk, ids: Memo<Vec<ConversationId>>, pane: NodeRef<html::Div>) {
    Effect::new(move |_| {
        let Some(selected) = desk.place.get().conversation else { return };
        let Some(place) = ids.with_untracked(|ids| ids.iter().position(|id| *id == selected)) else { return };
        let Some(pane) = pane.get_untracked() else { return };
        let row = pane
            .query_selector(".row")
            .ok()
            .flatten()
            .map_or(72.0, |row| row.get_bounding_client_rect().height());
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "pixels of a list")]
        let (top, bottom) = ((place as f64 * row) as i32, ((place + 1) as f64 * row) as i32);
        if top < pane.scroll_top() {
            pane.set_scroll_top(top);
        } else if bottom > pane.scroll_top() + pane.client_height() {
            pane.set_scroll_top(bottom - pane.client_height());
        }
    });
}

/// What will appear in an empty queue, and how.
#[component]
fn EmptyQueue(
    /// The queue.
    queue: Queue,
) -> impl IntoView {
    let (title, text) = match queue {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_is_what_is_in_sight_and_some_around() {
        assert_eq!(window_of(0.0, 720.0, 72.0, 1_000), 0..19);
        assert_eq!(window_of(7_200.0, 720.0, 72.0, 1_000), 92..119);
        assert_eq!(window_of(0.0, 720.0, 72.0, 3), 0..3);
        assert_eq!(
            window_of(72_000.0, 720.0, 72.0, 10),
            10..10,
            "the list has shrunk below the scrolled place"
        );
        assert_eq!(window_of(-5.0, 720.0, 0.0, 0), 0..0);
    }
}
