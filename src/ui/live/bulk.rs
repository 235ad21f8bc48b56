//! What is done to several conversations at once, or to one, and taking that back.

use leptos::prelude::*;

use super::Live;
use crate::{
    api::bulk::{handle_many, undo_many},
    domain::{BulkAction, BulkItem, BulkOutcome, BulkUndo, ConversationId, ViewId, reversals},
};

/// Something just done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    pub text: String,
    pub undo: Undoing,
}

/// How to take it back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Undoing {
    Nothing,
    Bulk(Vec<BulkUndo>),
    View(ViewId),
}

impl Live {
    /// Does something to conversations.
    pub fn handle(self, ids: Vec<ConversationId>, action: BulkAction) {
        if ids.is_empty() {
            return;
        }
        self.is_handling.set(true);
        self.ask(handle_many(ids, action.clone()), move |live, answer| {
            live.is_handling.set(false);
            match answer {
                Ok(items) => live.handled(done(&action), &items),
                Err(error) => live.fail(error),
            }
        });
    }

    /// Takes back what [`Live::done`] tells of. False if there is nothing.
    pub fn undo_done(self) -> bool {
        let undo = self.done.with_untracked(|done| done.as_ref().map(|done| done.undo.clone()));
        match undo {
            None | Some(Undoing::Nothing) => return false,
            Some(Undoing::View(id)) => self.restore_view(id),
            Some(Undoing::Bulk(items)) => {
                self.ask(undo_many(items), |live, answer| match answer {
                    Ok(items) => live.handled("undone", &items),
                    Err(error) => live.fail(error),
                });
            }
        }
        self.done.set(None);
        true
    }

    pub(super) fn tell(self, done: Done) {
        self.undo.set(None);
        self.done.set(Some(done));
    }

    fn handled(self, done: &str, items: &[BulkItem]) {
        if let [BulkItem { outcome: BulkOutcome::Refused(error), .. }] = items {
            self.fail(error.clone());
            return;
        }
        let undo = match reversals(items) {
            none if none.is_empty() => Undoing::Nothing,
            some => Undoing::Bulk(some),
        };
        self.tell(Done { text: told(done, items), undo });
    }
}

/// What conversations are that an action was done to.
const fn done(action: &BulkAction) -> &'static str {
    match action {
        BulkAction::Resolve => "resolved",
        BulkAction::Take => "assigned to you",
        BulkAction::Assign(_) => "assigned",
        BulkAction::Move(_) => "moved",
        BulkAction::Tag { .. } => "tagged",
        BulkAction::Prioritise(_) => "given another priority",
        BulkAction::Snooze(_) => "snoozed",
        BulkAction::Wake => "woken",
        BulkAction::MarkRead => "marked as read",
    }
}

/// How many were done, how many were so already, and how many were not and why.
fn told(done: &str, items: &[BulkItem]) -> String {
    let (mut count, mut unchanged) = (0, 0);
    let mut refused: Vec<(String, usize)> = Vec::new();
    for item in items {
        match &item.outcome {
            BulkOutcome::Done(_) => count += 1,
            BulkOutcome::Unchanged => unchanged += 1,
            BulkOutcome::Refused(error) => {
                let words = error.to_string();
                match refused.iter_mut().find(|(known, _)| *known == words) {
                    Some((_, times)) => *times += 1,
                    None => refused.push((words, 1)),
                }
            }
        }
    }
    let mut sentences = Vec::new();
    if count > 0 || items.is_empty() {
        sentences.push(format!("{} {done}.", conversations(count)));
    }
    if unchanged > 0 {
        sentences.push(format!("{} so already.", were(unchanged)));
    }
    sentences.extend(refused.into_iter().map(|(words, times)| format!("{} not: {words}", were(times))));
    sentences.join(" ")
}

fn conversations(count: usize) -> String {
    if count == 1 { "1 conversation".to_owned() } else { format!("{count} conversations") }
}

fn were(count: usize) -> String {
    if count == 1 { "1 was".to_owned() } else { format!("{count} were") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{AppError, Conflict, OperatorId, Status};
    use uuid::Uuid;

    fn items(outcomes: Vec<BulkOutcome>) -> Vec<BulkItem> {
        let item =
            |(n, outcome): (u128, BulkOutcome)| BulkItem { id: ConversationId(Uuid::from_u128(n)), outcome };
        (1..).zip(outcomes).map(item).collect()
    }

    #[test]
    fn a_toast_says_how_many_were_done_and_why_others_were_not() {
        use BulkOutcome::{Done, Refused, Unchanged};
        let owned = || {
            let owner_id = OperatorId(Uuid::nil());
            Refused(Conflict::Owned { owner_id, owner_name: "Omar".into() }.into())
        };
        let status = || Refused(Conflict::Status { status: Status::Open }.into());
        for (outcomes, want) in [
            (vec![Done(None)], "1 conversation resolved."),
            (vec![Done(None), Done(None), Unchanged], "2 conversations resolved. 1 was so already."),
            (
                vec![Done(None), owned(), owned(), status()],
                "1 conversation resolved. 2 were not: Omar already owns this conversation. 1 was not: This is not \
                 possible while the conversation is open.",
            ),
            (vec![Unchanged, Unchanged], "2 were so already."),
            (vec![Refused(AppError::NotFound)], "1 was not: This does not exist, or you may not see it."),
        ] {
            assert_eq!(told("resolved", &items(outcomes)), want);
        }
    }
}
