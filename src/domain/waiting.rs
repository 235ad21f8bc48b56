//! Since when a customer waits for an answer, read from the thread. The status machine keeps it as things happen; when
//! an answer is taken back before it left, what it had ended begins again.

use std::ops::ControlFlow;

use super::{Message, SenderKind, SystemLine, Time, Why};

/// Looks at the messages of a thread one by one, from the newest to the oldest. `since` is what those that were looked
/// at say; breaks with the answer, which is none if nobody waits.
pub fn look_back(since: Option<Time>, message: &Message) -> ControlFlow<Option<Time>, Option<Time>> {
    use SystemLine::{BotFailed, HandedOff, Resolved};
    match message.system {
        Some(Resolved) => return ControlFlow::Break(since),
        // What came before was said to the bot.
        Some(HandedOff | BotFailed) => return ControlFlow::Break(Some(message.created_at)),
        _ => {}
    }
    if message.is_public_reply() || message.sender == SenderKind::Bot {
        ControlFlow::Break(since)
    } else if asks(message) {
        ControlFlow::Continue(Some(message.created_at))
    } else {
        ControlFlow::Continue(since)
    }
}

/// Whether a customer who wrote this waits for an answer to it: not if a machine wrote it, and not where only the place
/// of a mail is left.
fn asks(message: &Message) -> bool {
    let is_answerable = message
        .mail
        .as_ref()
        .is_none_or(|mail| mail.automatic.is_none() && !matches!(mail.why, Why::MovedAway { .. }));
    message.sender == SenderKind::Contact && is_answerable
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        ChannelId, ChannelKind, ConversationId, Delivery, DeliveryState, MailFacts, Mailbox, MessageId,
    };
    use uuid::Uuid;

    fn said(sender: SenderKind) -> Message {
        Message {
            id: MessageId(Uuid::nil()),
            seq: 0,
            sender,
            sender_id: None,
            sender_name: String::new(),
            channel_id: ChannelId(Uuid::nil()),
            channel_kind: ChannelKind::Sms,
            body: String::new(),
            note: false,
            system: None,
            client_msg_id: None,
            in_reply_to: None,
            delivery: None,
            attachments: Vec::new(),
            awaited: Vec::new(),
            mail: None,
            handoff: None,
            mentions: Vec::new(),
            customer_messages: 0,
            created_at: Time(0),
        }
    }

    fn customer() -> Message {
        said(SenderKind::Contact)
    }

    fn reply(state: DeliveryState) -> Message {
        Message { delivery: Some(Delivery::new(state, Time(0))), ..said(SenderKind::Operator) }
    }

    fn line(line: SystemLine) -> Message {
        Message { system: Some(line), ..said(SenderKind::System) }
    }

    fn mail(why: Why, automatic: Option<&str>) -> Message {
        let facts = MailFacts {
            subject: String::new(),
            from: Mailbox { address: "mia@x.test".into(), name: None },
            to: Vec::new(),
            cc: Vec::new(),
            folds: Vec::new(),
            html: false,
            why,
            automatic: automatic.map(str::to_owned),
            suspicion: None,
            left_out: None,
        };
        Message { mail: Some(Box::new(facts)), ..customer() }
    }

    /// Since which message of these the customer waits, counted from 0.
    fn waits(messages: Vec<Message>) -> Option<i64> {
        let mut since = None;
        let timed = (0..).map(Time).zip(messages).collect::<Vec<_>>();
        for (at, message) in timed.into_iter().rev() {
            match look_back(since, &Message { created_at: at, ..message }) {
                ControlFlow::Continue(earlier) => since = earlier,
                ControlFlow::Break(found) => return found.map(|at| at.0),
            }
        }
        since.map(|at| at.0)
    }

    #[test]
    fn the_wait_begins_with_the_first_that_nobody_has_answered() {
        use DeliveryState::{Cancelled, Failed, Queued, Sent};
        use SenderKind::{Bot, Operator};
        let note = || Message { note: true, ..said(Operator) };
        let there = ConversationId(Uuid::from_u128(9));
        for (thread, want) in [
            (vec![], None),
            (vec![customer()], Some(0)),
            (vec![customer(), reply(Sent)], None),
            (vec![customer(), reply(Cancelled)], Some(0)),
            (vec![customer(), customer(), reply(Cancelled), customer()], Some(0)),
            (vec![customer(), reply(Sent), customer(), reply(Cancelled)], Some(2)),
            (vec![customer(), reply(Cancelled), reply(Queued)], None),
            (vec![customer(), reply(Queued), reply(Cancelled)], None),
            (vec![customer(), reply(Failed), reply(Cancelled)], None),
            (vec![reply(Sent), reply(Cancelled)], None),
            (vec![customer(), note(), line(SystemLine::Claimed), reply(Cancelled)], Some(0)),
            (vec![customer(), line(SystemLine::Resolved), reply(Cancelled)], None),
            (vec![customer(), line(SystemLine::Resolved), customer(), reply(Cancelled)], Some(2)),
            (vec![customer(), said(Bot), reply(Cancelled)], None),
            (vec![customer(), said(Bot), customer(), reply(Cancelled)], Some(2)),
            (vec![customer(), line(SystemLine::HandedOff), customer(), reply(Cancelled)], Some(1)),
            (vec![mail(Why::Began, Some("Out of office")), reply(Cancelled)], None),
            (vec![mail(Why::MovedAway { to: there }, None), reply(Cancelled)], None),
            (vec![mail(Why::Moved { from: there }, None), reply(Cancelled)], Some(0)),
        ] {
            let shape: Vec<_> =
                thread.iter().map(|said| (said.sender, said.system, said.is_cancelled())).collect();
            assert_eq!(waits(thread), want, "{shape:?}");
        }
    }
}
