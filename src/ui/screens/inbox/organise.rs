//! Dialogs that organise: tags, priority, snooze. Each is about the rows that are selected, or about the conversation that
//! is open.

mod priority;
mod snooze;
mod tags;

use leptos::prelude::*;

use self::{priority::Priorities, snooze::Snoozes, tags::Tags};
use super::{select::Tools, sheet::Sheet};
use crate::{
    domain::{BulkAction, Conversation, ConversationId},
    ui::live::Live,
};

/// What a dialog is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Organise {
    Tags,
    Priority,
    Snooze,
}

/// The dialog that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organising {
    pub what: Organise,
    pub ids: Vec<ConversationId>,
}

impl Organise {
    const fn label(self) -> &'static str {
        match self {
            Self::Tags => "Tags",
            Self::Priority => "Priority",
            Self::Snooze => "Snooze",
        }
    }
}

/// The dialog, if one is open.
#[component]
pub fn Dialogs() -> impl IntoView {
    let tools = expect_context::<Tools>();
    let title = move || {
        tools.organising.with(|organising| {
            organising.as_ref().map(|Organising { what, ids }| match ids.len() {
                1 => what.label().to_owned(),
                count => format!("{} of {count} conversations", what.label()),
            })
        })
    };
    view! {
        <Sheet
            id="organise"
            title=Signal::derive(move || title().unwrap_or_default())
            open=Signal::derive(move || tools.organising.with(Option::is_some))
            close=Callback::new(move |()| tools.organising.set(None))
        >
            {move || {
                let what = tools.organising.with(|organising| organising.as_ref().map(|it| it.what));
                match what {
                    Some(Organise::Tags) => view! { <Tags /> }.into_any(),
                    Some(Organise::Priority) => view! { <Priorities /> }.into_any(),
                    Some(Organise::Snooze) => view! { <Snoozes /> }.into_any(),
                    None => ().into_any(),
                }
            }}
        </Sheet>
    }
}

/// The conversations that the open dialog is about, as far as they are on screen.
fn conversations(live: Live, tools: Tools) -> Vec<Conversation> {
    let ids = tools.organising.with_untracked(|organising| {
        organising.as_ref().map(|organising| organising.ids.clone()).unwrap_or_default()
    });
    live.inbox.with_untracked(|inbox| {
        live.thread.with_untracked(|thread| {
            let open = thread.as_ref().map(|thread| &thread.conversation);
            let rows = inbox.rows.iter().map(|row| &row.conversation);
            let known: Vec<&Conversation> = open.into_iter().chain(rows).collect();
            let find = |id: ConversationId| known.iter().find(|conversation| conversation.id == id);
            ids.into_iter().filter_map(|id| find(id).map(|found| (*found).clone())).collect()
        })
    })
}

/// Closes the dialog and does it. What was selected is selected no more.
fn carry_out(live: Live, tools: Tools, action: BulkAction) {
    let ids = tools.organising.try_update(Option::take).flatten().map(|organising| organising.ids);
    tools.clear();
    live.handle(ids.unwrap_or_default(), action);
}
