//! When somebody last touched this browser, in whichever tab and on whichever page of ours.

use leptos::{ev, prelude::*};

use super::browser;
use crate::domain::Time;

/// Under which it is kept, for all tabs.
const KEPT: &str = "live-operator:touched";
/// Touches within so long are noted once.
const TOGETHER: i64 = 5 * Time::SECOND;

/// Notes touches from now on; a page that is loaded is one.
pub fn watch() {
    Effect::new(|_| {
        let noted = StoredValue::new(Time(0));
        let note = move || {
            let now = browser::now();
            if noted.try_get_value().is_some_and(|noted| now.since(noted) >= TOGETHER) {
                noted.set_value(now);
                browser::remember_for_good(KEPT, &now.0.to_string());
            }
        };
        note();
        let handles = [
            window_event_listener(ev::keydown, move |_| note()),
            window_event_listener(ev::pointerdown, move |_| note()),
            window_event_listener(ev::pointermove, move |_| note()),
            window_event_listener(ev::wheel, move |_| note()),
        ];
        on_cleanup(move || {
            for handle in handles {
                handle.remove();
            }
        });
    });
}

/// None where the browser keeps nothing: then nobody knows.
#[must_use]
pub fn last() -> Option<Time> {
    browser::recall_for_good(KEPT)?.parse().ok().map(Time)
}
