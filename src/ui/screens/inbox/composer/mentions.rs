//! Naming people and teams in a note: `@` opens a list of them.

use leptos::{ev::KeyboardEvent, prelude::*};
use uuid::Uuid;
use web_sys::HtmlTextAreaElement;

use crate::{
    domain::{Inbox, open_mention},
    ui::{
        components::{Icon, Size, avatar, icon},
        live::Live,
        screens::inbox::frame::Desk,
    },
};

/// The most that are shown at once.
const MOST: usize = 8;

/// Somebody who can be named.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Name {
    id: Uuid,
    name: String,
    about: String,
    is_team: bool,
}

/// An `@` that is being written after, and what.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Open {
    /// Where the `@` stands, in bytes.
    start: usize,
    written: String,
}

/// The list of names under the caret.
#[derive(Clone, Copy)]
pub struct Mentions {
    desk: Desk,
    open: RwSignal<Option<Open>>,
    fitting: Memo<Vec<Name>>,
    chosen: RwSignal<usize>,
    /// The `@` at which the list was closed by hand: it stays closed there.
    closed_at: StoredValue<Option<usize>>,
    /// Takes a new text, as if it had been typed.
    written: Callback<String>,
}

impl Mentions {
    /// For the composer, whose texts go to `written`.
    pub fn new(live: Live, desk: Desk, written: Callback<String>) -> Self {
        let open = RwSignal::new(None::<Open>);
        let fitting = Memo::new(move |_| {
            open.with(|open| {
                let Some(open) = open.as_ref().filter(|_| desk.note.get()) else { return Vec::new() };
                live.inbox.with(|inbox| fitting(inbox, &open.written))
            })
        });
        Self { desk, open, fitting, chosen: RwSignal::new(0), closed_at: StoredValue::new(None), written }
    }

    /// The caret is somewhere else, or something was written.
    pub fn look(self, field: &HtmlTextAreaElement) {
        let text = field.value();
        let caret = field.selection_start().ok().flatten().and_then(|at| byte_of(&text, at));
        let found = caret.and_then(|caret| open_mention(&text, caret));
        let found = found.map(|(start, written)| Open { start, written: written.to_owned() });
        let start = found.as_ref().map(|open| open.start);
        let is_closed = start.is_some() && self.closed_at.get_value() == start;
        if !is_closed {
            self.closed_at.set_value(None);
        }
        let found = found.filter(|_| !is_closed);
        if self.open.with_untracked(|open| *open != found) {
            self.chosen.set(0);
            self.open.set(found);
        }
    }

    /// The list is wanted no more.
    pub fn close(self) {
        self.open.maybe_update(|open| open.take().is_some());
    }

    /// Takes a key that is the list's. False: it is the field's.
    pub fn pressed(self, event: &KeyboardEvent) -> bool {
        let count = self.fitting.with_untracked(Vec::len);
        if count == 0 || event.is_composing() {
            return false;
        }
        let at = self.chosen.get_untracked();
        match event.key().as_str() {
            "ArrowDown" => self.chosen.set((at + 1) % count),
            "ArrowUp" => self.chosen.set((at + count - 1) % count),
            "Enter" | "Tab" if !event.shift_key() => self.choose(at),
            "Escape" => {
                let start = self.open.with_untracked(|open| open.as_ref().map(|open| open.start));
                self.closed_at.set_value(start);
                self.close();
            }
            "ArrowLeft" | "ArrowRight" | "Home" | "End" => {
                self.close();
                return false;
            }
            _ => return false,
        }
        event.prevent_default();
        event.stop_propagation();
        true
    }

    /// Whether there is somebody to choose.
    pub fn is_open(self) -> bool {
        self.fitting.with(|names| !names.is_empty())
    }

    /// The id of the name that Enter would take.
    pub fn active(self) -> Option<String> {
        self.is_open().then(|| option_id(self.chosen.get()))
    }

    /// Puts a name in place of what was written after the `@`.
    fn choose(self, place: usize) {
        let name = self.fitting.with_untracked(|names| names.get(place).map(|name| name.name.clone()));
        let open = self.open.get_untracked();
        let (Some(name), Some(open), Some(field)) = (name, open, self.desk.composer.get_untracked()) else {
            return;
        };
        let text = field.value();
        let (text, caret) = put_name(&text, &open, &name);
        field.set_value(&text);
        let caret = u32::try_from(text[..caret].encode_utf16().count()).unwrap_or(u32::MAX);
        // A caret that cannot be set is at the end.
        let _ = field.set_selection_range(caret, caret);
        self.close();
        self.written.run(text);
    }
}

/// The text with a name after the `@`, and where the caret is then, in bytes.
fn put_name(text: &str, open: &Open, name: &str) -> (String, usize) {
    let end = open.start + 1 + open.written.len();
    let before = text.get(..open.start).unwrap_or_default();
    let after = text.get(end..).unwrap_or_default();
    let gap = if after.starts_with(' ') { "" } else { " " };
    let named = format!("{before}@{name}{gap}");
    let caret = named.len() + usize::from(gap.is_empty());
    (format!("{named}{after}"), caret)
}

