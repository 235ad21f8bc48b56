//! Reads each mail as the jobs do, looks at what was made of it, and counts.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::{Duration, Instant},
};

use super::{compare::missing, kept::Outcome, reader::leaves, unfit::unfit};
use crate::{
    domain::{Inbound, InboundMessage},
    server::{
        actions::hooks::Told,
        channels::{Adapter, Stored, Unreadable, email::key_of},
    },
};

/// Longer must nobody wait for one mail, also where nothing is optimised.
const LONGEST: Duration = Duration::from_secs(10);
/// Of the mails that say who wrote them, one in so many may be beyond what another reader is sure of.
const UNSURE: usize = 5;

/// What is known of the mails so far.
#[derive(Default)]
pub struct Survey {
    messages: usize,
    unreadable: usize,
    reports: usize,
    /// Messages that have all that another reader finds.
    compared: usize,
    /// Of which a limit has cost something, which people are told.
    cut: usize,
    /// Of which another reader is not sure.
    unsure: usize,
    times: Vec<(Duration, String)>,
    faults: Vec<String>,
}

impl Survey {
    /// Reads a mail.
    pub fn read(&mut self, adapter: &dyn Adapter, name: &str, told: &Told) -> Outcome {
        let stored = Stored {
            target: told.target.clone(),
            content_type: told.content_type.clone(),
            body: told.body.clone(),
        };
        let Ok((parsed, time)) = catch_unwind(AssertUnwindSafe(|| timed(adapter, &stored))) else {
            panic!("{name}: reading it panicked");
        };
        if time > LONGEST {
            self.faults.push(format!("{name}: reading it took {time:?}"));
        }
        self.times.push((time, name.to_owned()));
        if !has_one_key(&told.body) {
            self.faults.push(format!("{name}: its key depends on its line ends"));
        }
        let inbound = match parsed {
            Ok(mut told) if told.len() == 1 => told.pop(),
            Ok(told) => {
                self.faults.push(format!("{name}: it tells {} things", told.len()));
                None
            }
            Err(Unreadable(why)) => {
                self.unreadable += 1;
                println!("{name} is unreadable: {why}");
                return Outcome::Unread;
            }
        };
        match inbound {
            Some(Inbound::Message(message)) => self.message(name, &told.body, *message),
            _ => {
                self.reports += 1;
                Outcome::Report
            }
        }
    }

    fn message(&mut self, name: &str, raw: &[u8], message: InboundMessage) -> Outcome {
        self.messages += 1;
        let Some(mail) = &message.mail else {
            self.faults.push(format!("{name}: it is no mail"));
            return Outcome::Unread;
        };
        let faults = unfit(&message, mail).into_iter().map(str::to_owned);
        self.faults.extend(faults.map(|fault| format!("{name}: {fault}")));
        match leaves(raw) {
            _ if mail.left_out.is_some() => self.cut += 1,
            None => {
                self.unsure += 1;
                println!("{name} is beyond the other reader");
            }
            Some(leaves) => {
                let missing = missing(leaves, &message, mail);
                self.compared += usize::from(missing.is_empty());
                self.faults.extend(missing.into_iter().map(|what| format!("{name}: {what}")));
            }
        }
        let listed = mail.files.iter().filter(|file| !file.inline).map(|file| file.bytes.len()).collect();
        Outcome::Message { text: message.text, listed }
    }

    /// Tells what came of it, and fails if something did not.
    pub fn finish(mut self) {
        println!(
            "mails: {} messages, {} unreadable, {} reports; of the messages {} are whole, {} were cut at a limit, \
             {} are beyond the other reader",
            self.messages, self.unreadable, self.reports, self.compared, self.cut, self.unsure
        );
        self.times.sort_unstable();
        for (time, name) in self.times.iter().rev().take(5) {
            println!("{} ms: {name}", time.as_millis());
        }
        assert!(self.faults.is_empty(), "{}", self.faults.join("\n"));
        assert!(self.unsure * UNSURE <= self.messages, "too few mails can be compared");
    }
}

/// What a mail is read as, and how long that took: at the second time too, if the first was too long, since something
/// else may have had the processor.
fn timed(adapter: &dyn Adapter, stored: &Stored) -> (Result<Vec<Inbound>, Unreadable>, Duration) {
    let once = || {
        let begun = Instant::now();
        let parsed = adapter.parse(stored);
        (parsed, begun.elapsed())
    };
    let first = once();
    if first.1 > LONGEST { once() } else { first }
}

/// Whether a mail is known again once somebody on the way has written its line ends anew.
fn has_one_key(raw: &[u8]) -> bool {
    let bare: Vec<u8> = raw.iter().copied().filter(|byte| *byte != b'\r').collect();
    // Where it stands alone, a carriage return is no line end.
    let is_alone = raw.windows(2).any(|pair| pair[0] == b'\r' && pair[1] != b'\n') || raw.ends_with(b"\r");
    is_alone || key_of(&bare) == key_of(raw)
}
