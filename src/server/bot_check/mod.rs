//! The contract kit: stands in for Live Operator against somebody's bot, and says whether the bot keeps the contract.
//!
//! It calls the bot's webhook, signed, as `jobs/webhook.rs` does, and answers what the bot then asks of `/api/v1`. It has
//! no database and keeps nothing.

mod calls;
mod checks;
mod stand_in;
mod talk;

use std::{fmt, time::Duration};

use tokio::net::TcpListener;

use self::{
    checks::Kit,
    stand_in::{Board, router},
};

/// Whom to check, and how.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The bot's webhook.
    pub url: String,
    /// What its calls are signed with.
    pub secret: String,
    pub patience: Patience,
}

/// How long the kit waits.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For an answer to a call, and for a sign of life.
    pub alive: Duration,
    /// For an answer to the customer.
    pub answer: Duration,
    /// For what must not come.
    pub quiet: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { alive: Duration::from_secs(5), answer: Duration::from_secs(60), quiet: Duration::from_secs(5) }
    }
}

/// One thing that the contract asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// As a sentence about a bot that does it.
    pub what: &'static str,
    pub verdict: Verdict,
}

/// Whether a bot does it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Pass,
    /// What it did instead.
    Fail(String),
    /// What it needs has failed before.
    NotTried,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.verdict {
            Verdict::Pass => write!(f, "pass  {}", self.what),
            Verdict::Fail(words) => write!(f, "FAIL  {}: {words}", self.what),
            Verdict::NotTried => write!(f, "  -   {}: not tried", self.what),
        }
    }
}

/// Checks a bot that finds us at this listener, and says each finding as it is made. True if it does all.
pub async fn run(
    subject: Subject,
    client: reqwest::Client,
    listener: TcpListener,
    mut say: impl FnMut(&Finding),
) -> bool {
    let board = Board::default();
    let serving = tokio::spawn(stand_in::serve(listener, router(&board)));
    let kit = Kit { subject, client, board };
    let mut passed = true;
    let findings = kit.first_turn().await;
    let answers = findings.iter().all(|finding| finding.verdict == Verdict::Pass);
    for finding in &findings {
        say(finding);
    }
    passed &= answers;
    for check in checks::OTHERS {
        let finding = kit.other(*check, answers).await;
        say(&finding);
        passed &= finding.verdict == Verdict::Pass;
    }
    serving.abort();
    passed
}
