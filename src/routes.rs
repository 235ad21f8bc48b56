//! The pages' addresses, for links, redirects and tests.

use crate::domain::{
    BotId, BotKind, CannedId, ChannelId, ContactId, ConversationId, FaqEntryId, HookId, Queue, SearchKey,
    setup::Provider,
};

pub const LOGIN: &str = "/login";
pub const INBOX: &str = "/inbox";
pub const TEAMS: &str = "/teams";
pub const SEARCH: &str = "/search";
pub const CONTACTS: &str = "/contacts";
/// What an operator is told of.
pub const NOTIFICATION_RULES: &str = "/settings/notifications";
pub const CHANNELS: &str = "/settings/channels";
pub const NEW_CHANNEL: &str = "/settings/channels/new";
/// What came in and could not be read.
pub const UNREAD: &str = "/settings/unread";

pub const CANNED: &str = "/canned";
pub const NEW_CANNED: &str = "/canned/new";
/// All that one can use, as a table.
pub const CANNED_TABLE: &str = "/canned/export.csv";

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

/// A canned response.
#[must_use]
pub fn canned(id: CannedId) -> String {
    format!("{CANNED}/{id}")
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
    format!("{NEW_FAQ_ENTRY}?question={}", encoded(question))
}

/// A text as it stands in a query.
fn encoded(text: &str) -> String {
    let encode = |byte: u8| match char::from(byte) {
        letter if letter.is_ascii_alphanumeric() => letter.to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}

/// A message in its thread.
#[must_use]
pub fn message(conversation: ConversationId, seq: i64) -> String {
    format!("{INBOX}/{conversation}?message={seq}")
}

/// What fits a text, from behind a place on.
#[must_use]
pub fn search(text: &str, below: Option<SearchKey>) -> String {
    sought(SEARCH, text, below)
}

/// The contacts, from behind a place on; with a text, those who are called so.
#[must_use]
pub fn contacts(text: &str, below: Option<SearchKey>) -> String {
    sought(CONTACTS, text, below)
}

fn sought(page: &str, text: &str, below: Option<SearchKey>) -> String {
    let text = (!text.is_empty()).then(|| format!("q={}", encoded(text)));
    let below = below.map(|below| format!("below={below}"));
    let query: Vec<String> = text.into_iter().chain(below).collect();
    if query.is_empty() { page.to_owned() } else { format!("{page}?{}", query.join("&")) }
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
