//! The queues, each with how many conversations stand in it.

use leptos::prelude::*;

use super::{frame::Desk, views::Views};
use crate::{
    domain::{Hue, Queue},
    routes,
    ui::{
        components::{Icon, icon},
        live::Live,
    },
};

const fn queue_icon(queue: Queue) -> Icon {
    match queue {
        Queue::All => Icon::All,
        Queue::Mine => Icon::Mine,
        Queue::NeedsAnswer => Icon::NeedsAnswer,
        Queue::OnCustomer => Icon::Clock,
        Queue::Unassigned => Icon::Unassigned,
        Queue::Ai => Icon::Spark,
        Queue::Snoozed => Icon::Snooze,
        Queue::Resolved => Icon::Resolved,
        Queue::Team(_) => Icon::Team,
    }
}

/// The list of queues, fixed ones and teams.
#[component]
pub fn Queues() -> impl IntoView {
    let live = expect_context::<Live>();
    let desk = expect_context::<Desk>();
    let teams = Memo::new(move |_| live.inbox.with(|inbox| inbox.teams.clone()));
    view! {
        <nav class="frame__queues queues" id="queues" aria-label="Queues">
            <div class="head">
                <h2 class="head__title"><span class="head__name">"Queues"</span></h2>
                <button
                    class="button button--quiet button--icon head__close"
                    type="button"
                    aria-label="Close queues"
                    on:click=move |_| desk.queues_open.set(false)
                >
                    {icon(Icon::Close, "icon--small")}
                </button>
            </div>
            <div class="queues__scroll">
                <ul>
                    {Queue::FIXED
                        .into_iter()
                        .map(|queue| view! { <li><QueueLink queue name=queue.label().to_owned() /></li> })
                        .collect_view()}
                </ul>
                {move || {
                    (!teams.with(Vec::is_empty))
                        .then(|| {
                            view! {
                                <h3 class="queues__label" id="queues-teams">"Teams"</h3>
                                <ul aria-labelledby="queues-teams">
                                    {teams
                                        .get()
                                        .into_iter()
                                        .map(|team| {
                                            view! { <li><QueueLink queue=Queue::Team(team.id) name=team.name /></li> }
                                        })
                                        .collect_view()}
                                </ul>
                            }
                        })
                }}
                <Views />
            </div>
        </nav>
    }
}

/// A link to a queue.
#[component]
fn QueueLink(
    /// The queue.
    queue: Queue,
    /// Its name.
    name: String,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let desk = expect_context::<Desk>();
    let count = Memo::new(move |_| live.inbox.with(|inbox| inbox.counts.get(queue)));
    let sign = match queue {
        Queue::Team(team) => {
            let hues = [Hue::Indigo, Hue::Green, Hue::Amber, Hue::Pink, Hue::Cyan, Hue::Violet];
            let hue = hues[usize::from(team.0.as_bytes()[15]) % hues.len()];
            view! { <span class="queue__swatch" data-hue=hue.as_str()></span> }.into_any()
        }
        fixed => icon(queue_icon(fixed), "icon--small").into_any(),
    };
    view! {
        <a
            class="queue"
            href=routes::inbox(queue, None)
            data-count=move || count.get().to_string()
            aria-current=move || desk.place.with(|place| place.is_queue(queue)).then_some("page")
        >
            {sign}
            <span class="queue__name">{name}</span>
            <span class="queue__count" aria-hidden="true">{move || count.get()}</span>
        </a>
    }
}
