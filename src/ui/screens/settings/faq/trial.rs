//! Trying what the FAQ makes of a question.

use leptos::prelude::*;

use crate::{
    api::faq::TryQuestion,
    domain::{
        AppError,
        setup::{FaqHit, FaqTrial},
    },
    routes,
    ui::{
        components::{Icon, icon},
        screens::settings::control::Slot,
    },
};

/// Shows the entries that fit what is written, and whether the best of them would answer.
#[component]
pub fn Trial() -> impl IntoView {
    let ask = ServerAction::<TryQuestion>::new();
    let refused = Signal::derive(move || ask.value().get().and_then(Result::err));
    let slot = Slot::new("question", true, refused);
    let (field, wrong, described) = (slot.id.clone(), slot.is_wrong(), slot.described_by());
    let control = view! {
        <input
            class="input"
            id=field
            name="question"
            type="text"
            autocomplete="off"
            required
            aria-invalid=wrong
            aria-describedby=described
        />
    };
    let hint = "Put it as a customer would. No customer sees it.";
    let row = slot.row("A customer’s question", false, hint, control.into_any());
    let failure = move || match refused.get() {
        // What is wrong with the question stands beside it.
        Some(AppError::Invalid { .. }) | None => None,
        Some(error) => Some(view! { <p class="field__error" role="alert">{error.to_string()}</p> }),
    };
    view! {
        <ActionForm action=ask>
            <div class="form__section">
                {row} <div role="status" data-testid="tried">
                    {move || ask.value().get().and_then(Result::ok).map(|trial| outcome(&trial))}
                </div> {failure} <div class="form__foot">
                    <button class="button" type="submit" disabled=move || ask.pending().get()>
                        "Try"
                    </button>
                </div>
            </div>
        </ActionForm>
    }
}

fn outcome(trial: &FaqTrial) -> impl IntoView + use<> {
    let (level, sign) = if trial.answers().is_some() { ("good", Icon::Check) } else { ("warn", Icon::User) };
    let hits = trial.hits.iter().map(hit).collect_view();
    view! {
        <div class="faq-outcome">
            <p class="tested" data-level=level>
                {icon(sign, "icon--small")}
                <span>{verdict(trial)}</span>
            </p>
            <ol class="faq-hits">{hits}</ol>
        </div>
    }
}

fn hit(hit: &FaqHit) -> impl IntoView + use<> {
    view! {
        <li class="faq-hits__hit">
            <a class="link" href=routes::faq_entry(hit.entry.id)>
                {hit.entry.question.clone()}
            </a>
            <p class="faq-answer">{hit.entry.answer.clone()}</p>
            <p class="faq-fact">{how_sure(hit.confidence)}</p>
        </li>
    }
}

/// What would happen.
fn verdict(trial: &FaqTrial) -> String {
    let who = trial.bot.as_deref().unwrap_or("A bot");
    let threshold = trial.threshold;
    match (trial.answers(), trial.hits.first()) {
        (Some(_), _) => format!("{who} answers with the first of these."),
        (None, Some(_)) => {
            format!(
                "A person takes over: {who} answers from {threshold} of 1000, and is less sure than that."
            )
        }
        (None, None) => "A person takes over: no entry has to do with it.".to_owned(),
    }
}

/// Of 1,000, in words.
pub fn how_sure(confidence: u32) -> String {
    format!("Sure to {confidence} of 1000")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{FaqEntry, FaqEntryId, Time};
    use uuid::Uuid;

    #[test]
    fn the_verdict_says_who_answers() {
        let entry = FaqEntry {
            id: FaqEntryId(Uuid::nil()),
            question: "A?".into(),
            answer: "B.".into(),
            enabled: true,
            created_at: Time(0),
            updated_at: Time(0),
        };
        let trial = |confidence: Option<u32>| FaqTrial {
            hits: confidence
                .map(|confidence| FaqHit { entry: entry.clone(), confidence })
                .into_iter()
                .collect(),
            threshold: 450,
            bot: Some("Fern".into()),
        };
        for (confidence, want) in [
            (Some(450), "Fern answers with the first of these."),
            (Some(449), "A person takes over: Fern answers from 450 of 1000, and is less sure than that."),
            (None, "A person takes over: no entry has to do with it."),
        ] {
            assert_eq!(verdict(&trial(confidence)), want);
        }
    }
}
