//! From the event log to everyone who may see it.
//!
//! There is one path: `actions` write events with the data, [`tail`] reads the log in commit order and hands it to the
//! [`Hub`], streams take from the hub. A local write only wakes the tailer; another server's write does so by NOTIFY.
//! A client that comes back reads the same log. Typing and presence pass through the hub and are never stored.

mod exchange;
mod hub;
mod presence;
pub mod stream;
pub mod tail;

pub use hub::{Heard, Hub, Item, Published};

use crate::{
    domain::{ConversationId, Signal},
    server::{app::App, store::conversations},
};

/// Tells operators that a conversation's contact has come, or has gone.
async fn contact_presence(app: &App, conversation_id: ConversationId, online: bool) {
    let Ok(mut conn) = app.db.conn().await else { return };
    if let Ok(Some(conversation)) = conversations::find(&mut conn, conversation_id).await {
        app.hub.signal(Heard {
            signal: Signal::ContactPresence { conversation_id, online },
            facts: conversation.facts(),
            contact_id: conversation.contact_id,
        });
    }
}
