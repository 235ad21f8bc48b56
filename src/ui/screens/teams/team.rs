//! One team: its name, what it has in work, who is in it, and what can be done with it.

use leptos::prelude::*;

use super::{
    desk::{Asked, Desk},
    member::Member,
};
use crate::{
    domain::{Availability, Inbox, Operator, OperatorId, Queue, TeamId},
    routes,
    ui::components::{Icon, Menu, Size, avatar, channel_chip, icon, standing_dot},
};

/// Who is in a team, by name, or who is not.
fn people(inbox: &Inbox, team: TeamId, is_in: bool) -> Vec<Operator> {
    let all = inbox.operators.iter();
    all.filter(|operator| inbox.staff.is_member(team, operator.id) == is_in).cloned().collect()
}

/// The element's id of a team's heading.
pub fn heading_of(team: TeamId) -> String {
    format!("team-{team}")
}

/// How many are in a team, and how many of them take work now.
fn facts(inbox: &Inbox, team: TeamId) -> String {
    let members = people(inbox, team, true);
    let takes_work = |operator: &&Operator| {
        let is_online = inbox.staff.availability(operator.id) == Availability::Online;
        operator.enabled && is_online && inbox.staff.here.contains(&operator.id)
    };
    let online = members.iter().filter(takes_work).count();
    match members.len() {
        0 => "Nobody is in it".to_owned(),
        1 => format!("1 member, {online} online"),
        count => format!("{count} members, {online} online"),
    }
}

/// A team with its people.
#[component]
pub fn TeamCard(
    /// The team.
    id: TeamId,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let live = desk.live;
    let name = Memo::new(move |before: Option<&String>| {
        // While it goes it still shows its name.
        let found = live.inbox.with(|inbox| inbox.team(id).map(|team| team.name.clone()));
        found.or_else(|| before.cloned()).unwrap_or_default()
    });
    let told = Memo::new(move |_| live.inbox.with(|inbox| facts(inbox, id)));
    let in_work = Memo::new(move |_| live.inbox.with(|inbox| inbox.counts.get(Queue::Team(id))));
    let members = Memo::new(move |_| {
        live.inbox.with(|inbox| people(inbox, id, true).iter().map(|it| it.id).collect::<Vec<OperatorId>>())
    });
    let channels = Memo::new(move |_| {
        live.inbox.with(|inbox| {
            inbox.channels.iter().filter(|channel| channel.team_id == Some(id)).cloned().collect::<Vec<_>>()
        })
    });
    let heading = heading_of(id);
    let list = move || format!("Members of {}", name.get());
    view! {
        <section class="team" aria-labelledby=heading data-testid="team" data-team-id=id.to_string()>
            <div class="team__head">
                <div class="team__names">
                    <h2 class="team__name" id=heading.clone() tabindex="-1">
                        <bdi>{move || name.get()}</bdi>
                    </h2>
                    <p class="team__facts">
                        <span>{move || told.get()}</span>
                        <a
                            class="link"
                            href=routes::inbox(Queue::Team(id), None)
                            rel="external"
                            data-testid="in-work"
                            data-count=move || in_work.get().to_string()
                        >
                            {move || format!("{} in work", in_work.get())}
                        </a>
                    </p>
                </div>
                <Show when=move || desk.may_change.get()>
                    <div class="team__actions">
                        <AddMember id />
                        <button
                            class="button"
                            type="button"
                            aria-haspopup="dialog"
                            on:click=move |_| desk.ask(Asked::Rename(id))
                        >
                            "Rename"
                        </button>
                        <button
                            class="button"
                            type="button"
                            aria-haspopup="dialog"
                            on:click=move |_| desk.ask(Asked::Archive(id))
                        >
                            "Archive"
                        </button>
                    </div>
                </Show>
            </div>
            <Show when=move || channels.with(|channels| !channels.is_empty())>
                <p class="team__channels">
                    <span>"New conversations of"</span>
                    {move || channels.get().into_iter().map(channel_chip).collect_view()}
                </p>
            </Show>
            <Show
                when=move || members.with(|members| !members.is_empty())
                fallback=|| view! { <p class="team__nobody">"Nobody is in this team yet."</p> }
            >
                <ul class="team__members" aria-label=list>
                    <For
                        each=move || members.get()
                        key=|operator| *operator
                        children=move |operator| view! { <Member team=id id=operator /> }
                    />
                </ul>
            </Show>
        </section>
    }
}

/// The button that takes somebody into the team, with the menu of those who are not in it.
#[component]
fn AddMember(
    /// The team.
    id: TeamId,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let live = desk.live;
    let menu = format!("add-{id}");
    let others = Memo::new(move |_| {
        live.inbox.with(|inbox| {
            let mut others = people(inbox, id, false);
            others.retain(|operator| operator.enabled);
            others
        })
    });
    let has_any = Memo::new(move |_| others.with(|others| !others.is_empty()));
    let target = menu.clone();
    let person = move |operator: Operator| {
        let Operator { id: who, name, role, .. } = operator;
        let standing =
            move || live.inbox.with(|inbox| (inbox.staff.availability(who), inbox.staff.here.contains(&who)));
        view! {
            <button
                class="menu__item"
                role="menuitem"
                type="button"
                tabindex="-1"
                popovertarget=target.clone()
                popovertargetaction="hide"
                on:click=move |_| desk.add(id, who)
            >
                {avatar(who.0, &name, Size::Small, standing_dot(standing))}
                <span class="menu__text">
                    {name} <span class="menu__hint">{role.label()}</span>
                </span>
            </button>
        }
    };
    view! {
        <button
            class="button"
            type="button"
            aria-haspopup="menu"
            popovertarget=menu.clone()
            disabled=move || !has_any.get()
        >
            {icon(Icon::Assign, "icon--small")}
            "Add member"
        </button>
        <Menu id=menu label="Add to the team">
            <For each=move || others.get() key=|operator| (operator.id, operator.name.clone()) children=person />
        </Menu>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::Role, ui::live::samples::inbox};
    use uuid::Uuid;

    #[test]
    fn whoever_takes_work_and_is_here_counts_as_online() {
        let team = TeamId(Uuid::from_u128(9));
        let mut inbox = inbox();
        assert_eq!(facts(&inbox, team), "Nobody is in it");
        for (number, enabled) in [(1, true), (2, true), (3, true), (4, false), (5, true)] {
            let id = OperatorId(Uuid::from_u128(number));
            let name = format!("Person {number}");
            inbox.operators.push(Operator { id, name, email: String::new(), role: Role::Operator, enabled });
            inbox.staff.here.insert(id);
            if number < 5 {
                inbox.staff.members.entry(team).or_default().insert(id);
            }
        }
        let id = |number| OperatorId(Uuid::from_u128(number));
        inbox.staff.set_availability(id(2), Availability::Away);
        inbox.staff.here.remove(&id(3));
        assert_eq!(facts(&inbox, team), "4 members, 1 online", "of those away, gone and disabled none");
        assert_eq!(people(&inbox, team, false).len(), 1);
    }
}
