//! Looking again at what changes by itself, where nothing tells of it.

use std::time::Duration;

use leptos::prelude::*;

/// The longest pause doubles so often from a second on.
const MOST_DOUBLINGS: u32 = 5;

/// Looks again as long as something waits, soon at first and then more and more seldom. Whoever looks sets what `waits`
/// reads, so that it is asked anew.
pub fn look_while(waits: impl Fn() -> bool + 'static, look: impl Fn() + Copy + 'static) {
    Effect::new(move |looks: Option<u32>| {
        if !waits() {
            return 0;
        }
        let looks = looks.unwrap_or_default();
        let pause = Duration::from_secs(1 << looks.min(MOST_DOUBLINGS));
        if let Ok(timer) = set_timeout_with_handle(look, pause) {
            on_cleanup(move || timer.clear());
        }
        looks + 1
    });
}
