//! What is kept of a conversation, by the changes that the status machine makes.

use super::*;
use crate::domain::{
    Action, AiThread, Bot, BotKind, ChannelKind, ContactId, Delivery, DeliveryState, Handoff, HandoffReason,
    MessageId, OwnerIs, SenderKind, step,
};
use uuid::Uuid;

const ANA: OperatorId = OperatorId(Uuid::from_u128(1));
const BEN: OperatorId = OperatorId(Uuid::from_u128(2));
const SUPPORT: TeamId = TeamId(Uuid::from_u128(10));
const SALES: TeamId = TeamId(Uuid::from_u128(11));
const FERN: BotId = BotId(Uuid::from_u128(20));
const CHANNEL: ChannelId = ChannelId(Uuid::from_u128(70));

/// A conversation with everything that was kept of it.
struct History {
    now: Conversation,
    episodes: Vec<Episode>,
}

/// What somebody does, beside what the status machine knows of.
#[derive(Clone, Copy)]
enum Deed {
    Customer,
    Reply(OperatorId),
    Note(OperatorId),
    HandOff(HandoffReason),
    /// An answer was taken back, and the customer waits since then.
    TakeBack(i64),
    SendAgain(OperatorId),
    Other(Action),
}

impl History {
    /// A customer writes for the first time.
    fn begin(at: i64, with_bot: bool) -> Self {
        let bot = Bot { id: FERN, kind: BotKind::Faq, name: "Fern".into(), enabled: true };
        let now = Conversation {
            id: ConversationId(Uuid::from_u128(50)),
            contact_id: ContactId(Uuid::from_u128(60)),
            contact_name: "Vera".into(),
            channel_id: CHANNEL,
            channel_kind: ChannelKind::LiveChat,
            reply_channel_id: CHANNEL,
            reply_route: None,
            mail: None,
            ai: with_bot.then(|| Box::new(AiThread::of(&bot))),
            team_id: Some(SUPPORT),
            owner_id: None,
            status: if with_bot { Status::Open } else { Status::Waiting },
            handler: if with_bot { Handler::Bot } else { Handler::Human },
            control_epoch: 0,
            last_seq: 1,
            customer_messages: 1,
            last_message: None,
            last_activity_at: Time(at),
            awaiting_reply_since: (!with_bot).then_some(Time(at)),
            created_at: Time(at),
            resolved_at: None,
            resolved_by: None,
            previous_id: None,
            tags: std::collections::BTreeSet::new(),
            priority: crate::domain::Priority::None,
            snoozed_until: None,
        };
        let mut history = Self { now: now.clone(), episodes: Vec::new() };
        history.keep(None, &now, &[message(SenderKind::Contact, None)], at);
        history
    }

    /// What the action that keeps episodes does.
    fn keep(&mut self, was: Option<&Conversation>, now: &Conversation, said: &[Message], at: i64) {
        let said: Vec<&Message> = said.iter().collect();
        if !Episode::is_touched(was, now, &said) {
            return;
        }
        let is_reopened =
            was.is_some_and(|was| was.status == Status::Resolved && now.status != Status::Resolved);
        match self.episodes.last() {
            Some(last) if is_reopened => self.episodes.push(last.next(now, Time(at))),
            Some(_) => {}
            None => self.episodes.push(Episode::first(now)),
        }
        let episode = self.episodes.last_mut().expect("one has begun");
        episode.note(was, now, &said, Time(at));
    }

