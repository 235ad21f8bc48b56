//! What the team notes about a conversation, and putting it off: tags, priority, snooze. Each is a line in the thread.
//!
//! A snooze is a time in the conversation's row, and a job of the same transaction that looks when it is due. It changes
//! neither status nor owner; the queues of work leave out what has one. It ends with the customer's next message
//! ([`Edit::step`]) and with any change of status or owner ([`Conversation::set_state`]).

use std::collections::BTreeSet;

use super::edit::Edit;
use crate::{
    domain::{AppError, Conflict, Conversation, ConversationId, Me, Priority, SystemLine, Tag, TagId, Time},
    server::{
        app::App,
        store::{conversations, tags},
    },
};

/// Nothing is put off for longer.
const LONGEST_SNOOZE: i64 = 366 * Time::DAY;

/// Puts tags on and takes tags off. What is so already stays as it is.
///
/// # Errors
/// If a tag is to be put on that is not there any more, or more than a conversation may carry.
pub(super) async fn tag(
    edit: &mut Edit,
    me: &Me,
    add: &BTreeSet<TagId>,
    remove: &BTreeSet<TagId>,
) -> Result<(), AppError> {
    let all = tags::list(&mut edit.tx).await?;
    let new: BTreeSet<TagId> = add.difference(&edit.now.tags).copied().collect();
    let gone: BTreeSet<TagId> = remove.intersection(&edit.now.tags).copied().collect();
    if !new.iter().all(|id| all.iter().any(|tag| tag.id == *id && !tag.archived)) {
        return Err(AppError::invalid("tags", "This tag is not there any more."));
    }
    if new.is_empty() && gone.is_empty() {
        return Ok(());
    }
    edit.now.tags.extend(&new);
    edit.now.tags.retain(|id| !gone.contains(id));
    if edit.now.tags.len() > Tag::MOST {
        return Err(AppError::invalid("tags", format!("{} tags is the most.", Tag::MOST)));
    }
    let said = [("added", named(&all, &new)), ("removed", named(&all, &gone))];
    let said: Vec<String> =
        said.into_iter().filter_map(|(verb, tags)| Some(format!("{verb} {}", tags?))).collect();
    edit.line(SystemLine::Tagged, &me.name, format!("{} {}", me.name, said.join(" and ")));
    Ok(())
}

/// "the tag VIP", "the tags Refund, VIP"; none if there is none.
fn named(all: &[Tag], ids: &BTreeSet<TagId>) -> Option<String> {
    let names: Vec<&str> =
        all.iter().filter(|tag| ids.contains(&tag.id)).map(|tag| tag.name.as_str()).collect();
    match names.as_slice() {
        [] => None,
        [name] => Some(format!("the tag {name}")),
        names => Some(format!("the tags {}", names.join(", "))),
    }
}

/// Says how much it matters.
pub(super) fn prioritise(edit: &mut Edit, me: &Me, priority: Priority) {
    if edit.now.priority == priority {
        return;
    }
    edit.now.priority = priority;
    let text = match priority {
        Priority::None => format!("{} took the priority away", me.name),
        other => format!("{} set the priority to {}", me.name, other.label()),
    };
    edit.line(SystemLine::Prioritised, &me.name, text);
}

/// Puts it off.
///
/// # Errors
/// If the time is past or too far, or a bot has it, or it is done.
pub(super) fn snooze(edit: &mut Edit, me: &Me, until: Time) -> Result<(), AppError> {
    if !is_within_reach(until, edit.at()) {
        return Err(AppError::invalid("until", "Choose a time within the next year."));
    }
    if !edit.now.can_be_snoozed() {
        return Err(Conflict::Status { status: edit.now.status }.into());
    }
    if edit.now.snoozed_until != Some(until) {
        edit.now.snoozed_until = Some(until);
        let text = format!("{} snoozed this until {}", me.name, in_words(until));
        edit.line(SystemLine::Snoozed, &me.name, text);
    }
    Ok(())
}

/// Whether something can be put off until then.
const fn is_within_reach(until: Time, now: Time) -> bool {
    let longer = until.since(now);
    longer > 0 && longer <= LONGEST_SNOOZE
}

/// Lets it sleep as it did before something was done that is taken back. That snooze may be over meanwhile.
pub(super) fn sleep_on(edit: &mut Edit, until: Option<Time>) {
    if edit.now.can_be_snoozed() {
        edit.now.snoozed_until = until.filter(|until| is_within_reach(*until, edit.at()));
    }
}

/// A line is the same for readers in every zone.
fn in_words(time: Time) -> String {
    let civil = time.civil(0);
    format!("{:04}-{:02}-{:02} {:02}:{:02} UTC", civil.year, civil.month, civil.day, civil.hour, civil.minute)
}

/// Ends a snooze before its time.
pub(super) fn wake(edit: &mut Edit, me: &Me) {
    if edit.now.snoozed_until.take().is_some() {
        edit.line(SystemLine::Woke, &me.name, format!("{} ended the snooze", me.name));
    }
}

/// Ends a snooze that is over. What sleeps longer by now, or is awake, is let be.
///
/// # Errors
/// If the database fails; then it is to be tried again.
pub async fn wake_due(app: &App, id: ConversationId) -> Result<(), AppError> {
    let mut tx = app.db.begin().await?;
    let at = app.clock.now();
    let is_due = |conversation: &Conversation| conversation.snoozed_until.is_some_and(|until| until <= at);
    let Some(conversation) = conversations::lock(&mut tx, id).await?.filter(is_due) else { return Ok(()) };
    let mut edit = Edit::of(tx, conversation, at);
    edit.now.snoozed_until = None;
    edit.line(SystemLine::Woke, "", "The snooze has ended".to_owned());
    edit.save(app, "woke").await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Hue;
    use uuid::Uuid;

    #[test]
    fn lines_name_tags_and_times() {
        let tag = |n: u128, name: &str| Tag {
            id: TagId(Uuid::from_u128(n)),
            name: name.into(),
            hue: Hue::Teal,
            archived: false,
        };
        let all = [tag(2, "Refund"), tag(1, "VIP")];
        let ids = |ids: &[u128]| ids.iter().map(|n| TagId(Uuid::from_u128(*n))).collect();
        assert_eq!(named(&all, &ids(&[])), None);
        assert_eq!(named(&all, &ids(&[1])).as_deref(), Some("the tag VIP"));
        assert_eq!(named(&all, &ids(&[1, 2])).as_deref(), Some("the tags Refund, VIP"));
        assert_eq!(in_words(Time(1_795_390_200 * Time::SECOND)), "2026-11-22 23:30 UTC");
    }
}
