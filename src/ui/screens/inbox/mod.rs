//! The inbox: queues, list, thread, contact.

mod actions;
mod answered;
mod assign;
mod attachments;
mod availability;
mod bell;
mod bulk;
mod commands;
mod composer;
mod deeds;
mod delivery;
mod entries;
mod filter;
mod frame;
mod give_back;
mod grip;
mod handoff;
mod head;
mod help;
mod keys;
mod list;
mod log;
mod mail;
mod marks;
mod message;
mod organise;
mod panel;
mod queues;
mod rail;
mod reader;
mod route;
mod row;
mod select;
mod sheet;
mod sight;
mod stage;
mod theme;
mod toasts;
mod transcript;
mod views;
mod work;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{
    components::Redirect,
    hooks::{use_params_map, use_query_map},
};

pub use self::{
    assign::AssignMenu,
    theme::ThemeScript,
    toasts::{Toasts, go_after_a_while},
    work::arrive,
};

use self::frame::Frame;
use crate::{
    api::inbox::load_inbox,
    domain::{AppError, ConversationId, Listing, Queue, Thread, ViewId},
    routes,
    ui::{live::load_stretch, page_data::page_data},
};

async fn open_thread(place: Place) -> Option<Result<Thread, AppError>> {
    Some(load_stretch(place.conversation?, place.message).await)
}

/// Where the address points.
#[derive(Clone, PartialEq, Eq)]
pub struct Place {
    pub listing: Listing,
    /// The saved list that it was come from; its filter may be another by now.
    pub view: Option<ViewId>,
    pub conversation: Option<ConversationId>,
    /// The message in it that is to be shown.
    pub message: Option<i64>,
}

impl Place {
    /// The address of the same list with another conversation, or with none.
    pub fn path(&self, conversation: Option<ConversationId>) -> String {
        routes::list(&self.listing, self.view, conversation)
    }

    /// The address of the same list and conversation at one of its messages.
    pub fn path_to(&self, message: i64) -> String {
        let path = self.path(self.conversation);
        let joint = if path.contains('?') { '&' } else { '?' };
        format!("{path}{joint}message={message}")
    }

    pub fn has_filter(&self) -> bool {
        !self.listing.filter.is_empty()
    }

    /// Whether it is a queue as it stands, and not a view of what is in it.
    pub fn is_queue(&self, queue: Queue) -> bool {
        self.view.is_none() && self.listing.queue == queue
    }
}

/// Reads the address, and follows it.
fn use_place() -> Memo<Place> {
    let (params, query) = (use_params_map(), use_query_map());
    Memo::new(move |_| Place {
        listing: query.with(|query| Listing::read(|name| query.get(name))),
        view: query.with(|query| query.get("view")).and_then(|text| text.parse().ok()),
        conversation: params.with(|params| params.get("conversation")).and_then(|text| text.parse().ok()),
        message: query.with(|query| query.get("message")).and_then(|text| text.parse().ok()),
    })
}

/// The page of the inbox. It is loaded once; from then on it follows the stream and the address by itself.
#[component]
pub fn InboxScreen() -> impl IntoView {
    let place = use_place();
    let first = place.get_untracked();
    // Two, so that the database works on both at once.
    let (listing, there) = (first.listing.clone(), first.clone());
    let inbox = page_data(
        || (),
        move |()| {
            let Listing { queue, filter } = listing.clone();
            load_inbox(queue, filter)
        },
    );
    let thread = page_data(|| (), move |()| open_thread(there.clone()));
    view! {
        <Suspense fallback=|| ()>
            {move || {
                let here = first.path(first.conversation);
                Suspend::new(async move {
                    match (inbox.await, thread.await) {
                        (Ok(inbox), thread) => view! { <Frame inbox thread place /> }.into_any(),
                        (Err(AppError::Unauthenticated), _) => {
                            view! { <Redirect path=routes::login(&here) /> }.into_any()
                        }
                        (Err(error), _) => view! { <Failed error /> }.into_any(),
                    }
                })
            }}
        </Suspense>
    }
}

/// The inbox could not be loaded.
#[component]
fn Failed(
    /// Why.
    error: AppError,
) -> impl IntoView {
    view! {
        <Title text="Live Operator" />
        <main class="error-page">
            <div class="error-page__card">
                <h1 class="error-page__title">"The inbox could not be loaded"</h1>
                <p class="error-page__text" role="alert">{error.to_string()}</p>
                <div class="error-page__actions">
                    <a class="button button--primary" href=routes::INBOX rel="external">"Try again"</a>
                </div>
            </div>
        </main>
    }
}
