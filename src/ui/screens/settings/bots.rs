//! `/settings/bots`: all bots, and how they have been doing.

mod one;
mod trial;

use leptos::prelude::*;

pub use self::one::{BotScreen, NewBotScreen};
use super::page::{Page, refused};
use crate::{
    api::bots::list_bots,
    domain::{
        BotKind,
        setup::{BotCounts, BotList, BotState},
    },
    routes,
    ui::{
        components::{Icon, icon},
        page_data::page_data,
    },
};

/// The page of all bots.
#[component]
pub fn BotsScreen() -> impl IntoView {
    let loaded = page_data(|| (), |()| list_bots());
    view! {
        <Suspense fallback=|| ()>
            {move || Suspend::new(async move {
                match loaded.await {
                    Ok(list) => view! { <Bots list /> }.into_any(),
                    Err(error) => refused(&error, routes::BOTS),
                }
            })}
        </Suspense>
    }
}

#[component]
fn Bots(
    /// All of them.
    list: BotList,
) -> impl IntoView {
    let BotList { bots, may_change } = list;
    let new = if may_change {
        view! {
            <a class="button button--primary" href=routes::NEW_BOT>
                "Add a bot"
            </a>
        }
        .into_any()
    } else {
        ().into_any()
    };
    let shown = if bots.is_empty() {
        view! { <Empty may_change /> }.into_any()
    } else {
        let rows = bots.iter().map(|state| row(state, may_change)).collect_view();
        view! { <ul class="bots" aria-label="Bots">{rows}</ul> }.into_any()
    };
    view! {
        <Page title="Bots" place=routes::BOTS beside=new>
            <p class="settings__lead">
                {format!(
                    "A bot answers customers until a person does; which one answers where is set in each channel’s settings. What is counted is of the last {} days.",
                    BotCounts::DAYS,
                )}
            </p>
            {shown}
        </Page>
    }
}

fn row(state: &BotState, may_change: bool) -> impl IntoView + use<> {
    let BotState { bot, counts } = state.clone();
    let name = if may_change {
        view! { <a class="bots__link" href=routes::bot(bot.id)>{bot.name}</a> }.into_any()
    } else {
        bot.name.into_any()
    };
    view! {
        <li class="bots__row" data-testid="bot" data-bot-id=bot.id.to_string()>
            {icon(sign(bot.kind), "")}
            <div class="bots__text">
                <h2 class="bots__name">{name}</h2>
                <p class="bots__about">{about(bot.kind, bot.enabled)}</p>
            </div>
            {numbers(counts)}
        </li>
    }
}

/// What it is and whether it answers, in one line.
fn about(kind: BotKind, enabled: bool) -> String {
    let state = if enabled { "on" } else { "off: people answer instead" };
    format!("{} · {state}", kind.label())
}

const fn sign(kind: BotKind) -> Icon {
    match kind {
        BotKind::Api => Icon::Bot,
        BotKind::OpenAi => Icon::Spark,
        BotKind::Faq => Icon::NeedsAnswer,
    }
}

/// How it has been doing.
fn numbers(counts: BotCounts) -> impl IntoView {
    let one = |label: &'static str, number: i64, level: Option<&'static str>| {
        view! {
            <div class="bots__number" data-level=level>
                <dt>{label}</dt>
                <dd>{number}</dd>
            </div>
        }
    };
    let of_failures = (counts.failed > 0).then_some("bad");
    view! {
        <dl class="bots__numbers">
            {one("Holds now", counts.holds, None)}
            {one("Answered", counts.answered, None)}
            {one("Resolved alone", counts.resolved, None)}
            {one("Handed off", counts.handed_off, None)}
            {one("Failed", counts.failed, of_failures)}
        </dl>
    }
}

/// There is no bot.
#[component]
fn Empty(
    /// Whether the reader can add one.
    may_change: bool,
) -> impl IntoView {
    view! {
        <div class="empty">
            {icon(Icon::Spark, "icon--large")} <h2 class="empty__title">"No bots yet"</h2>
            <p class="empty__text">
                "A bot answers what customers often ask, and gives everything else to a person. The simplest answers from your own FAQ and needs no account anywhere."
            </p>
            {may_change
                .then(|| {
                    view! {
                        <div class="empty__actions">
                            <a class="button button--primary" href=routes::NEW_BOT>
                                "Add a bot"
                            </a>
                        </div>
                    }
                })}
        </div>
    }
}

/// The kinds to choose from, the simplest first.
fn cards() -> impl IntoView {
    [BotKind::Faq, BotKind::OpenAi, BotKind::Api]
        .into_iter()
        .map(|kind| {
            view! {
                <li class="card">
                    {icon(sign(kind), "")}
                    <div>
                        <h2 class="card__name">
                            <a class="card__link" href=routes::new_bot(kind)>{kind.label()}</a>
                        </h2>
                        <p class="card__text">{kind.summary()}</p>
                    </div>
                </li>
            }
        })
        .collect_view()
}
