//! How far a message has got, and what can be done where it went no further.

use leptos::prelude::*;

use super::frame::Desk;
use crate::{
    domain::{AppError, ClientMsgId, Delivery, DeliveryState},
    ui::{
        components::{Icon, clock_time, icon},
        live::Live,
    },
};

/// Where a message has got to. A failure is read out; the steps on the way are not.
pub fn delivery(delivery: Delivery, desk: Desk, seq: i64) -> AnyView {
    let Delivery { state, at, words } = delivery;
    if state.needs_somebody() {
        return stuck(state, words, seq).into_any();
    }
    // What has not happened yet has no time.
    let is_under_way = matches!(state, DeliveryState::Queued | DeliveryState::Sending);
    let time = move || (!is_under_way).then(|| format!(" {}", clock_time(desk.clock.civil(at))));
    // What is tried again says why it has to be.
    let why = words.map(|words| view! { <span class="msg__why">" · " {words}</span> });
    let how_far = format!("delivery-{seq}");
    let act = act(state, how_far.clone(), seq);
    view! {
        <p class="msg__delivery" aria-live="off">
            <span id=how_far>{state.label()} {time} {why}</span>
            {act}
        </p>
    }
    .into_any()
}

/// What an operator can do about a message that waits, or was taken back. `how_far` names the words beside it.
fn act(state: DeliveryState, how_far: String, seq: i64) -> Option<AnyView> {
    let live = expect_context::<Live>();
    match state {
        DeliveryState::Queued if !is_in_chat(live) => Some(
            view! {
                <button
                    class="button button--quiet button--small msg__act msg__act--late"
                    type="button"
                    aria-describedby=how_far
                    on:click=move |_| live.cancel(seq)
                >
                    "Cancel"
                </button>
            }
            .into_any(),
        ),
        DeliveryState::Cancelled => Some(
            view! {
                <button
                    class="button button--quiet button--small msg__act"
                    type="button"
                    aria-describedby=how_far
                    on:click=move |_| live.send_again(seq)
                >
                    {icon(Icon::Retry, "icon--small")}
                    "Send again"
                </button>
            }
            .into_any(),
        ),
        _ => None,
    }
}

/// Whether the customer reads the open conversation in a chat: there nothing can be taken back.
fn is_in_chat(live: Live) -> bool {
    live.thread.with_untracked(|thread| {
        thread.as_ref().is_some_and(|thread| thread.conversation.channel_kind.is_live())
    })
}

/// What did not get out, or of which nobody knows, and what can be done about it.
fn stuck(state: DeliveryState, words: Option<String>, seq: i64) -> impl IntoView {
    let live = expect_context::<Live>();
    let what =
        if state == DeliveryState::Failed { "Not delivered" } else { "Nobody knows whether this was sent" };
    let what = words.map_or_else(|| what.to_owned(), |words| format!("{what}: {words}"));
    let reason = format!("reason-{seq}");
    let mark_sent = (state == DeliveryState::Unconfirmed).then(|| {
        view! {
            <button
                class="button button--quiet button--small"
                type="button"
                aria-describedby=reason.clone()
                on:click=move |_| live.mark_sent(seq)
            >
                "Mark as sent"
            </button>
        }
    });
    view! {
        <div class="msg__failed">
            <span class="msg__reason" id=reason.clone()>
                {icon(Icon::Warning, "icon--small")}
                {what}
            </span>
            <button
                class="button button--small"
                type="button"
                aria-describedby=reason
                on:click=move |_| live.send_again(seq)
            >
                {icon(Icon::Retry, "icon--small")}
                "Retry"
            </button>
            {mark_sent}
        </div>
    }
}

/// What did not even reach the server, or was refused there.
pub fn unsent(id: ClientMsgId, error: &AppError) -> impl IntoView + use<> {
    let live = expect_context::<Live>();
    let reason = format!("reason-{id}");
    view! {
        <div class="msg__failed" role="alert">
            <span class="msg__reason" id=reason.clone()>
                {icon(Icon::Warning, "icon--small")}
                {format!("Not sent: {error}")}
            </span>
            <button
                class="button button--small"
                type="button"
                aria-describedby=reason.clone()
                on:click=move |_| live.retry(id)
            >
                {icon(Icon::Retry, "icon--small")}
                "Retry"
            </button>
            <button
                class="button button--quiet button--small"
                type="button"
                aria-describedby=reason
                on:click=move |_| live.discard(id)
            >
                "Discard"
            </button>
        </div>
    }
}
