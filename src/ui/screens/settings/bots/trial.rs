//! Trying a bot.

use leptos::prelude::*;

use crate::{
    api::bots::TryBot,
    domain::{
        AppError, BotId,
        setup::{BotTrial, TrialResult},
    },
    ui::{
        components::{Icon, icon},
        screens::settings::{control::Slot, faq::how_sure},
    },
};

/// Asks the bot what the admin writes, as it is saved, and shows what a customer would get.
#[component]
pub fn Trial(
    /// Which bot.
    id: BotId,
) -> impl IntoView {
    let ask = ServerAction::<TryBot>::new();
    let refused = Signal::derive(move || ask.value().get().and_then(Result::err));
    let slot = Slot::new("question", true, refused);
    let (field, wrong, described) = (slot.id.clone(), slot.is_wrong(), slot.described_by());
    let control = view! {
        <textarea
            class="input"
            id=field
            name="question"
            rows="2"
            required
            aria-invalid=wrong
            aria-describedby=described
        ></textarea>
    };
    let hint = "It answers as it is saved, in no conversation. Nothing of it is kept.";
    let row = slot.row("A customer’s question", false, hint, control.into_any());
    let busy = ask.pending();
    let failure = move || match refused.get() {
        // What is wrong with the question stands beside it.
        Some(AppError::Invalid { field, .. }) if field == "question" => None,
        other => other.map(|error| view! { <p class="field__error" role="alert">{error.to_string()}</p> }),
    };
    view! {
        <ActionForm action=ask>
            <div class="form__section">
                <input type="hidden" name="id" value=id.to_string() />
                {row}
                <div role="status" data-testid="tried">
                    {move || {
                        ask.value().get().filter(|_| !busy.get()).and_then(Result::ok).map(|trial| outcome(&trial))
                    }}
                </div>
                {failure}
                <div class="form__foot">
                    <button class="button" type="submit" disabled=move || busy.get()>
                        {move || if busy.get() { "Asking…" } else { "Ask" }}
                    </button>
                </div>
            </div>
        </ActionForm>
    }
}

/// What a customer would get.
fn outcome(trial: &BotTrial) -> impl IntoView + use<> {
    let (level, sign, head, words) = match &trial.result {
        TrialResult::Answer { text } => ("good", Icon::Check, "It answers:", text.clone()),
        TrialResult::Person { words } => ("warn", Icon::User, "A person takes over:", words.clone()),
        TrialResult::Failure { words } => {
            ("bad", Icon::Warning, "It failed, and a person takes over:", words.clone())
        }
    };
    let sure = trial.confidence.map(|confidence| view! { <p class="faq-fact">{how_sure(confidence)}</p> });
    view! {
        <div class="tested" data-level=level>
            {icon(sign, "icon--small")}
            <div class="faq-outcome">
                <p>{head}</p>
                <p class="faq-answer">{words}</p>
                {sure}
            </div>
        </div>
    }
}
