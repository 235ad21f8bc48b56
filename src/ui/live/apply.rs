//! Taking in what the stream brings: all that came together in one go.

use leptos::prelude::*;

use super::{
    Live,
    draft::Saving,
    feed::{Feed, Kept},
    place::{Fresh, keep_older},
};
use crate::domain::{
    AppError, Conversation, ConversationId, Event, Handler, Message, Push, Signal, Thread, Typist,
};

impl Live {
    /// Takes in pushes in their order. A reset is not among them.
    pub(super) fn take(self, pushes: Vec<Push>) {
        let mut events = Vec::new();
        let mut signals = Vec::new();
        for push in pushes {
            match push {
                Push::Event { at, event, mark } => events.push(Kept { at, event, mark }),
                Push::Signal { signal } => signals.push(signal),
                Push::Here { operators } => self.show_here(operators),
                Push::Reset => {}
            }
        }
        // A signal tells what somebody does, an event what has come of it: the outcome has the last word.
        for signal in signals {
            self.take_signal(signal);
        }
        if !events.is_empty() {
            self.take_events(events);
        }
    }

    fn take_events(self, events: Vec<Kept>) {
        let mut news = Vec::new();
        let (mut renamed, mut moved, mut views) = (false, false, false);
        self.feed.update_value(|feed| {
            let fresh: Vec<&Kept> = feed.admit(events).collect();
            self.inbox.update(|inbox| {
                for kept in &fresh {
                    inbox.apply(kept.at, &kept.event, kept.mark);
                }
            });
            self.apply_to_board(&fresh);
            self.apply_to_thread(&fresh);
            news = fresh.iter().filter_map(|kept| new_messages(&kept.event)).collect();
            for kept in &fresh {
                match kept.event {
                    Event::ContactChanged(_) => renamed = true,
                    Event::ConversationChanged { .. } => moved = true,
                    Event::ViewChanged { .. } | Event::ViewDeleted { .. } => views = true,
                    _ => {}
                }
            }
            feed.trim();
        });
        for (conversation, messages) in news {
            self.end_typing(conversation, &messages);
            self.settle(&messages);
        }
        // Of whom a new name brings into the list no event tells more than the name.
        if renamed && self.inbox.with_untracked(|inbox| !inbox.filter.text.is_empty()) {
            self.read_filter_anew();
        }
        if views {
            self.count_views();
        } else if moved {
            self.count_views_soon();
        }
    }

    fn apply_to_board(self, fresh: &[&Kept]) {
        self.board.maybe_update(|board| {
            let Some(board) = board else { return false };
            let changes = fresh.iter().filter(|kept| board.apply(kept.at, &kept.event)).count();
            changes > 0
        });
    }

    /// Only what concerns the thread wakes those who show it.
    fn apply_to_thread(self, fresh: &[&Kept]) {
        let me = self.inbox.with_untracked(|inbox| inbox.me.clone());
        let mut is_out_of_sight = false;
        self.thread.maybe_update(|shown| {
            let Some(thread) = shown else { return false };
            let mut is_concerned = false;
            for kept in fresh {
                is_concerned |= concerns(&kept.event, thread);
                thread.apply(kept.at, &kept.event, &me);
            }
            is_out_of_sight = !me.sees(&thread.conversation.facts());
            if is_out_of_sight {
                *shown = None;
            }
            is_concerned
        });
        if is_out_of_sight {
            self.fail(AppError::NotFound);
        }
    }

    fn take_signal(self, signal: Signal) {
        match signal {
            Signal::Typing { conversation_id, typist, on, preview } => {
                self.hear_typing(conversation_id, typist, on, preview)
            }
            Signal::Answering { conversation_id, control_epoch, bot, text, on } => {
                // What a bot writes after a person has stepped in is nothing to anybody.
                let on = on && self.has_word(conversation_id, control_epoch);
                self.hear_typing(conversation_id, Typist::Bot { name: bot }, on, text)
            }
            Signal::Looking { conversation_id, operator_id, name, on } => {
                self.hear_looking(conversation_id, operator_id, name, on)
            }
            Signal::ContactPresence { conversation_id, online } => self.thread.maybe_update(|thread| {
                thread
                    .as_mut()
                    .filter(|thread| {
                        thread.conversation.id == conversation_id && thread.contact_online != online
                    })
                    .map(|thread| thread.contact_online = online)
                    .is_some()
            }),
        }
    }

