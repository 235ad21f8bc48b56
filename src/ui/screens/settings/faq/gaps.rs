//! What customers asked and nothing answered.

use leptos::prelude::*;

use crate::{
    domain::setup::{FaqGap, FaqGaps},
    routes,
    ui::components::{WallClock, date_time},
};

/// The questions, each with a way to its answer.
#[component]
pub fn Gaps(
    /// Newest first.
    gaps: FaqGaps,
) -> impl IntoView {
    let clock = WallClock::start(gaps.now);
    let shown = if gaps.gaps.is_empty() {
        let text = "Everything that customers asked the FAQ bot has an answer now.";
        view! { <p class="settings__lead">{text}</p> }.into_any()
    } else {
        let rows = gaps.gaps.into_iter().map(|gap| row(gap, clock)).collect_view();
        view! {
            <ul class="faq" aria-label="Asked and not answered">
                {rows}
            </ul>
        }
        .into_any()
    };
    view! {
        <section class="settings__section" aria-labelledby="gaps">
            <h2 class="settings__part" id="gaps">
                "Asked and not answered"
            </h2>
            {shown}
        </section>
    }
}

fn row(gap: FaqGap, clock: WallClock) -> impl IntoView {
    let FaqGap { question, times, asked_at, .. } = gap;
    let often = if times > 1 { format!("{times} times, last ") } else { String::new() };
    let href = routes::new_faq_entry(&question);
    let about = format!(": {question}");
    view! {
        <li class="faq__row" data-testid="faq-gap">
            <div class="faq__entry">
                <div class="faq__text">
                    <h3 class="faq__question">{question}</h3>
                    <p class="faq-fact">
                        {often}
                        <time datetime=asked_at.rfc3339()>{move || date_time(clock.civil(asked_at))}</time>
                    </p>
                </div>
                <a class="button button--small" href=href>
                    "Write an answer"
                    <span class="visually-hidden">{about}</span>
                </a>
            </div>
        </li>
    }
}
