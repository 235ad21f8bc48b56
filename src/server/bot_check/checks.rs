//! What the contract asks of a bot, each as one check in a conversation of its own.

use std::time::Duration;

use axum::http::StatusCode;

use super::{
    Finding, Subject, Verdict,
    calls::Call,
    stand_in::Board,
    talk::{Deed, Seen, Talk},
};
use crate::{domain::ConversationId, server::clock::new_id};

/// What every conversation begins with: not 0, so that a bot must have read it.
const EPOCH: i64 = 7;
/// What had left the bot before it heard that nobody waits has so long to come.
const ON_ITS_WAY: Duration = Duration::from_millis(250);
const QUESTION: &str = "How long does delivery take?";

/// Checks that need a bot that answers, and one that does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// The same call comes twice.
    Twice,
    /// We are down for a moment.
    Retry,
    /// A person steps in.
    Ended,
    /// And gives the conversation back.
    GivenBack,
    /// Somebody else calls.
    Forged,
    /// The customer wants a person.
    Human,
}

/// In the order in which they are made.
pub const OTHERS: &[Check] =
    &[Check::Twice, Check::Retry, Check::Ended, Check::GivenBack, Check::Forged, Check::Human];

impl Check {
    const fn what(self) -> &'static str {
        match self {
            Self::Twice => "answers once when the same call comes twice",
            Self::Retry => "tries again after a 503, under the same Idempotency-Key",
            Self::Ended => "stops when a person steps in",
            Self::GivenBack => "answers under the new epoch when it is given the word back",
            Self::Forged => "refuses a call with a wrong signature",
            Self::Human => "hands off when the customer wants a person",
        }
    }
}

/// What the checks share.
pub struct Kit {
    pub subject: Subject,
    pub client: reqwest::Client,
    pub board: Board,
}

impl Kit {
    /// One whole turn: the call is answered, the bot shows life, and answers under its epoch.
    pub async fn first_turn(&self) -> Vec<Finding> {
        let patience = self.subject.patience;
        let (id, call) = self.ask(QUESTION);
        let any = |talk: &Talk| (!talk.seen.is_empty()).then_some(());
        let (called, alive) = tokio::join!(self.make(&call), self.board.wait(id, patience.alive, any));
        let taken = match called {
            Ok(()) => Verdict::Pass,
            Err(words) => Verdict::Fail(words),
        };
        let shows_life = match alive {
            _ if taken != Verdict::Pass => Verdict::NotTried,
            Some(()) => Verdict::Pass,
            None => Verdict::Fail(format!("nothing came from it within {:?}", patience.alive)),
        };
        let answers = if shows_life == Verdict::Pass { self.answered(id).await } else { Verdict::NotTried };
        vec![
            Finding { what: "answers the call with 2xx", verdict: taken },
            Finding { what: "shows a sign of life", verdict: shows_life },
            Finding { what: "answers under the epoch that it was asked under", verdict: answers },
        ]
    }

    /// One of the others. `answers` says whether the bot has done a whole turn.
    pub async fn other(&self, check: Check, answers: bool) -> Finding {
        let result = match check {
            Check::Forged => self.forged().await,
            _ if !answers => return Finding { what: check.what(), verdict: Verdict::NotTried },
            Check::Twice => self.twice().await,
            Check::Retry => self.retry().await,
            Check::Ended => self.ended().await,
            Check::GivenBack => self.given_back().await,
            Check::Human => self.human().await,
        };
        let verdict = result.map_or_else(Verdict::Fail, |()| Verdict::Pass);
        Finding { what: check.what(), verdict }
    }

    /// A conversation in which a customer asks this, and the call that tells of it.
    fn ask(&self, text: &str) -> (ConversationId, Call) {
        let id = new_id();
        self.board.begin(id, Talk::new(EPOCH));
        (id, Call::asked(id, EPOCH, text))
    }

    async fn make(&self, call: &Call) -> Result<(), String> {
        let status = call.make(&self.subject, &self.client, &self.subject.secret).await?;
        if status.is_success() { Ok(()) } else { Err(format!("it answered {}", status.as_u16())) }
    }

    async fn answered(&self, id: ConversationId) -> Verdict {
        let longest = self.subject.patience.answer;
        let over = |talk: &Talk| {
            let refused = talk.seen.iter().any(|seen| seen.status.is_client_error());
            (refused || talk.lasting().next().is_some()).then_some(())
        };
        let came = self.board.wait(id, longest, over).await;
        let fault = self.board.with(id, |talk| fault(&talk.seen, EPOCH));
        match (fault, came) {
            (Some(words), _) => Verdict::Fail(words),
            (None, Some(())) => Verdict::Pass,
            (None, None) => Verdict::Fail(format!("it did not answer within {longest:?}")),
        }
    }

    async fn twice(&self) -> Result<(), String> {
        let patience = self.subject.patience;
        let (id, call) = self.ask(QUESTION);
        self.make(&call).await?;
        self.first_answer(id).await?;
        self.make(&call).await.map_err(|words| format!("{words} to the same call"))?;
        let again = |talk: &Talk| (talk.lasting().count() > 1).then_some(());
        self.board.wait(id, patience.quiet, again).await;
        match self.board.with(id, |talk| talk.lasting().count()) {
            1 => Ok(()),
            count => Err(format!("your bot answered {} to one call", times(count))),
        }
    }

