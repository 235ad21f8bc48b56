//! The form of a webhook.

use leptos::{ev::SubmitEvent, prelude::*};

use super::{failure, tokens::bot_options};
use crate::{
    api::webhooks::save_webhook,
    domain::{AppError, Bot, SavedWebhook, Webhook, WebhookForm, WebhookKind},
    ui::screens::settings::control::Slot,
};

/// Makes a webhook, or changes one.
#[component]
pub fn WebhookEditor(
    /// Those that it can be for.
    bots: StoredValue<Vec<Bot>>,
    /// Called with what was saved.
    saved: Callback<SavedWebhook>,
    /// None for a new one.
    #[prop(optional)]
    webhook: Option<Webhook>,
) -> impl IntoView {
    let id = webhook.as_ref().map(|webhook| webhook.id);
    let form = RwSignal::new(form_of(webhook.as_ref()));
    let save = Action::new(move |form: &WebhookForm| {
        let asked = save_webhook(id, form.clone());
        async move { asked.await.map(|done| saved.run(done)) }
    });
    let refused = Signal::derive(move || save.value().get().and_then(Result::err));
    let other = Signal::derive(move || {
        let stands_beside = |field: &str| ["name", "url"].contains(&field);
        refused
            .get()
            .filter(|error| !matches!(error, AppError::Invalid { field, .. } if stands_beside(field)))
    });
    Effect::new(move |_| {
        if !matches!(save.value().get(), Some(Ok(()))) {
            return;
        }
        if id.is_none() {
            // It was made: the next begins anew.
            form.set(form_of(None));
        } else {
            form.update(|form| form.new_secret = false);
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        save.dispatch(form.get_untracked());
    };
    // Two forms may stand on the page: their fields have other names.
    let place = id.map_or_else(|| "new".to_owned(), |id| id.to_string());
    view! {
        <form class="form__section" on:submit=submit>
            {line(&place, Line::Name, form, refused)}
            {line(&place, Line::Url, form, refused)}
            {bot_row(&place, bots, form)}
            {kinds(form)}
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=move || form.with(|form| form.enabled)
                    on:change:target=move |event| form.update(|form| form.enabled = event.target().checked())
                />
                "Call it"
            </label>
            {id.map(|_| secret_check(form))}
            {failure(other)}
            <div class="form__foot">
                <span class="form__saved" role="status">
                    {move || matches!(save.value().get(), Some(Ok(()))).then_some("Saved")}
                </span>
                <button class="button button--primary" type="submit" disabled=move || save.pending().get()>
                    {if id.is_some() { "Save webhook" } else { "Create webhook" }}
                </button>
            </div>
        </form>
    }
}

fn form_of(webhook: Option<&Webhook>) -> WebhookForm {
    let kinds = webhook.map(|webhook| webhook.kinds.clone()).filter(|kinds| !kinds.is_empty());
    WebhookForm {
        name: webhook.map(|webhook| webhook.name.clone()).unwrap_or_default(),
        url: webhook.map(|webhook| webhook.url.clone()).unwrap_or_default(),
        bot_id: webhook.and_then(|webhook| webhook.bot_id),
        kinds: kinds.unwrap_or_else(|| WebhookKind::ALL.to_vec()),
        enabled: webhook.is_none_or(|webhook| webhook.enabled),
        new_secret: false,
    }
}

/// What is written in one line.
#[derive(Clone, Copy)]
enum Line {
    Name,
    Url,
}

fn line(place: &str, line: Line, form: RwSignal<WebhookForm>, refused: Signal<Option<AppError>>) -> AnyView {
    let (field, label, hint, kind) = match line {
        Line::Name => ("name", "Name", "What your team calls it, such as “CRM”.", "text"),
        Line::Url => {
            ("url", "Address", "We post to it. It must be on the internet and begin with https.", "url")
        }
    };
    let key = format!("{place}-{field}");
    let wanted = key.clone();
    let refused = Signal::derive(move || match refused.get() {
        Some(AppError::Invalid { field: wrong, message }) if wrong == field => {
            Some(AppError::Invalid { field: wanted.clone(), message })
        }
        _ => None,
    });
    let slot = Slot::new(&key, true, refused);
    let (id, wrong, described) = (slot.id.clone(), slot.is_wrong(), slot.described_by());
    let value = move || {
        form.with(|form| match line {
            Line::Name => form.name.clone(),
            Line::Url => form.url.clone(),
        })
    };
    let control = view! {
        <input
            class="input"
            id=id
            type="text"
            inputmode=kind
            autocomplete="off"
            spellcheck="false"
            required
            aria-invalid=wrong
            aria-describedby=described
            prop:value=value
            on:input:target=move |event| {
                let text = event.target().value();
                form.update(|form| match line {
                    Line::Name => form.name = text,
                    Line::Url => form.url = text,
                });
            }
        />
    };
    slot.row(label, false, hint, control.into_any())
}

/// Whose conversations.
fn bot_row(place: &str, bots: StoredValue<Vec<Bot>>, form: RwSignal<WebhookForm>) -> AnyView {
    let slot = Slot::new(&format!("{place}-bot"), true, Signal::derive(|| None));
    let (id, described) = (slot.id.clone(), slot.described_by());
    let chosen = form.with_untracked(|form| form.bot_id);
    let value = move || form.with(|form| form.bot_id.map(|id| id.to_string()).unwrap_or_default());
    let control = view! {
        <select
            class="input"
            id=id
            aria-describedby=described
            prop:value=value
            on:change:target=move |event| {
                let chosen = event.target().value().parse().ok();
                form.update(|form| form.bot_id = chosen);
            }
        >
            {bot_options(bots, chosen, "All conversations")}
        </select>
    };
    let hint = "A bot is told of its own conversations and when it is to answer, but of no notes.";
    slot.row("For", false, hint, control.into_any())
}

/// What is told.
fn kinds(form: RwSignal<WebhookForm>) -> AnyView {
    let checks = WebhookKind::ALL
        .iter()
        .map(|kind| {
            let is_chosen = move || form.with(|form| form.kinds.contains(kind));
            view! {
                <label class="check">
                    <input
                        type="checkbox"
                        prop:checked=is_chosen
                        on:change:target=move |event| {
                            let chosen = event.target().checked();
                            form.update(|form| {
                                form.kinds.retain(|known| known != kind);
                                if chosen {
                                    form.kinds.push(*kind);
                                }
                            });
                        }
                    />
                    <span>
                        {kind.label()}
                        {kind.is_turn().then_some(" (bots alone)")}
                        " " <code class="api-kinds__word">{kind.as_str()}</code>
                    </span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="api-kinds">
            <legend class="field__label">"Call it when"</legend>
            {checks}
        </fieldset>
    }
    .into_any()
}

/// Whether it gets another secret.
fn secret_check(form: RwSignal<WebhookForm>) -> AnyView {
    view! {
        <label class="check">
            <input
                type="checkbox"
                prop:checked=move || form.with(|form| form.new_secret)
                on:change:target=move |event| form.update(|form| form.new_secret = event.target().checked())
            />
            "Make a new secret: the old one is of no use from then on"
        </label>
    }
    .into_any()
}
