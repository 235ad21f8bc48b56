//! `/settings/bots/new` and `/settings/bots/{id}`: one bot.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{cards, trial::Trial};
use crate::{
    api::bots::{SaveBot, list_bots, load_bot},
    domain::{
        AppError, BotId, BotKind, Channel,
        setup::{BotSetup, presets},
    },
    routes,
    ui::{
        components::{Icon, icon},
        page_data::page_data,
        screens::settings::{
            control::{FormState, Slot, options},
            fields::{refusal, section},
            page::{Page, refused},
        },
    },
};

/// The page of a new bot. The kind stands in its address, so that Back leads to the choice.
#[component]
pub fn NewBotScreen() -> impl IntoView {
    // Whoever may not see bots gets no form either.
    let loaded = page_data(
        || (),
        |()| async {
            let list = list_bots().await?;
            if list.may_change { Ok(()) } else { Err(AppError::Forbidden) }
        },
    );
    let query = use_query_map();
    let kind =
        Memo::new(move |_| BotKind::from_word(&query.with(|query| query.get("kind").unwrap_or_default())));
    view! {
        <Suspense fallback=|| ()>
            {move || Suspend::new(async move {
                match loaded.await {
                    Ok(()) => view! { <ChoiceOrForm kind /> }.into_any(),
                    Err(error) => refused(&error, routes::NEW_BOT),
                }
            })}
        </Suspense>
    }
}

#[component]
fn ChoiceOrForm(
    /// What was chosen.
    kind: Memo<Option<BotKind>>,
) -> impl IntoView {
    move || match kind.get() {
        None => view! {
            <Page title="Add a bot" place=routes::BOTS>
                <p class="settings__lead">"Choose what answers. Of each there can be several."</p>
                <ul class="choice__cards">{cards()}</ul>
            </Page>
        }
        .into_any(),
        Some(kind) => view! { <New kind /> }.into_any(),
    }
}

#[component]
fn New(
    /// Of this kind.
    kind: BotKind,
) -> impl IntoView {
    let save = ServerAction::<SaveBot>::new();
    let preset = presets(kind.sections());
    let refused = Signal::derive(move || save.value().get().and_then(Result::err));
    let form =
        FormState { shown: Signal::derive(move || preset.clone()), refused, saved: Signal::derive(|| 0) };
    view! {
        <Page title=format!("Add a bot: {}", kind.label()) place=routes::BOTS>
            <p class="settings__lead">
                {kind.summary()} " " <a class="link" href=routes::NEW_BOT>"Choose another"</a>
            </p>
            <Editor save id=None kind name=String::new() enabled=true form />
        </Page>
    }
}

/// The page of one bot.
#[component]
pub fn BotScreen() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| {
        params.with(|params| params.get("bot")).and_then(|text| text.parse::<BotId>().ok())
    });
    let loaded =
        page_data(move || id.get(), |id| async move { load_bot(id.ok_or(AppError::NotFound)?).await });
    view! {
        <Suspense fallback=|| ()>
            {move || Suspend::new(async move {
                match loaded.await {
                    Ok(setup) => view! { <One setup /> }.into_any(),
                    Err(error) => {
                        refused(&error, &id.get_untracked().map_or(routes::BOTS.to_owned(), routes::bot))
                    }
                }
            })}
        </Suspense>
    }
}

#[component]
fn One(
    /// The bot as it was when the page was loaded.
    setup: BotSetup,
) -> impl IntoView {
    let bot = setup.bot.clone();
    let serves = serves(&setup.serves, bot.kind);
    let now = RwSignal::new(setup);
    let save = ServerAction::<SaveBot>::new();
    let saved = RwSignal::new(0_usize);
    Effect::new(move |_| {
        if let Some(Ok(changed)) = save.value().get() {
            now.set(changed);
            saved.update(|saved| *saved += 1);
        }
    });
    let form = FormState {
        shown: Signal::derive(move || now.with(|now| now.shown.clone())),
        refused: Signal::derive(move || save.value().get().and_then(Result::err)),
        saved: saved.into(),
    };
    let name = Signal::derive(move || now.with(|now| now.bot.name.clone()));
    let trial = (bot.kind != BotKind::Api).then(|| {
        view! {
            <section class="settings__section" aria-labelledby="try">
                <h2 class="settings__part" id="try">
                    "Try it"
                </h2>
                <Trial id=bot.id />
            </section>
        }
    });
    view! {
        <Page title=name place=routes::BOTS>
            <div class="settings__section">
                <p class="settings__lead">{bot.kind.label()} " · " {serves}</p>
                {move || now.with(|now| now.trouble.clone()).map(trouble)}
            </div>
            {trial}
            <section class="settings__section" aria-labelledby="edit">
                <h2 class="settings__part" id="edit">
                    "Settings"
                </h2>
                {(bot.kind == BotKind::Api).then(how_to_connect)}
                <Editor save id=Some(bot.id) kind=bot.kind name=bot.name enabled=bot.enabled form />
            </section>
        </Page>
    }
}

