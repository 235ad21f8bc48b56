//! The pages' addresses, for links, redirects and tests.

use crate::domain::{
    AuditQuery, BotId, BotKind, CannedId, ChannelId, ContactId, ConversationId, FaqEntryId, Filter, HookId,
    Listing, Load, Queue, Range, Scope, SearchKey, ViewId, Whose, setup::Provider,
};

pub const LOGIN: &str = "/login";
/// The same after a password was reset.
pub const LOGIN_AFTER_RESET: &str = "/login?reset=done";
/// The second step of signing in.
pub const LOGIN_CODE: &str = "/login/code";
/// Where somebody asks for a link who has forgotten their password.
pub const FORGOT: &str = "/login/forgot";
/// The same after they have asked.
pub const FORGOT_AND_ASKED: &str = "/login/forgot?asked=yes";
/// Above what invitations' links end with.
pub const INVITATION: &str = "/invitation";
/// Above what the links end with that reset a password.
pub const RESET: &str = "/reset";
pub const INBOX: &str = "/inbox";
pub const TEAMS: &str = "/teams";
pub const SEARCH: &str = "/search";
pub const CONTACTS: &str = "/contacts";
/// What an operator is told of.
pub const NOTIFICATION_RULES: &str = "/settings/notifications";
pub const DASHBOARD: &str = "/dashboard";
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

/// What operators call conversations.
pub const TAGS: &str = "/settings/tags";
pub const PEOPLE: &str = "/settings/people";
/// Everybody's own settings.
pub const PROFILE: &str = "/settings/profile";
pub const WORKSPACE: &str = "/settings/workspace";
pub const AUDIT: &str = "/settings/audit";
/// The same as a table, to be saved.
pub const AUDIT_TABLE: &str = "/settings/audit.csv";

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

/// The inbox on a list, under the name of a view if it has one, with a conversation open or none.
#[must_use]
pub fn list(listing: &Listing, view: Option<ViewId>, conversation: Option<ConversationId>) -> String {
    let path = inbox(Queue::All, conversation);
    let view = view.map(|view| ("view", view.to_string()));
    let pairs: Vec<String> = listing
        .pairs()
        .into_iter()
        .chain(view)
        .map(|(name, text)| format!("{name}={}", encoded(&text)))
        .collect();
    if pairs.is_empty() { path } else { format!("{path}?{}", pairs.join("&")) }
}

/// A value of a query: what has no meaning of its own there stays readable.
fn encoded(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'-' | b'_' | b'.' | b',' | b':' => char::from(byte).to_string(),
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}

/// The dashboard over some days.
#[must_use]
pub fn dashboard(range: Range) -> String {
    format!("{DASHBOARD}?{}", range.query())
}

/// The same as a table to be saved, with days that begin by a clock so many minutes east of UTC.
#[must_use]
pub fn dashboard_table(range: Range, minutes_east: i64) -> String {
    format!("{DASHBOARD}/export.csv?{}&minutes_east={minutes_east}", range.query())
}

/// The inbox on the list that a number of the dashboard counts.
#[must_use]
pub fn counted(load: Load, scope: Scope) -> String {
    let mut filter = Filter { status: load.statuses().iter().copied().collect(), ..Filter::default() };
    match scope {
        Scope::All => {}
        Scope::Team(team) => drop(filter.team.insert(team)),
        Scope::Channel(channel) => drop(filter.channel.insert(channel)),
        Scope::Operator(operator) => drop(filter.owner.insert(Whose::Operator(operator))),
    }
    list(&Listing { queue: load.queue(), filter }, None, None)
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

/// What was said in a conversation as a text to be saved, with times by a clock so many minutes east of UTC.
#[must_use]
pub fn transcript(conversation: ConversationId, minutes_east: i64) -> String {
    format!("/conversations/{conversation}/transcript?minutes_east={minutes_east}")
}

/// Whether an address, with its query, is one of the inbox where more than a queue is shown: a conversation, or what a
/// filter leaves. Of an address that is mistyped it may say so too.
#[must_use]
pub fn begins_with_work(address: &str) -> bool {
    address.strip_prefix(INBOX).is_some_and(|rest| {
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        path.strip_prefix('/').is_some_and(|id| !id.is_empty())
            || (path.is_empty()
                && query.split('&').any(|pair| !pair.is_empty() && !pair.starts_with("queue=")))
    })
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
    format!("{LOGIN}?next={}", in_query(next))
}

/// The page of the second step, likewise.
#[must_use]
pub fn login_code(next: &str) -> String {
    format!("{LOGIN_CODE}?next={}", in_query(next))
}

/// The audit log, as far as it is wanted.
#[must_use]
pub fn audit(query: &AuditQuery) -> String {
    with_query(AUDIT, &query.to_address())
}

/// The same as a table.
#[must_use]
pub fn audit_table(query: &AuditQuery) -> String {
    with_query(AUDIT_TABLE, &query.to_address())
}

fn with_query(path: &str, query: &str) -> String {
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// A path as a value in a query.
fn in_query(path: &str) -> String {
    path.replace('%', "%25").replace('&', "%26").replace('?', "%3F").replace('=', "%3D")
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    use crate::domain::Condition;

    #[test]
    fn a_list_has_an_address_of_its_own() {
        let mut filter = Filter::default();
        let _ = filter.set(Condition::Status, "waiting,active");
        let _ = filter.set(Condition::Text, "50% & é");
        let listing = Listing { queue: Queue::Mine, filter };
        assert_eq!(
            list(&listing, None, None),
            "/inbox?queue=mine&status=waiting,active&text=50%25%20%26%20%C3%A9"
        );
        assert_eq!(list(&Listing::default(), None, None), INBOX);
        assert_eq!(list(&Queue::Ai.into(), None, None), inbox(Queue::Ai, None));
    }

    #[test]
    fn the_address_of_a_conversation_or_a_filter_is_told_from_a_queues() {
        let id = Some(Uuid::from_u128(7).into());
        assert!(begins_with_work(&inbox(Queue::All, id)));
        assert!(begins_with_work(&inbox(Queue::Resolved, id)));
        let mut filter = Filter::default();
        let _ = filter.set(Condition::Text, "order");
        assert!(begins_with_work(&list(&Listing { queue: Queue::Mine, filter }, None, None)));
        for queue in Queue::FIXED {
            assert!(!begins_with_work(&inbox(queue, None)), "{queue:?}");
        }
        for path in ["/inbox/", "/inboxes/7", "/settings/people", "/search?q=order"] {
            assert!(!begins_with_work(path), "{path}");
        }
    }

    #[test]
    fn a_number_leads_to_the_list_that_it_counts() {
        let id = Uuid::from_u128(7);
        for (load, scope, path) in [
            (Load::NeedsAnswer, Scope::All, "/inbox?queue=needs-answer".to_owned()),
            (Load::Ai, Scope::Team(None), "/inbox?queue=ai&team=none".to_owned()),
            (
                Load::InWork,
                Scope::Team(Some(id.into())),
                format!("/inbox?status=open,waiting,active&team={id}"),
            ),
            (Load::Active, Scope::Operator(id.into()), format!("/inbox?status=active&owner={id}")),
            (Load::Unassigned, Scope::Channel(id.into()), format!("/inbox?queue=unassigned&channel={id}")),
        ] {
            assert_eq!(counted(load, scope), path);
        }
    }
}
