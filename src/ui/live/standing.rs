//! Whether this operator takes work: as they choose, and by itself when nobody touches this browser; and who else has a
//! page open.

use std::{collections::BTreeSet, time::Duration};

use leptos::{ev, prelude::*};

use super::Live;
use crate::{
    api::availability::{set_availability, set_idle},
    domain::{Availability, Inbox, OperatorId, Time},
    ui::{activity, browser},
};

/// Whoever has not touched the browser for so long is away.
const QUIET: i64 = 5 * Time::MINUTE;
const LOOK: Duration = Duration::from_secs(15);

impl Live {
    /// Whether this operator takes work.
    #[must_use]
    pub fn availability(self) -> Availability {
        self.inbox.with(mine)
    }

    /// Chooses whether this operator takes work. It shows at once, and is taken back if the server refuses.
    pub fn choose_availability(self, choice: Availability) {
        let before = self.inbox.with_untracked(mine);
        self.show_availability(choice);
        self.ask(set_availability(choice), move |live, answer| {
            if let Err(error) = answer {
                if live.inbox.with_untracked(mine) == choice {
                    live.show_availability(before);
                }
                live.fail(error);
            }
        });
    }

    fn show_availability(self, availability: Availability) {
        self.inbox.update(|inbox| inbox.staff.set_availability(inbox.me.id, availability));
    }

    /// Others have come, or have gone.
    pub(super) fn show_here(self, operators: BTreeSet<OperatorId>) {
        self.inbox.maybe_update(|inbox| {
            let is_news = inbox.staff.here != operators;
            inbox.staff.here = operators;
            is_news
        });
    }

    /// Tells the server when this operator goes away without a word, and at once when they are back.
    pub(super) fn watch_idleness(self) {
        let telling = StoredValue::new(false);
        let look = move || {
            if let Some(last) = activity::last().filter(|_| !self.is_gone()) {
                self.tell_idle(browser::now().since(last) >= QUIET, telling);
            }
        };
        let back = move || {
            if !self.is_gone() {
                self.tell_idle(false, telling);
            }
        };
        let tick = set_interval_with_handle(look, LOOK).ok();
        let handles = [
            window_event_listener(ev::keydown, move |_| back()),
            window_event_listener(ev::pointerdown, move |_| back()),
        ];
        on_cleanup(move || {
            if let Some(tick) = tick {
                tick.clear();
            }
            for handle in handles {
                handle.remove();
            }
        });
    }

    /// One telling at a time. What could not be told is told when it is looked at again.
    fn tell_idle(self, idle: bool, telling: StoredValue<bool>) {
        let now = self.inbox.with_untracked(mine);
        if now.by_itself(idle) == now || telling.get_value() {
            return;
        }
        telling.set_value(true);
        self.ask(set_idle(idle), move |_, _| telling.set_value(false));
    }
}

/// Whether whoever looks takes work.
fn mine(inbox: &Inbox) -> Availability {
    inbox.staff.availability(inbox.me.id)
}
