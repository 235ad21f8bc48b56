//! `/settings/channels/{id}`: one channel.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{
    ai::ai_section,
    channels::provider_words,
    control::FormState,
    dns::DnsState,
    fields::{colour_and_reopening, is_of_channel, name_and_team, refusal, section},
    health::health,
    page::{Page, refused},
    paste::Copyable,
    switch::Switch,
    trial::Trial,
};
use crate::{
    api::channels::{EditChannel, MakeDkimKey, load_channel},
    domain::{
        AppError, ChannelId, ChannelKind,
        setup::{ChannelSetup, Provider},
    },
    routes,
    ui::{
        components::{Icon, WallClock, channel_mark, icon},
        page_data::page_data,
    },
};

/// The page of one channel.
#[component]
pub fn ChannelScreen() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| {
        params.with(|params| params.get("channel")).and_then(|text| text.parse::<ChannelId>().ok())
    });
    let loaded =
        page_data(move || id.get(), |id| async move { load_channel(id.ok_or(AppError::NotFound)?).await });
    view! {
        <Suspense fallback=|| ()>
            {move || Suspend::new(async move {
                match loaded.await {
                    Ok(setup) => view! { <One setup /> }.into_any(),
                    Err(error) => {
                        let here = id.get_untracked().map_or(routes::CHANNELS.to_owned(), routes::channel);
                        refused(&error, &here)
                    }
                }
            })}
        </Suspense>
    }
}

#[component]
fn One(
    /// The channel as it was when the page was loaded.
    setup: ChannelSetup,
) -> impl IntoView {
    let clock = WallClock::start(setup.now);
    let channel = setup.state.channel.clone();
    let provider = setup.state.provider;
    let now = RwSignal::new(setup);
    let name = Signal::derive(move || now.with(|now| now.state.channel.name.clone()));
    let mark = move || {
        let (kind, hue) = now.with(|now| (now.state.channel.kind, now.state.channel.hue));
        channel_mark(kind, hue, "mark--large")
    };
    let about =
        format!("{} · {}", channel.kind.label(), now.with_untracked(|now| provider_words(&now.state)));
    let switch = view! { <Switch channel=channel.clone() /> };
    let test = provider.filter(|provider| !provider.kind().is_live()).map(|provider| {
        view! {
            <section class="settings__section" aria-labelledby="test">
                <h2 class="settings__part" id="test">"Send a test"</h2>
                <Trial id=channel.id provider />
            </section>
        }
    });
    view! {
        <Page
            title=name
            place=routes::CHANNELS
            mark=mark.into_any()
            beside=switch.into_any()
        >
            <div class="settings__section">
                <p class="settings__lead">{about}</p>
                {move || now.with(|now| health(&now.state, clock))}
                {move || now.with(|now| now.trouble.clone()).map(trouble)}
                {provider.is_none().then(unconnected)}
            </div>
            <Pastes id=channel.id provider now />
            {test}
            <section class="settings__section" aria-labelledby="edit">
                <h2 class="settings__part" id="edit">"Settings"</h2>
                <Edit id=channel.id provider now />
            </section>
        </Page>
    }
}

/// Its credentials cannot be read.
fn trouble(words: String) -> impl IntoView {
    view! {
        <div class="notice notice--bad" role="alert">
            {icon(Icon::Warning, "icon--small")}
            <p>
                "Nothing is sent or received: the credentials cannot be read. " {words}
                " Enter them again below, and save."
            </p>
        </div>
    }
}

/// Nothing carries its messages.
fn unconnected() -> impl IntoView {
    view! {
        <div class="notice">
            {icon(Icon::Offline, "icon--small")}
            <p>
                "No provider carries this channel’s messages: nothing is sent or received by it. "
                <a class="link" href=routes::NEW_CHANNEL>"Connect a channel"</a>
                " with the same number or address to go on with it."
            </p>
        </div>
    }
}

