//! Making good what a tab has missed: a few events by asking for them, everything by loading it anew.

use leptos::prelude::*;

use super::Link;
use crate::{
    api::inbox::events_since,
    domain::{AppError, Position, Push},
    ui::{
        browser,
        live::{Connection, place::Fresh},
    },
};

impl Link {
    /// Asks the server for everything since the last event that came.
    pub(super) fn ask_missed(self) {
        let question = self.with(|wires| {
            if wires.is_asking || wires.is_loading {
                return None;
            }
            wires.is_asking = true;
            wires.seat.ask();
            Some((wires.epoch, wires.seat.reached()))
        });
        if let Some((epoch, after)) = question.flatten() {
            self.live.ask(events_since(after), move |_, answer| {
                if self.with(|wires| wires.epoch == epoch) == Some(true) {
                    self.with(|wires| wires.is_asking = false);
                    self.missed(answer);
                }
            });
        }
    }

    fn missed(self, answer: Result<Option<Vec<Push>>, AppError>) {
        let is_leader = self.is_leader();
        match answer {
            Ok(Some(pushes)) if is_leader => self.missed_by_leader(pushes),
            Ok(Some(pushes)) => {
                let todo = self.with(|wires| {
                    wires.backoff.succeed();
                    wires.seat.join(pushes)
                });
                self.act_on(todo.unwrap_or_default());
            }
            Ok(None) => self.reload(),
            // A leader's stream has its own timer.
            Err(_) if is_leader => {}
            Err(_) => self.after_backoff(Self::ask_missed),
        }
    }

    /// A stream that stands and did not bring what the server has is dead without knowing: the computer slept, or the
    /// network is another now.
    fn missed_by_leader(self, pushes: Vec<Push>) {
        let mut is_dead = false;
        for push in pushes {
            is_dead |= self.arrive(push);
        }
        if is_dead && self.with(|wires| wires.stream.is_some()) == Some(true) {
            self.connect();
        }
    }

    /// Loads everything anew: the place in the log is gone, or what one may see has changed.
    pub(super) fn reload(self) {
        self.with(|wires| {
            wires.epoch += 1;
            wires.attempt += 1;
            wires.stream = None;
            wires.arrived.clear();
            wires.is_asking = false;
            wires.is_loading = true;
            wires.seat.ask();
        });
        // A change of access can reach every tab of a team at once; the backoff's jitter spreads them.
        self.after_backoff(Self::load);
    }

    fn load(self) {
        let Some(epoch) = self.with(|wires| wires.epoch) else { return };
        let place = self.live.place.get_value();
        let rows = self.live.inbox.with_untracked(|inbox| inbox.rows.len());
        let asked = self.live.last_saving();
        let has_board = self.live.board.with_untracked(Option::is_some);
        self.live.ask(Fresh::load(place, rows, has_board), move |live, answer| match answer {
            _ if self.with(|wires| wires.epoch != epoch) != Some(false) => {}
            Ok(fresh) => {
                self.restart(fresh.position());
                live.replace(fresh, asked);
                live.load_missing();
            }
            // What one may see is another now, and this page is not of it: the server says so.
            Err(AppError::Forbidden) => {
                // A page that cannot be loaded again stays as it was.
                let _ = window().location().reload();
            }
            Err(_) => {
                self.show(Connection::Offline);
                self.after_backoff(Self::load);
            }
        });
    }

    /// Everything is loaded up to a place: from there the stream goes on.
    fn restart(self, position: Position) {
        self.with(|wires| {
            wires.is_loading = false;
            wires.seat.restart(position);
        });
        if self.is_leader() {
            self.connect();
        } else {
            self.ask_missed();
        }
    }

    /// Goes on after a wait that grows with each failure, unless everything is loaded anew meanwhile.
    fn after_backoff(self, then: fn(Self)) {
        let planned = self.with(|wires| (wires.backoff.fail(browser::random()), wires.epoch));
        if let Some((wait, epoch)) = planned {
            self.live.later(wait, move |_| {
                if self.with(|wires| wires.epoch == epoch) == Some(true) {
                    then(self);
                }
            });
        }
    }
}
