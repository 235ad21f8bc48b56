//! Says aloud what changes: not each number as it moves, but now and then how it stands.

use std::time::Duration;

use leptos::prelude::*;

use super::count::{count, oldest};
use crate::{
    domain::{Load, Scope},
    ui::{components::WallClock, live::Live},
};

/// So long after the first change it is said; what changes until then is said with it.
const PAUSE: Duration = Duration::from_secs(5);

/// Tells readers of the screen who cannot see it how many wait, when that has changed.
#[component]
pub fn Announcer() -> impl IntoView {
    let live = expect_context::<Live>();
    let clock = expect_context::<WallClock>();
    let waiting = count(live, Scope::All, Load::NeedsAnswer);
    let first = oldest(live, Scope::All);
    let said = RwSignal::new(String::new());
    let is_planned = StoredValue::new(false);
    Effect::new(move |before: Option<i64>| {
        let now = waiting.get();
        let is_news = before.is_some_and(|before| before != now);
        if is_news && !is_planned.get_value() {
            is_planned.set_value(true);
            let say = move || {
                // None of this is there any more once the page is left.
                if is_planned.try_set_value(false).is_none() {
                    let wait = untrack(|| first.get().label(clock.now()));
                    said.set(sentence(waiting.get_untracked(), &wait));
                }
            };
            set_timeout(say, PAUSE);
        }
        now
    });
    view! {
        <p class="visually-hidden" role="status" data-testid="announced">
            {move || said.get()}
        </p>
    }
}

fn sentence(waiting: i64, oldest: &str) -> String {
    match waiting {
        0 => "Nobody waits".to_owned(),
        1 => format!("1 customer waits, {oldest}"),
        _ => format!("{waiting} customers wait, the longest {oldest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::sentence;

    #[test]
    fn how_it_stands_in_a_sentence() {
        assert_eq!(sentence(0, "–"), "Nobody waits");
        assert_eq!(sentence(1, "3 min"), "1 customer waits, 3 min");
        assert_eq!(sentence(12, "2 h"), "12 customers wait, the longest 2 h");
    }
}
