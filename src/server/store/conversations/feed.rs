//! Conversations as sibling apps ask for them.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{
    Record,
    lists::{ESCAPE, containing, meets},
};
use crate::{
    domain::{Asking, BotId, ContactId, Conversation, ConversationId, Filter, PageKey, Status, Time, Whose},
    server::store::{
        Conn, StoreError,
        db::on,
        schema::{conversation_tags, conversations},
        types::{Micros, Uid, Word},
    },
};

/// What to list.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'f> {
    /// Only where this bot answers, or did.
    pub bot: Option<BotId>,
    /// With activity at or after this time.
    pub since: Option<Time>,
    pub filter: &'f Filter,
    /// When the filter is read.
    pub now: Time,
    /// Behind this place.
    pub after: Option<PageKey>,
    pub limit: i64,
}

/// A stretch of all conversations, those with the oldest activity first.
pub async fn list_active(conn: &mut Conn, wanted: &Wanted<'_>) -> Result<Vec<Conversation>, StoreError> {
    use conversations::{ai, id, last_activity_at};
    let records: Vec<Record> = on!(conn, |c| {
        let query = conversations::table.select(Record::as_select()).into_boxed::<Backend>();
        let mut query = meets!(query, wanted.filter, &Asking { me: None, now: wanted.now });
        if let Some(bot) = wanted.bot {
            query = query.filter(ai.assume_not_null().like(begins_with(bot)));
        }
        if let Some(since) = wanted.since {
            query = query.filter(last_activity_at.ge(Micros(since)));
        }
        if let Some(after) = wanted.after {
            // The first condition is what lets the index start at the place; the pair alone would scan up to it.
            let (at, tie) = (Micros(after.at), Uid::of(after.id));
            query = query.filter(last_activity_at.ge(at)).filter(last_activity_at.gt(at).or(id.gt(tie)));
        }
        query.order((last_activity_at.asc(), id.asc())).limit(wanted.limit).load(c).await?
    });
    records.into_iter().map(Record::read).collect()
}

/// How the stored form of a conversation's bot begins: with the bot's id, its first field.
fn begins_with(bot: BotId) -> String {
    format!(r#"{{"bot_id":"{bot}"%"#)
}

/// The conversation of a contact that follows another, if there is one.
pub async fn find_follower(
    conn: &mut Conn,
    contact: ContactId,
    previous: ConversationId,
) -> Result<Option<ConversationId>, StoreError> {
    let found: Option<Uid> = on!(conn, |c| conversations::table
        .filter(conversations::contact_id.eq(Uid::of(contact)))
        .filter(conversations::previous_id.eq(Uid::of(previous)))
        .order((conversations::last_activity_at.desc(), conversations::id.desc()))
        .select(conversations::id)
        .first(c)
        .await
        .optional()?);
    Ok(found.map(Uid::to))
}

#[cfg(test)]
mod tests {
    use super::begins_with;
    use crate::{
        domain::{AiThread, Bot, BotKind},
        server::{clock::new_id, store::types::to_json},
    };

    #[test]
    fn a_bot_is_found_by_how_its_stored_form_begins() {
        let bot = Bot { id: new_id(), kind: BotKind::Api, name: "A \"bot\"".into(), enabled: true };
        let stored = to_json(&AiThread::of(&bot));
        let pattern = begins_with(bot.id);
        assert!(stored.starts_with(pattern.trim_end_matches('%')), "{stored} {pattern}");
    }
}
