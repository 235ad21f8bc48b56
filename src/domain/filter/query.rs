//! How a filter stands in an address: a parameter for each condition, `status=waiting,active&waiting=15m&text=vera`.

use std::{collections::BTreeSet, fmt, str::FromStr};

use super::{Created, Filter, Listing, Minutes, Whose};
use crate::domain::{Priority, Queue, Status, Time, channel::words};

words! {
    /// What a filter can ask for, in the order in which it is shown.
    pub enum Condition {
        Status = "status",
        Channel = "channel",
        Team = "team",
        Owner = "owner",
        Tag = "tag",
        Priority = "priority",
        Waiting = "waiting",
        Created = "created",
        Text = "text",
    }
}

impl Condition {
    /// Its name for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Status => "Status",
            Self::Channel => "Channel",
            Self::Team => "Team",
            Self::Owner => "Owner",
            Self::Tag => "Tag",
            Self::Priority => "Priority",
            Self::Waiting => "Waiting longer than",
            Self::Created => "Created",
            Self::Text => "Text",
        }
    }
}

/// A condition that an address names and that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no {}", .0.as_str())]
pub struct WrongCondition(pub Condition);

/// What stands for no team.
const NO_TEAM: &str = "none";

impl Filter {
    /// A condition as an address says it; none if it is not set.
    #[must_use]
    pub fn get(&self, condition: Condition) -> Option<String> {
        let text = match condition {
            Condition::Status => joined(&self.status, |status| status.as_str().to_owned()),
            Condition::Channel => joined(&self.channel, ToString::to_string),
            Condition::Team => {
                joined(&self.team, |team| team.map_or_else(|| NO_TEAM.to_owned(), |team| team.to_string()))
            }
            Condition::Owner => joined(&self.owner, ToString::to_string),
            Condition::Tag => joined(&self.tag, ToString::to_string),
            Condition::Priority => joined(&self.priority, |priority| priority.as_str().to_owned()),
            Condition::Waiting => self.waiting.map(|minutes| minutes.to_string()).unwrap_or_default(),
            Condition::Created => self.created.map(|created| created.to_string()).unwrap_or_default(),
            Condition::Text => self.text.clone(),
        };
        (!text.is_empty()).then_some(text)
    }

    /// Sets a condition as an address says it; an empty text takes it away.
    ///
    /// # Errors
    /// If that cannot be read. Nothing has changed then.
    pub fn set(&mut self, condition: Condition, text: &str) -> Result<(), WrongCondition> {
        let wrong = || WrongCondition(condition);
        match condition {
            Condition::Status => self.status = set_of(text, Status::from_word).ok_or_else(wrong)?,
            Condition::Channel => self.channel = set_of(text, parsed).ok_or_else(wrong)?,
            Condition::Team => {
                let team = |word: &str| if word == NO_TEAM { Some(None) } else { parsed(word).map(Some) };
                self.team = set_of(text, team).ok_or_else(wrong)?;
            }
            Condition::Owner => self.owner = set_of(text, parsed).ok_or_else(wrong)?,
            Condition::Tag => self.tag = set_of(text, parsed).ok_or_else(wrong)?,
            Condition::Priority => self.priority = set_of(text, Priority::from_word).ok_or_else(wrong)?,
            Condition::Waiting => self.waiting = one(text).ok_or_else(wrong)?,
            Condition::Created => self.created = one(text).ok_or_else(wrong)?,
            Condition::Text => {
                if text.chars().count() > Self::LONGEST_TEXT {
                    return Err(wrong());
                }
                text.trim().clone_into(&mut self.text);
            }
        }
        Ok(())
    }

    /// Takes a condition away.
    pub fn clear(&mut self, condition: Condition) {
        let Self { status, channel, team, owner, tag, priority, waiting, created, text } = self;
        match condition {
            Condition::Status => status.clear(),
            Condition::Channel => channel.clear(),
            Condition::Team => team.clear(),
            Condition::Owner => owner.clear(),
            Condition::Tag => tag.clear(),
            Condition::Priority => priority.clear(),
            Condition::Waiting => *waiting = None,
            Condition::Created => *created = None,
            Condition::Text => text.clear(),
        }
    }

    /// The conditions that are set, as an address says them.
    #[must_use]
    pub fn pairs(&self) -> Vec<(Condition, String)> {
        let pair = |condition: &Condition| Some((*condition, self.get(*condition)?));
        Condition::ALL.iter().filter_map(pair).collect()
    }

