//! Sending: a bubble at once, the stored message in its place as soon as there is one, and no message lost between.

use leptos::prelude::*;

use super::{
    Live,
    outbox::{self, Next, Pending, Returned, Unfilled},
};
use crate::{
    api::messages::{add_note, cancel_message, fetch_again, mark_sent, send_again, send_reply},
    domain::{AppError, AwaitedFileId, ClientMsgId, ConversationId, Draft, Message, ReplyBeside},
    ui::browser,
};

impl Live {
    /// Sends a reply or a note in the open conversation, with the files in its composer. `shown`: what it will say where
    /// macros stand in it, if that is known; `anyway`: although a colleague has replied since.
    pub fn send(self, body: String, shown: Option<String>, note: bool, anyway: bool) {
        let place = self.thread.with_untracked(|thread| {
            let thread = thread.as_ref()?;
            let seen_seq = thread.messages.last().map_or(0, |message| message.seq);
            Some((thread.conversation.id, seen_seq))
        });
        let Some((conversation_id, seen_seq)) = place else { return };
        let id = ClientMsgId(browser::new_id());
        let mut pending = Pending::new(id, conversation_id, body, note, browser::now());
        pending.attachments = self.take_files(conversation_id);
        pending.canned = self.take_inserted(conversation_id);
        if !note {
            pending.in_reply_to = self.take_answered(conversation_id);
        }
        pending.shown = shown;
        pending.seen_seq = seen_seq;
        pending.anyway = anyway;
        self.pending.update(|list| list.push(pending));
        self.forget_conflict(conversation_id);
        self.forget_unfilled();
        self.stop_typing();
        self.keep_draft_of(conversation_id, Draft::default());
        self.leave_stretch();
        self.send_ready();
    }

    /// Sends a failed message again.
    pub fn retry(self, id: ClientMsgId) {
        self.pending.update(|list| outbox::retry(list, id));
        self.send_ready();
    }

    /// Forgets a failed message.
    pub fn discard(self, id: ClientMsgId) {
        self.pending.update(|list| outbox::discard(list, id));
        self.save_outbox();
    }

    /// Goes on with what a reload interrupted.
    pub(super) fn restore_outbox(self) {
        let Some(text) = browser::recall(&self.outbox_key()) else { return };
        let mut restored = outbox::restore(&text);
        self.pending.update(|list| {
            restored.append(list);
            *list = restored;
        });
        self.thread.with_untracked(|thread| {
            if let Some(thread) = thread {
                self.settle(&thread.messages);
            }
        });
        self.send_ready();
    }

    /// The server can be reached again: nothing rests any longer.
    pub(super) fn wake_outbox(self) {
        if self.pending.with_untracked(|list| !list.is_empty()) {
            self.pending.update(|list| outbox::wake(list, None));
            self.send_ready();
        }
    }

    /// Stored messages have come: their bubbles go, and the next in line may be sent.
    pub(super) fn settle(self, messages: &[Message]) {
        if self.pending.with_untracked(Vec::is_empty) {
            return;
        }
        let settled = self.pending.try_maybe_update(|list| {
            let settled = outbox::settle(list, messages);
            (settled, settled)
        });
        if settled == Some(true) {
            self.send_ready();
        }
    }

    /// A thread has been loaded: it holds what the server has.
    pub(super) fn settle_loaded(self, id: ConversationId, messages: &[Message]) {
        self.pending.maybe_update(|list| outbox::drop_stored(list, id));
        self.settle(messages);
    }

    /// Has a message of the open conversation sent again that did not get out, or was taken back.
    pub fn send_again(self, seq: i64) {
        if let Some(id) = self.open_id() {
            self.ask(send_again(id, seq), |live, answer| live.told(answer));
        }
    }

    /// Notes that a message of the open conversation was sent, of which nobody knew.
    pub fn mark_sent(self, seq: i64) {
        if let Some(id) = self.open_id() {
            self.ask(mark_sent(id, seq), |live, answer| live.told(answer));
        }
    }

    /// Takes a message of the open conversation back that has not left.
    pub fn cancel(self, seq: i64) {
        if let Some(id) = self.open_id() {
            self.ask(cancel_message(id, seq), |live, answer| live.told(answer));
        }
    }

    /// Has a file of a message of the open conversation fetched again that its provider did not give us.
    pub fn fetch_again(self, seq: i64, file: AwaitedFileId) {
        if let Some(id) = self.open_id() {
            self.ask(fetch_again(id, seq, file), |live, answer| live.told(answer));
        }
    }

    /// What succeeds comes as an event.
    fn told(self, answer: Result<(), AppError>) {
        if let Err(error) = answer {
            self.fail(error);
        }
    }

