//! One field of a form: its label, its control, what it is for, and what is wrong with it.

use leptos::{html, prelude::*};

use crate::{
    domain::{
        AppError,
        setup::{Field, FieldKind, Section, Shown},
    },
    ui::components::{Icon, icon},
};

/// What the fields of a form know of it.
#[derive(Clone, Copy)]
pub struct FormState {
    /// What they hold; of what is written since they know themselves.
    pub shown: Signal<Shown>,
    /// Why it was refused, if it was.
    pub refused: Signal<Option<AppError>>,
    /// How often it was saved: secrets are then written no more.
    pub saved: Signal<usize>,
}

/// What a control shares with its label and with what is said about it.
#[derive(Clone)]
pub struct Slot {
    pub id: String,
    hint: Option<String>,
    error: String,
    message: Memo<Option<String>>,
}

impl Slot {
    /// For the field with a key; `has_hint` if something is said about what it is for.
    pub fn new(key: &str, has_hint: bool, refused: Signal<Option<AppError>>) -> Self {
        let wanted = key.to_owned();
        let message = Memo::new(move |_| match refused.get() {
            Some(AppError::Invalid { field, message }) if field == wanted => Some(message),
            _ => None,
        });
        let id = field_id(key);
        Self { hint: has_hint.then(|| format!("{id}-hint")), error: format!("{id}-error"), id, message }
    }

    /// For `aria-invalid`.
    pub fn is_wrong(&self) -> impl Fn() -> Option<&'static str> + Send + Sync + 'static + use<> {
        let message = self.message;
        move || message.with(Option::is_some).then_some("true")
    }

    /// For `aria-describedby`.
    pub fn described_by(&self) -> impl Fn() -> Option<String> + Send + Sync + 'static + use<> {
        let Self { hint, error, message, .. } = self.clone();
        move || {
            let error = message.with(Option::is_some).then_some(&error);
            let ids: Vec<&str> = hint.iter().chain(error).map(String::as_str).collect();
            (!ids.is_empty()).then(|| ids.join(" "))
        }
    }

    /// The control with its label above, and below what it is for and what is wrong.
    pub fn row(self, label: &'static str, optional: bool, hint: &'static str, control: AnyView) -> AnyView {
        let Self { id, hint: hint_id, error, message } = self;
        view! {
            <div class="field">
                <label class="field__label" for=id>
                    {label}
                    {optional.then(|| view! { <span class="field__optional">" (optional)"</span> })}
                </label>
                {control}
                {hint_id.map(|id| view! { <p class="field__hint" id=id>{hint}</p> })}
                {move || {
                    let error = error.clone();
                    message
                        .get()
                        .map(|text| {
                            view! {
                                <p class="field__error" id=error>
                                    {icon(Icon::Warning, "icon--small")}
                                    <span>{text}</span>
                                </p>
                            }
                        })
                }}
            </div>
        }
        .into_any()
    }
}

/// The element's id of the field with a key.
pub fn field_id(key: &str) -> String {
    format!("field-{key}")
}

/// A field that the provider asks for, in a form whose argument is called `form`.
pub fn field(section: &Section, field: &'static Field, form: FormState) -> AnyView {
    // What may be left out whole is checked by the server: a browser would insist on each of its fields.
    let required = field.required && !section.optional;
    let asked = Asked { field, key: section.key(field), required };
    let optional = !field.required && field.kind.is_text();
    let slot = Slot::new(&asked.key, !field.help.is_empty(), form.refused);
    let control = if field.secret { secret(asked, &slot, form) } else { shown(asked, &slot, form) };
    slot.row(field.label, optional, field.help, control)
}

/// A field as its form asks for it.
struct Asked {
    field: &'static Field,
    key: String,
    /// By the browser.
    required: bool,
}

impl Asked {
    fn name(&self) -> String {
        format!("form[values][{}]", self.key)
    }
}

