//! The stream itself, in the tab that leads.

use std::time::Duration;

use super::Link;
use crate::{
    domain::{Event, Push},
    ui::{
        browser::{self, EventStream, StreamNews},
        live::Connection,
        page_data,
    },
};

/// A stream that has stood so long counts as a success; one that is cut at once does not.
const STEADY: Duration = Duration::from_secs(10);
/// After so many failures in a row the server is asked in another way: a browser does not tell a stream that was
/// refused because nobody is signed in from one that found no server.
const FAILURES_TO_ASK: u32 = 3;

impl Link {
    /// Opens the stream, in place of one that may be open.
    pub(super) fn connect(self) {
        let place = self.with(|wires| {
            wires.attempt += 1;
            (!wires.is_loading).then(|| wires.seat.reached())
        });
        let Some(after) = place.flatten() else { return };
        let stream = EventStream::open(&format!("/events?after={after}"), move |news| self.news(news));
        let is_open = stream.is_some();
        self.with(|wires| wires.stream = stream);
        if !is_open {
            self.broken();
        }
    }

    fn news(self, news: StreamNews) {
        match news {
            StreamNews::Opened => self.opened(),
            StreamNews::Data(text) => {
                // What a newer server says and this program does not know is in a snapshot too.
                self.arrive(page_data::read(&text).unwrap_or(Push::Reset));
            }
            StreamNews::Broken => self.broken(),
        }
    }

    fn opened(self) {
        self.show(Connection::Online);
        let attempt = self.with(|wires| wires.attempt);
        self.live.later(STEADY, move |_| {
            self.with(|wires| {
                if Some(wires.attempt) == attempt && wires.stream.is_some() {
                    wires.backoff.succeed();
                }
            });
        });
    }

    fn broken(self) {
        let failed = self.with(|wires| {
            wires.stream = None;
            let wait = wires.backoff.fail(browser::random());
            (wait, wires.backoff.failures(), wires.attempt)
        });
        let Some((wait, failures, attempt)) = failed else { return };
        self.show(if failures == 1 { Connection::Connecting } else { Connection::Offline });
        if failures.is_multiple_of(FAILURES_TO_ASK) {
            self.ask_missed();
        }
        self.live.later(wait, move |_| {
            if self.with(|wires| wires.attempt == attempt) == Some(true) {
                self.connect();
            }
        });
    }

    /// Takes in what this tab's stream, or the server's answer to a leader, has brought. Whether it was news.
    pub(super) fn arrive(self, push: Push) -> bool {
        let said = self.with(|wires| wires.seat.stream(&push)).flatten();
        let is_news = said.is_some();
        if let Some(said) = said {
            self.say(&said);
            if let Push::Event { event: Event::NotificationAdded { notification, .. }, .. } = &push {
                self.live.ring(notification);
            }
            self.queue(push);
        }
        is_news
    }
}