/// Where it answers.
fn serves(channels: &[Channel], kind: BotKind) -> AnyView {
    if channels.is_empty() {
        let text = match kind {
            BotKind::Api => "No channel has it answer first. It can open conversations itself.",
            BotKind::OpenAi | BotKind::Faq => "No channel has it answer yet.",
        };
        return view! {
            {text} " " <a class="link" href=routes::CHANNELS>"Choose a channel"</a>
        }
        .into_any();
    }
    let links = channels
        .iter()
        .enumerate()
        .map(|(place, channel)| {
            let gap = if place == 0 { "" } else { ", " };
            view! {
                {gap}
                <a class="link" href=routes::channel(channel.id)>{channel.name.clone()}</a>
            }
        })
        .collect_view();
    view! { "Answers first in " {links} }.into_any()
}

/// Its key cannot be read.
fn trouble(words: String) -> impl IntoView {
    view! {
        <div class="notice notice--bad" role="alert">
            {icon(Icon::Warning, "icon--small")}
            <p>"It answers nobody: its key cannot be read. " {words} " Enter it again below, and save."</p>
        </div>
    }
}

fn how_to_connect() -> impl IntoView {
    view! {
        <p class="settings__lead">
            "Make a token that acts as this bot, and a webhook that tells it when it is to answer, on the page "
            <a class="link" href=routes::API>"API"</a> "."
        </p>
    }
}

/// The form of a bot.
#[component]
fn Editor(
    /// Saves it.
    save: ServerAction<SaveBot>,
    /// None for a new one.
    id: Option<BotId>,
    /// What it is.
    kind: BotKind,
    /// As it is.
    name: String,
    /// Whether it answers.
    enabled: bool,
    /// What its fields know.
    form: FormState,
) -> impl IntoView {
    let sections = kind.sections().map(|it| section(it, form)).collect_view();
    let is_shown =
        move |key: &str| key == "name" || kind.sections().flat_map(|it| it.fields).any(|it| it.name == key);
    let (busy, is_saved) = (save.pending(), move || matches!(save.value().get(), Some(Ok(_))));
    view! {
        <ActionForm action=save>
            <div class="form">
                {id.map(|id| view! { <input type="hidden" name="id" value=id.to_string() /> })}
                <input type="hidden" name="kind" value=kind.as_str() />
                <div class="form__section">{name_and_state(name, enabled, form)}</div>
                {sections}
                <div class="form__foot">
                    {refusal(is_shown, form.refused)}
                    <p class="form__saved" role="status">
                        {move || (is_saved() && !busy.get()).then_some("Saved")}
                    </p>
                    <button class="button button--primary" type="submit" disabled=move || busy.get()>
                        {move || if busy.get() { "Saving…" } else { "Save" }}
                    </button>
                </div>
            </div>
        </ActionForm>
    }
}

/// The name, and whether it answers.
fn name_and_state(name: String, enabled: bool, form: FormState) -> AnyView {
    let slot = Slot::new("name", true, form.refused);
    let (id, wrong, described) = (slot.id.clone(), slot.is_wrong(), slot.described_by());
    let control = view! {
        <input
            class="input"
            id=id
            name="form[name]"
            type="text"
            value=name
            maxlength="80"
            autocomplete="off"
            required
            aria-invalid=wrong
            aria-describedby=described
        />
    };
    let name = slot.row("Name", false, "Customers read it above its answers.", control.into_any());
    let slot = Slot::new("enabled", true, form.refused);
    let (id, described) = (slot.id.clone(), slot.described_by());
    let options =
        options([("true", "On"), ("false", "Off")].into_iter(), if enabled { "true" } else { "false" });
    let control = view! {
        <select class="input" id=id name="enabled" aria-describedby=described>
            {options}
        </select>
    };
    let hint = "While it is off, people get what it would have answered.";
    let state = slot.row("State", false, hint, control.into_any());
    view! {
        {name}
        {state}
    }
    .into_any()
}
