//! `/settings/channels`: all channels.

use leptos::prelude::*;

use super::{
    health::health,
    page::{Page, refused},
    switch::Switch,
};
use crate::{
    api::channels::load_channels,
    domain::{
        Hue, Team,
        setup::{ChannelList, ChannelState, Provider},
    },
    routes,
    ui::{
        components::{Icon, WallClock, channel_mark, icon},
        page_data::page_data,
    },
};

/// The page of all channels.
#[component]
pub fn ChannelsScreen() -> impl IntoView {
    let loaded = page_data(|| (), |()| load_channels());
    view! {
        <Suspense fallback=|| ()>
            {move || Suspend::new(async move {
                match loaded.await {
                    Ok(list) => view! { <Channels list /> }.into_any(),
                    Err(error) => refused(&error, routes::CHANNELS),
                }
            })}
        </Suspense>
    }
}

#[component]
fn Channels(
    /// All of them.
    list: ChannelList,
) -> impl IntoView {
    let clock = WallClock::start(list.now);
    let connect = view! {
        <a class="button button--primary" href=routes::NEW_CHANNEL>
            "Connect a channel"
        </a>
    };
    let shown = if list.channels.is_empty() {
        view! { <Empty /> }.into_any()
    } else {
        let rows = list.channels.iter().map(|state| row(state, &list.teams, clock)).collect_view();
        view! { <ul class="channels" aria-label="Channels">{rows}</ul> }.into_any()
    };
    view! {
        <Page title="Channels" place=routes::CHANNELS beside=connect.into_any()>
            {shown}
        </Page>
    }
}

fn row(state: &ChannelState, teams: &[Team], clock: WallClock) -> impl IntoView + use<> {
    let channel = &state.channel;
    let team = teams.iter().find(|team| Some(team.id) == channel.team_id).map(|team| team.name.clone());
    view! {
        <li
            class="channels__row"
            data-testid="channel-row"
            data-channel-id=channel.id.to_string()
            data-channel=channel.kind.as_str()
            data-hue=channel.hue.map(Hue::as_str)
        >
            {channel_mark(channel.kind, channel.hue, "mark--large")}
            <div class="channels__text">
                <h2 class="channels__name">
                    <a class="channels__link" href=routes::channel(channel.id)>{channel.name.clone()}</a>
                </h2>
                <p class="channels__sub">{about(state, team.as_deref())}</p>
                {health(state, clock)}
            </div>
            <Switch channel=channel.clone() />
        </li>
    }
}

/// What a channel is, in one line.
fn about(state: &ChannelState, team: Option<&str>) -> String {
    let kind = state.channel.kind;
    let mut parts = vec![kind.label().to_owned(), provider_words(state).to_owned()];
    if !state.address.is_empty() {
        parts.push(kind.shown(&state.address));
    }
    parts.push(team.map_or("no team".to_owned(), str::to_owned));
    parts.join(" · ")
}

/// Who carries a channel's messages.
pub fn provider_words(state: &ChannelState) -> &'static str {
    state.provider.map_or("not connected", Provider::label)
}

/// There is no channel.
#[component]
fn Empty() -> impl IntoView {
    view! {
        <div class="empty">
            {icon(Icon::All, "icon--large")} <h2 class="empty__title">"No channels yet"</h2>
            <p class="empty__text">
                "A channel is where customers write to you: a number, a mail address, a chat on your website. Connect the first, and what they write comes into the inbox."
            </p>
            <div class="empty__actions">
                <a class="button button--primary" href=routes::NEW_CHANNEL>"Connect a channel"</a>
            </div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::{Channel, ChannelHealth, ChannelId, ChannelKind};

    #[test]
    fn a_channel_is_told_in_one_line() {
        let mut state = ChannelState {
            channel: Channel {
                id: ChannelId(Uuid::nil()),
                kind: ChannelKind::Sms,
                name: "Acme".into(),
                hue: None,
                team_id: None,
                enabled: true,
                connected: true,
                address: String::new(),
            },
            provider: Some(Provider::Twilio),
            address: "+14155550123".into(),
            health: ChannelHealth::default(),
            unreadable: 0,
        };
        assert_eq!(about(&state, Some("Support")), "SMS · Twilio · +1 415 555 0123 · Support");
        (state.provider, state.address) = (None, String::new());
        assert_eq!(about(&state, None), "SMS · not connected · no team");
    }
}