    fn then(mut self, at: i64, deed: Deed) -> Self {
        let line = |line| Message { system: Some(line), ..message(SenderKind::System, None) };
        let by = |by: OperatorId, line: Message| Message { sender_id: Some(by.0), ..line };
        let (action, said) = match deed {
            Deed::Customer => (Some(Action::CustomerWrote), vec![message(SenderKind::Contact, None)]),
            Deed::Reply(ana) => (Some(Action::Reply(ana)), vec![message(SenderKind::Operator, Some(ana))]),
            Deed::Note(ana) => {
                (None, vec![Message { note: true, ..message(SenderKind::Operator, Some(ana)) }])
            }
            Deed::HandOff(reason) => {
                let card = Some(Box::new(Handoff::because(reason)));
                (Some(Action::HandOff), vec![Message { handoff: card, ..line(SystemLine::HandedOff) }])
            }
            Deed::TakeBack(since) => {
                (Some(Action::TakeBack(Some(Time(since)))), vec![line(SystemLine::SendCancelled)])
            }
            Deed::SendAgain(ana) => (Some(Action::Reply(ana)), vec![by(ana, line(SystemLine::SentAgain))]),
            Deed::Other(action) => (Some(action), vec![line(SystemLine::Claimed)]),
        };
        let was = self.now.clone();
        let mut now = was.clone();
        if let Some(action) = action {
            now.set_state(&step(&was.state(OwnerIs::Working), action, Time(at)).expect("possible"));
        }
        self.keep(Some(&was), &now, &said, at);
        self.now = now;
        self
    }

    /// Another team has it from now on.
    fn moved(mut self, team: TeamId) -> Self {
        self.now.team_id = Some(team);
        self
    }

    /// Everything that is counted, in short: what, when, in whose team, and whose.
    fn counted(&self) -> Vec<(Counted, i64, Option<TeamId>, Option<OperatorId>)> {
        let tallies = self.episodes.iter().flat_map(Episode::tallies);
        tallies.map(|tally| (tally.what, tally.at.0, tally.team_id, tally.operator_id)).collect()
    }
}

fn message(sender: SenderKind, by: Option<OperatorId>) -> Message {
    Message {
        id: MessageId(Uuid::nil()),
        seq: 0,
        sender,
        sender_id: by.map(|by| by.0),
        sender_name: String::new(),
        channel_id: CHANNEL,
        channel_kind: ChannelKind::LiveChat,
        body: String::new(),
        note: false,
        system: None,
        client_msg_id: None,
        in_reply_to: None,
        delivery: by.map(|_| Delivery::new(DeliveryState::Sent, Time(0))),
        attachments: Vec::new(),
        awaited: Vec::new(),
        mail: None,
        handoff: None,
        mentions: Vec::new(),
        customer_messages: 0,
        created_at: Time(0),
    }
}

const fn resolved(after: i64, waited: i64, alone: bool) -> Counted {
    Counted::Resolved { after, waited, alone }
}

#[test]
fn an_answer_is_counted_from_the_first_message_that_waited_for_it() {
    let history = History::begin(10, false)
        .then(15, Deed::Customer)
        .then(20, Deed::Note(ANA))
        .then(25, Deed::Other(Action::Claim(BEN)))
        .then(40, Deed::Reply(ANA))
        .then(50, Deed::Customer)
        .then(53, Deed::Reply(BEN))
        .then(60, Deed::Other(Action::Resolve(ANA)));
    let ours = Some(SUPPORT);
    let want = [
        (Counted::Began, 10, ours, None),
        (Counted::Answered { after: 30 }, 40, ours, Some(ANA)),
        (resolved(50, 33, false), 60, ours, Some(BEN)),
    ];
    assert_eq!(history.counted(), want);
}

#[test]
fn what_comes_back_is_counted_again_and_for_whoever_had_resolved_it() {
    let history = History::begin(0, false)
        .then(10, Deed::Reply(ANA))
        .then(20, Deed::Other(Action::Resolve(BEN)))
        .then(100, Deed::Customer)
        .moved(SALES)
        .then(107, Deed::Reply(BEN))
        .then(120, Deed::Other(Action::Resolve(BEN)))
        .then(130, Deed::Other(Action::Reopen))
        .then(140, Deed::Other(Action::Resolve(BEN)));
    let (ours, theirs) = (Some(SUPPORT), Some(SALES));
    let want = [
        (Counted::Began, 0, ours, None),
        (Counted::Answered { after: 10 }, 10, ours, Some(ANA)),
        (resolved(20, 10, false), 20, ours, Some(ANA)),
        (Counted::Reopened, 100, ours, Some(ANA)),
        (Counted::Answered { after: 7 }, 107, theirs, Some(BEN)),
        (resolved(20, 7, false), 120, theirs, Some(ANA)),
        (Counted::Reopened, 130, theirs, Some(ANA)),
        (resolved(10, 0, false), 140, theirs, Some(ANA)),
    ];
    assert_eq!(history.counted(), want);
}

