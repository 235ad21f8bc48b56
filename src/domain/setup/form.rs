//! What is written into the forms, on its way to the JSON that is kept, and back without the secrets.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    super::{AppError, Hue, TeamId, Time, clean_line, clean_text},
    fields::{Field, FieldKind, Section},
};

/// An object of JSON.
pub type JsonObject = serde_json::Map<String, Value>;

/// A channel's form, as it was written: checked by nobody yet.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ChannelForm {
    pub name: String,
    /// A team's id; empty for none.
    pub team: String,
    /// A hue's word; empty for its kind's own.
    pub hue: String,
    /// Empty: as it is.
    pub reopen_days: String,
    /// What the provider asks for, by its keys.
    pub values: BTreeMap<String, String>,
    /// The keys of secrets that are to be removed.
    pub forget: BTreeMap<String, String>,
}

/// Tells nothing of what it holds: some of it is secret.
impl fmt::Debug for ChannelForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChannelForm").field("name", &self.name).finish_non_exhaustive()
    }
}

/// What a channel's fields hold, by their keys.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    pub values: BTreeMap<String, String>,
    /// The secrets that are set. What they are is never told.
    pub secrets: BTreeSet<String>,
}

const LONGEST_NAME: usize = 120;
/// Longer texts are none that a provider has given: a certificate is the longest.
const LONGEST_VALUE: usize = 16_384;
const MOST_REOPEN_DAYS: i64 = 365;

impl ChannelForm {
    /// # Errors
    /// If what is written is no team's id.
    pub fn team_id(&self) -> Result<Option<TeamId>, AppError> {
        match self.team.trim() {
            "" => Ok(None),
            id => id.parse().map(Some).map_err(|_| AppError::invalid("team", "Choose a team of the list.")),
        }
    }

    /// # Errors
    /// If what is written is no colour of ours.
    pub fn hue(&self) -> Result<Option<Hue>, AppError> {
        match self.hue.trim() {
            "" => Ok(None),
            word => {
                let hue = Hue::from_word(word);
                hue.map(Some).ok_or_else(|| AppError::invalid("hue", "Choose a colour of the list."))
            }
        }
    }

    /// Microseconds after a resolve in which a customer's message reopens the conversation; none: as it is.
    ///
    /// # Errors
    /// If what is written is no number of days.
    pub fn reopen_window(&self) -> Result<Option<i64>, AppError> {
        let days = self.reopen_days.trim();
        if days.is_empty() {
            return Ok(None);
        }
        match days.parse() {
            Ok(days @ 0..=MOST_REOPEN_DAYS) => Ok(Some(days * Time::DAY)),
            _ => {
                let words = format!("Give a number of days from 0 to {MOST_REOPEN_DAYS}.");
                Err(AppError::invalid("reopen_days", words))
            }
        }
    }

    fn value(&self, key: &str) -> &str {
        self.values.get(key).map(String::as_str).unwrap_or_default()
    }

    /// Whether anything is written in a section that has nothing by itself.
    fn uses(&self, section: &Section) -> bool {
        let written =
            |field: &Field| field.kind.is_text() && !self.value(&section.key(field)).trim().is_empty();
        section.fields.iter().any(written)
    }
}

/// A channel's name as it is kept.
///
/// # Errors
/// If there is none, or it is too long.
pub fn name_of_channel(text: &str) -> Result<String, AppError> {
    let name = clean_line(text);
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return Err(AppError::invalid("name", format!("Give a name of at most {LONGEST_NAME} characters.")));
    }
    Ok(name)
}

/// A mail address as it is kept, if it looks like one. Whether it is one, only a mail can tell.
#[must_use]
pub fn mail_address(text: &str) -> Option<String> {
    let address = text.trim();
    let (local, domain) = address.rsplit_once('@')?;
    let is_strange = |c: char| c.is_whitespace() || c.is_control() || "()<>[]:;@\\,\"".contains(c);
    let fits = !local.is_empty()
        && !local.contains(is_strange)
        && domain.split('.').count() > 1
        && domain.split('.').all(|label| !label.is_empty() && !label.contains(is_strange))
        && address.len() <= 254;
    fits.then(|| format!("{local}@{}", domain.to_lowercase()))
}

