//! What customers have written: each letter has a word of its own, by which it is found again.

use super::{super::post, desk::OURS};
use crate::{
    domain::{Role, SenderKind},
    tests::kit::TestApp,
};

/// Letters of one trial.
pub const LETTERS: usize = 20;

/// A letter as it comes.
#[derive(Debug, Clone)]
pub struct Letter {
    pub word: String,
    pub raw: Vec<u8>,
}

pub struct Letters(Vec<Letter>);

impl Letters {
    pub fn new() -> Self {
        Self((0..LETTERS).map(letter).collect())
    }

    pub fn all(&self) -> &[Letter] {
        &self.0
    }

    /// Keeps the first of them.
    pub fn shorten(&mut self, length: usize) {
        self.0.truncate(length);
    }

    pub fn extend(&mut self, more: impl Iterator<Item = Letter>) {
        self.0.extend(more);
    }

    /// Each stands in one message of one conversation, and nothing else does.
    pub async fn assert_each_once(&self, app: &TestApp) {
        let sam = app.person("Sam", Role::Supervisor, &[]).await;
        let inbox = sam.inbox("all").await;
        assert!(inbox.next.is_none(), "one page shows them all");
        let mut bodies = Vec::new();
        for row in inbox.rows {
            let messages = sam.thread(row.conversation.id).await.messages;
            let theirs = messages.into_iter().filter(|message| message.sender == SenderKind::Contact);
            bodies.extend(theirs.map(|message| message.body));
        }
        for Letter { word, .. } in &self.0 {
            let count = bodies.iter().filter(|body| body.contains(word.as_str())).count();
            assert_eq!(count, 1, "{word}: none is lost, and none comes twice: {bodies:?}");
        }
        assert_eq!(bodies.len(), self.0.len(), "nothing else came: {bodies:?}");
    }
}

/// As different programs write them. Some customers write twice.
fn letter(number: usize) -> Letter {
    let word = format!("parcel{number:02}");
    let (id, text) = (format!("{word}@x.test"), format!("Where is {word}?"));
    let from = format!("Customer {0} <customer{0}@x.test>", number % 15);
    let plain = post::Letter {
        id: &id,
        from: &from,
        to: OURS,
        subject: "An order",
        text: &text,
        ..post::Letter::default()
    };
    let raw = match number % 5 {
        0 => plain.raw(),
        // All mails of this program have one id.
        1 => post::Letter { id: "1@broken.test", ..plain }.raw(),
        // And those of this one none.
        2 => plain.raw().split_once("\r\n").expect("a header").1.to_owned(),
        3 => {
            let markup = format!("<p>Where is <b>{word}</b>?</p>");
            let more = "MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n";
            post::Letter { more, text: &markup, ..plain }.raw()
        }
        _ => {
            let parts = format!(
                "--b\nContent-Type: text/plain\n\n{text}\n--b\nContent-Type: application/pdf; name=order.pdf\n\
                 Content-Transfer-Encoding: base64\n\nJVBERi0xLjcK\n--b--"
            );
            let more = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n";
            post::Letter { more, text: &parts, ..plain }.raw()
        }
    };
    Letter { word, raw: raw.into_bytes() }
}
