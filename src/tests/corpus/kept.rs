//! What the database holds of the mails, once they have been taken in.

use std::collections::BTreeMap;

use super::super::kit::TestApp;
use crate::{
    domain::{HookId, HookState, Message, Queue, Role},
    server::store::{conversations, hooks, mails, messages},
};

/// More than there are.
const ALL: usize = 1_000_000;

/// What a mail is to become.
pub enum Outcome {
    /// A message with this text, and below it files of these sizes.
    Message {
        text: String,
        listed: Vec<usize>,
    },
    Report,
    /// Something that is kept and shown, and could not be read.
    Unread,
}

/// What is to become of each mail, by its key. The same mail may lie in the folder under several names.
#[derive(Default)]
pub struct Expected(BTreeMap<String, (String, Outcome)>);

impl Expected {
    pub fn add(&mut self, key: &str, name: &str, outcome: Outcome) {
        self.0.entry(key.to_owned()).or_insert_with(|| (name.to_owned(), outcome));
    }
}

/// Each mail is kept, and became what it was to become.
pub async fn assert_kept(app: &TestApp, expected: &Expected) {
    let mut stored = stored(app).await;
    let mut conn = app.db.conn().await.expect("a connection");
    let kept = hooks::list_newest(&mut conn, i64::MAX).await.expect("read");
    assert_eq!(kept.len(), expected.0.len(), "each is kept once");
    let mut faults = Vec::new();
    for hook in kept {
        let (name, outcome) = &expected.0[&hook.key];
        let is_so = match (outcome, hook.state, stored.remove(&hook.id)) {
            (Outcome::Message { text, listed }, HookState::Done, Some(message)) => {
                let sizes = message.attachments.iter().map(|file| usize::try_from(file.size).ok());
                message.body == *text && sizes.eq(listed.iter().map(|size| Some(*size)))
            }
            (Outcome::Report, HookState::Done, None) => true,
            (Outcome::Unread, HookState::Unreadable, None) => hook.remark.is_some(),
            _ => false,
        };
        if !is_so {
            faults.push(format!("{name} became something else ({:?})", hook.state));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(stored.is_empty(), "and nothing else came");
}

/// All messages that came by mail, by what they were made of.
async fn stored(app: &TestApp) -> BTreeMap<HookId, Message> {
    let me = app.person("Sam", Role::Supervisor, &[]).await.me().await;
    let mut conn = app.db.conn().await.expect("a connection");
    let conversations = conversations::list(&mut conn, &me, Queue::All, None, ALL).await.expect("a list");
    let mut stored = BTreeMap::new();
    for conversation in conversations {
        for message in messages::list_before(&mut conn, conversation.id, i64::MAX, ALL).await.expect("read") {
            let mail = mails::find(&mut conn, message.id).await.expect("read");
            if let Some(hook) = mail.and_then(|mail| mail.hook_id) {
                stored.insert(hook, message);
            }
        }
    }
    stored
}
