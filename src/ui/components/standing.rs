//! Who takes work, and how much somebody has, in words and as a dot on an avatar.

use leptos::prelude::*;

use crate::domain::{Availability, Workload};

/// Whether somebody takes work, in words: `here` if they have a page open.
#[must_use]
pub const fn standing_words(availability: Availability, here: bool) -> &'static str {
    match (availability, here) {
        (Availability::Online, true) => "Online",
        (Availability::Online, false) => "Online, no page open",
        (Availability::HandingOver, _) => "Away, handing over",
        (Availability::Idle | Availability::Away, _) => "Away",
        (Availability::Offline, _) => "Offline",
    }
}

/// What somebody has in work, in words.
#[must_use]
pub fn load_words(load: Workload) -> String {
    match (load.active, load.needs_answer) {
        (0, _) => "nothing active".to_owned(),
        (active, 0) => format!("{active} active"),
        (active, 1) => format!("{active} active, 1 needs an answer"),
        (active, waiting) => format!("{active} active, {waiting} need an answer"),
    }
}

/// A dot on an avatar, filled for whoever is there to take work. The words stand beside it.
pub fn standing_dot(of: impl Fn() -> (Availability, bool) + Send + Sync + 'static) -> impl IntoView {
    let mark = move || match of() {
        (Availability::Online, false) => Availability::Offline.mark(),
        (availability, _) => availability.mark(),
    };
    view! { <span class="avatar__presence" data-availability=mark></span> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loads_are_told_in_a_few_words() {
        for (active, needs_answer, words) in [
            (0, 0, "nothing active"),
            (1, 0, "1 active"),
            (1, 1, "1 active, 1 needs an answer"),
            (7, 2, "7 active, 2 need an answer"),
        ] {
            assert_eq!(load_words(Workload { active, needs_answer }), words);
        }
    }
}
