//! Conversations and their status machine.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

use super::{
    AiThread, ChannelId, ChannelKind, ContactId, ConversationId, Facts, MailThread, Message, OperatorId,
    Priority, SenderKind, TagId, TeamId, Time, channel::words,
};

words! {
    /// Who holds the ball.
    pub enum Status {
        /// It lives and no human is needed yet.
        Open = "open",
        /// The customer waits for a human and nobody owns it.
        Waiting = "waiting",
        /// An operator owns it.
        Active = "active",
        /// Done.
        Resolved = "resolved",
    }
}

impl Status {
    /// Its name for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::Waiting => "Waiting",
            Self::Active => "Active",
            Self::Resolved => "Resolved",
        }
    }
}

words! {
    /// Who answers now.
    pub enum Handler {
        Bot = "bot",
        Human = "human",
    }
}

/// The last thing said, as a list row shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastMessage {
    pub sender: SenderKind,
    pub sender_id: Option<uuid::Uuid>,
    pub sender_name: String,
    /// One line, cut to what a row can show.
    pub text: String,
    pub note: bool,
}

impl LastMessage {
    const LENGTH: usize = 140;

    /// The row's line for a message; system lines have none.
    #[must_use]
    pub fn of(message: &Message) -> Option<Self> {
        (message.sender != SenderKind::System).then(|| Self {
            sender: message.sender,
            sender_id: message.sender_id,
            sender_name: message.sender_name.clone(),
            text: message.excerpt(Self::LENGTH),
            note: message.note,
        })
    }
}

/// From which address of ours a reply leaves, and to which of the customer's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyRoute {
    pub ours: String,
    pub peer: String,
}

/// A conversation as it stands after some event, whole: a client that has this needs no older one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversation {
    pub id: ConversationId,
    pub contact_id: ContactId,
    /// What to call the contact.
    pub contact_name: String,
    /// The originating channel.
    pub channel_id: ChannelId,
    pub channel_kind: ChannelKind,
    /// The channel of the customer's latest message, by which a reply leaves.
    pub reply_channel_id: ChannelId,
    /// The address of ours that it came to, and the customer's; none where a live session carries it.
    pub reply_route: Option<ReplyRoute>,
    /// Only where a mail has come.
    pub mail: Option<MailThread>,
    /// Only where a bot answers, or did.
    pub ai: Option<Box<AiThread>>,
    pub team_id: Option<TeamId>,
    pub owner_id: Option<OperatorId>,
    pub status: Status,
    pub handler: Handler,
    /// Raised with each change of handler; what a bot posts must echo it.
    pub control_epoch: i64,
    /// The number of the newest message.
    pub last_seq: i64,
    /// How many messages the customer has written.
    pub customer_messages: i64,
    pub last_message: Option<LastMessage>,
    /// Time of the newest message that is not a system line: the order of the inbox.
    pub last_activity_at: Time,
    /// Time of the customer's first message that no human has answered.
    pub awaiting_reply_since: Option<Time>,
    pub created_at: Time,
    pub resolved_at: Option<Time>,
    pub resolved_by: Option<OperatorId>,
    /// The older conversation that this one follows, if the reopen window had passed.
    pub previous_id: Option<ConversationId>,
    /// What the team has called it.
    #[serde(default)]
    pub tags: BTreeSet<TagId>,
    #[serde(default)]
    pub priority: Priority,
    /// It is out of the queues of work until then, only while it waits or is active. It ends when it is due, when the
    /// customer writes, and with any change of status or owner.
    pub snoozed_until: Option<Time>,
}

impl Conversation {
    /// What decides in which queues it stands and who may see it.
    #[must_use]
    pub const fn facts(&self) -> Facts {
        Facts {
            team_id: self.team_id,
            owner_id: self.owner_id,
            status: self.status,
            needs_answer: self.needs_answer(),
            snoozed: self.snoozed_until.is_some(),
        }
    }

    /// Whether the customer spoke last to a human and no human has answered. While a bot answers, nobody waits.
    #[must_use]
    pub const fn needs_answer(&self) -> bool {
        self.awaiting_reply_since.is_some() && matches!(self.status, Status::Waiting | Status::Active)
    }

