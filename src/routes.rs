//! The pages' addresses, for links, redirects and tests.

use crate::domain::{ConversationId, Queue};

pub const LOGIN: &str = "/login";
pub const INBOX: &str = "/inbox";

/// The inbox on a queue, with a conversation open or none.
#[must_use]
pub fn inbox(queue: Queue, conversation: Option<ConversationId>) -> String {
    let path = match conversation {
        Some(id) => format!("{INBOX}/{id}"),
        None => INBOX.to_owned(),
    };
    match queue {
        Queue::All => path,
        other => format!("{path}?queue={other}"),
    }
}

/// The sign-in page that leads back to a path of this site.
#[must_use]
pub fn login(next: &str) -> String {
    let next = next.replace('%', "%25").replace('&', "%26").replace('?', "%3F").replace('=', "%3D");
    format!("{LOGIN}?next={next}")
}
