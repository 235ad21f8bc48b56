//! The last calls of a webhook.

use leptos::prelude::*;

use super::failure;
use crate::{
    api::webhooks::{call_again, list_webhook_calls},
    domain::{AppError, CallState, WebhookCall, WebhookCallId, WebhookId},
    ui::components::{Icon, WallClock, date_time, icon},
};

/// The last calls of a webhook, loaded when somebody wants to see them.
#[component]
pub fn Calls(
    /// Whose.
    id: WebhookId,
    /// What it is called.
    name: Memo<String>,
    /// The reader's clock.
    clock: WallClock,
) -> impl IntoView {
    let is_open = RwSignal::new(false);
    let load = Action::new(move |(): &()| list_webhook_calls(id));
    let calls = Memo::new(move |_| load.value().get().and_then(Result::ok));
    let look = Callback::new(move |()| {
        load.dispatch(());
    });
    let toggle = move |_| {
        is_open.update(|open| *open = !*open);
        if is_open.get_untracked() {
            look.run(());
        }
    };
    let error = Signal::derive(move || load.value().get().and_then(Result::err));
    view! {
        <div class="api-calls">
            <div class="api-calls__bar">
                <button
                    class="button button--small"
                    type="button"
                    aria-expanded=move || is_open.get().to_string()
                    on:click=toggle
                >
                    "Last calls"
                    <span class="visually-hidden">" of " {move || name.get()}</span>
                </button>
                <Show when=move || is_open.get()>
                    <button
                        class="button button--small button--quiet"
                        type="button"
                        disabled=move || load.pending().get()
                        on:click=move |_| look.run(())
                    >
                        "Look again"
                    </button>
                </Show>
            </div>
            <Show when=move || is_open.get()>
                {failure(error)}
                {move || calls.get().map(|calls| list(calls, clock, look))}
            </Show>
        </div>
    }
}

fn list(calls: Vec<WebhookCall>, clock: WallClock, look: Callback<()>) -> AnyView {
    if calls.is_empty() {
        return view! { <p class="api-list__facts">"There was nothing to tell in the last 14 days."</p> }
            .into_any();
    }
    let rows = calls.into_iter().map(|call| view! { <Call call clock look /> }).collect_view();
    view! { <ul class="api-calls__list" aria-label="Last calls">{rows}</ul> }.into_any()
}

#[component]
fn Call(
    /// One of them.
    call: WebhookCall,
    /// The reader's clock.
    clock: WallClock,
    /// Loads them all anew.
    look: Callback<()>,
) -> impl IntoView {
    let again = Action::new(move |id: &WebhookCallId| {
        let asked = call_again(*id);
        async move {
            asked.await?;
            look.run(());
            Ok::<(), AppError>(())
        }
    });
    let error = Signal::derive(move || again.value().get().and_then(Result::err));
    let (id, made) = (call.id, call.created_at);
    let state = state(&call);
    view! {
        <li class="api-calls__row" data-testid="call" data-state=call.state.as_str()>
            <p class="api-calls__head">
                <code>{call.kind.as_str()}</code>
                <time datetime=made.rfc3339()>{move || date_time(clock.civil(made))}</time>
                <span class="api-calls__state" data-state=call.state.as_str()>{state}</span>
            </p>
            {call.words.map(|words| view! { <p class="api-calls__words">{words}</p> })}
            {failure(error)}
            <div class="api-calls__bar">
                <details class="api-more">
                    <summary class="api-more__head">"Body"</summary>
                    <pre class="api-calls__body" tabindex="0">{call.body}</pre>
                </details>
                {(call.state != CallState::Waiting)
                    .then(|| {
                        view! {
                            <button
                                class="button button--small"
                                type="button"
                                disabled=move || again.pending().get()
                                on:click=move |_| {
                                    again.dispatch(id);
                                }
                            >
                                {icon(Icon::Retry, "icon--small")}
                                "Call again"
                            </button>
                        }
                    })}
            </div>
        </li>
    }
}

/// How far a call has got, in words.
fn state(call: &WebhookCall) -> String {
    let answered = call.status.map(|status| format!("answered {status}"));
    match (call.state, answered) {
        (CallState::Done, Some(answered)) => format!("Done: {answered}"),
        (CallState::Done, None) => "Done".to_owned(),
        (CallState::Waiting, _) if call.attempts == 0 => "To be called".to_owned(),
        (CallState::Waiting, answered) => {
            let why = answered.unwrap_or_else(|| "no answer".to_owned());
            format!("Tried {} times: {why}; tried again later", call.attempts)
        }
        (CallState::Failed, answered) => {
            let why = answered.unwrap_or_else(|| "no answer".to_owned());
            format!("Given up after {} attempts: {why}", call.attempts)
        }
    }
}