    /// The part that the status machine works on.
    #[must_use]
    pub const fn state(&self, owner: OwnerIs) -> State {
        State {
            status: self.status,
            handler: self.handler,
            control_epoch: self.control_epoch,
            owner_id: self.owner_id,
            owner,
            awaiting_reply_since: self.awaiting_reply_since,
            resolved_at: self.resolved_at,
            resolved_by: self.resolved_by,
        }
    }

    /// Takes over what the status machine decided. Whoever has it now, or whatever it is now, was not snoozed.
    pub fn set_state(&mut self, state: &State) {
        if (self.status, self.owner_id) != (state.status, state.owner_id) {
            self.snoozed_until = None;
        }
        self.status = state.status;
        self.handler = state.handler;
        self.control_epoch = state.control_epoch;
        self.owner_id = state.owner_id;
        self.awaiting_reply_since = state.awaiting_reply_since;
        self.resolved_at = state.resolved_at;
        self.resolved_by = state.resolved_by;
    }

    /// Whether it can be put to sleep: a person has it, or is waited for.
    #[must_use]
    pub const fn can_be_snoozed(&self) -> bool {
        matches!(self.status, Status::Waiting | Status::Active)
    }

    /// Counts a message in: its number, its preview, the activity.
    pub fn add(&mut self, message: &Message) {
        self.last_seq = message.seq;
        self.customer_messages = message.customer_messages;
        if let Some(line) = LastMessage::of(message) {
            self.last_message = Some(line);
            self.last_activity_at = message.created_at;
        }
    }
}

/// How an owner stands to what the customer writes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnerIs {
    /// It is theirs to answer.
    Working,
    /// It goes to the team's queue.
    HandingOver,
    /// Their account is disabled.
    Disabled,
}

/// What the status machine works on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    pub status: Status,
    pub handler: Handler,
    pub control_epoch: i64,
    pub owner_id: Option<OperatorId>,
    /// Without meaning if there is none.
    pub owner: OwnerIs,
    pub awaiting_reply_since: Option<Time>,
    pub resolved_at: Option<Time>,
    pub resolved_by: Option<OperatorId>,
}

impl State {
    fn hand_to(&mut self, handler: Handler) {
        if self.handler != handler {
            self.handler = handler;
            self.control_epoch += 1;
        }
    }

    fn own(&mut self, owner: OperatorId) {
        self.hand_to(Handler::Human);
        self.status = Status::Active;
        self.owner_id = Some(owner);
        self.owner = OwnerIs::Working;
    }

    fn queue(&mut self) {
        self.hand_to(Handler::Human);
        self.status = Status::Waiting;
        self.owner_id = None;
    }

    /// Back to life: to its owner, if there is one who can still work, else to the queue.
    fn reopen(&mut self) {
        self.resolved_at = None;
        self.resolved_by = None;
        match self.owner_id {
            Some(owner) if self.owner != OwnerIs::Disabled => self.own(owner),
            _ => self.queue(),
        }
    }
}

/// What can happen to a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// The customer wrote; for a resolved conversation: within the reopen window.
    CustomerWrote,
    /// The customer or the bot asks for a human, or the bot failed.
    HandOff,
    /// An operator writes to the customer.
    Reply(OperatorId),
    Claim(OperatorId),
    TakeOver(OperatorId),
    /// Back to the bot.
    GiveBack,
    /// Back to the queue.
    Release,
    Resolve(OperatorId),
    Reopen,
    /// To a named operator, by whoever may do that.
    Assign(OperatorId),
    /// To another team, whose queue it joins unless its owner works there too.
    Move {
        owner_follows: bool,
    },
    /// The owner's account was disabled.
    OwnerDisabled,
    /// An operator took an answer back before it left: the customer waits since then, if at all.
    TakeBack(Option<Time>),
}

/// Why a change is not possible. Nothing has changed then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// A colleague owns it.
    OwnedBy(OperatorId),
    /// That is not possible in this status.
    Status(Status),
}

