//! What an operator does to a conversation besides writing in it: shown at once where the status machine allows it,
//! then as the server has it.

use leptos::prelude::*;

use super::Live;
use crate::{
    api::conversations::{
        assign, claim, dismiss_suggestion, give_back, move_mail, move_to_team, release, reopen, resolve,
        take_over, undo_assign,
    },
    domain::{
        Action, AppError, Conversation, ConversationId, Inbox, OperatorId, OwnerIs, Status, SuggestionId,
        TeamId, Time, step,
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
    MoveTo(TeamId),
    /// That it was assigned or moved.
    TakeBack,
}

/// Something just done that can be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undo {
    pub conversation_id: ConversationId,
    pub done: Done,
}

/// What was done, with the name of whom it concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    Resolved(String),
    Assigned(String),
    Moved(String),
}

impl Done {
    /// As it is told.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Resolved(contact) => format!("Conversation with {contact} resolved."),
            Self::Assigned(operator) => format!("Assigned to {operator}."),
            Self::Moved(team) => format!("Moved to {team}."),
        }
    }

    const fn way_back(&self) -> Act {
        match self {
            Self::Resolved(_) => Act::Reopen,
            Self::Assigned(_) | Self::Moved(_) => Act::TakeBack,
        }
    }
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
    /// What the status machine is to make of it. None where only the server knows.
    fn action(self, conversation: &Conversation, inbox: &Inbox) -> Option<Action> {
        let me = inbox.me.id;
        Some(match self {
            Self::Claim => Action::Claim(me),
            Self::TakeOver => Action::TakeOver(me),
            Self::Release => Action::Release,
            Self::Resolve => Action::Resolve(me),
            Self::Reopen => Action::Reopen,
            Self::Assign(to) => Action::Assign(to),
            Self::MoveTo(team) => {
                let owner = conversation.owner_id.map(|owner| inbox.operator(owner));
                let works_there = |owner| inbox.staff.can_take(owner, Some(team));
                Action::Move { owner_follows: owner.is_none_or(|owner| owner.is_some_and(works_there)) }
            }
            Self::TakeBack => return None,
        })
    }

    async fn request(self, id: ConversationId) -> Result<Conversation, AppError> {
        match self {
            Self::Claim => claim(id).await,
            Self::TakeOver => take_over(id).await,
            Self::Release => release(id).await,
            Self::Resolve => resolve(id).await,
            Self::Reopen => reopen(id).await,
            Self::Assign(to) => assign(id, to).await,
            Self::MoveTo(team) => move_to_team(id, Some(team)).await,
            Self::TakeBack => undo_assign(id).await,
        }
    }
}

impl Guess {
    /// What the status machine makes of it. None where it refuses: then the server says why.
    fn at(conversation: &Conversation, deed: Act, inbox: &Inbox, now: Time) -> Option<Self> {
        let owner = conversation.owner_id.and_then(|owner| inbox.operator(owner));
        let owner =
            if owner.is_some_and(|owner| owner.enabled) { OwnerIs::Working } else { OwnerIs::Disabled };
        let state = step(&conversation.state(owner), deed.action(conversation, inbox)?, now).ok()?;
        let mut after = conversation.clone();
        after.set_state(&state);
        if let Act::MoveTo(team) = deed {
            after.team_id = Some(team);
        }
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
    /// Does something to a conversation, open or not.
    pub fn act_on(self, id: ConversationId, deed: Act) {
        if self.open_id() == Some(id) {
            self.act(deed);
        } else {
            self.request_act(id, deed, None);
        }
    }

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
        self.act_on(undo.conversation_id, undo.done.way_back());
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
        self.done.set(None);
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
        if let Some(done) = self.inbox.with_untracked(|inbox| done(deed, guess, &conversation, inbox)) {
            self.undo.set(Some(Undo { conversation_id: conversation.id, done }));
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

/// What can be taken back of a deed that was done.
fn done(deed: Act, guess: Option<&Guess>, conversation: &Conversation, inbox: &Inbox) -> Option<Done> {
    match deed {
        Act::Resolve => Some(Done::Resolved(conversation.contact_name.clone())),
        // A bot that was interrupted is given the word with what it is to mind, and not by taking something back.
        Act::Assign(_) if guess.is_some_and(|guess| guess.before.status == Status::Open) => None,
        Act::Assign(to) => inbox.operator(to).map(|operator| Done::Assigned(operator.name.clone())),
        Act::MoveTo(team) => inbox.team(team).map(|team| Done::Moved(team.name.clone())),
        Act::Claim | Act::TakeOver | Act::Release | Act::Reopen | Act::TakeBack => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{Operator, Role},
        ui::live::samples::{conversation, inbox},
    };
    use uuid::Uuid;

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
    fn a_move_keeps_an_owner_who_works_there_too() {
        let (sales, olga) = (TeamId(Uuid::from_u128(3)), OperatorId(Uuid::from_u128(1)));
        let mut inbox = inbox();
        inbox.operators.push(Operator {
            id: olga,
            name: "Olga".into(),
            email: "olga@demo.test".into(),
            role: Role::Operator,
            enabled: true,
        });
        let waiting = conversation(1, Time(5));
        let owned = Guess::at(&waiting, Act::Assign(olga), &inbox, Time(9)).expect("it waits").after;
        let moved = |inbox: &Inbox| {
            let guess = Guess::at(&owned, Act::MoveTo(sales), inbox, Time(9)).expect("it is active");
            assert_eq!(guess.after.team_id, Some(sales));
            (guess.after.status, guess.after.owner_id)
        };
        assert_eq!(moved(&inbox), (Status::Waiting, None));
        inbox.staff.members.insert(sales, [olga].into());
        assert_eq!(moved(&inbox), (Status::Active, Some(olga)));
    }

    #[test]
    fn what_the_status_machine_refuses_is_left_to_the_server() {
        let shown = conversation(1, Time(5));
        assert!(Guess::at(&shown, Act::Reopen, &inbox(), Time(9)).is_none());
        assert!(Guess::at(&shown, Act::TakeBack, &inbox(), Time(9)).is_none());
    }
}
