//! The pages' addresses, for links, redirects and tests.

use crate::domain::{
    BotId, BotKind, ChannelId, ContactId, ConversationId, FaqEntryId, HookId, Queue, setup::Provider,
};

pub const LOGIN: &str = "/login";
pub const INBOX: &str = "/inbox";
pub const CHANNELS: &str = "/settings/channels";
pub const NEW_CHANNEL: &str = "/settings/channels/new";
/// What came in and could not be read.
pub const UNREAD: &str = "/settings/unread";

pub const BOTS: &str = "/settings/bots";
pub const NEW_BOT: &str = "/settings/bots/new";
pub const FAQ: &str = "/settings/faq";
pub const NEW_FAQ_ENTRY: &str = "/settings/faq/new";

/// API tokens and webhooks.
pub const API: &str = "/settings/api";
/// The HTTP API, described.
pub const API_DOCS: &str = "/api/v1";

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

/// The page of a contact.
#[must_use]
pub fn contact(id: ContactId) -> String {
    format!("/contacts/{id}")
}

/// The form that connects a channel to a provider.
#[must_use]
pub fn new_channel(provider: Provider) -> String {
    format!("{NEW_CHANNEL}?provider={}", provider.as_str())
}

/// A channel's settings.
#[must_use]
pub fn channel(id: ChannelId) -> String {
    format!("{CHANNELS}/{id}")
}

/// The form of a new bot.
#[must_use]
pub fn new_bot(kind: BotKind) -> String {
    format!("{NEW_BOT}?kind={}", kind.as_str())
}

/// A bot's settings.
#[must_use]
pub fn bot(id: BotId) -> String {
    format!("{BOTS}/{id}")
}

/// The form of a new FAQ entry, with its question.
#[must_use]
pub fn new_faq_entry(question: &str) -> String {
    let encoded: String =
        question
            .bytes()
            .map(|byte| {
                if byte.is_ascii_alphanumeric() {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            })
            .collect();
    format!("{NEW_FAQ_ENTRY}?question={encoded}")
}

/// An FAQ entry.
#[must_use]
pub fn faq_entry(id: FaqEntryId) -> String {
    format!("{FAQ}/{id}")
}

/// Something that could not be read, as it came: to be saved.
#[must_use]
pub fn unread_raw(id: HookId) -> String {
    format!("{UNREAD}/{id}/raw")
}

/// The sign-in page that leads back to a path of this site.
#[must_use]
pub fn login(next: &str) -> String {
    let next = next.replace('%', "%25").replace('&', "%26").replace('?', "%3F").replace('=', "%3D");
    format!("{LOGIN}?next={next}")
}
