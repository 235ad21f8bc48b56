//! Calling the operator: a sound, and a notification on the desktop, where this browser is to. Only the tab that leads
//! calls, so that one tab rings and not all.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::Live;
use crate::{
    domain::{Notification, Time},
    routes,
    ui::{browser, page_data},
};

/// What happened longer ago is in the list, but rings no more: the computer may have slept.
const FRESH: i64 = 2 * Time::MINUTE;
const KEY: &str = "live-operator-rings";

/// What this browser does when its operator is told of something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rings {
    #[serde(default)]
    pub sound: bool,
    #[serde(default)]
    pub desktop: bool,
}

impl Rings {
    /// What was kept; nothing rings of itself.
    #[must_use]
    pub fn recall() -> Self {
        let kept = browser::recall_for_good(KEY);
        kept.and_then(|text| page_data::read(&text).ok()).unwrap_or_default()
    }

    /// Keeps it in this browser.
    pub fn keep(self) {
        if let Ok(text) = serde_json::to_string(&self) {
            browser::remember_for_good(KEY, &text);
        }
    }

    /// What rings for something that happened then, if the operator is looking at it or is not.
    const fn at(self, created_at: Time, now: Time, is_looked_at: bool) -> Self {
        let is_wanted = now.since(created_at) <= FRESH && !is_looked_at;
        Self { sound: self.sound && is_wanted, desktop: self.desktop && is_wanted }
    }
}

impl Live {
    /// The operator is told of something.
    pub(super) fn ring(self, notification: &Notification) {
        let is_looked_at = browser::is_visible() && self.open_id() == Some(notification.conversation_id);
        let rings = Rings::recall().at(notification.created_at, browser::now(), is_looked_at);
        if rings.sound {
            browser::chime();
        }
        if rings.desktop {
            let title = notification.contact_name.as_deref().unwrap_or("Live Operator");
            let text = format!("{}\n{}", notification.why(), notification.excerpt);
            let path = routes::message(notification.conversation_id, notification.seq);
            let tag = notification.conversation_id.to_string();
            browser::show_on_desktop(title, &text, &tag, move || {
                // The screen may be gone.
                self.called_to.try_set(Some(path));
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_old_or_in_sight_rings_no_more() {
        let rings = Rings { sound: true, desktop: true };
        let now = Time(10 * FRESH);
        assert_eq!(rings.at(now, now, false), rings);
        assert_eq!(rings.at(now.plus(-FRESH), now, false), rings);
        assert_eq!(rings.at(now.plus(-FRESH - 1), now, false), Rings::default());
        assert_eq!(rings.at(now, now, true), Rings::default());
        let silent = Rings { sound: false, ..rings };
        assert_eq!(silent.at(now, now, false), silent);
    }
}
