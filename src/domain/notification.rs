//! What an operator is told of besides what is on their screen, and what they want to be told of.

use serde::{Deserialize, Serialize};

use super::{ConversationId, NotificationId, Time, channel::words};

words! {
    /// Why somebody is told.
    pub enum NotificationKind {
        Mention = "mention",
        TeamMention = "team_mention",
        NewInQueue = "new_in_queue",
        ReplyInMine = "reply_in_mine",
    }
}

words! {
    /// What somebody may want to be told of.
    pub enum NotificationRule {
        Mentions = "mentions",
        NewInQueue = "new_in_queue",
        ReplyInMine = "reply_in_mine",
    }
}

impl NotificationRule {
    /// Whether it holds for whoever has said nothing about it.
    #[must_use]
    pub const fn usual(self) -> bool {
        matches!(self, Self::Mentions)
    }

    /// Its name for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Mentions => "Mentions",
            Self::NewInQueue => "New in my queue",
            Self::ReplyInMine => "A reply in mine",
        }
    }

    /// What it is about.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Self::Mentions => "A colleague names you, or a team of yours, in a note.",
            Self::NewInQueue => "A conversation waits for a person in one of your teams, or in no team.",
            Self::ReplyInMine => "A customer writes in a conversation that you own.",
        }
    }
}

/// Something that an operator is told of. It leads to a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    pub id: NotificationId,
    pub kind: NotificationKind,
    pub conversation_id: ConversationId,
    pub seq: i64,
    /// What the conversation's contact is called; none: the conversation has passed out of the reader's sight.
    pub contact_name: Option<String>,
    /// Who did it.
    pub by_name: String,
    /// The team that was meant.
    pub team_name: Option<String>,
    /// How the message begins.
    pub excerpt: String,
    pub created_at: Time,
    pub is_read: bool,
}

impl Notification {
    /// Those of one page of the list.
    pub const PAGE: usize = 30;
    /// Characters of an excerpt.
    pub const EXCERPT: usize = 140;

    /// Why its reader got it.
    #[must_use]
    pub fn why(&self) -> String {
        let team = self.team_name.as_deref();
        match (self.kind, team) {
            (NotificationKind::Mention, _) => format!("{} mentioned you", self.by_name),
            (NotificationKind::TeamMention, Some(team)) => {
                format!("{} mentioned {team}, and you are in it", self.by_name)
            }
            (NotificationKind::TeamMention, None) => format!("{} mentioned a team of yours", self.by_name),
            (NotificationKind::NewInQueue, Some(team)) => {
                format!("New in {team}, which you asked to be told of")
            }
            (NotificationKind::NewInQueue, None) => {
                "New in no team, which you asked to be told of".to_owned()
            }
            (NotificationKind::ReplyInMine, _) => {
                "A reply in a conversation that you own, which you asked to be told of".to_owned()
            }
        }
    }

    /// The same without what only those may read who see the conversation.
    #[must_use]
    pub fn out_of_sight(self) -> Self {
        Self { contact_name: None, excerpt: String::new(), ..self }
    }
}

/// A stretch of somebody's notifications, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotificationList {
    pub notifications: Vec<Notification>,
    /// Behind which one the next stretch begins, if there is more.
    pub next: Option<NotificationId>,
    pub now: Time,
}

/// What somebody wants to be told of: every rule, and whether it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotificationRules(pub Vec<(NotificationRule, bool)>);

impl NotificationRules {
    /// The rules for somebody who has said so much about them.
    #[must_use]
    pub fn of(said: &[(NotificationRule, bool)]) -> Self {
        let holds = |rule: NotificationRule| {
            said.iter().find(|(said, _)| *said == rule).map_or(rule.usual(), |(_, holds)| *holds)
        };
        Self(NotificationRule::ALL.iter().map(|rule| (*rule, holds(*rule))).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn each_says_why_it_came() {
        let told = |kind, team: Option<&str>| {
            Notification {
                id: NotificationId(Uuid::nil()),
                kind,
                conversation_id: ConversationId(Uuid::nil()),
                seq: 1,
                contact_name: Some("Vera".into()),
                by_name: "Ann".into(),
                team_name: team.map(str::to_owned),
                excerpt: "Look".into(),
                created_at: Time(0),
                is_read: false,
            }
            .why()
        };
        assert_eq!(told(NotificationKind::Mention, None), "Ann mentioned you");
        let by_team = told(NotificationKind::TeamMention, Some("Support"));
        assert_eq!(by_team, "Ann mentioned Support, and you are in it");
        assert!(told(NotificationKind::NewInQueue, Some("Sales")).starts_with("New in Sales"));
    }

    #[test]
    fn what_nobody_said_anything_about_is_as_usual() {
        use NotificationRule::{Mentions, NewInQueue, ReplyInMine};
        assert_eq!(
            NotificationRules::of(&[(Mentions, false), (ReplyInMine, true)]).0,
            [(Mentions, false), (NewInQueue, false), (ReplyInMine, true)]
        );
        assert_eq!(NotificationRules::of(&[]).0[0], (Mentions, true));
    }
}
