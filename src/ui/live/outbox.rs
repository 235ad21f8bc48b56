//! Messages on their way out: what happens to each, as plain functions over the list.
//!
//! Within a conversation one message is under way at a time, so that they arrive in the order of writing. A message
//! leaves the list when the stored one is in the thread, when a colleague's reply has overtaken it, or when its writer
//! discards it; never otherwise.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::backoff::Backoff;
use crate::{
    domain::{
        Answered, AppError, Attachment, CannedId, ClientMsgId, Conflict, ConversationId, Message, Time,
        macros,
    },
    ui::page_data,
};

/// How far a message on its way out has got, as its writer sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum PendingState {
    Sending,
    Failed(AppError),
}

/// How far a message that is being sent has got.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Stage {
    #[default]
    Ready,
    /// A request is under way.
    Asked,
    /// It waits for its next attempt.
    Resting,
    /// The server has it; its bubble stays until the messages before it have come too.
    Stored,
}

/// A message on its way out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    pub client_msg_id: ClientMsgId,
    pub conversation_id: ConversationId,
    pub body: String,
    /// What it will say where macros stand in it, as far as is known: for the eye alone.
    #[serde(default)]
    pub shown: Option<String>,
    #[serde(default)]
    pub attachments: Vec<Attachment>,
    /// The canned responses that stand in it.
    #[serde(default)]
    pub(super) canned: Vec<CannedId>,
    /// The message that it answers.
    #[serde(default)]
    pub in_reply_to: Option<Box<Answered>>,
    pub note: bool,
    pub at: Time,
    pub state: PendingState,
    /// The newest message that its writer had on screen.
    pub(super) seen_seq: i64,
    /// Although a colleague has replied since.
    pub(super) anyway: bool,
    #[serde(skip)]
    stage: Stage,
    #[serde(skip)]
    backoff: Backoff,
}

/// Of what was not sent, what goes back into the composer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returned {
    pub conversation_id: ConversationId,
    pub body: String,
    pub attachments: Vec<Attachment>,
    pub canned: Vec<CannedId>,
    pub in_reply_to: Option<Box<Answered>>,
}

/// A send that a colleague's reply has overtaken: nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflicted {
    pub back: Returned,
    /// Who has replied.
    pub name: String,
    pub message: Message,
}

/// A send whose macros could not be filled, or that named a message that it cannot answer: nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfilled {
    pub back: Returned,
    /// What is missing or wrong, and what to do.
    pub why: String,
}

/// What follows from an error.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    /// Try again after a while.
    Rest(Duration),
    /// Its writer has to decide.
    Failed,
    Overtaken(Box<Conflicted>),
    Unfilled(Box<Unfilled>),
    /// It is not on the list any more.
    Gone,
}

impl Pending {
    /// A server's fault that lasts so many attempts is not waited for any longer.
    const MOST_FAULTS: u32 = 4;

    /// A message that has just been written.
    pub(super) fn new(
        client_msg_id: ClientMsgId,
        conversation_id: ConversationId,
        body: String,
        note: bool,
        at: Time,
    ) -> Self {
        Self {
            client_msg_id,
            conversation_id,
            body,
            shown: None,
            attachments: Vec::new(),
            canned: Vec::new(),
            in_reply_to: None,
            note,
            at,
            state: PendingState::Sending,
            seen_seq: 0,
            anyway: false,
            stage: Stage::Ready,
            backoff: Backoff::default(),
        }
    }

    /// Whether it keeps its place in line: nothing behind it may be sent before it.
    fn holds_the_line(&self) -> bool {
        self.state == PendingState::Sending && self.stage != Stage::Stored
    }
}

/// What is to be sent now: of each conversation the first in line, if it is ready.
pub fn take_ready(list: &mut [Pending]) -> Vec<Pending> {
    let mut lines = Vec::new();
    let mut ready = Vec::new();
    for pending in list.iter_mut().filter(|pending| pending.holds_the_line()) {
        if lines.contains(&pending.conversation_id) {
            continue;
        }
        lines.push(pending.conversation_id);
        if pending.stage == Stage::Ready {
            pending.stage = Stage::Asked;
            ready.push(pending.clone());
        }
    }
    ready
}

/// Stored messages are in the thread: their bubbles go. Whether there were any.
pub fn settle(list: &mut Vec<Pending>, messages: &[Message]) -> bool {
    let before = list.len();
    list.retain(|pending| {
        !messages.iter().any(|message| message.client_msg_id == Some(pending.client_msg_id))
    });
    list.len() != before
}

