//! Which team gets a channel's new conversations.

use leptos::{html, prelude::*};

use super::desk::{Desk, Done};
use crate::{
    api::teams::set_channel_team,
    domain::{Channel, ChannelId, Team, TeamId},
    ui::components::channel_chip,
};

/// All channels, each with its team.
#[component]
pub fn Routing() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let live = desk.live;
    let channels = Memo::new(move |_| live.inbox.with(|inbox| inbox.channels.clone()));
    let ids = move || channels.with(|channels| channels.iter().map(|it| it.id).collect::<Vec<_>>());
    view! {
        <section class="settings__section" aria-labelledby="routing">
            <h2 class="settings__part" id="routing">"New conversations"</h2>
            <p class="settings__lead">
                "Each channel sends them to one team. What has begun stays where it is."
            </p>
            <Show
                when=move || channels.with(|channels| !channels.is_empty())
                fallback=|| view! { <p class="team__nobody">"There is no channel yet."</p> }
            >
                <ul class="routing" aria-label="Channels and their teams">
                    <For each=ids key=|id| *id children=move |id| view! { <Routed id channels /> } />
                </ul>
            </Show>
        </section>
    }
}

/// A channel with its team.
#[component]
fn Routed(
    /// The channel.
    id: ChannelId,
    /// All channels.
    channels: Memo<Vec<Channel>>,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let live = desk.live;
    let channel = Memo::new(move |_| {
        channels.with(|channels| channels.iter().find(|channel| channel.id == id).cloned())
    });
    let team = Memo::new(move |_| channel.with(|channel| channel.as_ref()?.team_id));
    let teams = Memo::new(move |_| live.inbox.with(|inbox| inbox.teams.clone()));
    let label = move || {
        let name = channel.with(|channel| channel.as_ref().map(|it| it.name.clone())).unwrap_or_default();
        format!("Team of {name}")
    };
    let choice = NodeRef::<html::Select>::new();
    // Set from without, so that it stays the same element, and has the focus, when somebody else changes it.
    Effect::new(move |_| {
        teams.track();
        let word = word_of(team.get());
        if let Some(choice) = choice.get() {
            choice.set_value(&word);
        }
    });
    let chosen = move |word: String| {
        let wanted: Option<TeamId> = word.parse().ok();
        let name = channel.with_untracked(|channel| channel.as_ref().map(|it| it.name.clone()));
        let to = wanted.map_or_else(|| "no team".to_owned(), |team| desk.team_name(team));
        let said = format!("New conversations of {} go to {to}.", name.unwrap_or_default());
        desk.run(set_channel_team(id, wanted), move |desk, answer| {
            if answer.is_err()
                && let Some(choice) = choice.get_untracked()
            {
                choice.set_value(&word_of(team.get_untracked()));
            }
            desk.tell(answer, Done { said, undo: None });
        });
    };
    view! {
        <li class="routing__row" data-testid="routing" data-channel-id=id.to_string()>
            {move || channel.get().map(channel_chip)}
            <select
                class="input routing__team"
                aria-label=label
                node_ref=choice
                on:change:target=move |event| chosen(event.target().value())
            >
                {move || options(&teams.get(), team.get_untracked())}
            </select>
        </li>
    }
}

/// A team as the choice names it; none is empty.
fn word_of(team: Option<TeamId>) -> String {
    team.map(|team| team.to_string()).unwrap_or_default()
}

/// The teams, and none.
pub fn options(teams: &[Team], chosen: Option<TeamId>) -> impl IntoView + use<> {
    let team = |team: &Team| {
        view! {
            <option value=team.id.to_string() selected=chosen == Some(team.id)>
                {team.name.clone()}
            </option>
        }
    };
    view! {
        {teams.iter().map(team).collect_view()}
        <option value="" selected=chosen.is_none()>
            "No team: everybody sees them"
        </option>
    }
}
