//! What an operator does to a conversation besides writing in it: shown at once where the status machine allows it,
//! then as the server has it.

use leptos::prelude::*;

use super::Live;
use crate::{
    api::conversations::{
        assign, claim, dismiss_suggestion, give_back, move_mail, release, reopen, resolve, take_over,
    },
    domain::{
        Action, AppError, Conversation, ConversationId, Inbox, Me, OperatorId, SuggestionId, Time, step,
    },
    ui::browser,
};

/// What an operator does to the open conversation besides writing in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    Claim,
    TakeOver,
    Release,
    Resolve,
    Reopen,
    Assign(OperatorId),
}

/// Something just done that can be taken back. Only resolving can, by reopening.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undo {
    pub conversation_id: ConversationId,
    pub contact_name: String,
}

/// A mail that was just moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    pub to: ConversationId,
    /// Whether that conversation began with it.
    pub alone: bool,
}

/// A change that is shown before the server has confirmed it.
#[derive(Debug, Clone)]
struct Guess {
    before: Conversation,
    after: Conversation,
}

impl Act {
    const fn action(self, me: &Me) -> Action {
        match self {
            Self::Claim => Action::Claim(me.id),
            Self::TakeOver => Action::TakeOver(me.id),
            Self::Release => Action::Release,
            Self::Resolve => Action::Resolve(me.id),
            Self::Reopen => Action::Reopen,
            Self::Assign(to) => Action::Assign(to),
        }
    }

    async fn request(self, id: ConversationId) -> Result<Conversation, AppError> {
        match self {
            Self::Claim => claim(id).await,
            Self::TakeOver => take_over(id).await,
            Self::Release => release(id).await,
            Self::Resolve => resolve(id).await,
            Self::Reopen => reopen(id).await,
            Self::Assign(to) => assign(id, to).await,
        }
    }
}

impl Guess {
    /// What the status machine makes of it. None where it refuses: then the server says why.
    fn at(conversation: &Conversation, deed: Act, inbox: &Inbox, now: Time) -> Option<Self> {
        let owner_enabled =
            conversation.owner_id.and_then(|owner| inbox.operator(owner)).is_some_and(|owner| owner.enabled);
        let state = step(&conversation.state(owner_enabled), deed.action(&inbox.me), now).ok()?;
        let mut after = conversation.clone();
        after.set_state(&state);
        Some(Self { before: conversation.clone(), after })
    }

    /// Replaces the guess by what is true. If something else is shown by now, an event has brought it, and it is newer.
    fn settle(&self, shown: &mut Conversation, truth: &Conversation) -> bool {
        let is_guess = *shown == self.after;
        if is_guess {
            shown.clone_from(truth);
        }
        is_guess
    }
}

impl Live {
    /// Does something to the open conversation.
    pub fn act(self, deed: Act) {
        let Some(id) = self.open_id() else { return };
        let guess = self.guess(deed);
        if let Some(guess) = &guess {
            self.thread.update(|thread| {
                if let Some(thread) = thread {
                    thread.conversation.clone_from(&guess.after);
                }
            });
        }
        self.request_act(id, deed, guess);
    }

    /// Takes back what [`Live::undo`] names.
    pub fn take_back(self) {
        let Some(undo) = self.undo.try_update(Option::take).flatten() else {
            return;
        };
        if self.open_id() == Some(undo.conversation_id) {
            self.act(Act::Reopen);
        } else {
            self.request_act(undo.conversation_id, Act::Reopen, None);
        }
    }

    /// Moves a mail of the open conversation to another one; none: to one of its own. The events bring what that changes
    /// in both.
    pub fn move_mail(self, seq: i64, to: Option<ConversationId>) {
        let Some(id) = self.open_id() else { return };
        self.moved.set(None);
        self.ask(move_mail(id, seq, to), move |live, answer| match answer {
            Ok(there) => live.moved.set(Some(Moved { to: there, alone: to.is_none() })),
            Err(error) => live.fail(error),
        });
    }

