//! The page of teams: who is in which, who takes work and how much everybody has, kept true by the stream. Operators see
//! their own teams; supervisors and admins see all of them, and change them.

mod archived;
mod desk;
mod dialogs;
mod member;
mod page;
mod routing;
mod team;

use leptos::prelude::*;

use self::{
    archived::Archived,
    desk::{Asked, Desk},
    dialogs::{ArchiveDialog, NameDialog},
    page::{Frame, refused},
    routing::Routing,
    team::TeamCard,
};
use crate::{
    api::{inbox::load_inbox, teams::list_archived_teams},
    domain::{AppError, ArchivedTeam, Filter, Inbox, Queue, TeamId},
    ui::{
        components::{Icon, icon},
        live::Live,
        page_data::page_data,
    },
};

/// What the page is made of. Nobody but supervisors is told what is archived.
async fn load() -> Result<(Inbox, Vec<ArchivedTeam>), AppError> {
    let inbox = load_inbox(Queue::All, Filter::default()).await?;
    let archived = if inbox.me.sees_all() { list_archived_teams().await? } else { Vec::new() };
    Ok((inbox, archived))
}

/// The page of teams.
#[component]
pub fn TeamsScreen() -> impl IntoView {
    let loaded = page_data(|| (), |()| load());
    view! {
        <Suspense fallback=|| ()>
            {move || Suspend::new(async move {
                match loaded.await {
                    Ok((inbox, archived)) => view! { <Teams inbox archived /> }.into_any(),
                    Err(error) => refused(&error),
                }
            })}
        </Suspense>
    }
}

#[component]
fn Teams(
    /// The inbox as it was when the page was loaded: it holds the teams and their people.
    inbox: Inbox,
    /// Teams that are in no list any more.
    archived: Vec<ArchivedTeam>,
) -> impl IntoView {
    let live = Live::new(inbox, None);
    let desk = Desk::new(live, archived);
    provide_context(live);
    provide_context(desk);
    live.start();
    let shown = Memo::new(move |_| {
        live.inbox.with(|inbox| {
            let teams = inbox.teams.iter().map(|team| team.id);
            teams.filter(|team| inbox.me.looks_into(*team)).collect::<Vec<TeamId>>()
        })
    });
    let may_change = desk.may_change;
    view! {
        <Frame>
            <p class="settings__lead">
                {move || if may_change.get() {
                    "A team sees its own conversations, and those of no team. Channels send their new conversations to a team."
                } else {
                    "The teams that you are in. You see their conversations, and those of no team."
                }}
            </p>
            <Show when=move || shown.with(Vec::is_empty)>
                <Empty />
            </Show>
            <div class="teams">
                <For each=move || shown.get() key=|id| *id children=|id| view! { <TeamCard id /> } />
            </div>
            <Show when=move || may_change.get()>
                <Routing />
                <Archived />
            </Show>
        </Frame>
        <NameDialog />
        <ArchiveDialog />
    }
}

/// There is no team to show.
#[component]
fn Empty() -> impl IntoView {
    let desk = expect_context::<Desk>();
    view! {
        <div class="empty">
            {icon(Icon::Team, "icon--large")} <h2 class="empty__title">"No teams yet"</h2>
            <p class="empty__text">
                {move || if desk.may_change.get() {
                    "Make the first, put people into it, and send a channel’s conversations there. Until then everybody sees everything."
                } else {
                    "You are in no team: you see the conversations of no team, and your own. A supervisor can take you into one."
                }}
            </p>
            <Show when=move || desk.may_change.get()>
                <div class="empty__actions">
                    <button class="button" type="button" on:click=move |_| desk.ask(Asked::New)>
                        "Make a team"
                    </button>
                </div>
            </Show>
        </div>
    }
}
