//! Webhooks: who is told, and how they do.

use leptos::prelude::*;

use super::{calls::Calls, confirm::Confirmed, failure, form::WebhookEditor};
use crate::{
    api::webhooks::delete_webhook,
    domain::{AppError, Bot, SavedWebhook, Time, Webhook, WebhookId, WebhookKind, WebhookList, setup::Paste},
    ui::{
        components::{Icon, WallClock, date_time, icon},
        screens::settings::paste::Copyable,
    },
};

/// All webhooks, and the form that makes one.
#[component]
pub fn Webhooks(
    /// As they were when the page was loaded.
    list: WebhookList,
    /// Those that a webhook can be for.
    bots: StoredValue<Vec<Bot>>,
    /// The reader's clock.
    clock: WallClock,
) -> impl IntoView {
    let webhooks = RwSignal::new(list.webhooks);
    let secret = RwSignal::new(None::<(String, String)>);
    let saved = Callback::new(move |saved: SavedWebhook| {
        let SavedWebhook { webhook, secret: new } = saved;
        if let Some(new) = new {
            secret.set(Some((webhook.name.clone(), new)));
        }
        webhooks.update(|webhooks| match webhooks.iter_mut().find(|known| known.id == webhook.id) {
            Some(known) => *known = webhook,
            None => webhooks.push(webhook),
        });
    });
    let deleted = Callback::new(move |id: WebhookId| {
        webhooks.update(|webhooks| webhooks.retain(|webhook| webhook.id != id));
    });
    let row = move |webhook: Webhook| {
        let at_first = webhook.clone();
        let now = Memo::new(move |before: Option<&Webhook>| {
            let found =
                webhooks.with(|webhooks| webhooks.iter().find(|known| known.id == webhook.id).cloned());
            found.or_else(|| before.cloned()).unwrap_or_else(|| webhook.clone())
        });
        view! { <Row webhook=at_first now bots clock saved deleted /> }
    };
    view! {
        <section class="settings__section" aria-labelledby="webhooks">
            <h2 class="settings__part" id="webhooks">"Webhooks"</h2>
            <p class="settings__lead">
                "We call an address of your app when something happens. Each call is signed with the webhook's secret, and tried again for about a day."
            </p>
            {list.skipped_at.map(|at| skipped(at, clock))}
            <div role="status">
                {move || {
                    secret
                        .get()
                        .map(|(name, text)| {
                            let label = format!("The secret of “{name}”");
                            let paste = Paste::new(&label, text, "Copy it now: it is shown this once.");
                            view! { <Copyable paste /> }
                        })
                }}
            </div>
            <ul class="api-list" aria-label="Webhooks" hidden=move || webhooks.with(Vec::is_empty)>
                <For each=move || webhooks.get() key=|webhook| webhook.id children=row />
            </ul>
            <details class="api-more">
                <summary class="api-more__head">"New webhook"</summary>
                <WebhookEditor bots saved />
            </details>
        </section>
    }
}

/// Something was never told.
fn skipped(at: Time, clock: WallClock) -> impl IntoView {
    view! {
        <p class="notice notice--bad">
            {icon(Icon::Warning, "icon--small")}
            <span>
                "Webhooks were too far behind, and a part of what happened before "
                <time datetime=at.rfc3339()>{move || date_time(clock.civil(at))}</time>
                " was not told to them. Your apps can read it by the API."
            </span>
        </p>
    }
}

#[component]
fn Row(
    /// One of them, as it was at first.
    webhook: Webhook,
    /// As it is.
    now: Memo<Webhook>,
    /// Those that it can be for.
    bots: StoredValue<Vec<Bot>>,
    /// The reader's clock.
    clock: WallClock,
    /// Called when it was saved.
    saved: Callback<SavedWebhook>,
    /// Called when it was deleted.
    deleted: Callback<WebhookId>,
) -> impl IntoView {
    let id = webhook.id;
    let delete = Action::new(move |(): &()| async move {
        let result: Result<(), AppError> = delete_webhook(id).await;
        if result.is_ok() {
            deleted.run(id);
        }
        result
    });
    let error = Signal::derive(move || delete.value().get().and_then(Result::err));
    let name = Memo::new(move |_| now.with(|webhook| webhook.name.clone()));
    let at_first = webhook.name.clone();
    view! {
        <li class="api-list__row" data-testid="webhook" data-webhook-id=id.to_string()>
            <div class="api-list__text">
                <h3 class="api-list__name">{move || name.get()}</h3>
                <p class="api-list__url">{move || now.with(|webhook| webhook.url.clone())}</p>
                <p class="api-list__facts">{move || now.with(|webhook| about(webhook, bots))}</p>
                {move || now.with(|webhook| health(webhook, clock))}
                {failure(error)}
            </div>
            <Confirmed
                label="Delete"
                about=at_first.clone()
                title=format!("Delete “{at_first}”?")
                text="It is told no more, and the list of its calls goes with it."
                busy=delete.pending()
                act=Callback::new(move |()| {
                    delete.dispatch(());
                })
            />
            <details class="api-more">
                <summary class="api-more__head">
                    "Edit" <span class="visually-hidden">": " {move || name.get()}</span>
                </summary>
                <WebhookEditor bots saved webhook />
            </details>
            <Calls id name clock />
        </li>
    }
}

/// What it is told, in one line.
fn about(webhook: &Webhook, bots: StoredValue<Vec<Bot>>) -> String {
    let of = match webhook.bot_id {
        Some(id) => bots.with_value(|bots| {
            let name = bots.iter().find(|bot| bot.id == id).map_or("its bot", |bot| bot.name.as_str());
            format!("Conversations of {name}")
        }),
        None => "All conversations".to_owned(),
    };
    let kinds = match webhook.kinds.as_slice() {
        [] => "everything".to_owned(),
        kinds => kinds.iter().map(|kind: &WebhookKind| kind.as_str()).collect::<Vec<_>>().join(", "),
    };
    format!("{of} · {kinds}")
}

fn health(webhook: &Webhook, clock: WallClock) -> AnyView {
    let failing = webhook.failing_since.zip(webhook.failing_words.clone());
    match (webhook.enabled, failing) {
        (true, None) => view! { <p class="health">"On"</p> }.into_any(),
        (false, None) => view! { <p class="health">"Off"</p> }.into_any(),
        (enabled, Some((since, words))) => view! {
            <p class="health health--bad">
                {icon(Icon::Warning, "icon--small")}
                <span>
                    {if enabled { "Failing since " } else { "Off. Failing since " }}
                    <time datetime=since.rfc3339()>{move || date_time(clock.civil(since))}</time>
                    {format!(": {words}")}
                </span>
            </p>
        }
        .into_any(),
    }
}