/// A control that holds what is kept.
fn shown(asked: Asked, slot: &Slot, form: FormState) -> AnyView {
    let (id, name) = (slot.id.clone(), asked.name());
    let Asked { field, key, required } = asked;
    // Numbers and choices of what is not set up stand as in a new form.
    let unset = if field.kind.is_text() { "" } else { field.preset };
    let kept = Memo::new(move |_| {
        form.shown.with(|shown| shown.values.get(&key).cloned().unwrap_or_else(|| unset.to_owned()))
    });
    let value = kept.get_untracked();
    let (wrong, described) = (slot.is_wrong(), slot.described_by());
    match field.kind {
        FieldKind::Line | FieldKind::Number { .. } => {
            let keys = (field.kind != FieldKind::Line).then_some("numeric");
            let line = NodeRef::<html::Input>::new();
            // What was written is kept in its own form, or has been changed by something else on the page.
            once_changed(
                move || kept.get(),
                move |kept| {
                    if let Some(line) = line.get_untracked() {
                        line.set_value(kept);
                    }
                },
            );
            view! {
                <input
                    class="input"
                    id=id
                    name=name
                    type="text"
                    inputmode=keys
                    value=value
                    autocomplete="off"
                    spellcheck="false"
                    required=required
                    aria-invalid=wrong
                    aria-describedby=described
                    node_ref=line
                />
            }
            .into_any()
        }
        // Without a value it has no content: an empty one would be rendered as a blank.
        FieldKind::Lines | FieldKind::List if value.is_empty() => view! {
            <textarea
                class="input"
                id=id
                name=name
                rows="3"
                required=required
                aria-invalid=wrong
                aria-describedby=described
            ></textarea>
        }
        .into_any(),
        FieldKind::Lines | FieldKind::List => view! {
            <textarea
                class="input"
                id=id
                name=name
                rows="3"
                required=required
                aria-invalid=wrong
                aria-describedby=described
            >
                {value}
            </textarea>
        }
        .into_any(),
        FieldKind::Choice(choices) => {
            let options = options(choices.iter().map(|(word, label)| (*word, *label)), &value);
            view! {
                <select class="input" id=id name=name aria-invalid=wrong aria-describedby=described>
                    {options}
                </select>
            }
            .into_any()
        }
    }
}

/// The options of a choice, by their values and labels.
pub fn options<'o>(choices: impl Iterator<Item = (&'o str, &'o str)>, chosen: &str) -> AnyView {
    choices
        .map(|(value, label)| {
            let selected = value == chosen;
            view! {
                <option value=value.to_owned() selected=selected>
                    {label.to_owned()}
                </option>
            }
        })
        .collect_view()
        .into_any()
}

/// A control that is written into and holds nothing: it says only whether something is set.
fn secret(asked: Asked, slot: &Slot, form: FormState) -> AnyView {
    let (id, name) = (slot.id.clone(), asked.name());
    let Asked { field, key, required } = asked;
    let forget = format!("form[forget][{key}]");
    let is_set = Memo::new(move |_| form.shown.with(|shown| shown.secrets.contains(&key)));
    let required = move || required && !is_set.get();
    let placeholder = move || is_set.get().then_some("Set; leave empty to keep");
    let (wrong, described) = (slot.is_wrong(), slot.described_by());
    let control = if field.kind == FieldKind::Lines {
        let text = NodeRef::<html::Textarea>::new();
        once_changed(
            move || form.saved.get(),
            move |_| {
                if let Some(text) = text.get_untracked() {
                    text.set_value("");
                }
            },
        );
        view! {
            <textarea
                class="input input--code"
                id=id
                name=name
                rows="4"
                autocomplete="off"
                spellcheck="false"
                required=required
                placeholder=placeholder
                aria-invalid=wrong
                aria-describedby=described
                node_ref=text
            ></textarea>
        }
        .into_any()
    } else {
        let line = NodeRef::<html::Input>::new();
        once_changed(
            move || form.saved.get(),
            move |_| {
                if let Some(line) = line.get_untracked() {
                    line.set_value("");
                }
            },
        );
        view! {
            <input
                class="input"
                id=id
                name=name
                type="password"
                autocomplete="new-password"
                required=required
                placeholder=placeholder
                aria-invalid=wrong
                aria-describedby=described
                node_ref=line
            />
        }
        .into_any()
    };
    view! {
        {control}
        <Show when=move || is_set.get() && !field.required>
            <label class="check">
                <input type="checkbox" name=forget.clone() value="on" />
                {format!("Remove the {}", in_a_sentence(field.label))}
            </label>
        </Show>
    }
    .into_any()
}

/// Runs each time when something is no longer what it was; not for what it is at first.
fn once_changed<T: PartialEq + 'static>(watched: impl Fn() -> T + 'static, run: impl Fn(&T) + 'static) {
    Effect::new(move |before: Option<T>| {
        let now = watched();
        if before.is_some_and(|before| before != now) {
            run(&now);
        }
        now
    });
}

/// A label in the middle of a sentence: names and abbreviations stay as they are.
fn in_a_sentence(label: &str) -> String {
    let mut letters = label.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if second.is_lowercase() || second.is_whitespace() => {
            let rest = &label[first.len_utf8()..];
            first.to_lowercase().chain(rest.chars()).collect()
        }
        _ => label.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_in_a_sentence() {
        for (label, want) in [
            ("Second secret", "second secret"),
            ("API secret", "API secret"),
            ("HTTP webhook signing key", "HTTP webhook signing key"),
            ("", ""),
            ("Ü", "Ü"),
        ] {
            assert_eq!(in_a_sentence(label), want);
        }
    }
}