/// The server has it, but the thread cannot show it yet.
pub fn hold(list: &mut [Pending], id: ClientMsgId) {
    if let Some(pending) = find(list, id) {
        pending.stage = Stage::Stored;
    }
}

/// A conversation is loaded anew or left: what the server has needs no bubble there.
pub fn drop_stored(list: &mut Vec<Pending>, conversation: ConversationId) -> bool {
    let before = list.len();
    list.retain(|pending| pending.conversation_id != conversation || pending.stage != Stage::Stored);
    list.len() != before
}

/// A send has failed.
pub fn fail(list: &mut Vec<Pending>, id: ClientMsgId, error: AppError, random: f64) -> Next {
    let Some(pending) = find(list, id) else {
        return Next::Gone;
    };
    let conversation = pending.conversation_id;
    let error = match error {
        AppError::Conflict { conflict: Conflict::ColleagueReplied { name, message, .. } } => {
            let back = take_back(list, conversation);
            return Next::Overtaken(Box::new(Conflicted { back, name, message: *message }));
        }
        AppError::Invalid { field, message: why } if field == macros::FIELD => {
            return Next::Unfilled(Box::new(Unfilled { back: take_back(list, conversation), why }));
        }
        AppError::Invalid { field, message: why } if field == Answered::FIELD => {
            // It would be refused again: the words come back without it.
            let back = Returned { in_reply_to: None, ..take_back(list, conversation) };
            return Next::Unfilled(Box::new(Unfilled { back, why }));
        }
        error => error,
    };
    let wait = pending.backoff.fail(random);
    let is_fault = matches!(error, AppError::Internal { .. });
    if !error.is_passing() || (is_fault && pending.backoff.failures() >= Pending::MOST_FAULTS) {
        pending.state = PendingState::Failed(error);
        return Next::Failed;
    }
    pending.stage = Stage::Resting;
    Next::Rest(match error {
        AppError::RateLimited { retry_after } => wait.max(Duration::from_secs(retry_after)),
        _ => wait,
    })
}

/// Takes every reply to a conversation that still waits off the list. The one that was not sent is the first: those
/// behind it would be overtaken by the same message, or come before what was written before them. Their texts come back as
/// one, with all their files.
fn take_back(list: &mut Vec<Pending>, conversation: ConversationId) -> Returned {
    let is_meant = |pending: &Pending| {
        pending.conversation_id == conversation && !pending.note && pending.holds_the_line()
    };
    let taken: Vec<Pending> = list.extract_if(.., |pending| is_meant(pending)).collect();
    let bodies: Vec<&str> =
        taken.iter().map(|pending| pending.body.as_str()).filter(|body| !body.is_empty()).collect();
    Returned {
        conversation_id: conversation,
        body: bodies.join("\n\n"),
        attachments: taken.iter().flat_map(|pending| pending.attachments.clone()).collect(),
        canned: taken.iter().flat_map(|pending| pending.canned.clone()).collect(),
        in_reply_to: taken.iter().find_map(|pending| pending.in_reply_to.clone()),
    }
}

/// The rest of one is over, or of all.
pub fn wake(list: &mut [Pending], id: Option<ClientMsgId>) {
    for pending in list {
        if pending.stage == Stage::Resting && id.is_none_or(|id| id == pending.client_msg_id) {
            pending.stage = Stage::Ready;
        }
    }
}

/// Its writer tries a failed one again.
pub fn retry(list: &mut [Pending], id: ClientMsgId) {
    if let Some(pending) = find(list, id)
        && matches!(pending.state, PendingState::Failed(_))
    {
        pending.state = PendingState::Sending;
        pending.stage = Stage::Ready;
        pending.backoff = Backoff::default();
    }
}

/// Its writer gives a failed one up.
pub fn discard(list: &mut Vec<Pending>, id: ClientMsgId) {
    list.retain(|pending| pending.client_msg_id != id || pending.state == PendingState::Sending);
}

/// What a reload has to bring back, as text. None: nothing.
pub fn save(list: &[Pending]) -> Option<String> {
    let unsent: Vec<&Pending> = list.iter().filter(|pending| pending.stage != Stage::Stored).collect();
    if unsent.is_empty() {
        return None;
    }
    serde_json::to_string(&unsent).ok()
}

/// What was saved before a reload. What another version of the program wrote is not guessed at.
pub fn restore(text: &str) -> Vec<Pending> {
    page_data::read(text).unwrap_or_default()
}

fn find(list: &mut [Pending], id: ClientMsgId) -> Option<&mut Pending> {
    list.iter_mut().find(|pending| pending.client_msg_id == id)
}

#[cfg(test)]
mod tests;
