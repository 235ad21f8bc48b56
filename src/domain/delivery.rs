//! Deliveries: how far a message has got on its way to the customer.

use serde::{Deserialize, Serialize};

use super::{Time, channel::words};

words! {
    /// How far an operator's or a bot's message has got on its way out.
    pub enum DeliveryState {
        Queued = "queued",
        Sending = "sending",
        Sent = "sent",
        Delivered = "delivered",
        Read = "read",
        Failed = "failed",
        /// The provider may have taken it, or may not: it is never sent again by itself.
        Unconfirmed = "unconfirmed",
        Cancelled = "cancelled",
    }
}

impl DeliveryState {
    /// In words, as it stands under a message.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Queued => "Queued",
            Self::Sending => "Sending",
            Self::Sent => "Sent",
            Self::Delivered => "Delivered",
            Self::Read => "Read",
            Self::Failed => "Failed",
            Self::Unconfirmed => "Unconfirmed",
            Self::Cancelled => "Cancelled",
        }
    }

    /// The state once a provider has reported another. Reports come repeatedly and in any order: what has arrived has
    /// arrived, and what has failed has not been "sent".
    #[must_use]
    pub const fn after_report(self, reported: Self) -> Self {
        if reported.rank() > self.rank() { reported } else { self }
    }

    /// How sure a report is. Equal ranks do not replace each other.
    const fn rank(self) -> u8 {
        match self {
            Self::Queued => 0,
            Self::Sending => 1,
            Self::Unconfirmed => 2,
            Self::Sent => 3,
            Self::Cancelled | Self::Failed => 4,
            Self::Delivered => 5,
            Self::Read => 6,
        }
    }

    /// Whether it has come to rest where somebody has to look.
    #[must_use]
    pub const fn needs_somebody(self) -> bool {
        matches!(self, Self::Failed | Self::Unconfirmed)
    }

    /// Whether it has reached the customer, as far as is known.
    #[must_use]
    pub const fn is_out(self) -> bool {
        matches!(self, Self::Sent | Self::Delivered | Self::Read)
    }

    /// Whether an operator may take it back: it has not left, and nobody is giving it to the provider.
    #[must_use]
    pub const fn can_be_cancelled(self) -> bool {
        matches!(self, Self::Queued)
    }

    /// Whether an operator may have it sent again.
    #[must_use]
    pub const fn can_be_sent_again(self) -> bool {
        matches!(self, Self::Failed | Self::Unconfirmed | Self::Cancelled)
    }

    /// Whether there is something that an operator can do about it.
    #[must_use]
    pub const fn has_remedy(self) -> bool {
        self.can_be_cancelled() || self.can_be_sent_again()
    }
}

words! {
    /// What became of something that a provider told us.
    pub enum HookState {
        Waiting = "waiting",
        Done = "done",
        /// Kept, and shown to people.
        Unreadable = "unreadable",
    }
}

/// The delivery of a message, as the thread shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    pub state: DeliveryState,
    /// When it reached this state.
    pub at: Time,
    /// Why it failed or is unconfirmed, in the provider's words.
    pub words: Option<String>,
}

impl Delivery {
    /// A state that needs no words.
    #[must_use]
    pub const fn new(state: DeliveryState, at: Time) -> Self {
        Self { state, at, words: None }
    }
}

#[cfg(test)]
mod tests {
    use super::DeliveryState::{self, *};
    use proptest::prelude::*;

    #[test]
    fn reports_only_lead_forward() {
        for (from, reported, to) in [
            (Sending, Sent, Sent),
            (Sending, Delivered, Delivered),
            (Delivered, Sent, Delivered),
            (Read, Delivered, Read),
            (Sent, Failed, Failed),
            (Failed, Sent, Failed),
            (Delivered, Failed, Delivered),
            (Failed, Delivered, Delivered),
            (Unconfirmed, Sent, Sent),
            (Unconfirmed, Failed, Failed),
            (Sent, Unconfirmed, Sent),
            (Cancelled, Sent, Cancelled),
        ] {
            assert_eq!(from.after_report(reported), to, "{from:?} {reported:?}");
        }
    }

    #[test]
    fn what_is_under_way_or_out_is_left_alone() {
        let of = |may: fn(DeliveryState) -> bool| -> Vec<DeliveryState> {
            DeliveryState::ALL.iter().copied().filter(|state| may(*state)).collect()
        };
        assert_eq!(of(DeliveryState::is_out), [Sent, Delivered, Read]);
        assert_eq!(of(DeliveryState::can_be_cancelled), [Queued]);
        assert_eq!(of(DeliveryState::can_be_sent_again), [Failed, Unconfirmed, Cancelled]);
        assert_eq!(of(DeliveryState::has_remedy), [Queued, Failed, Unconfirmed, Cancelled]);
        assert_eq!(of(DeliveryState::needs_somebody), [Failed, Unconfirmed]);
    }

    proptest! {
        /// Whatever the order of the reports, and however often each comes, they lead to the same state.
        #[test]
        fn the_order_of_reports_does_not_matter(
            reports in prop::collection::vec(prop::sample::select(vec![Sent, Delivered, Read, Failed]), 1..8),
            rotation in 0..8_usize,
        ) {
            let follow = |reports: &[DeliveryState]| {
                reports.iter().fold(Sending, |state, reported| state.after_report(*reported))
            };
            let mut other = reports.clone();
            other.rotate_left(rotation % reports.len());
            other.extend(&reports);
            prop_assert_eq!(follow(&reports), follow(&other));
        }
    }
}