/// The status machine: every change of status, owner, handler and of whose turn it is, and no other.
///
/// # Errors
/// The reason, if the action is not possible in that state.
pub fn step(state: &State, action: Action, now: Time) -> Result<State, Refusal> {
    use Status::{Active, Open, Resolved, Waiting};
    let mut next = state.clone();
    match (state.status, action) {
        (Open, Action::CustomerWrote) => {}
        (Waiting | Active, Action::CustomerWrote) => {
            if state.status == Active && state.owner == OwnerIs::HandingOver {
                next.queue();
            }
            next.awaiting_reply_since.get_or_insert(now);
        }
        (Resolved, Action::CustomerWrote) => {
            next.reopen();
            if state.owner == OwnerIs::HandingOver {
                next.queue();
            }
            next.awaiting_reply_since = Some(now);
        }
        (Open, Action::HandOff) => {
            next.queue();
            next.awaiting_reply_since.get_or_insert(now);
        }
        (Open | Waiting, Action::Reply(by)) => {
            next.own(by);
            next.awaiting_reply_since = None;
        }
        (Active, Action::Reply(_)) => next.awaiting_reply_since = None,
        (Resolved, Action::Reply(by)) => {
            next.reopen();
            if next.status != Active {
                next.own(by);
            }
            next.awaiting_reply_since = None;
        }
        (Open | Waiting, Action::Claim(by) | Action::TakeOver(by)) => next.own(by),
        (Active, Action::Claim(by) | Action::TakeOver(by)) => match state.owner_id {
            Some(owner) if owner != by => return Err(Refusal::OwnedBy(owner)),
            _ => next.own(by),
        },
        (Active, Action::GiveBack) => {
            next.hand_to(Handler::Bot);
            next.status = Open;
        }
        (Active, Action::Release | Action::OwnerDisabled) => next.queue(),
        (Open | Waiting | Active, Action::Resolve(by)) => {
            next.hand_to(Handler::Human);
            next.status = Resolved;
            next.awaiting_reply_since = None;
            next.resolved_at = Some(now);
            next.resolved_by = Some(by);
        }
        (Resolved, Action::Reopen) => next.reopen(),
        (Open | Waiting | Active, Action::Assign(to)) => next.own(to),
        (Active, Action::Move { owner_follows: false }) => next.queue(),
        // The bot goes on; its former owner is of no more use.
        (Open, Action::Move { owner_follows: false }) => next.owner_id = None,
        (Open | Waiting | Active, Action::Move { .. }) => {}
        (Waiting | Active, Action::TakeBack(since)) => next.awaiting_reply_since = since,
        // A bot answers, or all is done: nobody waits.
        (Open | Resolved, Action::TakeBack(_)) => {}
        (status, _) => return Err(Refusal::Status(status)),
    }
    Ok(next)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    const NOW: Time = Time(1_000);
    const ANA: OperatorId = OperatorId(Uuid::from_u128(1));
    const BEN: OperatorId = OperatorId(Uuid::from_u128(2));

    fn state(status: Status) -> State {
        let bot = status == Status::Open;
        State {
            status,
            handler: if bot { Handler::Bot } else { Handler::Human },
            control_epoch: 3,
            owner_id: matches!(status, Status::Active | Status::Resolved).then_some(ANA),
            owner: OwnerIs::Working,
            awaiting_reply_since: None,
            resolved_at: (status == Status::Resolved).then_some(Time(5)),
            resolved_by: (status == Status::Resolved).then_some(ANA),
        }
    }

    /// Each row: from, action, and the status, owner and handler that follow, or none where it is refused.
    #[test]
    fn table_of_transitions() {
        use Action::*;
        use Handler::{Bot, Human};
        use Status::{Active, Open, Resolved, Waiting};
        #[rustfmt::skip]
        let table = [
            (Open,     CustomerWrote,  Some((Open,     None,      Bot))),
            (Waiting,  CustomerWrote,  Some((Waiting,  None,      Human))),
            (Active,   CustomerWrote,  Some((Active,   Some(ANA), Human))),
            (Resolved, CustomerWrote,  Some((Active,   Some(ANA), Human))),
            (Open,     HandOff,        Some((Waiting,  None,      Human))),
            (Waiting,  HandOff,        None),
            (Active,   HandOff,        None),
            (Resolved, HandOff,        None),
            (Open,     Reply(BEN),     Some((Active,   Some(BEN), Human))),
            (Waiting,  Reply(BEN),     Some((Active,   Some(BEN), Human))),
            (Active,   Reply(BEN),     Some((Active,   Some(ANA), Human))),
            (Resolved, Reply(BEN),     Some((Active,   Some(ANA), Human))),
            (Open,     Claim(BEN),     Some((Active,   Some(BEN), Human))),
            (Waiting,  Claim(BEN),     Some((Active,   Some(BEN), Human))),
            (Active,   Claim(BEN),     None),
            (Active,   Claim(ANA),     Some((Active,   Some(ANA), Human))),
            (Resolved, Claim(BEN),     None),
            (Open,     TakeOver(BEN),  Some((Active,   Some(BEN), Human))),
            (Waiting,  TakeOver(BEN),  Some((Active,   Some(BEN), Human))),
            (Active,   TakeOver(BEN),  None),
            (Resolved, TakeOver(BEN),  None),
            (Open,     GiveBack,       None),
            (Waiting,  GiveBack,       None),
            (Active,   GiveBack,       Some((Open,     Some(ANA), Bot))),
            (Resolved, GiveBack,       None),
            (Open,     Release,        None),
            (Waiting,  Release,        None),
            (Active,   Release,        Some((Waiting,  None,      Human))),
            (Resolved, Release,        None),
            (Open,     Resolve(BEN),   Some((Resolved, None,      Human))),
            (Waiting,  Resolve(BEN),   Some((Resolved, None,      Human))),
            (Active,   Resolve(BEN),   Some((Resolved, Some(ANA), Human))),
            (Resolved, Resolve(BEN),   None),
            (Open,     Reopen,         None),
            (Waiting,  Reopen,         None),
            (Active,   Reopen,         None),
            (Resolved, Reopen,         Some((Active,   Some(ANA), Human))),
            (Open,     Assign(BEN),    Some((Active,   Some(BEN), Human))),
            (Waiting,  Assign(BEN),    Some((Active,   Some(BEN), Human))),
            (Active,   Assign(BEN),    Some((Active,   Some(BEN), Human))),
            (Resolved, Assign(BEN),    None),
            (Open,     Move { owner_follows: true },  Some((Open,    None,      Bot))),
            (Waiting,  Move { owner_follows: true },  Some((Waiting, None,      Human))),
            (Active,   Move { owner_follows: true },  Some((Active,  Some(ANA), Human))),
            (Open,     Move { owner_follows: false }, Some((Open,    None,      Bot))),
            (Waiting,  Move { owner_follows: false }, Some((Waiting, None,      Human))),
            (Active,   Move { owner_follows: false }, Some((Waiting, None,      Human))),
            (Resolved, Move { owner_follows: false }, None),
            (Active,   OwnerDisabled,  Some((Waiting,  None,      Human))),
            (Resolved, OwnerDisabled,  None),
            (Open,     TakeBack(None), Some((Open,     None,      Bot))),
            (Waiting,  TakeBack(None), Some((Waiting,  None,      Human))),
            (Active,   TakeBack(None), Some((Active,   Some(ANA), Human))),
            (Resolved, TakeBack(None), Some((Resolved, Some(ANA), Human))),
        ];
        for (from, action, want) in table {
            let got = step(&state(from), action, NOW).ok().map(|s| (s.status, s.owner_id, s.handler));
            assert_eq!(got, want, "{from:?} {action:?}");
        }
    }

    #[test]
    fn reopening_without_an_enabled_owner_goes_to_the_queue() {
        for action in [Action::CustomerWrote, Action::Reopen] {
            let disabled = State { owner: OwnerIs::Disabled, ..state(Status::Resolved) };
            let next = step(&disabled, action, NOW).expect("possible");
            assert_eq!((next.status, next.owner_id, next.resolved_at), (Status::Waiting, None, None));
        }
        let disabled = State { owner: OwnerIs::Disabled, ..state(Status::Resolved) };
        let replied = step(&disabled, Action::Reply(BEN), NOW).expect("possible");
        assert_eq!((replied.status, replied.owner_id), (Status::Active, Some(BEN)));
    }

    /// Each row: from, action, and the status and owner that follow while the owner hands over, or none where it is
    /// refused.
    #[test]
    fn only_the_customers_next_message_hands_over() {
        use Action::*;
        use Status::{Active, Open, Resolved, Waiting};
        #[rustfmt::skip]
        let table = [
            (Open,     CustomerWrote, Some((Open,     None))),
            (Waiting,  CustomerWrote, Some((Waiting,  None))),
            (Active,   CustomerWrote, Some((Waiting,  None))),
            (Resolved, CustomerWrote, Some((Waiting,  None))),
            (Active,   Reply(BEN),    Some((Active,   Some(ANA)))),
            (Active,   Claim(BEN),    None),
            (Active,   Claim(ANA),    Some((Active,   Some(ANA)))),
            (Active,   Assign(BEN),   Some((Active,   Some(BEN)))),
            (Active,   Resolve(BEN),  Some((Resolved, Some(ANA)))),
            // Somebody wants to go on with it: that is not the customer.
            (Resolved, Reopen,        Some((Active,   Some(ANA)))),
        ];
        for (from, action, want) in table {
            let away = State { owner: OwnerIs::HandingOver, ..state(from) };
            let got = step(&away, action, NOW).ok();
            assert_eq!(got.as_ref().map(|s| (s.status, s.owner_id)), want, "{from:?} {action:?}");
            if let (Active | Resolved, CustomerWrote, Some(next)) = (from, action, got) {
                assert_eq!((next.awaiting_reply_since, next.resolved_at), (Some(NOW), None), "{from:?}");
            }
        }
        let waits =
            State { owner: OwnerIs::HandingOver, awaiting_reply_since: Some(Time(7)), ..state(Active) };
        let handed_over = step(&waits, CustomerWrote, NOW).expect("possible");
        assert_eq!(handed_over.awaiting_reply_since, Some(Time(7)), "they wait since their first message");
    }

    #[test]
    fn the_wait_starts_at_the_first_unanswered_message() {
        let first = step(&state(Status::Active), Action::CustomerWrote, Time(7)).expect("possible");
        let second = step(&first, Action::CustomerWrote, Time(9)).expect("possible");
        assert_eq!(second.awaiting_reply_since, Some(Time(7)));
        let claimed = step(&second, Action::Claim(ANA), NOW).expect("possible");
        assert_eq!(claimed.awaiting_reply_since, Some(Time(7)), "claiming is not answering");
        let answered = step(&second, Action::Reply(ANA), NOW).expect("possible");
        assert_eq!(answered.awaiting_reply_since, None);
        let taken_back = |from: &State| step(from, Action::TakeBack(Some(Time(7))), NOW).expect("possible");
        assert_eq!(taken_back(&answered).awaiting_reply_since, Some(Time(7)));
        for status in [Status::Open, Status::Resolved] {
            assert_eq!(taken_back(&state(status)), state(status), "nobody waits for a human");
        }
    }

    fn any_action() -> impl Strategy<Value = Action> {
        prop_oneof![
            Just(Action::CustomerWrote),
            Just(Action::HandOff),
            prop_oneof![Just(ANA), Just(BEN)].prop_flat_map(|who| prop_oneof![
                Just(Action::Reply(who)),
                Just(Action::Claim(who)),
                Just(Action::TakeOver(who)),
                Just(Action::Resolve(who)),
                Just(Action::Assign(who)),
            ]),
            Just(Action::GiveBack),
            Just(Action::Release),
            Just(Action::Reopen),
            Just(Action::OwnerDisabled),
            Just(Action::TakeBack(Some(Time(-1)))),
            any::<bool>().prop_map(|owner_follows| Action::Move { owner_follows }),
        ]
    }

    fn any_owner() -> impl Strategy<Value = OwnerIs> {
        prop_oneof![Just(OwnerIs::Working), Just(OwnerIs::HandingOver), Just(OwnerIs::Disabled)]
    }

    proptest! {
        /// What each status means holds after any history.
        #[test]
        fn statuses_mean_what_they_say(actions in prop::collection::vec((any_action(), any_owner()), 0..40)) {
            let mut now = state(Status::Open);
            for (at, (action, owner)) in (0..).zip(actions) {
                now.owner = owner;
                let Ok(next) = step(&now, action, Time(at)) else { continue };
                match next.status {
                    Status::Open => prop_assert_eq!(next.handler, Handler::Bot),
                    Status::Waiting => prop_assert!(next.owner_id.is_none() && next.handler == Handler::Human),
                    Status::Active => prop_assert!(next.owner_id.is_some() && next.handler == Handler::Human),
                    Status::Resolved => prop_assert!(
                        next.resolved_at.is_some() && next.resolved_by.is_some() && next.awaiting_reply_since.is_none()
                    ),
                }
                prop_assert_eq!(next.status == Status::Resolved, next.resolved_at.is_some());
                let handler_changed = next.handler != now.handler;
                prop_assert_eq!(next.control_epoch, now.control_epoch + i64::from(handler_changed));
                now = next;
            }
        }
    }
}