/// The byte at which so many UTF-16 units of a text end.
fn byte_of(text: &str, units: u32) -> Option<usize> {
    let mut left = usize::try_from(units).ok()?;
    for (at, letter) in text.char_indices() {
        if left == 0 {
            return Some(at);
        }
        left = left.checked_sub(letter.len_utf16())?;
    }
    (left == 0).then_some(text.len())
}

/// Colleagues and teams of whose names a word begins with what is written.
fn fitting(inbox: &Inbox, written: &str) -> Vec<Name> {
    let others = inbox.operators.iter().filter(|operator| operator.enabled && operator.id != inbox.me.id);
    let people = others.map(|operator| Name {
        id: operator.id.0,
        name: operator.name.clone(),
        about: operator.role.label().to_owned(),
        is_team: false,
    });
    let teams = inbox.teams.iter().map(|team| Name {
        id: team.id.0,
        name: team.name.clone(),
        about: "Team".to_owned(),
        is_team: true,
    });
    people.chain(teams).filter(|name| begins(&name.name, written)).take(MOST).collect()
}

fn begins(name: &str, written: &str) -> bool {
    let (name, written) = (name.to_lowercase(), written.to_lowercase());
    let mut starts = name.match_indices(' ').map(|(at, _)| at + 1);
    name.starts_with(&written) || starts.any(|at| name[at..].starts_with(&written))
}

fn option_id(place: usize) -> String {
    format!("mention-{place}")
}

/// The list, over the composer.
#[component]
pub fn MentionList(
    /// What it shows.
    mentions: Mentions,
) -> impl IntoView {
    let option = move |(place, name): (usize, Name)| {
        let face = if name.is_team {
            icon(Icon::Team, "icon--small").into_any()
        } else {
            avatar(name.id, &name.name, Size::Tiny, ()).into_any()
        };
        view! {
            <li
                class="menu__item"
                role="option"
                id=option_id(place)
                aria-selected=move || (mentions.chosen.get() == place).to_string()
                // The field keeps the focus.
                on:mousedown=move |event| event.prevent_default()
                on:click=move |_| mentions.choose(place)
            >
                {face}
                <span class="menu__text">
                    <bdi>{name.name}</bdi>
                </span>
                <span class="listbox__about">{name.about}</span>
            </li>
        }
    };
    move || {
        mentions.is_open().then(|| {
            let options = mentions.fitting.get().into_iter().enumerate().map(option).collect_view();
            view! {
                <ul class="listbox" role="listbox" id="mentions" aria-label="People and teams">
                    {options}
                </ul>
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{Operator, OperatorId, Role, Team, TeamId},
        ui::live::samples::inbox,
    };

    #[test]
    fn a_name_takes_the_place_of_what_was_written() {
        let open = |start, written: &str| Open { start, written: written.into() };
        for (text, open, want) in [
            ("@ol", open(0, "ol"), "@Olga |"),
            ("Ö @ol, see", open(3, "ol"), "Ö @Olga |, see"),
            ("@ol see", open(0, "ol"), "@Olga |see"),
            ("@", open(0, ""), "@Olga |"),
        ] {
            let (mut got, caret) = put_name(text, &open, "Olga");
            got.insert(caret, '|');
            assert_eq!(got, want, "{text}");
        }
    }

    #[test]
    fn carets_are_counted_as_browsers_do() {
        for (text, units, want) in [
            ("a", 0, Some(0)),
            ("a", 1, Some(1)),
            ("ä🎂b", 1, Some(2)),
            ("ä🎂b", 3, Some(6)),
            ("ä🎂b", 4, Some(7)),
            ("🎂", 1, None),
            ("a", 2, None),
        ] {
            assert_eq!(byte_of(text, units), want, "{text} {units}");
        }
    }

    #[test]
    fn colleagues_and_teams_are_offered_by_any_of_their_names() {
        let person = |number: u128, name: &str, enabled| Operator {
            id: OperatorId(Uuid::from_u128(number)),
            name: name.into(),
            email: String::new(),
            role: Role::Operator,
            enabled,
        };
        let mut inbox = inbox();
        // The first is the reader.
        inbox.operators =
            vec![person(1, "Olga", true), person(2, "Omar Olsen", true), person(3, "Old Owl", false)];
        inbox.teams = vec![Team { id: TeamId(Uuid::from_u128(9)), name: "Oldies".into() }];
        let names = |written: &str| -> Vec<String> {
            fitting(&inbox, written).into_iter().map(|name| name.name).collect()
        };
        assert_eq!(names(""), ["Omar Olsen", "Oldies"]);
        assert_eq!(names("ols"), ["Omar Olsen"]);
        assert_eq!(names("OMAR o"), ["Omar Olsen"]);
        assert!(names("omar olsen ").is_empty() && names("mar").is_empty());
    }
}
