//! A corpus of mails through the whole inbound path: nothing panics, nothing is lost, nothing takes long.
//!
//! `TEST_MAIL_CORPUS` names a folder with one mail a file. What is made of each is held against what another reader
//! finds in it, and then against what the database holds once the jobs have taken it in. A mail that cannot be read is
//! kept and shown as such, which is no loss.

mod compare;
mod kept;
mod reader;
mod survey;
mod unfit;
mod words;

use std::{
    fs,
    path::{Path, PathBuf},
};

pub use self::unfit::unfit;
use self::{
    kept::{Expected, assert_kept},
    survey::Survey,
};
use super::{kit::TestApp, post::Post};
use crate::server::{
    actions::hooks::{self, Told},
    channels::email::key_of,
    jobs::runner::drain,
    store::channels,
};

/// A smaller corpus proves too little.
const FEWEST: usize = 300;

/// The folder with the mails, if there is one.
#[expect(clippy::disallowed_methods, reason = "tests are told by the environment where the mails are")]
pub fn folder() -> Option<PathBuf> {
    let Ok(folder) = std::env::var("TEST_MAIL_CORPUS") else {
        assert!(std::env::var("CI").is_err(), "TEST_MAIL_CORPUS must name a folder of mails");
        return None;
    };
    Some(folder.into())
}

/// The mails of a folder with their names, in the order of these.
pub fn mails_in(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let mut mails: Vec<(String, Vec<u8>)> = entries
        .filter(|path| path.is_file())
        .map(|path| {
            let name = path.file_name().expect("a file").to_string_lossy().into_owned();
            (name, fs::read(path).expect("readable"))
        })
        .collect();
    mails.sort();
    mails
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_mail_of_the_corpus_is_taken_in_whole() {
    let Some(folder) = folder() else {
        println!("skipped: TEST_MAIL_CORPUS names no folder of mails");
        return;
    };
    let mails = mails_in(&folder);
    assert!(mails.len() >= FEWEST, "{} mails are in {}", mails.len(), folder.display());
    let app = TestApp::on_sqlite().await;
    let id = Post::start().await.connect(&app, "mail", "support@acme.test").await;
    let channel = channels::find(&mut app.db.conn().await.expect("a connection"), id).await.expect("read");
    let adapter = app.adapter(&channel.expect("a channel")).expect("an adapter");

    let mut survey = Survey::default();
    let mut expected = Expected::default();
    for (name, raw) in &mails {
        let told = Told {
            key: key_of(raw),
            target: "/imap".into(),
            content_type: "message/rfc822".into(),
            body: raw.clone(),
        };
        expected.add(&told.key, name, survey.read(adapter.as_ref(), name, &told));
        hooks::keep(&app, id, told).await.expect("the database is well");
    }
    drain(&app).await;
    assert_kept(&app, &expected).await;
    survey.finish();
}
