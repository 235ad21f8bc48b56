//! Channels: the configured source apps.

use serde::{Deserialize, Serialize};

use super::{ChannelId, TeamId, Time};

/// Declares an enum that is stored and sent as a fixed word.
macro_rules! words {
    ($(#[$doc:meta])* $vis:vis enum $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        $vis enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant),+ }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word in the schema, in attributes and on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The value of a word.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}
pub(crate) use words;

words! {
    /// What sort of source app a channel is.
    pub enum ChannelKind {
        Chatbot = "chatbot",
        LiveChat = "live_chat",
        Sms = "sms",
        Email = "email",
    }
}

impl ChannelKind {
    /// Its name for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Chatbot => "AI chatbot",
            Self::LiveChat => "Live chat",
            Self::Sms => "SMS",
            Self::Email => "Email",
        }
    }

    /// Whether the customer sits in front of a live session, where typing marks make sense.
    #[must_use]
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Chatbot | Self::LiveChat)
    }

    /// An address of this kind as people read it: a number of the North American plan in groups, all else as it is.
    #[must_use]
    pub fn shown(self, address: &str) -> String {
        match self {
            Self::Sms => grouped(address),
            Self::Chatbot | Self::LiveChat | Self::Email => address.to_owned(),
        }
    }
}

/// "+1 415 555 0123"; also "+1 555 0100", as numbers are that nobody has.
fn grouped(number: &str) -> String {
    let digits = number.strip_prefix("+1").filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    match digits.map(|digits| (digits, digits.len())) {
        Some((digits, 10)) => format!("+1 {} {} {}", &digits[..3], &digits[3..6], &digits[6..]),
        Some((digits, 7)) => format!("+1 {} {}", &digits[..3], &digits[3..]),
        _ => number.to_owned(),
    }
}

words! {
    /// The colours that a channel can wear.
    pub enum Hue {
        Amber = "amber",
        Orange = "orange",
        Red = "red",
        Pink = "pink",
        Magenta = "magenta",
        Violet = "violet",
        Indigo = "indigo",
        Blue = "blue",
        Cyan = "cyan",
        Teal = "teal",
        Green = "green",
        Slate = "slate",
    }
}

impl Hue {
    /// As sRGB hex, for the widget, which has to blend with pages that are not ours.
    #[must_use]
    pub const fn hex(self) -> &'static str {
        match self {
            Self::Amber => "#b45309",
            Self::Orange => "#c2410c",
            Self::Red => "#dc2626",
            Self::Pink => "#db2777",
            Self::Magenta => "#a21caf",
            Self::Violet => "#7c3aed",
            Self::Indigo => "#4f46e5",
            Self::Blue => "#2563eb",
            Self::Cyan => "#0e7490",
            Self::Teal => "#0f766e",
            Self::Green => "#15803d",
            Self::Slate => "#475569",
        }
    }
}

words! {
    /// Whether the widget asks for a name and an email address before the first message.
    pub enum Prechat {
        None = "none",
        Optional = "optional",
        Required = "required",
    }
}

/// A channel as every operator may know it: no credentials.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Channel {
    pub id: ChannelId,
    pub kind: ChannelKind,
    pub name: String,
    /// Overrides the colour of its kind.
    pub hue: Option<Hue>,
    /// Where its new conversations go.
    pub team_id: Option<TeamId>,
    pub enabled: bool,
    /// Whether there is somebody to carry what is sent: a provider, or the live session itself.
    pub connected: bool,
    /// The address that customers write to, and that replies leave from; empty where a live session carries both.
    pub address: String,
}

impl Channel {
    /// The channel by which somebody is mailed who wrote by another: one of the team's own, else any that works.
    #[must_use]
    pub fn for_mail(channels: &[Self], team: Option<TeamId>) -> Option<&Self> {
        let works =
            |channel: &&Self| channel.kind == ChannelKind::Email && channel.enabled && channel.connected;
        let mut works = channels.iter().filter(works);
        works.clone().find(|channel| channel.team_id == team).or_else(|| works.next())
    }
}

/// How a channel has been doing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelHealth {
    pub last_sent_at: Option<Time>,
    pub last_received_at: Option<Time>,
    /// Its provider takes nothing since then.
    pub failing_since: Option<Time>,
    /// The provider's latest words about that.
    pub failing_words: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_where_the_groups_are_known() {
        for (number, shown) in [
            ("+14155550123", "+1 415 555 0123"),
            ("+15550100", "+1 555 0100"),
            ("+447700900123", "+447700900123"),
            ("+1415555012", "+1415555012"),
            ("+1 415 555 0123", "+1 415 555 0123"),
            ("+1४१५५५५", "+1४१५५५५"),
            ("22000", "22000"),
            ("ACME", "ACME"),
            ("", ""),
        ] {
            assert_eq!(ChannelKind::Sms.shown(number), shown);
        }
        assert_eq!(ChannelKind::Email.shown("+15550100"), "+15550100");
    }
}
