//! How tags, priority and snooze show: in rows, in the head and beside the thread.

use leptos::prelude::*;

use super::{frame::Desk, organise::Organise, select::Tools};
use crate::{
    domain::{Conversation, Inbox, Priority, Row, Tag, Time},
    ui::{
        components::{Icon, date_time, icon},
        live::Live,
    },
};

/// Tags that a row has room for.
const IN_ROW: usize = 2;

/// A tag by name, in its colour.
pub fn tag_mark(tag: &Tag) -> impl IntoView + use<> {
    let (name, hue) = (tag.name.clone(), tag.hue.as_str());
    view! {
        <span class="tag" data-hue=hue data-testid="tag">
            <bdi>{name}</bdi>
        </span>
    }
}

/// A flag in the strength of a priority. Its word stands beside it.
pub fn priority_mark(priority: Priority) -> impl IntoView {
    view! {
        <span class="flag" data-priority=priority.as_str() title=priority.label() aria-hidden="true">
            {icon(Icon::Flag, "icon--small")}
        </span>
    }
}

/// The tags of a conversation that are still in use, in the order of their names.
fn tags_of(inbox: &Inbox, conversation: &Conversation) -> Vec<Tag> {
    let is_carried = |tag: &&Tag| !tag.archived && conversation.tags.contains(&tag.id);
    inbox.tags.iter().filter(is_carried).cloned().collect()
}

/// The marks of a row: priority, snooze, tags if there is room.
#[component]
pub fn RowMarks(
    /// Whose.
    row: Memo<Row>,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let priority = Memo::new(move |_| row.with(|row| row.conversation.priority));
    let is_asleep = Memo::new(move |_| row.with(|row| row.conversation.snoozed_until.is_some()));
    let tags = Memo::new(move |_| live.inbox.with(|inbox| row.with(|row| tags_of(inbox, &row.conversation))));
    view! {
        {move || {
            let priority = priority.get();
            (priority != Priority::None)
                .then(|| {
                    view! {
                        {priority_mark(priority)}
                        <span class="visually-hidden">{format!("Priority {}. ", priority.label())}</span>
                    }
                })
        }}
        {move || {
            is_asleep
                .get()
                .then(|| {
                    view! {
                        {icon(Icon::Snooze, "icon--tiny row__asleep")}
                        <span class="visually-hidden">"Snoozed. "</span>
                    }
                })
        }}
        {move || {
            tags.with(|tags| {
                let more = tags.len().saturating_sub(IN_ROW);
                (!tags.is_empty())
                    .then(|| {
                        view! {
                            <span class="row__tags">
                                {tags.iter().take(IN_ROW).map(tag_mark).collect_view()}
                                {(more > 0)
                                    .then(|| {
                                        view! { <span class="tag">{format!("+{more}")}</span> }
                                    })}
                            </span>
                        }
                    })
            })
        }}
    }
}

/// Until when the open conversation sleeps, and how much it matters: in its head.
#[component]
pub fn HeadMarks() -> impl IntoView {
    let live = expect_context::<Live>();
    let desk = expect_context::<Desk>();
    let priority = part(live, |conversation| conversation.priority);
    let until = part(live, |conversation| conversation.snoozed_until);
    view! {
        {move || {
            priority
                .get()
                .filter(|priority| *priority != Priority::None)
                .map(|priority| {
                    view! {
                        <span class="thread__priority" data-testid="priority">
                            {priority_mark(priority)}
                            <span class="visually-hidden">"Priority "</span>
                            {priority.label()}
                        </span>
                    }
                })
        }}
        {move || {
            until
                .get()
                .flatten()
                .map(|until| {
                    view! {
                        <span class="thread__asleep" data-testid="snoozed">
                            {icon(Icon::Snooze, "icon--tiny")}
                            "Snoozed until "
                            <time datetime=until.rfc3339()>{move || date_time(desk.clock.civil(until))}</time>
                        </span>
                    }
                })
        }}
    }
}

/// A part of the open conversation, which changes only when that part does.
fn part<T: Clone + PartialEq + Send + Sync + 'static>(
    live: Live,
    of: fn(&Conversation) -> T,
) -> Memo<Option<T>> {
    Memo::new(move |_| live.thread.with(|thread| thread.as_ref().map(|thread| of(&thread.conversation))))
}

/// The part of the side panel that shows them, and changes them.
#[component]
pub fn Organised() -> impl IntoView {
    let live = expect_context::<Live>();
    let desk = expect_context::<Desk>();
    let tools = expect_context::<Tools>();
    let tags = Memo::new(move |_| {
        live.inbox.with(|inbox| {
            live.thread.with(|thread| {
                thread.as_ref().map(|thread| tags_of(inbox, &thread.conversation)).unwrap_or_default()
            })
        })
    });
    let priority = part(live, |conversation| conversation.priority);
    let until = part(live, |conversation| conversation.snoozed_until);
    let can_snooze = part(live, Conversation::can_be_snoozed);
    let time = move |until: Time| {
        view! { <time datetime=until.rfc3339()>{move || date_time(desk.clock.civil(until))}</time> }
    };
    let carried = move || {
        tags.with(|tags| match tags.as_slice() {
            [] => "None".into_any(),
            tags => {
                let marks = tags.iter().map(tag_mark).collect_view();
                view! { <span class="panel__tags">{marks}</span> }.into_any()
            }
        })
    };
    view! {
        <details class="panel__part" open data-testid="organised">
            <summary>"Organise" {icon(Icon::Chevron, "icon--small")}</summary>
            <dl class="facts facts--changed">
                <dt>"Tags"</dt>
                <dd>
                    {carried} <Change tools what=Organise::Tags label="Change tags" key="L" />
                </dd>
                <dt>"Priority"</dt>
                <dd>
                    {move || priority.get().unwrap_or_default().label()}
                    <Change tools what=Organise::Priority label="Change priority" key="P" />
                </dd>
                {move || {
                    (can_snooze.get() == Some(true))
                        .then(|| {
                            view! {
                                <dt>"Snoozed"</dt>
                                <dd>
                                    {move || match until.get().flatten() {
                                        Some(until) => time(until).into_any(),
                                        None => "No".into_any(),
                                    }}
                                    <Change tools what=Organise::Snooze label="Snooze" key="H" />
                                </dd>
                            }
                        })
                }}
            </dl>
        </details>
    }
}

/// The button that changes one of them.
#[component]
fn Change(
    /// Opens its dialog.
    tools: Tools,
    /// What is changed.
    what: Organise,
    /// What it says.
    label: &'static str,
    /// Its key.
    key: &'static str,
) -> impl IntoView {
    view! {
        <button
            class="button button--quiet button--small"
            type="button"
            aria-haspopup="dialog"
            aria-keyshortcuts=key
            on:click=move |_| tools.organise_open(what)
        >
            {label}
        </button>
    }
}
