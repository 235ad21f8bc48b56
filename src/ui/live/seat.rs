//! One stream for all tabs of a browser: what a tab makes of what it hears, as a machine without a browser.
//!
//! One tab leads: it holds the stream and repeats every push to the others, saying after which place it came. A tab
//! that follows sees by that place whether it has missed something. Then, and when it begins, it asks the server once
//! for what came since, and lays aside what it hears until the answer is there.

use serde::{Deserialize, Serialize};

use super::Connection;
use crate::domain::{Position, Push};

/// What tabs tell each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// A tab has come and asks the leader how things stand.
    Hello,
    /// How the leader's stream stands.
    Stands { connection: Connection, at: Position },
    /// The stream brought this after that place.
    Pushed { after: Position, push: Push },
}

/// What a tab has to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Todo {
    Take(Push),
    /// Ask the server for everything after [`Seat::reached`].
    AskMissed,
    Show(Connection),
    /// Tell the others how the stream stands.
    Answer,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Role {
    Leader,
    Follower,
    /// A follower whose question is under way; what it hears meanwhile waits.
    Joining {
        aside: Vec<(Position, Push)>,
        /// Somebody had come this far before the question was asked, so the answer reaches at least here.
        at_least: Position,
    },
}

/// The place of a tab among the tabs.
#[derive(Debug)]
pub struct Seat {
    /// Every event up to here has been received.
    reached: Position,
    role: Role,
}

impl Seat {
    /// More than this is not laid aside; the gap shows later, and is then asked for.
    const MOST_ASIDE: usize = 500;

    /// A tab that holds everything up to a place, and hears what others say from now on.
    #[must_use]
    pub const fn new(reached: Position) -> Self {
        Self { reached, role: Role::Follower }
    }

    #[must_use]
    pub const fn reached(&self) -> Position {
        self.reached
    }

    #[must_use]
    pub fn is_leader(&self) -> bool {
        self.role == Role::Leader
    }

    /// The lock has come to this tab. What it had laid aside, the stream brings again.
    pub fn lead(&mut self) {
        self.role = Role::Leader;
    }

    /// The views were loaded anew and hold everything up to a place, which may be before the old one if the server's
    /// database is another now. A follower then has to ask.
    pub const fn restart(&mut self, reached: Position) {
        self.reached = reached;
        if let Role::Joining { at_least, .. } = &mut self.role {
            *at_least = reached;
        }
    }

    /// A follower is about to ask for what came since [`Seat::reached`].
    pub fn ask(&mut self) {
        if self.role == Role::Follower {
            self.role = Role::Joining { aside: Vec::new(), at_least: self.reached };
        }
    }

    /// The leader's stream brought something. None: known already. Otherwise what to tell the others.
    pub fn stream(&mut self, push: &Push) -> Option<Said> {
        let after = self.reached;
        if let Push::Event { at, .. } = push {
            if *at <= after {
                return None;
            }
            self.reached = *at;
        }
        Some(Said::Pushed { after, push: push.clone() })
    }

    /// Another tab said something.
    pub fn hear(&mut self, said: Said) -> Vec<Todo> {
        match (said, self.is_leader()) {
            (Said::Hello, true) => vec![Todo::Answer],
            (Said::Hello, false) | (_, true) => Vec::new(),
            (Said::Stands { connection, at }, false) => {
                let mut todo = vec![Todo::Show(connection)];
                todo.extend(self.notice(at));
                todo
            }
            (Said::Pushed { after, push }, false) => self.follow(after, push),
        }
    }

    /// The server has answered with everything that came after [`Seat::reached`].
    pub fn join(&mut self, missed: Vec<Push>) -> Vec<Todo> {
        let mut todo = Vec::new();
        let mut laid_aside = Vec::new();
        let mut bound = self.reached;
        if let Role::Joining { aside, at_least } = &mut self.role {
            laid_aside = std::mem::take(aside);
            bound = *at_least;
            self.role = Role::Follower;
        }
        for push in missed {
            if self.advance(&push) {
                todo.push(Todo::Take(push));
            }
        }
        self.reached = self.reached.max(bound);
        for (after, push) in laid_aside {
            todo.extend(self.follow(after, push));
        }
        todo
    }

    /// Somebody holds everything up to `at`: whether this tab has to ask.
    fn notice(&mut self, at: Position) -> Option<Todo> {
        if at <= self.reached {
            return None;
        }
        match &self.role {
            Role::Leader | Role::Joining { .. } => None,
            Role::Follower => {
                self.role = Role::Joining { aside: Vec::new(), at_least: at };
                Some(Todo::AskMissed)
            }
        }
    }

    fn follow(&mut self, after: Position, push: Push) -> Vec<Todo> {
        let mut todo: Vec<Todo> = self.notice(after).into_iter().collect();
        if let Role::Joining { aside, .. } = &mut self.role {
            if aside.len() < Self::MOST_ASIDE {
                aside.push((after, push));
            }
        } else if self.advance(&push) {
            todo.push(Todo::Take(push));
        }
        todo
    }

    /// Notes an event's place; whether the push is news.
    fn advance(&mut self, push: &Push) -> bool {
        match push {
            Push::Event { at, .. } => {
                let news = *at > self.reached;
                self.reached = self.reached.max(*at);
                news
            }
            Push::Signal { .. } | Push::Here { .. } | Push::Reset => true,
        }
    }
}

#[cfg(test)]
mod tests;
