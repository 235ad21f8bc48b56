//! What is done to many conversations at once, and taking that back.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

use super::{
    AppError, Conversation, ConversationId, Deed, OperatorId, Priority, ReadMark, Status, TagId, TeamId, Time,
};

/// The most conversations that can be handled at once.
pub const MOST_AT_ONCE: usize = 100;

/// What can be done to several conversations, or to one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BulkAction {
    Resolve,
    /// Becomes the owner: claims what nobody owns, and has a colleague's assigned to oneself if the role allows it.
    Take,
    /// Gives it to a colleague who can take it.
    Assign(OperatorId),
    /// Gives it to a team.
    Move(TeamId),
    Tag {
        add: BTreeSet<TagId>,
        remove: BTreeSet<TagId>,
    },
    Prioritise(Priority),
    Snooze(Time),
    /// Ends a snooze.
    Wake,
    MarkRead,
}

impl BulkAction {
    /// What whoever does it must be allowed to.
    #[must_use]
    pub const fn deed(&self) -> Deed {
        match self {
            Self::Resolve => Deed::Resolve,
            Self::Assign(_) => Deed::Assign,
            Self::Move(_) => Deed::Move,
            Self::Snooze(_) | Self::Wake => Deed::Snooze,
            Self::Take | Self::Tag { .. } | Self::Prioritise(_) | Self::MarkRead => Deed::Work,
        }
    }
}

/// How to take something back, and what must still be so for that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reversal {
    /// As long as it is the same resolution: with the wait that it ended, and the snooze. It is a reopening like any other:
    /// what a bot had comes to the queue.
    Resolved { at: Time, awaiting_reply_since: Option<Time>, snoozed_until: Option<Time> },
    /// As long as nothing has been said or done since the line with this number.
    Taken { seq: i64, from: Before, snoozed_until: Option<Time> },
    /// As long as nothing has been said or done since the line with this number. Whose it was, and which team's, is kept
    /// with that; but not that it was an AI's, nor that it slept.
    HandedOn { seq: i64, was_ais: bool, snoozed_until: Option<Time> },
    /// These are taken off, or put on again, wherever they are not already.
    Tagged { added: BTreeSet<TagId>, removed: BTreeSet<TagId> },
    /// As long as it has the priority that it was given.
    Prioritised { from: Priority, to: Priority },
    /// As long as it sleeps until then, or is awake.
    Snoozed { from: Option<Time>, to: Option<Time> },
    /// As long as the mark has not moved on.
    Read { from: ReadMark, to: ReadMark },
}

/// Who had a conversation before somebody took it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Before {
    Queue,
    Bot,
    Colleague(OperatorId),
}

impl Reversal {
    /// What takes a change of a conversation back; none if nothing of it can be or has to be.
    #[must_use]
    pub fn of(action: &BulkAction, was: &Conversation, is: &Conversation) -> Option<Self> {
        if was == is {
            return None;
        }
        match action {
            BulkAction::Resolve => Some(Self::Resolved {
                at: is.resolved_at?,
                awaiting_reply_since: was.awaiting_reply_since,
                snoozed_until: was.snoozed_until,
            }),
            BulkAction::Take => Some(Self::Taken {
                seq: is.last_seq,
                from: match (was.status, was.owner_id) {
                    (Status::Open, _) => Before::Bot,
                    (_, Some(owner)) => Before::Colleague(owner),
                    (_, None) => Before::Queue,
                },
                snoozed_until: was.snoozed_until,
            }),
            BulkAction::Assign(_) | BulkAction::Move(_) => Some(Self::HandedOn {
                seq: is.last_seq,
                was_ais: was.status == Status::Open && is.status != Status::Open,
                snoozed_until: was.snoozed_until,
            }),
            BulkAction::Tag { .. } => Some(Self::Tagged {
                added: is.tags.difference(&was.tags).copied().collect(),
                removed: was.tags.difference(&is.tags).copied().collect(),
            }),
            BulkAction::Prioritise(_) => Some(Self::Prioritised { from: was.priority, to: is.priority }),
            BulkAction::Snooze(_) | BulkAction::Wake => {
                Some(Self::Snoozed { from: was.snoozed_until, to: is.snoozed_until })
            }
            BulkAction::MarkRead => None,
        }
    }

    /// What whoever takes it back must be allowed to.
    #[must_use]
    pub const fn deed(&self) -> Deed {
        match self {
            Self::Resolved { .. } => Deed::Reopen,
            Self::Snoozed { .. } => Deed::Snooze,
            // What was taken is given away by its owner alone; what was handed on is taken back by whoever did that, which
            // is asked of the thread.
            Self::Taken { .. }
            | Self::HandedOn { .. }
            | Self::Tagged { .. }
            | Self::Prioritised { .. }
            | Self::Read { .. } => Deed::Work,
        }
    }
}

/// What became of one conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BulkOutcome {
    /// With how to take it back, if it can be.
    Done(Option<Reversal>),
    /// It was so already.
    Unchanged,
    Refused(AppError),
}

/// One of those that were handled together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkItem {
    pub id: ConversationId,
    pub outcome: BulkOutcome,
}

/// What is to be taken back of one conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkUndo {
    pub id: ConversationId,
    pub reversal: Reversal,
}

/// What can be taken back of what was done.
#[must_use]
pub fn reversals(items: &[BulkItem]) -> Vec<BulkUndo> {
    let undo = |item: &BulkItem| match &item.outcome {
        BulkOutcome::Done(Some(reversal)) => Some(BulkUndo { id: item.id, reversal: reversal.clone() }),
        _ => None,
    };
    items.iter().filter_map(undo).collect()
}