    fn send_ready(self) {
        let ready = self.pending.try_update(|list| outbox::take_ready(list)).unwrap_or_default();
        self.save_outbox();
        for pending in ready {
            self.request(pending);
        }
    }

    fn request(self, pending: Pending) {
        let Pending {
            client_msg_id: id,
            conversation_id,
            body,
            attachments,
            canned,
            in_reply_to,
            note,
            seen_seq,
            anyway,
            ..
        } = pending;
        let files = attachments.iter().map(|file| file.id).collect();
        if note {
            self.ask(add_note(conversation_id, id, body, files), move |live, answer| {
                live.answered(conversation_id, id, answer);
            });
        } else {
            let beside = ReplyBeside { canned, in_reply_to: in_reply_to.map(|answered| answered.id) };
            let reply = send_reply(conversation_id, id, body, files, seen_seq, anyway, beside);
            self.ask(reply, move |live, answer| live.answered(conversation_id, id, answer));
        }
    }

    fn answered(self, conversation: ConversationId, id: ClientMsgId, answer: Result<Message, AppError>) {
        match answer {
            Ok(message) => {
                self.stored(conversation, id, &message);
                self.draft_sent(conversation);
            }
            Err(error) => self.refused(id, error),
        }
        self.send_ready();
    }

    /// The server has it. It takes its bubble's place if it is the thread's next message; if others come before it,
    /// so does the event that brings it with them.
    fn stored(self, conversation: ConversationId, id: ClientMsgId, message: &Message) {
        let mut is_shown = self.open_id() != Some(conversation);
        self.thread.maybe_update(|thread| {
            let Some(thread) = thread.as_mut().filter(|thread| thread.conversation.id == conversation) else {
                return false;
            };
            let next = thread.messages.last().map_or(1, |last| last.seq + 1);
            is_shown = message.seq <= next;
            if message.seq == next {
                thread.append(std::slice::from_ref(message));
            }
            message.seq == next
        });
        self.pending.update(|list| {
            if is_shown {
                outbox::settle(list, std::slice::from_ref(message));
            } else {
                outbox::hold(list, id);
            }
        });
    }

    fn refused(self, id: ClientMsgId, error: AppError) {
        let random = browser::random();
        let next = self.pending.try_update(|list| outbox::fail(list, id, error, random));
        match next {
            Some(Next::Rest(wait)) => self.later(wait, move |live| {
                live.pending.update(|list| outbox::wake(list, Some(id)));
                live.send_ready();
            }),
            Some(Next::Overtaken(conflict)) => {
                self.put_back(&conflict.back);
                self.conflict.set(Some(*conflict));
            }
            Some(Next::Unfilled(unfilled)) => {
                self.put_back(&unfilled.back);
                self.unfilled.set(Some(*unfilled));
            }
            Some(Next::Failed | Next::Gone) | None => {}
        }
    }

    /// What was not sent goes back to where it was written.
    fn put_back(self, back: &Returned) {
        let id = back.conversation_id;
        // A message of files alone leaves the text that was written since as it is.
        if !back.body.is_empty() {
            self.put_back_draft(id, back.body.clone());
        }
        self.put_back_files(id, back.attachments.clone());
        self.put_back_inserted(id, &back.canned);
        self.put_back_answered(id, back.in_reply_to.clone());
    }

    fn forget_conflict(self, conversation: ConversationId) {
        self.conflict.maybe_update(|conflict| {
            conflict.take_if(|conflict| conflict.back.conversation_id == conversation).is_some()
        });
    }

    /// What could not be filled in the open conversation is being mended.
    pub fn forget_unfilled(self) {
        let open = self.open_id();
        self.unfilled.maybe_update(|unfilled| {
            unfilled.take_if(|unfilled| Some(unfilled.back.conversation_id) == open).is_some()
        });
    }

    /// Says of what is written in the open conversation why it cannot be filled, without asking the server. It stays
    /// where it is.
    pub fn refuse_unfilled(self, body: String, why: String) {
        if let Some(conversation_id) = self.open_id() {
            let back = Returned {
                conversation_id,
                body,
                attachments: Vec::new(),
                canned: Vec::new(),
                in_reply_to: None,
            };
            self.unfilled.set(Some(Unfilled { back, why }));
        }
    }

    fn save_outbox(self) {
        let text = self.pending.with_untracked(|list| outbox::save(list));
        browser::remember(&self.outbox_key(), text.as_deref());
    }

    /// An operator's own: the next to sign in to this tab must not send it.
    fn outbox_key(self) -> String {
        let me = self.inbox.with_untracked(|inbox| inbox.me.id);
        format!("live-operator-outbox-{me}")
    }
}
