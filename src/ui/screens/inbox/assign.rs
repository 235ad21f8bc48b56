//! The menu that gives a conversation to a colleague or to another team.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::{
    domain::{Availability, Conversation, Deed, Inbox, OperatorId, Status, Team, TeamId, Workload, may},
    ui::{
        components::{Icon, Menu, Size, avatar, icon, load_words, standing_dot, standing_words},
        live::{Act, Live},
    },
};

/// Somebody who can take it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Colleague {
    id: OperatorId,
    name: String,
    is_owner: bool,
    availability: Availability,
    is_here: bool,
    load: Workload,
}

/// Whoever can take one of these conversations, by name, first of all oneself.
fn colleagues(inbox: &Inbox, conversations: &[Conversation]) -> Vec<Colleague> {
    let owner = same(conversations, |it| it.owner_id.filter(|_| it.status == Status::Active));
    let staff = &inbox.staff;
    let can = inbox
        .operators
        .iter()
        .filter(|operator| conversations.iter().any(|it| staff.can_take(operator, it.team_id)));
    let mut all: Vec<Colleague> = can
        .map(|operator| Colleague {
            id: operator.id,
            name: operator.name.clone(),
            is_owner: owner == Some(operator.id),
            availability: staff.availability(operator.id),
            is_here: staff.here.contains(&operator.id),
            load: staff.load(operator.id),
        })
        .collect();
    all.sort_by_key(|colleague| colleague.id != inbox.me.id);
    all
}

/// The teams that they can be moved to, if that is this operator's to do.
fn teams(inbox: &Inbox, conversations: &[Conversation]) -> Vec<Team> {
    let may_move = conversations.iter().any(|it| may(&inbox.me, Deed::Move, &it.facts()));
    if may_move { inbox.teams.clone() } else { Vec::new() }
}

/// What all of them have in common, if it is the same.
fn same<T: PartialEq>(conversations: &[Conversation], of: impl Fn(&Conversation) -> Option<T>) -> Option<T> {
    let mut all = conversations.iter().map(of);
    let first = all.next()??;
    all.all(|other| other.as_ref() == Some(&first)).then_some(first)
}

/// The menu for the open conversation.
pub const OPEN: &str = "assign";

/// The menu for the rows that are selected.
pub const SELECTED: &str = "assign-selected";

/// Opens a menu, if there is something that can be assigned.
pub fn open_assign(menu: &str) {
    let button = document().query_selector(&format!("[popovertarget={menu}]")).ok().flatten();
    if let Some(button) = button.and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
        button.click();
    }
}

/// The button for the open conversation, and its menu.
#[component]
pub fn Assign(
    /// Does it.
    act: Callback<Act>,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let open = Memo::new(move |_| {
        live.thread.with(|thread| thread.iter().map(|it| it.conversation.clone()).collect::<Vec<_>>())
    });
    view! {
        <button
            class="button button--quiet button--icon"
            type="button"
            aria-haspopup="menu"
            aria-keyshortcuts="A"
            popovertarget=OPEN
        >
            {icon(Icon::Assign, "")}
            <span class="tip">"Assign " <kbd class="key" aria-hidden="true">"A"</kbd></span>
        </button>
        <AssignMenu id=OPEN conversations=open act />
    }
}

/// The menu under a button that names it.
#[component]
pub fn AssignMenu(
    /// By which its button names it.
    #[prop(into)]
    id: String,
    /// What is given away.
    conversations: Memo<Vec<Conversation>>,
    /// Does it.
    act: Callback<Act>,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let people =
        Memo::new(move |_| live.inbox.with(|inbox| conversations.with(|all| colleagues(inbox, all))));
    let others = Memo::new(move |_| live.inbox.with(|inbox| conversations.with(|all| teams(inbox, all))));
    let team = Memo::new(move |_| conversations.with(|all| same(all, |it| it.team_id)));
    let ids = move || people.with(|people| people.iter().map(|person| person.id).collect::<Vec<_>>());
    let menu = StoredValue::new(id.clone());
    view! {
        <Menu id=id label="Assign to">
            <div role="group" aria-label="People">
                <p class="menu__label" aria-hidden="true">"People"</p>
                <For each=ids key=|id| *id children=move |id| view! { <Person id people menu act /> } />
            </div>
            <Show when=move || others.with(|others| !others.is_empty())>
                <div role="group" aria-label="Teams">
                    <p class="menu__label" aria-hidden="true">"Move to team"</p>
                    <For
                        each=move || others.get()
                        key=|team| (team.id, team.name.clone())
                        children=move |other| view! { <Other other team menu act /> }
                    />
                </div>
            </Show>
        </Menu>
    }
}

/// A colleague, with whether they take work and how much they have.
#[component]
fn Person(
    /// Who.
    id: OperatorId,
    /// Everybody who can take it.
    people: Memo<Vec<Colleague>>,
    /// The menu that it stands in.
    menu: StoredValue<String>,
    /// Does it.
    act: Callback<Act>,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let me = live.inbox.with_untracked(|inbox| inbox.me.id);
    let person = Memo::new(move |before: Option<&Option<Colleague>>| {
        // While it goes it still shows who it was.
        let found = people.with(|people| people.iter().find(|person| person.id == id).cloned());
        found.or_else(|| before.cloned().flatten())
    });
    let name = person.with_untracked(|person| person.as_ref().map(|it| it.name.clone())).unwrap_or_default();
    let shown = if id == me { format!("{name} (you)") } else { name.clone() };
    let is_owner = move || person.with(|person| person.as_ref().is_some_and(|it| it.is_owner));
    let standing = move || {
        person.with(|person| {
            person.as_ref().map_or((Availability::Online, false), |it| (it.availability, it.is_here))
        })
    };
    let hint = move || {
        let (availability, is_here) = standing();
        let load = person.with(|person| person.as_ref().map(|it| it.load)).unwrap_or_default();
        format!("{} · {}", standing_words(availability, is_here), load_words(load))
    };
    view! {
        <button
            class="menu__item"
            role="menuitemradio"
            type="button"
            tabindex="-1"
            aria-checked=move || is_owner().to_string()
            popovertarget=menu.get_value()
            popovertargetaction="hide"
            on:click=move |_| act.run(Act::Assign(id))
        >
            {avatar(id.0, &name, Size::Small, standing_dot(standing))}
            <span class="menu__text">
                {shown} <span class="menu__hint">{hint}</span>
            </span>
            <Show when=is_owner>{icon(Icon::Check, "icon--small")}</Show>
        </button>
    }
}

/// A team.
#[component]
fn Other(
    /// The team.
    other: Team,
    /// The conversation's own.
    team: Memo<Option<TeamId>>,
    /// The menu that it stands in.
    menu: StoredValue<String>,
    /// Does it.
    act: Callback<Act>,
) -> impl IntoView {
    let Team { id, name } = other;
    let is_its = move || team.get() == Some(id);
    view! {
        <button
            class="menu__item"
            role="menuitemradio"
            type="button"
            tabindex="-1"
            aria-checked=move || is_its().to_string()
            popovertarget=menu.get_value()
            popovertargetaction="hide"
            on:click=move |_| act.run(Act::MoveTo(id))
        >
            {icon(Icon::Team, "icon--small")}
            <span class="menu__text">{name}</span>
            <Show when=is_its>{icon(Icon::Check, "icon--small")}</Show>
        </button>
    }
}