    /// Whether a bot that was asked under this epoch may still speak, as far as is known here.
    fn has_word(self, id: ConversationId, control_epoch: i64) -> bool {
        let may_speak = |conversation: &Conversation| {
            conversation.handler == Handler::Bot && conversation.control_epoch == control_epoch
        };
        let in_thread = self.thread.with_untracked(|thread| {
            let open = thread.as_ref().map(|thread| &thread.conversation);
            open.filter(|open| open.id == id).map(may_speak)
        });
        in_thread.unwrap_or_else(|| {
            self.inbox.with_untracked(|inbox| {
                let row = inbox.rows.iter().find(|row| row.conversation.id == id);
                row.is_some_and(|row| may_speak(&row.conversation))
            })
        })
    }

    /// Shows everything as it was loaded anew, asked for after this saving of a draft; what the operator is writing, and
    /// what is on its way out, stays.
    pub(super) fn replace(self, fresh: Fresh, asked: Saving) {
        let position = fresh.position();
        self.feed.set_value(Feed::starting_at(position));
        self.inbox.set(fresh.inbox);
        self.board.set(fresh.board);
        let open = self.place.get_value().conversation;
        match fresh.thread.filter(|thread| Some(thread.conversation.id) == open) {
            Some(mut thread) => {
                self.thread.with_untracked(|old| keep_older(&mut thread, old.as_ref()));
                self.show_thread(thread, asked);
            }
            None => self.thread.maybe_update(|thread| thread.take().is_some()),
        }
    }
}

fn new_messages(event: &Event) -> Option<(ConversationId, Vec<Message>)> {
    match event {
        Event::ConversationChanged { conversation, messages, .. } if !messages.is_empty() => {
            Some((conversation.id, messages.clone()))
        }
        _ => None,
    }
}

