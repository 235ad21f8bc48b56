//! Mails that cannot be read, or hardly: each has to be seen by somebody all the same.

use serde_json::json;

use super::letters::Letter;
use crate::{
    domain::{Role, setup::UnreadList},
    server::queries,
    tests::kit::TestApp,
};

/// More than is read of a header.
const LONG: usize = 1024 * 1024;

pub struct Poison {
    pub raw: Vec<u8>,
    seen: Seen,
}

/// Where people see it.
enum Seen {
    /// In a conversation, by this word.
    Message(&'static str),
    /// Among what could not be read, for a reason with these words.
    Unread(&'static str),
}

impl Poison {
    pub fn all() -> Vec<Self> {
        let poison = |raw: Vec<u8>, seen| Self { raw, seen };
        let tatters = "From: a@broken.test\r\nSubject: =?utf-8?Q?=ZZ\r\n\
            Content-Type: multipart/mixed; boundary=\"b\r\n\r\n\
            --b\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n\
            --b\r\nContent-Type: text/plain; charset=none\r\n\
            Content-Transfer-Encoding: quoted-printable\r\n\r\n=ZZ tatters =\r\n";
        let filler = "a".repeat(LONG);
        let lines = format!("X-Filler: {}\r\n", "a".repeat(70)).repeat(LONG / 80);
        vec![
            poison(tatters.into(), Seen::Message("tatters")),
            poison(
                format!("From: b@long.test\r\nX-Filler: {filler}\r\n\r\nBelow a long line").into(),
                Seen::Message("Below a long line"),
            ),
            poison(
                format!("{lines}From: c@long.test\r\n\r\nBelow a long header").into(),
                Seen::Unread("whom it is from"),
            ),
            poison((0..=u8::MAX).cycle().take(4_096).collect(), Seen::Unread("no header")),
            poison(b"Just some words\r\n".to_vec(), Seen::Unread("whom it is from")),
            poison(b"From: undisclosed:;\r\n\r\nBoo\r\n".to_vec(), Seen::Unread("whom it is from")),
        ]
    }

    /// As a letter, if it stands in a conversation.
    pub fn shown(self) -> Option<Letter> {
        match self.seen {
            Seen::Message(word) => Some(Letter { word: word.to_owned(), raw: self.raw }),
            Seen::Unread(_) => None,
        }
    }
}

/// What is in no conversation stands on the settings' page of what could not be read, once, to the byte.
pub async fn assert_visible(app: &TestApp, poison: &[Poison]) {
    let ada = app.person("Ada", Role::Admin, &[]).await;
    let list = ada.call("load_unread", json!({})).await.ok();
    let list: UnreadList = serde_json::from_value(list).expect("a list");
    let mut unread = Vec::new();
    for item in list.items {
        let raw = queries::channels::as_it_came(app, &ada.me().await, item.id).await.expect("its bytes");
        unread.push((item.reason, raw));
    }
    let mut expected = 0;
    for Poison { raw, seen } in poison {
        let Seen::Unread(words) = seen else { continue };
        expected += 1;
        let found: Vec<&String> =
            unread.iter().filter(|(_, came)| came == raw).map(|(reason, _)| reason).collect();
        assert!(matches!(found.as_slice(), [reason] if reason.contains(words)), "{words}: {found:?}");
    }
    assert_eq!(unread.len(), expected);
}
