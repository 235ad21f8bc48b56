//! Filters: what a list is narrowed to. One model serves the inbox's list, views and the HTTP API.
//!
//! [`Filter::matches`] says what a filter means; the store says the same in SQL, and a test holds the two together. How a
//! filter stands in an address is in `query`.

mod query;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub use query::{Condition, WrongCondition};

use super::{
    AppError, ChannelId, Conversation, Me, OperatorId, Priority, Queue, Status, TagId, TeamId, Time,
};

/// Whose conversations are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    /// Those of whoever looks.
    Me,
    /// Those that nobody owns.
    Nobody,
    Operator(OperatorId),
}

/// So many minutes; a year at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Minutes(i64);

impl Minutes {
    pub const HOUR: i64 = 60;
    pub const DAY: i64 = 24 * Self::HOUR;

    /// None for none, and for more than a year.
    #[must_use]
    pub const fn new(minutes: i64) -> Option<Self> {
        if minutes >= 1 && minutes <= 366 * Self::DAY { Some(Self(minutes)) } else { None }
    }

    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// So long ago.
    #[must_use]
    pub const fn before(self, now: Time) -> Time {
        now.plus(-self.0 * Time::MINUTE)
    }
}

impl TryFrom<i64> for Minutes {
    type Error = &'static str;

    fn try_from(minutes: i64) -> Result<Self, Self::Error> {
        Self::new(minutes).ok_or("from a minute to a year")
    }
}

impl From<Minutes> for i64 {
    fn from(minutes: Minutes) -> Self {
        minutes.0
    }
}

/// When a conversation began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Created {
    /// Not longer ago than this.
    Within(Minutes),
    /// From a time on, and before another; either may be missing.
    Between { from: Option<Time>, to: Option<Time> },
}

impl Created {
    /// From when on, and before when, as it is seen at a time.
    #[must_use]
    pub const fn bounds(self, now: Time) -> (Option<Time>, Option<Time>) {
        match self {
            Self::Within(minutes) => (Some(minutes.before(now)), None),
            Self::Between { from, to } => (from, to),
        }
    }
}

/// Conditions on conversations. Each that is set must be met; of several values of one, any.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub status: BTreeSet<Status>,
    /// The channel that it began on.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub channel: BTreeSet<ChannelId>,
    /// None stands for no team.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub team: BTreeSet<Option<TeamId>>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub owner: BTreeSet<Whose>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub tag: BTreeSet<TagId>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub priority: BTreeSet<Priority>,
    /// The customer has waited for a person's answer at least so long.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waiting: Option<Minutes>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<Created>,
    /// Each of its words stands in the customer's name, in the address that they write from or in the subject, in any
    /// case of letters.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
}

/// What a filter is read by: who "me" is, and when "now".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asking {
    /// None where it is no operator who asks: then nothing is theirs.
    pub me: Option<OperatorId>,
    pub now: Time,
}

impl Asking {
    /// An operator asks.
    #[must_use]
    pub const fn by(me: &Me, now: Time) -> Self {
        Self { me: Some(me.id), now }
    }
}

impl Filter {
    /// Values that one condition may have.
    pub const MOST_VALUES: usize = 50;
    /// In characters.
    pub const LONGEST_TEXT: usize = 100;

    /// Whether no condition is set: everything meets it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether what meets it changes with time alone.
    #[must_use]
    pub const fn depends_on_time(&self) -> bool {
        self.waiting.is_some() || matches!(self.created, Some(Created::Within(_)))
    }

    /// Lets through what can be asked of the database.
    ///
    /// # Errors
    /// If it asks for more than anybody chooses by hand.
    pub fn check(&self) -> Result<(), AppError> {
        let most = [self.channel.len(), self.team.len(), self.owner.len(), self.tag.len()];
        if most.into_iter().any(|count| count > Self::MOST_VALUES) {
            let words = format!("At most {} of a kind.", Self::MOST_VALUES);
            return Err(AppError::invalid("filter", words));
        }
        if self.text.chars().count() > Self::LONGEST_TEXT {
            return Err(AppError::invalid("text", format!("At most {} characters.", Self::LONGEST_TEXT)));
        }
        Ok(())
    }

    /// The words of its text, as they are compared.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        self.text.split_whitespace().map(str::to_lowercase).collect()
    }

    /// The operators that are meant, without those who own nothing.
    #[must_use]
    pub fn owners(&self, asking: &Asking) -> Vec<OperatorId> {
        let named = |whose: &Whose| match whose {
            Whose::Me => asking.me,
            Whose::Operator(id) => Some(*id),
            Whose::Nobody => None,
        };
        self.owner.iter().filter_map(named).collect()
    }

    /// Whether a conversation meets it.
    #[must_use]
    pub fn matches(&self, conversation: &Conversation, asking: &Asking) -> bool {
        any_of(&self.status, &conversation.status)
            && any_of(&self.channel, &conversation.channel_id)
            && any_of(&self.team, &conversation.team_id)
            && self.is_of_owner(conversation, asking)
            && (self.tag.is_empty() || !self.tag.is_disjoint(&conversation.tags))
            && any_of(&self.priority, &conversation.priority)
            && self.waiting.is_none_or(|minutes| {
                let since = conversation.awaiting_reply_since.filter(|_| conversation.needs_answer());
                since.is_some_and(|since| since <= minutes.before(asking.now))
            })
            && self.created.is_none_or(|created| {
                let (from, to) = created.bounds(asking.now);
                from.is_none_or(|from| conversation.created_at >= from)
                    && to.is_none_or(|to| conversation.created_at < to)
            })
            && self.has_words(conversation)
    }

    fn is_of_owner(&self, conversation: &Conversation, asking: &Asking) -> bool {
        self.owner.is_empty()
            || match conversation.owner_id {
                Some(owner) => self.owners(asking).contains(&owner),
                None => self.owner.contains(&Whose::Nobody),
            }
    }

    fn has_words(&self, conversation: &Conversation) -> bool {
        if self.text.is_empty() {
            return true;
        }
        let folded = Folded::of(conversation);
        self.words().iter().all(|word| folded.name.contains(word) || folded.about.contains(word))
    }
}

/// Whether a value is one of those that are asked for; of none, any is.
fn any_of<T: Ord>(wanted: &BTreeSet<T>, value: &T) -> bool {
    wanted.is_empty() || wanted.contains(value)
}

/// What a filter's text looks in, without the differences of upper and lower case, and cut to what an index may hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded {
    /// The customer's name.
    pub name: String,
    /// The address that they write from, and the subject.
    pub about: String,
}

impl Folded {
    /// In characters.
    const LONGEST: usize = 200;

    /// Of a conversation.
    #[must_use]
    pub fn of(conversation: &Conversation) -> Self {
        let peer = conversation.reply_route.as_ref().map_or("", |route| route.peer.as_str());
        let subject = conversation.mail.as_ref().map_or("", |mail| mail.subject.as_str());
        Self { name: Self::name(&conversation.contact_name), about: fold(&format!("{peer}\n{subject}")) }
    }

    /// Of a customer's name.
    #[must_use]
    pub fn name(name: &str) -> String {
        fold(name)
    }
}

fn fold(text: &str) -> String {
    text.to_lowercase().chars().take(Folded::LONGEST).collect()
}

/// What a list of the inbox shows: a queue, or what of it meets a filter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    pub queue: Queue,
    #[serde(default, skip_serializing_if = "Filter::is_empty")]
    pub filter: Filter,
}

impl From<Queue> for Listing {
    fn from(queue: Queue) -> Self {
        Self { queue, filter: Filter::default() }
    }
}

#[cfg(test)]
mod tests;
