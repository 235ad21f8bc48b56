//! `/settings/channels/new`: which provider, then its form.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    control::FormState,
    fields::{is_of_channel, name_and_team, refusal, section},
    page::{Page, refused},
};
use crate::{
    api::channels::{ConnectChannel, load_new_channel},
    domain::{
        ChannelKind, Team,
        setup::{Provider, presets},
    },
    routes,
    ui::{components::channel_mark, page_data::page_data},
};

/// The page of a new channel. The provider stands in its address, so that Back leads to the choice.
#[component]
pub fn NewChannelScreen() -> impl IntoView {
    let loaded = page_data(|| (), |()| load_new_channel());
    let query = use_query_map();
    let provider = Memo::new(move |_| {
        Provider::from_word(&query.with(|query| query.get("provider").unwrap_or_default()))
    });
    view! {
        <Suspense fallback=|| ()>
            {move || Suspend::new(async move {
                match loaded.await {
                    Ok(teams) => view! { <ChoiceOrForm teams provider /> }.into_any(),
                    Err(error) => refused(&error, routes::NEW_CHANNEL),
                }
            })}
        </Suspense>
    }
}

#[component]
fn ChoiceOrForm(
    /// Those that can get the channel's conversations.
    teams: Vec<Team>,
    /// What was chosen.
    provider: Memo<Option<Provider>>,
) -> impl IntoView {
    move || match provider.get() {
        None => view! { <Choice /> }.into_any(),
        Some(provider) => view! { <Connect teams=teams.clone() provider /> }.into_any(),
    }
}

/// The kinds that one can connect, in the order of the page.
const KINDS: [ChannelKind; 3] = [ChannelKind::LiveChat, ChannelKind::Sms, ChannelKind::Email];

#[component]
fn Choice() -> impl IntoView {
    let kinds = KINDS
        .into_iter()
        .map(|kind| {
            let cards =
                Provider::ALL.iter().filter(|it| it.kind() == kind).map(|it| card(*it)).collect_view();
            let id = format!("kind-{}", kind.as_str());
            let labelled_by = id.clone();
            view! {
                <section class="choice" aria-labelledby=labelled_by>
                    <h2 class="settings__part" id=id>{kind.label()}</h2>
                    <ul class="choice__cards">{cards}</ul>
                </section>
            }
        })
        .collect_view();
    view! {
        <Page title="Connect a channel" place=routes::CHANNELS>
            <p class="settings__lead">"Choose where customers write to you. Each can be connected more than once."</p>
            {kinds}
        </Page>
    }
}

fn card(provider: Provider) -> impl IntoView {
    view! {
        <li class="card">
            {channel_mark(provider.kind(), None, "mark--large")}
            <div>
                <h3 class="card__name">
                    <a class="card__link" href=routes::new_channel(provider)>{provider.label()}</a>
                </h3>
                <p class="card__text">{provider.summary()}</p>
            </div>
        </li>
    }
}

#[component]
fn Connect(
    /// Those that can get the channel's conversations.
    teams: Vec<Team>,
    /// To what.
    provider: Provider,
) -> impl IntoView {
    let connect = ServerAction::<ConnectChannel>::new();
    let preset = presets(provider.sections());
    let refused = Signal::derive(move || connect.value().get().and_then(Result::err));
    let form =
        FormState { shown: Signal::derive(move || preset.clone()), refused, saved: Signal::derive(|| 0) };
    let common = name_and_team(String::new(), None, &teams, form);
    let sections = provider.sections().map(|it| section(it, form)).collect_view();
    let busy = connect.pending();
    view! {
        <Page
            title=format!("Connect: {}", provider.label())
            place=routes::CHANNELS
            mark=channel_mark(provider.kind(), None, "mark--large").into_any()
        >
            <p class="settings__lead">
                {provider.summary()} " "
                <a class="link" href=routes::NEW_CHANNEL>"Choose another"</a>
            </p>
            <ActionForm action=connect>
                <div class="form">
                    <input type="hidden" name="provider" value=provider.as_str() />
                    <div class="form__section">{common}</div>
                    {sections}
                    <div class="form__foot">
                        {refusal(move |key: &str| is_of_channel(Some(provider), key), refused)}
                        <button class="button button--primary" type="submit" disabled=move || busy.get()>
                            {move || if busy.get() { "Connecting…" } else { "Connect" }}
                        </button>
                    </div>
                </div>
            </ActionForm>
        </Page>
    }
}
