//! Whether a message can leave by a channel, and why not: what the composer says is what the server does.

use super::{Channel, ReplyRoute};

/// Why nothing can be sent by a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoWay {
    /// Nobody carries its messages.
    Unconnected,
    SwitchedOff,
    /// The customer has not written by it.
    Nowhere,
    /// The customer asked for no more messages by this route.
    OptedOut(ReplyRoute),
}

/// From where and to where a message leaves by a channel that a provider carries. The first thing that is in its way
/// counts: what comes after it may not be known.
///
/// # Errors
/// Why it cannot leave.
pub fn leave_by(
    channel: &Channel,
    route: Option<ReplyRoute>,
    is_opted_out: bool,
) -> Result<ReplyRoute, NoWay> {
    if !channel.connected {
        return Err(NoWay::Unconnected);
    }
    if !channel.enabled {
        return Err(NoWay::SwitchedOff);
    }
    let route = route.ok_or(NoWay::Nowhere)?;
    if is_opted_out { Err(NoWay::OptedOut(route)) } else { Ok(route) }
}

impl NoWay {
    /// What is in the way, as a sentence without its full stop.
    #[must_use]
    pub fn what(&self, channel: &Channel) -> String {
        let Channel { name, kind, .. } = channel;
        match self {
            Self::Unconnected => format!("{name} has no provider connected"),
            Self::SwitchedOff => format!("{name} is switched off"),
            Self::Nowhere => format!("{name} knows no address of this customer"),
            Self::OptedOut(route) => {
                let (peer, ours) = (kind.shown(&route.peer), kind.shown(&route.ours));
                format!("{peer} asked for no more messages from {ours}")
            }
        }
    }

    /// What would change that.
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::Unconnected => "Nothing can be sent until a provider is connected.",
            Self::SwitchedOff => "Nothing can be sent until it is switched on.",
            Self::Nowhere => "Nothing can be sent until this customer has written by it.",
            Self::OptedOut(_) => "They can undo that by writing START.",
        }
    }

    /// Both.
    #[must_use]
    pub fn sentence(&self, channel: &Channel) -> String {
        format!("{}. {}", self.what(channel), self.remedy())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ChannelId, ChannelKind};
    use uuid::Uuid;

    #[test]
    fn the_first_thing_in_the_way_counts() {
        let channel = |connected, enabled| Channel {
            id: ChannelId(Uuid::nil()),
            kind: ChannelKind::Sms,
            name: "Shop line".into(),
            hue: None,
            team_id: None,
            enabled,
            connected,
            address: String::new(),
        };
        let route = ReplyRoute { ours: "+15550100".into(), peer: "+14155550123".into() };
        for (channel, there, is_opted_out, want) in [
            (channel(true, true), true, false, Ok(route.clone())),
            (channel(false, false), false, false, Err(NoWay::Unconnected)),
            (channel(true, false), false, false, Err(NoWay::SwitchedOff)),
            (channel(true, true), false, false, Err(NoWay::Nowhere)),
            (channel(true, true), true, true, Err(NoWay::OptedOut(route.clone()))),
        ] {
            assert_eq!(leave_by(&channel, there.then(|| route.clone()), is_opted_out), want);
        }
        assert_eq!(
            NoWay::OptedOut(route).sentence(&channel(true, true)),
            "+1 415 555 0123 asked for no more messages from +1 555 0100. They can undo that by writing START."
        );
    }
}
