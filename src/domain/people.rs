//! The people of a workspace, as those see them who look after them, and how somebody becomes one of them.

use serde::{Deserialize, Serialize};

use super::{InvitationId, Operator, OperatorId, Role, ServiceMail, Team, TeamId, Time};

/// A person and how they stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonState {
    pub operator: Operator,
    pub teams: Vec<TeamId>,
    /// When they last asked for anything, to some minutes.
    pub seen_at: Option<Time>,
    /// Whether a code is asked of them when they sign in.
    pub has_second_step: bool,
}

/// Leave for somebody to make an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    pub id: InvitationId,
    pub email: String,
    pub role: Role,
    pub teams: Vec<TeamId>,
    /// The name of who invited them.
    pub invited_by: Option<String>,
    pub expires_at: Time,
    /// The last mail with its link, if any was asked for.
    pub mail: Option<ServiceMail>,
}

/// Everybody, and who may join them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeopleList {
    /// By name, those who are disabled last.
    pub people: Vec<PersonState>,
    /// Those that nobody has used yet, newest first.
    pub invitations: Vec<Invitation>,
    pub teams: Vec<Team>,
    /// Whether there is a channel by which links can be mailed.
    pub can_mail: bool,
    /// Who asks.
    pub me: OperatorId,
    pub now: Time,
}

/// Whom to invite.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationForm {
    pub email: String,
    pub role: Role,
    pub teams: Vec<TeamId>,
    /// Whether they get the link by mail.
    #[serde(default)]
    pub mail: bool,
}

/// An address that does what it is for once. It is shown when it is made, and never again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OneTimeLink {
    pub url: String,
    pub expires_at: Time,
}

/// An invitation with the link that goes to whom it is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invited {
    pub invitation: Invitation,
    pub link: OneTimeLink,
}

/// What an invitation or a reset says to whoever follows its link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    /// With which they will sign in.
    pub email: String,
    /// Only of an invitation: who invited them.
    pub invited_by: Option<String>,
}

/// What becomes of a person's conversations when they are disabled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leaving {
    /// Those that go back to a queue.
    pub owned: i64,
    /// Those of them whose customers wait for an answer.
    pub needs_answer: i64,
    /// To which queue how many go, by the name of its team; none: to the one that everybody sees.
    pub queues: Vec<(Option<String>, i64)>,
}

impl Leaving {
    /// What happens, in sentences.
    #[must_use]
    pub fn sentences(&self, name: &str) -> Vec<String> {
        let mut sentences =
            vec![format!("{name} is signed out everywhere at once and cannot sign in again.")];
        if self.owned == 0 {
            sentences.push("No conversation in work is theirs.".to_owned());
            return sentences;
        }
        let queues: Vec<String> =
            self.queues.iter().map(|(team, count)| queue(team.as_deref(), *count)).collect();
        let (goes, whose) = if self.owned == 1 {
            ("1 conversation goes".to_owned(), "its")
        } else {
            (format!("{} conversations go", self.owned), "their")
        };
        sentences.push(format!("{goes} back to {whose} queue: {}.", queues.join(", ")));
        match self.needs_answer {
            0 => {}
            1 => sentences.push("1 customer waits for an answer.".to_owned()),
            count => sentences.push(format!("{count} customers wait for an answer.")),
        }
        sentences.push("What they wrote stays, and so does what is resolved.".to_owned());
        sentences
    }
}

fn queue(team: Option<&str>, count: i64) -> String {
    format!("{count} to {}", team.unwrap_or("everybody’s"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happens_is_said_in_numbers() {
        let leaving =
            Leaving { owned: 3, needs_answer: 1, queues: vec![(Some("Support".into()), 2), (None, 1)] };
        assert_eq!(
            leaving.sentences("Olga")[1..3],
            [
                "3 conversations go back to their queue: 2 to Support, 1 to everybody’s.",
                "1 customer waits for an answer."
            ]
        );
        let one = Leaving { owned: 1, needs_answer: 0, queues: vec![(Some("Sales".into()), 1)] };
        assert_eq!(one.sentences("Olga")[1], "1 conversation goes back to its queue: 1 to Sales.");
        let none = Leaving { owned: 0, needs_answer: 0, queues: vec![] };
        assert_eq!(none.sentences("Olga").len(), 2);
    }
}