/// What has to be pasted where, and the key that can still be made.
#[component]
fn Pastes(
    /// Which channel.
    id: ChannelId,
    /// Who carries it.
    provider: Option<Provider>,
    /// The channel as it is.
    now: RwSignal<ChannelSetup>,
) -> impl IntoView {
    let is_mail = provider.is_some_and(|provider| provider.kind() == ChannelKind::Email);
    let is_signed = move || now.with(|now| now.shown.secrets.contains("dkim_private_key"));
    let pastes = Memo::new(move |_| now.with(|now| now.pastes.clone()));
    let list = move || pastes.get().into_iter().map(|paste| view! { <Copyable paste /> }).collect_view();
    (provider.is_some()).then(|| {
        view! {
            <section class="settings__section" aria-labelledby="paste">
                <h2 class="settings__part" id="paste">"What to paste where"</h2>
                {list}
                <Show when=move || is_mail && !is_signed()>
                    <MakeKey id now />
                </Show>
                {is_mail.then(|| view! { <DnsState id /> })}
            </section>
        }
    })
}

/// Makes a key that signs the channel's mails.
#[component]
fn MakeKey(
    /// Which channel.
    id: ChannelId,
    /// The channel as it is.
    now: RwSignal<ChannelSetup>,
) -> impl IntoView {
    let make = ServerAction::<MakeDkimKey>::new();
    Effect::new(move |_| {
        if let Some(Ok(changed)) = make.value().get() {
            now.set(changed);
        }
    });
    let busy = make.pending();
    view! {
        <ActionForm action=make>
            <div class="paste">
                <h3 class="paste__label">"DKIM: sign what you send"</h3>
                <input type="hidden" name="id" value=id.to_string() />
                <p class="field__hint">
                    "If the server that sends your mails signs them already, nothing is to be done. Else make a key here and paste its record into DNS. It is an Ed25519 key, and some receivers check RSA keys alone: to be checked by all, make one with “openssl genrsa 2048” and enter it below under “DKIM signature”."
                </p>
                <div>
                    <button class="button" type="submit" disabled=move || busy.get()>
                        "Make a DKIM key"
                    </button>
                </div>
                {move || {
                    let error = make.value().get().and_then(Result::err);
                    error.map(|error| view! { <p class="field__error" role="alert">{error.to_string()}</p> })
                }}
            </div>
        </ActionForm>
    }
}

/// The form of what can be changed.
#[component]
fn Edit(
    /// Which channel.
    id: ChannelId,
    /// Who carries it.
    provider: Option<Provider>,
    /// The channel as it is.
    now: RwSignal<ChannelSetup>,
) -> impl IntoView {
    let edit = ServerAction::<EditChannel>::new();
    let saved = RwSignal::new(0_usize);
    Effect::new(move |_| {
        if let Some(Ok(changed)) = edit.value().get() {
            now.set(changed);
            saved.update(|saved| *saved += 1);
        }
    });
    let refused = Signal::derive(move || edit.value().get().and_then(Result::err));
    let shown = Signal::derive(move || now.with(|now| now.shown.clone()));
    let form = FormState { shown, refused, saved: saved.into() };
    let (common, more, ai) = now.with_untracked(|now| {
        let channel = &now.state.channel;
        (
            name_and_team(channel.name.clone(), channel.team_id, &now.teams, form),
            colour_and_reopening(channel, now.reopen_days, form),
            ai_section(&now.bots, form),
        )
    });
    let sections =
        provider.into_iter().flat_map(Provider::sections).map(|it| section(it, form)).collect_view();
    let (busy, is_saved) = (edit.pending(), move || matches!(edit.value().get(), Some(Ok(_))));
    view! {
        <ActionForm action=edit>
            <div class="form">
                <input type="hidden" name="id" value=id.to_string() />
                <div class="form__section">{common} {more}</div>
                {sections}
                {ai}
                <div class="form__foot">
                    {refusal(move |key: &str| is_of_channel(provider, key), refused)}
                    <p class="form__saved" role="status">
                        {move || (is_saved() && !busy.get()).then_some("Saved")}
                    </p>
                    <button class="button button--primary" type="submit">
                        {move || if busy.get() { "Saving…" } else { "Save" }}
                    </button>
                </div>
            </div>
        </ActionForm>
    }
}
