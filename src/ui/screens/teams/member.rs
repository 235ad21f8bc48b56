//! Somebody in a team: whether they take work, and how much they have.

use leptos::prelude::*;

use super::desk::Desk;
use crate::{
    domain::{OperatorId, TeamId},
    ui::components::{Size, avatar, load_words, standing_dot, standing_words},
};

/// A row of the team.
#[component]
pub fn Member(
    /// The team.
    team: TeamId,
    /// Who.
    id: OperatorId,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let live = desk.live;
    let operator = Memo::new(move |_| live.inbox.with(|inbox| inbox.operator(id).cloned()));
    let is_me = live.inbox.with_untracked(|inbox| inbox.me.id == id);
    let standing = Memo::new(move |_| {
        live.inbox.with(|inbox| (inbox.staff.availability(id), inbox.staff.here.contains(&id)))
    });
    let load = Memo::new(move |_| live.inbox.with(|inbox| inbox.staff.load(id)));
    let name = move || operator.with(|it| it.as_ref().map(|it| it.name.clone())).unwrap_or_default();
    let face = move || avatar(id.0, &name(), Size::Normal, standing_dot(move || standing.get()));
    let about = move || {
        operator.with(|it| {
            let it = it.as_ref()?;
            let (availability, is_here) = standing.get();
            let words = if it.enabled { standing_words(availability, is_here) } else { "Account disabled" };
            Some(format!("{} · {words}", it.role.label()))
        })
    };
    let name_id = format!("member-{team}-{id}");
    view! {
        <li
            class="member"
            data-testid="member"
            data-operator-id=id.to_string()
            data-availability=move || standing.get().0.mark()
            data-here=move || standing.get().1.to_string()
            data-active=move || load.get().active.to_string()
            data-needs-answer=move || load.get().needs_answer.to_string()
        >
            {face}
            <div class="member__text">
                <p class="member__name" id=name_id.clone()>
                    <bdi>{name}</bdi>
                    {is_me.then_some(" (you)")}
                </p>
                <p class="member__about">{about}</p>
            </div>
            <p class="member__load">{move || load_words(load.get())}</p>
            <Show when=move || desk.may_change.get()>
                <button
                    class="button button--small"
                    type="button"
                    aria-describedby=name_id.clone()
                    on:click=move |_| desk.remove(team, id)
                >
                    "Remove"
                </button>
            </Show>
        </li>
    }
}