    /// Reads all conditions of an address.
    ///
    /// # Errors
    /// The first that cannot be read.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Result<Self, WrongCondition> {
        let mut filter = Self::default();
        for condition in Condition::ALL {
            if let Some(text) = get(condition.as_str()) {
                filter.set(*condition, &text)?;
            }
        }
        Ok(filter)
    }
}

impl Listing {
    /// Reads an address that somebody may have written by hand: what cannot be read asks for nothing.
    #[must_use]
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Self {
        let queue = get("queue").and_then(|text| text.parse::<Queue>().ok()).unwrap_or_default();
        let mut filter = Filter::default();
        for condition in Condition::ALL {
            if let Some(text) = get(condition.as_str()) {
                // Then it is not set.
                let _ = filter.set(*condition, &text);
            }
        }
        Self { queue, filter }
    }

    /// The parameters of its address.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let queue = (self.queue != Queue::default()).then(|| ("queue", self.queue.to_string()));
        let conditions = self.filter.pairs().into_iter().map(|(condition, text)| (condition.as_str(), text));
        queue.into_iter().chain(conditions).collect()
    }
}

fn joined<T>(values: &BTreeSet<T>, text: impl Fn(&T) -> String) -> String {
    values.iter().map(text).collect::<Vec<_>>().join(",")
}

/// The values of a list with commas; none if one of them cannot be read, or if there are too many.
fn set_of<T: Ord>(text: &str, read: impl Fn(&str) -> Option<T>) -> Option<BTreeSet<T>> {
    let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
    let values: BTreeSet<T> = words.map(read).collect::<Option<_>>()?;
    (values.len() <= Filter::MOST_VALUES).then_some(values)
}

fn parsed<T: FromStr>(word: &str) -> Option<T> {
    word.parse().ok()
}

/// One value, or none where there is no text; nothing if it cannot be read.
fn one<T: FromStr>(text: &str) -> Option<Option<T>> {
    let text = text.trim();
    if text.is_empty() { Some(None) } else { parsed(text).map(Some) }
}

/// A text that is no value of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no such value")]
pub struct NoValue;

impl fmt::Display for Whose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Me => f.write_str("me"),
            Self::Nobody => f.write_str("nobody"),
            Self::Operator(id) => id.fmt(f),
        }
    }
}

impl FromStr for Whose {
    type Err = NoValue;

    fn from_str(text: &str) -> Result<Self, NoValue> {
        match text {
            "me" => Ok(Self::Me),
            "nobody" => Ok(Self::Nobody),
            id => id.parse().map(Self::Operator).map_err(|_| NoValue),
        }
    }
}

/// In the largest unit that leaves nothing over: `90m`, `2h`, `3d`.
impl fmt::Display for Minutes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.get() {
            minutes if minutes % Self::DAY == 0 => write!(f, "{}d", minutes / Self::DAY),
            minutes if minutes % Self::HOUR == 0 => write!(f, "{}h", minutes / Self::HOUR),
            minutes => write!(f, "{minutes}m"),
        }
    }
}

impl FromStr for Minutes {
    type Err = NoValue;

    fn from_str(text: &str) -> Result<Self, NoValue> {
        let unit = match text.chars().next_back() {
            Some('m') => 1,
            Some('h') => Self::HOUR,
            Some('d') => Self::DAY,
            _ => return Err(NoValue),
        };
        let digits = &text[..text.len() - 1];
        let is_number = (1..=6).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        let count: i64 = digits.parse().ok().filter(|_| is_number).ok_or(NoValue)?;
        Self::new(count * unit).ok_or(NoValue)
    }
}

/// `7d`, or two times of RFC 3339 in UTC with two dots between; either may be missing.
impl fmt::Display for Created {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Within(minutes) => minutes.fmt(f),
            Self::Between { from, to } => {
                let text = |time: &Option<Time>| time.map(Time::rfc3339).unwrap_or_default();
                write!(f, "{}..{}", text(from), text(to))
            }
        }
    }
}

impl FromStr for Created {
    type Err = NoValue;

    fn from_str(text: &str) -> Result<Self, NoValue> {
        let Some((from, to)) = text.split_once("..") else { return text.parse().map(Self::Within) };
        let time = |text: &str| match text {
            "" => Ok(None),
            text => Time::from_rfc3339(text).map(Some).ok_or(NoValue),
        };
        match (time(from)?, time(to)?) {
            (None, None) => Err(NoValue),
            (from, to) => Ok(Self::Between { from, to }),
        }
    }
}