    /// Gives the open conversation back to its bot.
    pub fn give_back(self, instruction: String) {
        let Some(id) = self.open_id() else { return };
        self.ask(give_back(id, instruction), |live, answer| {
            if let Err(error) = answer {
                live.fail(error);
            }
        });
    }

    /// Takes away what the bot of the open conversation has offered.
    pub fn dismiss_suggestion(self, suggestion: SuggestionId) {
        let Some(id) = self.open_id() else { return };
        self.ask(dismiss_suggestion(id, suggestion), |live, answer| {
            if let Err(error) = answer {
                live.fail(error);
            }
        });
    }

    /// A guess upon a guess could not be taken back in any order: there is one at a time.
    fn guess(self, deed: Act) -> Option<Guess> {
        if self.under_way.with_value(|it| it.is_acting) {
            return None;
        }
        self.inbox.with_untracked(|inbox| {
            self.thread.with_untracked(|thread| {
                let conversation = &thread.as_ref()?.conversation;
                Guess::at(conversation, deed, inbox, browser::now())
            })
        })
    }

    /// One after another: each request has a connection of its own, and they would arrive in any order.
    fn request_act(self, id: ConversationId, deed: Act, guess: Option<Guess>) {
        self.undo.set(None);
        let is_first = self.under_way.try_update_value(|it| {
            if it.is_acting {
                it.acts.push_back((id, deed));
            }
            !std::mem::replace(&mut it.is_acting, true)
        });
        if is_first == Some(true) {
            self.send_act(id, deed, guess);
        }
    }

    fn send_act(self, id: ConversationId, deed: Act, guess: Option<Guess>) {
        self.ask(deed.request(id), move |live, answer| {
            let next = live.under_way.try_update_value(|it| {
                let next = it.acts.pop_front();
                it.is_acting = next.is_some();
                next
            });
            if let Some(Some((id, deed))) = next {
                live.send_act(id, deed, None);
            }
            match answer {
                Ok(conversation) => live.act_done(deed, guess.as_ref(), conversation),
                Err(error) => {
                    if let Some(guess) = &guess {
                        live.settle_guess(guess, &guess.before);
                    }
                    live.fail(error);
                }
            }
        });
    }

    /// Without a guess there is nothing to correct: the event brings what has changed.
    fn act_done(self, deed: Act, guess: Option<&Guess>, conversation: Conversation) {
        if let Some(guess) = guess {
            self.settle_guess(guess, &conversation);
        }
        if deed == Act::Resolve {
            self.undo.set(Some(Undo {
                conversation_id: conversation.id,
                contact_name: conversation.contact_name,
            }));
        }
    }

    fn settle_guess(self, guess: &Guess, truth: &Conversation) {
        self.thread.maybe_update(|thread| {
            thread
                .as_mut()
                .filter(|thread| thread.conversation.id == guess.after.id)
                .is_some_and(|thread| guess.settle(&mut thread.conversation, truth))
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{Status, Time},
        ui::live::samples::{conversation, inbox},
    };

    #[test]
    fn a_guess_gives_way_to_the_truth_and_never_to_something_older() {
        let inbox = inbox();
        let shown = conversation(1, Time(5));
        let guess = Guess::at(&shown, Act::Claim, &inbox, Time(9)).expect("it waits");
        assert_eq!(guess.after.owner_id, Some(inbox.me.id));
        assert_eq!(guess.after.status, Status::Active);

        let mut truth = guess.after.clone();
        truth.last_seq += 1;
        let mut thread = guess.after.clone();
        assert!(guess.settle(&mut thread, &truth));
        assert_eq!(thread, truth);

        let mut newer = truth.clone();
        newer.last_seq += 1;
        let mut thread = newer.clone();
        assert!(!guess.settle(&mut thread, &guess.before));
        assert_eq!(thread, newer);
    }

    #[test]
    fn what_the_status_machine_refuses_is_left_to_the_server() {
        let shown = conversation(1, Time(5));
        assert!(Guess::at(&shown, Act::Reopen, &inbox(), Time(9)).is_none());
    }
}
