//! The fields of a channel's form.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::control::{FormState, Slot, field, field_id, options};
use crate::{
    domain::{
        AppError, Channel, Hue, Team, TeamId,
        setup::{Provider, Section, is_about_ai},
    },
    ui::components::{Icon, icon},
};

/// The keys of what every channel has.
const COMMON: [&str; 4] = ["name", "team", "hue", "reopen_days"];

/// The name and the team.
pub fn name_and_team(name: String, team: Option<TeamId>, teams: &[Team], form: FormState) -> AnyView {
    let slot = Slot::new("name", true, form.refused);
    let (id, wrong, described) = (slot.id.clone(), slot.is_wrong(), slot.described_by());
    let control = view! {
        <input
            class="input"
            id=id
            name="form[name]"
            type="text"
            value=name
            maxlength="120"
            autocomplete="off"
            required
            aria-invalid=wrong
            aria-describedby=described
        />
    };
    let name =
        slot.row("Name", false, "What your team calls it, such as “Support line”.", control.into_any());
    let slot = Slot::new("team", true, form.refused);
    let (id, wrong, described) = (slot.id.clone(), slot.is_wrong(), slot.described_by());
    let choices: Vec<(String, &str)> =
        teams.iter().map(|team| (team.id.to_string(), team.name.as_str())).collect();
    let none = [("", "No team: everybody sees them")];
    let choices = none.into_iter().chain(choices.iter().map(|(id, name)| (id.as_str(), *name)));
    let chosen = team.map(|team| team.to_string()).unwrap_or_default();
    let options = options(choices, &chosen);
    let control = view! {
        <select class="input" id=id name="form[team]" aria-invalid=wrong aria-describedby=described>
            {options}
        </select>
    };
    let team = slot.row("Team", false, "It gets the new conversations.", control.into_any());
    view! {
        {name}
        {team}
    }
    .into_any()
}

/// The colour, and how long a resolved conversation can be reopened.
pub fn colour_and_reopening(channel: &Channel, reopen_days: i64, form: FormState) -> AnyView {
    let slot = Slot::new("hue", false, form.refused);
    let (id, wrong, described) = (slot.id.clone(), slot.is_wrong(), slot.described_by());
    let hues: Vec<(&str, String)> =
        Hue::ALL.iter().map(|hue| (hue.as_str(), capitalised(hue.as_str()))).collect();
    let choices = hues.iter().map(|(word, label)| (*word, label.as_str()));
    let chosen = channel.hue.map(Hue::as_str).unwrap_or_default();
    let options = options([("", "As its kind")].into_iter().chain(choices), chosen);
    let control = view! {
        <select class="input" id=id name="form[hue]" aria-invalid=wrong aria-describedby=described>
            {options}
        </select>
    };
    let hue = slot.row("Colour", false, "", control.into_any());
    let slot = Slot::new("reopen_days", true, form.refused);
    let (id, wrong, described) = (slot.id.clone(), slot.is_wrong(), slot.described_by());
    let control = view! {
        <input
            class="input"
            id=id
            name="form[reopen_days]"
            type="text"
            inputmode="numeric"
            value=reopen_days.to_string()
            autocomplete="off"
            required
            aria-invalid=wrong
            aria-describedby=described
        />
    };
    let hint = "When a customer writes again so many days after a resolve, the conversation is reopened; later a new \
                one begins.";
    let days = slot.row("Days to reopen", false, hint, control.into_any());
    view! {
        {hue}
        {days}
    }
    .into_any()
}

/// Fields that belong together.
pub fn section(section: &'static Section, form: FormState) -> AnyView {
    let fields = section.fields.iter().map(|it| field(section, it, form)).collect_view();
    view! {
        <fieldset class="form__section">
            <legend class="form__legend">
                {section.title}
                {section.optional.then(|| view! { <span class="field__optional">" (optional)"</span> })}
            </legend>
            {(!section.help.is_empty()).then(|| view! { <p class="form__help">{section.help}</p> })}
            {fields}
        </fieldset>
    }
    .into_any()
}

/// Whether a channel's form has a field with this key.
pub fn is_of_channel(provider: Option<Provider>, key: &str) -> bool {
    COMMON.contains(&key) || is_about_ai(key) || provider.is_some_and(|it| it.asks_for(key))
}

/// Says that the form was refused, and goes to the field that it is about, if that is shown.
pub fn refusal(
    is_shown: impl Fn(&str) -> bool + Send + Sync + 'static,
    refused: Signal<Option<AppError>>,
) -> impl IntoView {
    Effect::new(move |_| {
        let Some(AppError::Invalid { field, .. }) = refused.get() else { return };
        let control = document().get_element_by_id(&field_id(&field));
        if let Some(control) = control.and_then(|control| control.dyn_into::<HtmlElement>().ok()) {
            // A field that cannot be focused is still marked.
            let _ = control.focus();
        }
    });
    move || {
        refused.get().map(|error| {
            let text = match error {
                AppError::Invalid { field, .. } if is_shown(&field) => {
                    "Not saved: the field that is marked cannot be used so.".to_owned()
                }
                other => format!("Not saved. {other}"),
            };
            view! {
                <p class="form__alert" role="alert">
                    {icon(Icon::Warning, "icon--small")}
                    <span>{text}</span>
                </p>
            }
        })
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}
