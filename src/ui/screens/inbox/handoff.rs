//! The card that the bot leaves for whoever takes over.

use leptos::prelude::*;

use super::frame::Desk;
use crate::{
    domain::{Handoff, Message},
    ui::components::{Icon, clock_time, icon},
};

/// A handoff, as it stands in the thread.
pub fn card(message: Message) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let at = message.created_at;
    let handoff = message.handoff.map(|handoff| *handoff);
    view! {
        <section
            class="handoff"
            data-testid="message"
            data-seq=message.seq
            data-sender="system"
            data-channel=message.channel_kind.as_str()
            data-note="false"
            aria-label="Handoff"
        >
            <div data-testid="handoff">
                <header class="handoff__head">
                    {icon(Icon::Spark, "icon--small msg__spark")}
                    <span class="handoff__title">{message.body}</span>
                    <time class="handoff__time" datetime=at.rfc3339()>
                        {move || clock_time(desk.clock.civil(at))}
                    </time>
                </header>
                {handoff.map(known)}
            </div>
        </section>
    }
}

/// Why, and what is known.
fn known(handoff: Handoff) -> impl IntoView {
    let reason = handoff.reason.label();
    let sure = handoff.confidence.map(|percent| format!("{percent} %"));
    let rows = [
        ("In its words", handoff.words),
        ("The customer wants", handoff.goal),
        ("So far", handoff.summary),
        ("Language", handoff.language),
        ("Sure", sure),
    ];
    let facts = handoff.facts.into_iter().map(|fact| row(fact.name, fact.value));
    view! {
        <p class="handoff__reason">{reason}</p>
        <dl class="handoff__facts">
            {rows
                .into_iter()
                .filter_map(|(name, value)| Some(row(name.to_owned(), value?)))
                .chain(facts)
                .collect_view()}
        </dl>
    }
}

fn row(name: String, value: String) -> impl IntoView {
    view! {
        <dt>
            <bdi>{name}</bdi>
        </dt>
        <dd dir="auto">{value}</dd>
    }
}