/// A value as an object of JSON; empty for what is none.
pub fn object_of<T: Serialize>(value: &T) -> JsonObject {
    match serde_json::to_value(value) {
        Ok(Value::Object(object)) => object,
        _ => JsonObject::new(),
    }
}

/// The JSON that is kept, with what a form says about it. A secret that is left empty stays; what no field stands for
/// stays too.
///
/// # Errors
/// The first field that cannot be taken.
pub fn fill(sections: &[Section], form: &ChannelForm, mut kept: JsonObject) -> Result<JsonObject, AppError> {
    for section in sections {
        match section.object {
            None => fill_section(section, form, &mut kept)?,
            Some(object) => {
                let mut inner = match kept.remove(object) {
                    Some(Value::Object(inner)) => inner,
                    _ => JsonObject::new(),
                };
                if !section.optional || form.uses(section) {
                    fill_section(section, form, &mut inner)?;
                    kept.insert(object.to_owned(), Value::Object(inner));
                }
            }
        }
    }
    Ok(kept)
}

fn fill_section(section: &Section, form: &ChannelForm, kept: &mut JsonObject) -> Result<(), AppError> {
    for field in section.fields {
        let key = section.key(field);
        let text = form.value(&key);
        let stays = field.secret && kept.contains_key(field.name) && !form.forget.contains_key(&key);
        match read(field, text).map_err(|words| AppError::invalid(&key, words))? {
            Some(value) => {
                kept.insert(field.name.to_owned(), value);
            }
            None if stays => {}
            None if field.required => {
                return Err(AppError::invalid(&key, format!("{} is needed.", field.label)));
            }
            None => {
                kept.remove(field.name);
            }
        }
    }
    Ok(())
}

/// What a field's text means; none for an empty one.
fn read(field: &Field, text: &str) -> Result<Option<Value>, String> {
    if text.len() > LONGEST_VALUE {
        return Err("This is too long.".to_owned());
    }
    let text = match field.kind {
        FieldKind::Lines | FieldKind::List => clean_text(text),
        _ => text.trim().to_owned(),
    };
    if text.trim().is_empty() {
        return Ok(None);
    }
    match field.kind {
        FieldKind::Line if text.contains(char::is_control) => Err("This must be one line.".to_owned()),
        FieldKind::Line | FieldKind::Lines => Ok(Some(text.into())),
        FieldKind::List => {
            let items: Vec<&str> = text.lines().map(str::trim).filter(|item| !item.is_empty()).collect();
            Ok(Some(items.into()))
        }
        FieldKind::Number { most } => match text.parse::<u32>() {
            Ok(number) if number <= most => Ok(Some(number.into())),
            _ => Err(format!("Give a number from 0 to {most}.")),
        },
        FieldKind::Choice(choices) => match choices.iter().find(|(word, _)| *word == text) {
            Some((word, _)) => Ok(Some((*word).into())),
            None => Err("Choose one of the list.".to_owned()),
        },
    }
}

impl Shown {
    /// Adds what fields hold.
    fn add(&mut self, section: &Section, kept: &JsonObject) {
        for field in section.fields {
            let Some(value) = kept.get(field.name) else { continue };
            let key = section.key(field);
            if field.secret {
                self.secrets.insert(key);
            } else {
                self.values.insert(key, text_of(value));
            }
        }
    }
}

/// What the fields hold of the JSON that is kept: no secret.
#[must_use]
pub fn shown(sections: &[Section], kept: &JsonObject) -> Shown {
    let mut shown = Shown::default();
    for section in sections {
        match section.object {
            None => shown.add(section, kept),
            Some(object) => {
                if let Some(Value::Object(inner)) = kept.get(object) {
                    shown.add(section, inner);
                }
            }
        }
    }
    shown
}

/// What the fields of a new form hold.
#[must_use]
pub fn presets<'s>(sections: impl Iterator<Item = &'s Section>) -> Shown {
    let preset = |section: &Section, field: &Field| (section.key(field), field.preset.to_owned());
    let values = sections.flat_map(|section| section.fields.iter().map(move |field| preset(section, field)));
    Shown { values: values.collect(), secrets: BTreeSet::new() }
}

fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(text_of).collect::<Vec<_>>().join("\n"),
        Value::Number(number) => number.to_string(),
        Value::Bool(is_so) => is_so.to_string(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests;
