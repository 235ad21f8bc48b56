//! What the server says to a command.

use std::ops::RangeInclusive;

use super::{Fault, PASSWORD, State};
use crate::domain::Time;

/// Lines, and the status that ends them; without one, the connection ends.
pub(super) struct Answer {
    pub(super) said: Vec<u8>,
    pub(super) end: Option<&'static str>,
}

fn end(end: &'static str) -> Answer {
    Answer { said: Vec::new(), end: Some(end) }
}

fn ok(said: impl Into<Vec<u8>>) -> Answer {
    Answer { said: said.into(), end: Some("OK done") }
}

pub(super) fn answer(state: &mut State, command: &str) -> Answer {
    let words: Vec<&str> = command.split(' ').collect();
    match words.as_slice() {
        ["LOGIN", ..] => log_in(command),
        ["CAPABILITY"] => ok(format!("* CAPABILITY IMAP4rev1 {}\r\n", state.capabilities)),
        ["SELECT", name] if name.trim_matches('"') == state.folder => select(state),
        ["SELECT", ..] => end("NO [NONEXISTENT] there is no such folder"),
        ["NOOP"] => ok(""),
        ["UID", "SEARCH", "UID", set] => search(state, set, None),
        ["UID", "SEARCH", "UID", set, "SINCE", date] => search(state, set, Some(*date)),
        ["UID", "FETCH", uid, "(UID", what] => fetch(state, number(uid), what.trim_end_matches(')')),
        ["UID", "STORE", uid, "+FLAGS.SILENT", "(\\Seen)"] if state.is_writable => {
            state.mail(number(uid)).is_seen = true;
            ok("")
        }
        ["UID", "STORE", ..] => end("NO [NOPERM] the mailbox is read-only"),
        _ => end("BAD what?"),
    }
}

fn log_in(command: &str) -> Answer {
    let quoted = PASSWORD.replace('"', "\\\"");
    if command == format!("LOGIN \"ada@example.com\" \"{quoted}\"") {
        end("OK [CAPABILITY IMAP4rev1] welcome")
    } else {
        end("NO [AUTHENTICATIONFAILED] Wrong name or password")
    }
}

fn select(state: &State) -> Answer {
    let State { validity, mails, .. } = state;
    let mut said = format!(
        "* FLAGS (\\Seen \\Deleted)\r\n* {} EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY {validity}] valid\r\n",
        mails.len()
    );
    if state.tells_next {
        said.push_str(&format!("* OK [UIDNEXT {}] predicted\r\n", state.newest() + 1));
    }
    ok(said)
}

fn search(state: &State, set: &str, since: Option<&str>) -> Answer {
    let set = range(set, state.newest());
    let is_late = |arrived: Time| since.is_none_or(|since| day(arrived) >= parsed(since));
    let found = state.mails.iter().filter(|(uid, mail)| set.contains(*uid) && is_late(mail.arrived));
    // The RFC asks for no order.
    let found: String = found.rev().map(|(uid, _)| format!(" {uid}")).collect();
    ok(format!("* SEARCH{found}\r\n"))
}

/// A sequence set: `*` is the last mail, and the ends of a range may come in either order.
fn range(set: &str, newest: u32) -> RangeInclusive<u32> {
    let (one, other) = set.split_once(':').unwrap_or((set, set));
    let [one, other] = [one, other].map(|text| if text == "*" { newest } else { number(text) });
    one.min(other)..=one.max(other)
}

fn number(text: &str) -> u32 {
    text.parse().expect("a number")
}

fn day(time: Time) -> (i64, i64, i64) {
    let day = time.civil(0);
    (day.year, day.month, day.day)
}

fn parsed(date: &str) -> (i64, i64, i64) {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let parts: Vec<&str> = date.split('-').collect();
    let [day, month, year] = parts.as_slice() else { panic!("no date: {date}") };
    let month = MONTHS.find(month).expect("a month") / 3 + 1;
    (i64::from(number(year)), i64::try_from(month).expect("small"), i64::from(number(day)))
}

fn fetch(state: &mut State, uid: u32, what: &str) -> Answer {
    let is_headless = state.headless.contains(&uid);
    let Some(mail) = state.mails.get_mut(&uid) else { return ok("") };
    match what {
        "RFC822.SIZE" => ok(format!("* 1 FETCH (UID {uid} RFC822.SIZE {})\r\n", mail.size)),
        "BODY.PEEK[HEADER]<0.262144>" if is_headless => end("NO not this one"),
        "BODY.PEEK[HEADER]<0.262144>" => {
            let after = mail.raw.windows(4).position(|four| four == b"\r\n\r\n").map_or(0, |at| at + 4);
            ok(literal(uid, "BODY[HEADER]<0>", &mail.raw[..after]))
        }
        "BODY.PEEK[]" => {
            let whole = literal(uid, "BODY[]", &mail.raw);
            let Some(fault) = mail.faults.pop_front() else { return ok(whole) };
            match fault {
                Fault::Cut => Answer { said: whole[..whole.len() - 5].to_vec(), end: None },
                Fault::Refused => end("NO [SERVERBUG] internal error"),
                Fault::Empty => ok(format!("* 1 FETCH (UID {uid} BODY[] NIL)\r\n")),
                Fault::Garbled => Answer { said: b"?!\r\n".to_vec(), end: Some("OK done") },
                Fault::Deleted => {
                    state.mails.remove(&uid);
                    ok("")
                }
                Fault::Meanwhile(other) => {
                    state.arrive(other.as_bytes());
                    ok(whole)
                }
            }
        }
        _ => end("BAD fetch what?"),
    }
}

fn literal(uid: u32, section: &str, bytes: &[u8]) -> Vec<u8> {
    let start = format!("* 1 FETCH (UID {uid} {section} {{{}}}\r\n", bytes.len());
    [start.as_bytes(), bytes, b")\r\n"].concat()
}
