//! Built-in bots: a question in, an answer or a handoff out. They know nothing of the store: who calls them decides
//! what they are given, and what becomes of what they say.

pub mod faq;
pub mod openai;

use futures::future::BoxFuture;

use crate::domain::Handoff;

/// Everything that a bot is told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Question {
    /// What it is to be and to mind: the bot's own prompt, the channel's, and the operator's who gave the conversation
    /// back. Empty ones are left out.
    pub instructions: Vec<String>,
    /// The thread as its customer sees it, oldest first; the last is what is to be answered.
    pub transcript: Vec<Line>,
    /// What the workspace knows that may fit.
    pub known: Vec<Known>,
}

/// Something said in a thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub speaker: Speaker,
    /// The name at the time; may be empty.
    pub name: String,
    pub text: String,
}

/// Who said it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaker {
    Customer,
    /// The bot itself.
    Bot,
    /// A person of the team.
    Operator,
    /// What the channel told the customer.
    Notice,
}

/// An FAQ entry, as a bot is given it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub question: String,
    pub answer: String,
}

/// What a bot makes of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// Whole: never a part of an answer.
    Answer(String),
    HandOff(Box<Handoff>),
}

/// Why there is no answer, in words for the team.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Failed(pub String);

/// Is told all that there is of an answer so far, whenever it has grown.
pub type Progress<'a> = &'a (dyn Fn(&str) + Send + Sync);

/// What answers. Dropping the future ends its work.
pub trait Responder: Send + Sync {
    fn answer<'a>(
        &'a self,
        question: &'a Question,
        progress: Progress<'a>,
    ) -> BoxFuture<'a, Result<Reply, Failed>>;
}
