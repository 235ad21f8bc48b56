//! Channels: the configured source apps.

use serde::{Deserialize, Serialize};

use super::{ChannelId, TeamId};

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
}
