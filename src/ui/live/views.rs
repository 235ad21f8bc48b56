//! Views, and what of a list changes with time alone.

use std::time::Duration;

use leptos::prelude::*;

use super::{Done, Live, Undoing};
use crate::{
    api::views::{count_views, delete_view, restore_view, save_view},
    domain::{AppError, Listing, View, ViewForm, ViewId},
    ui::browser,
};

/// Views are counted no more often than this.
const COUNTED_EVERY: Duration = Duration::from_secs(10);
/// A filter that asks for times is read anew this often.
const READ_EVERY: Duration = Duration::from_secs(60);

impl Live {
    /// Saves a new view, or changes the one with this id.
    pub fn save_view(
        self,
        id: Option<ViewId>,
        form: ViewForm,
        then: impl FnOnce(Result<View, AppError>) + 'static,
    ) {
        self.ask(save_view(id, form), move |_, answer| then(answer));
    }

    /// Makes a view what is shown.
    pub fn save_changes(self, view: &View, listing: Listing) {
        let text = format!("View “{}” saved.", view.name);
        let form = ViewForm { name: view.name.clone(), audience: view.audience, listing };
        self.ask(save_view(Some(view.id), form), move |live, answer| match answer {
            Ok(_) => live.tell(Done { text, undo: Undoing::Nothing }),
            Err(error) => live.fail(error),
        });
    }

    /// Deletes a view. It can be had back.
    pub fn delete_view(self, view: &View) {
        let (id, text) = (view.id, format!("View “{}” deleted.", view.name));
        self.ask(delete_view(id), move |live, answer| match answer {
            Ok(()) => live.tell(Done { text, undo: Undoing::View(id) }),
            Err(error) => live.fail(error),
        });
    }

    pub(super) fn restore_view(self, id: ViewId) {
        self.ask(restore_view(id), |live, answer| {
            if let Err(error) = answer {
                live.fail(error);
            }
        });
    }

    /// Counts what stands in the views. Numbers that cannot be had stay as they were.
    pub(super) fn count_views(self) {
        if self.inbox.with_untracked(|inbox| inbox.views.is_empty()) {
            return;
        }
        self.ask(count_views(), |live, answer| {
            if let Ok(counts) = answer {
                live.view_counts.set(counts.into_iter().collect());
            }
        });
    }

    /// Something has changed that may change the numbers: they are counted in a while.
    pub(super) fn count_views_soon(self) {
        if self.inbox.with_untracked(|inbox| inbox.views.is_empty()) {
            return;
        }
        let is_first = self.counting.try_update_value(|counting| !std::mem::replace(counting, true));
        if is_first == Some(true) {
            self.later(COUNTED_EVERY, Self::count_views_if_seen);
        }
    }

    fn count_views_if_seen(self) {
        self.counting.set_value(false);
        if browser::is_visible() {
            self.count_views();
        } else {
            self.count_views_soon();
        }
    }

    /// From time to time reads a filter anew that more or fewer meet with time alone.
    pub(super) fn watch_time(self) {
        self.later(READ_EVERY, |live| {
            let depends = live.inbox.with_untracked(|inbox| inbox.filter.depends_on_time());
            if depends && browser::is_visible() {
                live.read_filter_anew();
            }
            live.watch_time();
        });
    }
}
