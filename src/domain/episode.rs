//! Episodes: a conversation from when it begins, or is reopened, until it is resolved. What is counted over time comes
//! from them, so that work which comes back counts each time.

use super::{
    BotId, ChannelId, Conversation, ConversationId, Counted, Handler, Message, OperatorId, Status,
    SystemLine, Tally, TeamId, Time,
};

/// When something happened, and which team had the conversation then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    pub at: Time,
    pub team_id: Option<TeamId>,
}

/// The first answer of a person to a customer who waited for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FirstAnswer {
    pub moment: Moment,
    pub by: Option<OperatorId>,
    /// How long they had waited, in microseconds.
    pub after: i64,
}

/// The end of an episode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    pub moment: Moment,
    /// Who owned the conversation then.
    pub owner_id: Option<OperatorId>,
}

/// What came of a conversation once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Episode {
    pub conversation_id: ConversationId,
    /// From 1 in each conversation.
    pub number: i64,
    pub channel_id: ChannelId,
    pub began: Moment,
    /// Who owned it when it was resolved before.
    pub reopened_from: Option<OperatorId>,
    /// Which bot had the word in it, if one had.
    pub bot_id: Option<BotId>,
    /// Whether it ever waited for a person, or was owned by one.
    pub with_people: bool,
    /// When its bot first gave it to people.
    pub handed_off: Option<Moment>,
    /// That was because the bot did not do its work.
    pub bot_failed: bool,
    pub answered: Option<FirstAnswer>,
    /// How long the customer waited for people in all, in microseconds.
    pub waited: i64,
    /// And of that for the last answer: if that is taken back, they have not been answered yet.
    pub last_wait: i64,
    pub ended: Option<End>,
}

impl Episode {
    /// Whether a change of a conversation, with the messages that it added, can change what is kept of it here. Most
    /// changes are messages that do not.
    #[must_use]
    pub fn is_touched(was: Option<&Conversation>, now: &Conversation, said: &[&Message]) -> bool {
        let Some(was) = was else { return true };
        let waits_no_more = was.awaiting_reply_since.is_some() && now.awaiting_reply_since.is_none();
        was.status != now.status
            || was.handler != now.handler
            || waits_no_more
            || has_line(said, SystemLine::SendCancelled)
    }

    /// The first episode of a conversation.
    #[must_use]
    pub const fn first(now: &Conversation) -> Self {
        Self {
            conversation_id: now.id,
            number: 1,
            channel_id: now.channel_id,
            began: Moment { at: now.created_at, team_id: now.team_id },
            reopened_from: None,
            bot_id: None,
            with_people: false,
            handed_off: None,
            bot_failed: false,
            answered: None,
            waited: 0,
            last_wait: 0,
            ended: None,
        }
    }

    /// The episode after this one, which begins when the conversation is reopened.
    #[must_use]
    pub fn next(&self, now: &Conversation, at: Time) -> Self {
        Self {
            number: self.number + 1,
            began: Moment { at, team_id: now.team_id },
            reopened_from: self.ended.and_then(|end| end.owner_id),
            ..Self::first(now)
        }
    }

    /// Takes in a change of the conversation, with the messages that it added.
    pub fn note(&mut self, was: Option<&Conversation>, now: &Conversation, said: &[&Message], at: Time) {
        let moment = Moment { at, team_id: now.team_id };
        let bot_id = now.ai.as_ref().map(|ai| ai.bot_id);
        if now.handler == Handler::Bot {
            self.bot_id = bot_id;
        }
        let card = said.iter().find_map(|message| message.handoff.as_ref());
        if let Some(card) = card.filter(|_| self.handed_off.is_none()) {
            self.bot_id = bot_id;
            self.handed_off = Some(moment);
            self.bot_failed = card.reason.is_failure();
        }
        self.with_people |= matches!(now.status, Status::Waiting | Status::Active);
        let waiting_since = was.and_then(|was| was.awaiting_reply_since);
        if has_line(said, SystemLine::SendCancelled) {
            self.take_back(waiting_since, now.awaiting_reply_since);
        } else if let (Some(since), None) = (waiting_since, now.awaiting_reply_since) {
            // Clocks go back now and then.
            self.last_wait = at.since(since).max(0);
            self.waited += self.last_wait;
            if let Some(by) = answer(said) {
                self.answered.get_or_insert(FirstAnswer { moment, by, after: self.last_wait });
            }
        }
        if now.status == Status::Resolved && self.ended.is_none() {
            self.ended = Some(End { moment, owner_id: now.owner_id });
        }
    }

    /// An answer was taken back before it left. If the customer waits again, as long as before, they had not been
    /// answered.
    fn take_back(&mut self, was_waiting_since: Option<Time>, waiting_since: Option<Time>) {
        let Some(since) = waiting_since.filter(|_| waiting_since != was_waiting_since) else { return };
        self.waited -= self.last_wait;
        self.last_wait = 0;
        if self.answered.is_some_and(|answer| answer.moment.at >= since) {
            self.answered = None;
        }
    }

    /// What of it is counted.
    #[must_use]
    pub fn tallies(&self) -> Vec<Tally> {
        let tally = |moment: Moment, operator_id: Option<OperatorId>, what: Counted| Tally {
            at: moment.at,
            channel_id: self.channel_id,
            team_id: moment.team_id,
            operator_id,
            what,
        };
        let began = if self.number > 1 { Counted::Reopened } else { Counted::Began };
        let mut all = vec![tally(self.began, self.reopened_from, began)];
        all.extend(self.handed_off.map(|moment| tally(moment, None, Counted::HandedOff)));
        all.extend(
            self.answered.map(|answer| {
                tally(answer.moment, answer.by, Counted::Answered { after: answer.after.max(0) })
            }),
        );
        all.extend(self.ended.map(|end| {
            let resolved = Counted::Resolved {
                after: end.moment.at.since(self.began.at).max(0),
                waited: self.waited.max(0),
                alone: self.bot_id.is_some() && !self.with_people,
            };
            tally(end.moment, end.owner_id, resolved)
        }));
        all
    }
}

fn has_line(said: &[&Message], line: SystemLine) -> bool {
    said.iter().any(|message| message.system == Some(line))
}

/// Who answered the customer with one of these, if somebody did: a reply, or one that was taken back and is sent after
/// all.
fn answer(said: &[&Message]) -> Option<Option<OperatorId>> {
    let mut answers = said
        .iter()
        .filter(|message| message.is_public_reply() || message.system == Some(SystemLine::SentAgain));
    answers.next().map(|message| message.sender_id.map(OperatorId))
}

#[cfg(test)]
mod tests;