    async fn retry(&self) -> Result<(), String> {
        let longest = self.subject.patience.answer;
        let (id, call) = self.ask(QUESTION);
        self.board.with(id, |talk| talk.is_down = true);
        self.make(&call).await?;
        let refused = |talk: &Talk| {
            let refused = talk.seen.iter().find(|seen| seen.status == StatusCode::SERVICE_UNAVAILABLE);
            refused.map(|seen| seen.key.clone())
        };
        let Some(first) = self.board.wait(id, longest, refused).await else {
            return Err(format!("it did not answer within {longest:?}"));
        };
        self.board.with(id, |talk| talk.is_down = false);
        let done = |talk: &Talk| talk.lasting().next().map(|seen| seen.key.clone());
        match self.board.wait(id, longest, done).await {
            Some(again) if again == first => Ok(()),
            Some(_) => Err("it tried again under another key: a customer may read the same twice".to_owned()),
            None => Err(format!("it did not try again within {longest:?}")),
        }
    }

    /// The bot is held up until it has confirmed that nobody waits any more: whatever comes then is too late.
    async fn ended(&self) -> Result<(), String> {
        let patience = self.subject.patience;
        let (id, call) = self.ask(QUESTION);
        self.board.with(id, |talk| talk.is_down = true);
        self.make(&call).await?;
        let any = |talk: &Talk| (!talk.seen.is_empty()).then_some(());
        self.board.wait(id, patience.answer, any).await;
        let ended = self.make(&Call::ended(id, EPOCH)).await;
        ended.map_err(|words| format!("{words} to turn.ended"))?;
        self.board.wait(id, ON_ITS_WAY, |_| None::<()>).await;
        self.board.with(id, |talk| {
            talk.take_over();
            talk.is_down = false;
            talk.has_ended = true;
        });
        let late =
            |talk: &Talk| talk.seen.iter().filter(|seen| seen.is_after_end && seen.deed == Deed::Say).count();
        // As long as it takes: how often it tries is told too.
        self.board.wait(id, patience.quiet, |_| None::<()>).await;
        match self.board.with(id, |talk| late(talk)) {
            0 => Ok(()),
            count => Err(format!("your bot answered {} after a person had stepped in", times(count))),
        }
    }

    async fn given_back(&self) -> Result<(), String> {
        let longest = self.subject.patience.answer;
        let (id, call) = self.ask(QUESTION);
        self.make(&call).await?;
        self.first_answer(id).await?;
        let ended = self.make(&Call::ended(id, EPOCH)).await;
        ended.map_err(|words| format!("{words} to turn.ended"))?;
        self.board.wait(id, ON_ITS_WAY, |_| None::<()>).await;
        let (before, epoch) = self.board.with(id, |talk| {
            talk.take_over();
            talk.give_back();
            (talk.seen.len(), talk.control_epoch)
        });
        let told = self.make(&Call::given_back(id, epoch)).await;
        told.map_err(|words| format!("{words} to given_back"))?;
        self.make(&Call::asked(id, epoch, QUESTION)).await?;
        let over = |talk: &Talk| {
            let mut since = talk.seen[before..].iter();
            since.any(|seen| seen.status.is_client_error() || seen.has_lasted()).then_some(())
        };
        let came = self.board.wait(id, longest, over).await;
        match self.board.with(id, |talk| fault(&talk.seen[before..], epoch)) {
            Some(words) => Err(words),
            None => came.ok_or_else(|| format!("it did not answer within {longest:?}")),
        }
    }

    async fn forged(&self) -> Result<(), String> {
        let patience = self.subject.patience;
        let (id, call) = self.ask(QUESTION);
        let wrong = format!("not {}", self.subject.secret);
        let status = call.make(&self.subject, &self.client, &wrong).await?;
        if !status.is_client_error() {
            return Err(format!("it answered {} to a call that was not signed by us", status.as_u16()));
        }
        let any = |talk: &Talk| (!talk.seen.is_empty()).then_some(());
        match self.board.wait(id, patience.quiet, any).await {
            None => Ok(()),
            Some(()) => Err("it did what a call asked that was not signed by us".to_owned()),
        }
    }

    async fn human(&self) -> Result<(), String> {
        let longest = self.subject.patience.answer;
        let (id, call) = self.ask("I want a human");
        self.make(&call).await?;
        let handed = |talk: &Talk| talk.lasting().any(|seen| seen.deed == Deed::HandOff).then_some(());
        match self.board.wait(id, longest, handed).await {
            Some(()) => Ok(()),
            None if self.board.with(id, |talk| talk.lasting().next().is_some()) => {
                Err("it answered, and did not hand off".to_owned())
            }
            None => Err(format!("it did not hand off within {longest:?}")),
        }
    }

    async fn first_answer(&self, id: ConversationId) -> Result<(), String> {
        let longest = self.subject.patience.answer;
        let answered = |talk: &Talk| talk.lasting().next().map(|_| ());
        let came = self.board.wait(id, longest, answered).await;
        came.ok_or_else(|| format!("it did not answer within {longest:?}"))
    }
}

/// What is wrong with a request of a bot that was asked under this epoch, if anything is.
fn fault(requests: &[Seen], asked: i64) -> Option<String> {
    let wrong = requests.iter().find(|seen| seen.control_epoch != Some(asked));
    if let Some(seen) = wrong {
        let sent = seen.control_epoch.map_or_else(|| "none".to_owned(), |epoch| epoch.to_string());
        return Some(format!("it was asked under control_epoch {asked} and sent {sent}"));
    }
    if requests.iter().any(|seen| seen.key.is_none()) {
        return Some("it sent no Idempotency-Key of 8 to 128 characters".to_owned());
    }
    let refused = requests.iter().find(|seen| seen.status.is_client_error());
    refused.map(|seen| format!("a request of it was refused with {}", seen.status.as_u16()))
}

fn times(count: usize) -> String {
    if count == 1 { "1 time".to_owned() } else { format!("{count} times") }
}