#[test]
fn who_waits_until_it_is_resolved_was_never_answered() {
    let history = History::begin(0, false).then(30, Deed::Other(Action::Resolve(ANA)));
    assert_eq!(history.counted()[1], (resolved(30, 30, false), 30, Some(SUPPORT), None));
    assert_eq!(history.episodes[0].answered, None);
}

#[test]
fn a_bot_alone_is_told_from_one_that_people_helped() {
    let resolve = Deed::Other(Action::Resolve(ANA));
    let asked = Deed::HandOff(HandoffReason::Asked);
    let failed = Deed::HandOff(HandoffReason::Failed);
    let alone = |history: History| match history.counted().last() {
        Some((Counted::Resolved { alone, .. }, ..)) => *alone,
        other => panic!("not resolved: {other:?}"),
    };
    let begin = || History::begin(0, true).then(2, Deed::Customer);
    assert!(alone(begin().then(9, resolve)));
    assert!(!alone(begin().then(5, asked).then(9, resolve)));
    assert!(!alone(begin().then(5, Deed::Other(Action::TakeOver(ANA))).then(9, resolve)));
    let back = begin().then(4, failed).then(5, Deed::Reply(ANA)).then(6, Deed::Other(Action::GiveBack));
    assert!(back.episodes[0].bot_failed);
    assert!(!alone(back.then(9, resolve)));
    // A bot had no part in what came back to people.
    let again = begin().then(9, resolve).then(20, Deed::Customer).then(25, resolve);
    assert_eq!((again.episodes[0].bot_id, again.episodes[1].bot_id), (Some(FERN), None));
    assert!(!alone(again));
}

#[test]
fn the_wait_for_a_person_begins_with_the_handoff_and_only_the_first_is_counted() {
    let asked = Deed::HandOff(HandoffReason::Asked);
    let history = History::begin(0, true)
        .then(5, Deed::Customer)
        .then(8, asked)
        .then(12, Deed::Reply(ANA))
        .then(13, Deed::Other(Action::GiveBack))
        .then(14, Deed::Customer)
        .then(20, Deed::HandOff(HandoffReason::Silent));
    let ours = Some(SUPPORT);
    let want = [
        (Counted::Began, 0, ours, None),
        (Counted::HandedOff, 8, ours, None),
        (Counted::Answered { after: 4 }, 12, ours, Some(ANA)),
    ];
    assert_eq!(history.counted(), want);
    assert!(!history.episodes[0].bot_failed, "that was the second time");
}

#[test]
fn whoever_steps_in_unasked_has_made_nobody_wait() {
    let history = History::begin(0, true).then(5, Deed::Reply(ANA));
    assert_eq!(history.counted(), [(Counted::Began, 0, Some(SUPPORT), None)]);
}

#[test]
fn an_answer_that_is_taken_back_was_none() {
    let begun = || History::begin(0, false).then(10, Deed::Reply(ANA));
    let back = begun().then(12, Deed::TakeBack(0));
    assert_eq!(back.counted(), [(Counted::Began, 0, Some(SUPPORT), None)]);
    assert_eq!(back.episodes[0].waited, 0);
    let again = back.then(30, Deed::SendAgain(BEN));
    assert_eq!(again.counted()[1], (Counted::Answered { after: 30 }, 30, Some(SUPPORT), Some(BEN)));
    // The second answer was taken back, not the first.
    let second = begun().then(20, Deed::Customer).then(26, Deed::Reply(ANA)).then(27, Deed::TakeBack(20));
    assert_eq!(second.counted()[1], (Counted::Answered { after: 10 }, 10, Some(SUPPORT), Some(ANA)));
    assert_eq!(second.episodes[0].waited, 10);
}

#[test]
fn a_clock_that_goes_back_makes_no_time_negative() {
    let history =
        History::begin(100, false).then(90, Deed::Reply(ANA)).then(80, Deed::Other(Action::Resolve(ANA)));
    assert_eq!(history.counted()[1].0, Counted::Answered { after: 0 });
    assert_eq!(history.counted()[2].0, resolved(0, 0, false));
}
