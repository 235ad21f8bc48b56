//! Who answers a channel first, and what it is told: a part of the channel's form.

use leptos::prelude::*;

use super::control::{FormState, Slot, field, options};
use crate::{
    domain::{
        Bot,
        setup::{CHANNEL_AI, CHANNEL_BOT},
    },
    routes,
};

/// The fields about a channel's bot.
pub fn ai_section(bots: &[Bot], form: FormState) -> AnyView {
    let slot = Slot::new(CHANNEL_BOT, true, form.refused);
    let (id, wrong, described) = (slot.id.clone(), slot.is_wrong(), slot.described_by());
    let chosen =
        form.shown.with_untracked(|shown| shown.values.get(CHANNEL_BOT).cloned()).unwrap_or_default();
    let names: Vec<(String, String)> = bots.iter().map(|bot| (bot.id.to_string(), label(bot))).collect();
    let choices = names.iter().map(|(id, name)| (id.as_str(), name.as_str()));
    let options = options([("", "People")].into_iter().chain(choices), &chosen);
    let control = view! {
        <select
            class="input"
            id=id
            name=format!("form[values][{CHANNEL_BOT}]")
            aria-invalid=wrong
            aria-describedby=described
        >
            {options}
        </select>
    };
    let hint = "A bot answers new conversations until a person does.";
    let who = slot.row("Who answers first", false, hint, control.into_any());
    let fields = CHANNEL_AI.fields.iter().map(|it| field(CHANNEL_AI, it, form)).collect_view();
    view! {
        <fieldset class="form__section">
            <legend class="form__legend">{CHANNEL_AI.title}</legend>
            <p class="form__help">
                "Bots and what they answer from have their own pages: "
                <a class="link" href=routes::BOTS>"Bots"</a> ", " <a class="link" href=routes::FAQ>"FAQ"</a> "."
            </p>
            {who}
            {fields}
        </fieldset>
    }
    .into_any()
}

/// Who it is; one that is off answers nobody.
fn label(bot: &Bot) -> String {
    if bot.enabled { bot.name.clone() } else { format!("{} (off)", bot.name) }
}
