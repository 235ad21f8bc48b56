//! What the operator is told of: how many stands in the inbox, and which is asked for when they look.

use leptos::prelude::*;

use super::Live;
use crate::{
    api::notifications::{load_notifications, read_notifications},
    domain::{Notification, NotificationId, NotificationList},
};

impl Live {
    /// Loads the newest notifications.
    pub fn load_notices(self, list: RwSignal<Option<NotificationList>>) {
        self.ask(load_notifications(None), move |live, answer| match answer {
            Ok(loaded) => list.set(Some(loaded)),
            Err(error) => live.fail(error),
        });
    }

    /// Adds the next stretch to what is loaded.
    pub fn more_notices(self, list: RwSignal<Option<NotificationList>>) {
        let Some(behind) = list.with_untracked(|list| list.as_ref().and_then(|list| list.next)) else {
            return;
        };
        self.ask(load_notifications(Some(behind)), move |live, answer| match answer {
            Ok(more) => list.update(|list| {
                if let Some(list) = list.as_mut().filter(|list| list.next == Some(behind)) {
                    list.notifications.extend(more.notifications);
                    list.next = more.next;
                }
            }),
            Err(error) => live.fail(error),
        });
    }

    /// One of them has been read, or all. The count follows with the event.
    pub fn read_notices(self, id: Option<NotificationId>, list: RwSignal<Option<NotificationList>>) {
        list.update(|list| {
            let all = list.iter_mut().flat_map(|list| &mut list.notifications);
            for notification in all.filter(|it: &&mut Notification| id.is_none_or(|id| id == it.id)) {
                notification.is_read = true;
            }
        });
        self.ask(read_notifications(id), |live, answer| {
            if let Err(error) = answer {
                live.fail(error);
            }
        });
    }
}
