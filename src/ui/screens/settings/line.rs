//! A field of one line, as forms have it that know their fields.

use leptos::{html, prelude::*};

use super::control::Slot;
use crate::domain::AppError;

/// What a field asks for.
#[derive(Debug, Clone, Copy)]
pub struct Line {
    /// Of the form: two of a page may have fields of one name.
    pub form: &'static str,
    /// As errors name it.
    pub key: &'static str,
    pub label: &'static str,
    /// What it is for; may be empty.
    pub hint: &'static str,
    /// The type of its control.
    pub kind: &'static str,
    /// For whatever fills in forms.
    pub autocomplete: &'static str,
}

impl Line {
    /// The field with its control, which holds a value at first.
    pub fn row(
        self,
        value: String,
        refused: Signal<Option<AppError>>,
        control: NodeRef<html::Input>,
    ) -> AnyView {
        let id = format!("{}-{}", self.form, self.key);
        let wanted = id.clone();
        let refused = Signal::derive(move || match refused.get() {
            Some(AppError::Invalid { field, message }) if field == self.key => {
                Some(AppError::Invalid { field: wanted.clone(), message })
            }
            _ => None,
        });
        let slot = Slot::new(&id, !self.hint.is_empty(), refused);
        let (id, wrong, described) = (slot.id.clone(), slot.is_wrong(), slot.described_by());
        let field = view! {
            <input
                class="input"
                id=id
                type=self.kind
                value=value
                autocomplete=self.autocomplete
                spellcheck="false"
                required
                aria-invalid=wrong
                aria-describedby=described
                node_ref=control
            />
        };
        slot.row(self.label, false, self.hint, field.into_any())
    }
}

/// What is written in a control now.
pub fn written(control: NodeRef<html::Input>) -> String {
    control.get_untracked().map(|control| control.value()).unwrap_or_default()
}

/// Empties a control.
pub fn clear(control: NodeRef<html::Input>) {
    if let Some(control) = control.get_untracked() {
        control.set_value("");
    }
}

/// What was refused for a reason that stands beside none of these fields.
pub fn beside(
    refused: Signal<Option<AppError>>,
    fields: &'static [&'static str],
) -> Signal<Option<AppError>> {
    Signal::derive(move || {
        let stands = |error: &AppError| matches!(error, AppError::Invalid { field, .. } if fields.contains(&field.as_str()));
        refused.get().filter(|error| !stands(error))
    })
}