/// Whether an event changes what is shown of a thread.
fn concerns(event: &Event, thread: &Thread) -> bool {
    match event {
        Event::ConversationChanged { conversation, .. } => {
            conversation.id == thread.conversation.id || thread.is_theirs(conversation.contact_id)
        }
        Event::ReadMarkMoved { conversation_id, .. } | Event::MessageChanged { conversation_id, .. } => {
            *conversation_id == thread.conversation.id
        }
        Event::ContactChanged(person) => person.is(thread.conversation.contact_id),
        Event::OperatorChanged { .. }
        | Event::AvailabilityChanged { .. }
        | Event::TeamChanged { .. }
        | Event::TeamDeleted { .. }
        | Event::ChannelChanged { .. }
        | Event::NotificationAdded { .. }
        | Event::NotificationsRead { .. }
        | Event::TagChanged { .. }
        | Event::ViewChanged { .. }
        | Event::ViewDeleted { .. }
        | Event::SessionsEnded { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{ClientMsgId, Contact, ContactId, Person, ReplyRoute, SenderKind, SystemLine, TeamId, Time},
        ui::live::{
            outbox::Pending,
            samples::{at, changed, conversation, inbox, message, reply, thread},
        },
    };
    use uuid::Uuid;

    /// What one operator sees with conversation 1 open, in a reactive owner of its own.
    fn live() -> (Owner, Live) {
        let owner = Owner::new();
        let live = owner.with(|| Live::new(inbox(), Some(thread(1))));
        (owner, live)
    }

    fn push(id: i64, event: Event) -> Push {
        Push::Event { at: at(id), event, mark: None }
    }

    #[test]
    fn what_comes_together_is_taken_in_once_and_in_order() {
        let (_owner, live) = live();
        let now = conversation(1, Time(5));
        let first = push(1, changed(&now, vec![message(1)]));
        let second = push(2, changed(&now, vec![message(2)]));
        live.take(vec![first.clone(), second]);
        live.take(vec![first]);
        let seqs: Vec<i64> = live.thread.with_untracked(|thread| {
            let messages = thread.as_ref().map(|thread| thread.messages.clone()).unwrap_or_default();
            messages.iter().map(|message| message.seq).collect()
        });
        assert_eq!(seqs, [1, 2]);
        assert_eq!(live.inbox.with_untracked(|inbox| inbox.rows.len()), 1);
        assert_eq!(live.feed.with_value(Feed::position), at(2));
    }

    #[test]
    fn a_bubble_gives_way_to_the_stored_message() {
        let (_owner, live) = live();
        let id = ClientMsgId(Uuid::from_u128(7));
        let now = conversation(1, Time(5));
        live.pending.set(vec![Pending::new(id, now.id, "Hi".into(), false, Time(1))]);
        live.take(vec![push(1, changed(&now, vec![reply(1, id)]))]);
        assert!(live.pending.with_untracked(Vec::is_empty));
    }

    #[test]
    fn a_thread_that_passes_out_of_sight_is_closed() {
        let (_owner, live) = live();
        let mut gone = conversation(1, Time(5));
        gone.team_id = Some(TeamId(Uuid::from_u128(3)));
        live.take(vec![push(1, changed(&gone, Vec::new()))]);
        assert!(live.thread.with_untracked(Option::is_none));
        assert_eq!(live.error.get_untracked(), Some(AppError::NotFound));
    }

    #[test]
    fn a_line_of_consent_closes_its_route_and_opens_it() {
        let (_owner, live) = live();
        let mut now = conversation(1, Time(5));
        let route = |ours: &str| Some(ReplyRoute { ours: ours.into(), peer: "+14155550123".into() });
        let line = |seq: i64, system: SystemLine| {
            vec![Message { sender: SenderKind::System, system: Some(system), ..message(seq) }]
        };
        let is_opted_out =
            || live.thread.with_untracked(|thread| thread.as_ref().is_some_and(Thread::is_opted_out));
        live.take(vec![push(1, changed(&now, line(1, SystemLine::OptedOut)))]);
        now.reply_route = route("+15550100");
        live.take(vec![push(2, changed(&now, Vec::new()))]);
        assert!(!is_opted_out(), "a line is about the route of its conversation, and there was none");
        live.take(vec![push(3, changed(&now, line(2, SystemLine::OptedOut)))]);
        assert!(is_opted_out());
        now.reply_route = route("+15550200");
        live.take(vec![push(4, changed(&now, Vec::new()))]);
        assert!(!is_opted_out(), "another number of ours");
        let mut sibling = conversation(2, Time(6));
        (sibling.contact_id, sibling.reply_route) = (now.contact_id, route("+15550200"));
        live.take(vec![push(5, changed(&sibling, line(1, SystemLine::OptedOut)))]);
        assert!(is_opted_out(), "the same number in another conversation");
        live.take(vec![push(6, changed(&now, line(3, SystemLine::OptedIn)))]);
        assert!(!is_opted_out());
        now.reply_route = route("+15550100");
        live.take(vec![push(7, changed(&now, Vec::new()))]);
        assert!(is_opted_out(), "that one is closed still");
    }

    #[test]
    fn only_what_is_shown_of_a_thread_concerns_it() {
        let shown = thread(1);
        let mut sibling = conversation(2, Time(5));
        assert!(!concerns(&changed(&sibling, Vec::new()), &shown));
        sibling.contact_id = shown.contact.id;
        assert!(concerns(&changed(&sibling, Vec::new()), &shown));
        assert!(concerns(&changed(&shown.conversation, Vec::new()), &shown));
    }

    /// Somebody with this name: the contact that is kept, and the others.
    fn person(name: &str, kept: ContactId, also: &[ContactId]) -> Event {
        let contact = Contact {
            id: kept,
            name: Some(name.to_owned()),
            email: None,
            phone: None,
            created_at: Time(0),
            merged_into: None,
        };
        Event::ContactChanged(Box::new(Person { also: also.to_vec(), ..Person::alone(contact) }))
    }

    #[test]
    fn contacts_that_become_one_person_are_one_on_screen_until_that_is_taken_back() {
        let (_owner, live) = live();
        let (mine, other) = (conversation(1, Time(5)), conversation(2, Time(6)));
        live.take(vec![push(1, changed(&mine, Vec::new())), push(2, changed(&other, Vec::new()))]);
        let shown = || {
            let names = live.inbox.with_untracked(|inbox| {
                let mut rows: Vec<_> = inbox.rows.iter().map(|row| &row.conversation).collect();
                rows.sort_by_key(|conversation| conversation.id);
                rows.into_iter().map(|conversation| conversation.contact_name.clone()).collect::<Vec<_>>()
            });
            let others: Vec<ConversationId> = live.thread.with_untracked(|thread| {
                thread.iter().flat_map(|thread| &thread.others).map(|other| other.id).collect()
            });
            (names, others)
        };
        assert_eq!(shown(), (vec!["Customer 1".into(), "Customer 2".into()], vec![]));
        let merged = |name: &str| {
            let mut merged = other.clone();
            merged.contact_name = name.to_owned();
            changed(&merged, Vec::new())
        };
        live.take(vec![
            push(3, person("Vera", other.contact_id, &[mine.contact_id])),
            push(4, merged("Vera")),
        ]);
        assert_eq!(shown(), (vec!["Vera".into(), "Vera".into()], vec![other.id]));
        live.take(vec![
            push(5, person("Vera", other.contact_id, &[])),
            push(6, person("Bert", mine.contact_id, &[])),
            push(7, merged("Vera")),
        ]);
        assert_eq!(shown(), (vec!["Bert".into(), "Vera".into()], vec![]));
    }
}
