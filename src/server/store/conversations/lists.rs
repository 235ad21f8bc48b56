//! Lists of conversations: queues, and what of them meets a filter, as far as an operator may see it.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Record, uids};
use crate::{
    domain::{Asking, ContactId, Conversation, Filter, Listing, Me, PageKey, Queue, Status, Whose},
    server::store::{
        Conn, StoreError,
        db::on,
        schema::{conversation_tags, conversations},
        types::{Micros, Uid, Word},
    },
};

/// Restricts a boxed query to what an operator may see.
macro_rules! visible_to {
    ($query:expr, $me:expr) => {{
        let query = $query;
        if $me.sees_all() {
            query
        } else {
            let teams: Vec<Uid> = $me.teams.iter().map(|team| Uid::of(*team)).collect();
            query.filter(
                conversations::team_id
                    .is_null()
                    .or(conversations::team_id.eq_any(teams).assume_not_null())
                    .or(conversations::owner_id.eq(Uid::of($me.id)).assume_not_null()),
            )
        }
    }};
}

/// Restricts a boxed query to a queue: [`Queue::holds`] in SQL.
macro_rules! in_queue {
    ($query:expr, $queue:expr, $me:expr) => {{
        let query = visible_to!($query, $me);
        match $queue {
            Queue::Mine => query
                .filter(conversations::owner_id.eq(Uid::of($me.id)))
                .filter(conversations::status.eq(Word(Status::Active)))
                .filter(conversations::snoozed_until.is_null()),
            Queue::NeedsAnswer => query
                .filter(conversations::awaiting_reply_since.is_not_null())
                // Put so that SQLite walks the index of waits instead of sorting everything in work.
                .filter(conversations::status.ne_all([Word(Status::Open), Word(Status::Resolved)]))
                .filter(conversations::snoozed_until.is_null()),
            Queue::OnCustomer => query
                .filter(conversations::awaiting_reply_since.is_null())
                .filter(conversations::status.eq(Word(Status::Active)))
                .filter(conversations::snoozed_until.is_null()),
            Queue::Unassigned => query
                .filter(conversations::status.eq(Word(Status::Waiting)))
                .filter(conversations::snoozed_until.is_null()),
            // A bot's conversations are never snoozed.
            Queue::Ai => query.filter(conversations::status.eq(Word(Status::Open))),
            Queue::Snoozed => query.filter(conversations::snoozed_until.is_not_null()),
            Queue::Resolved => query.filter(conversations::status.eq(Word(Status::Resolved))),
            Queue::All => query,
            Queue::Team(team) => query
                .filter(conversations::team_id.eq(Uid::of(team)))
                .filter(conversations::status.ne(Word(Status::Resolved)))
                .filter(conversations::snoozed_until.is_null()),
        }
    }};
}

/// Puts a boxed query into the order of a column that may be empty, the earliest first, from a place on (inclusive).
macro_rules! earliest_first {
    ($query:expr, $column:expr, $from:expr) => {{
        let mut query = $query;
        if let Some(from) = $from {
            let (at, tie) = (Micros(from.at), Uid::of(from.id));
            // The first condition is what lets the index start at the place; the pair alone would scan up to it.
            query = query
                .filter($column.ge(at))
                .filter($column.gt(at).assume_not_null().or(conversations::id.ge(tie)));
        }
        query.order(($column.asc(), conversations::id.asc()))
    }};
}

/// Puts a boxed query into the order of the latest activity, the newest first, from a place on (inclusive).
macro_rules! newest_first {
    ($query:expr, $from:expr) => {{
        use conversations::{id, last_activity_at};
        let mut query = $query;
        if let Some(from) = $from {
            // As above.
            let (at, tie) = (Micros(from.at), Uid::of(from.id));
            query = query.filter(last_activity_at.le(at)).filter(last_activity_at.lt(at).or(id.le(tie)));
        }
        query.order((last_activity_at.desc(), id.desc()))
    }};
}

/// Puts a boxed query into a queue's order, from a place on (inclusive): [`PageKey::compare`] in SQL.
macro_rules! in_order {
    ($query:expr, $queue:expr, $from:expr) => {{
        let query = $query;
        match $queue {
            Queue::NeedsAnswer => earliest_first!(query, conversations::awaiting_reply_since, $from),
            Queue::Snoozed => earliest_first!(query, conversations::snoozed_until, $from),
            _ => newest_first!(query, $from),
        }
    }};
}

/// Restricts a boxed query to what meets a filter: [`Filter::matches`] in SQL.
///
/// All but tags is in the index of activity, and nothing here lets another index be used but that of a queue: whatever is
/// asked for, a narrow index is walked in the list's order, to the end of the page. So a status is put as those that it
/// is not.
macro_rules! meets {
    ($query:expr, $filter:expr, $asking:expr) => {{
        let (filter, asking): (&Filter, &Asking) = ($filter, $asking);
        let mut query = $query;
        if !filter.status.is_empty() {
            let others = Status::ALL.iter().filter(|status| !filter.status.contains(*status));
            let others: Vec<Word<Status>> = others.map(|status| Word(*status)).collect();
            query = query.filter(conversations::status.ne_all(others));
        }
        if !filter.channel.is_empty() {
            let channels: Vec<Uid> = filter.channel.iter().copied().map(Uid::of).collect();
            query = query.filter(conversations::channel_id.eq_any(channels));
        }
        if !filter.team.is_empty() {
            let teams: Vec<Uid> = filter.team.iter().flatten().copied().map(Uid::of).collect();
            let named = conversations::team_id.eq_any(teams).assume_not_null();
            query = if filter.team.contains(&None) {
                query.filter(conversations::team_id.is_null().or(named))
            } else {
                query.filter(named)
            };
        }
        if !filter.owner.is_empty() {
            let owners: Vec<Uid> = filter.owners(asking).into_iter().map(Uid::of).collect();
            let named = conversations::owner_id.eq_any(owners).assume_not_null();
            query = if filter.owner.contains(&Whose::Nobody) {
                query.filter(conversations::owner_id.is_null().or(named))
            } else {
                query.filter(named)
            };
        }
        if !filter.tag.is_empty() {
            let tags: Vec<Uid> = filter.tag.iter().copied().map(Uid::of).collect();
            let carried = conversation_tags::table
                .filter(conversation_tags::conversation_id.eq(conversations::id))
                .filter(conversation_tags::tag_id.eq_any(tags));
            query = query.filter(diesel::dsl::exists(carried));
        }
        if !filter.priority.is_empty() {
            let priorities: Vec<Word<_>> = filter.priority.iter().map(|priority| Word(*priority)).collect();
            query = query.filter(conversations::priority.eq_any(priorities));
        }
        if let Some(minutes) = filter.waiting {
            query = query
                .filter(conversations::awaiting_reply_since.le(Micros(minutes.before(asking.now))))
                .filter(conversations::status.ne_all([Word(Status::Open), Word(Status::Resolved)]));
        }
        if let Some(created) = filter.created {
            let (from, to) = created.bounds(asking.now);
            if let Some(from) = from {
                query = query.filter(conversations::created_at.ge(Micros(from)));
            }
            if let Some(to) = to {
                query = query.filter(conversations::created_at.lt(Micros(to)));
            }
        }
        for word in filter.words() {
            let pattern = containing(&word);
            let in_name = conversations::folded_name.like(pattern.clone()).escape(ESCAPE);
            query = query.filter(in_name.or(conversations::folded_about.like(pattern).escape(ESCAPE)));
        }
        query
    }};
}
pub(super) use meets;

/// Stands before what means something in a pattern and is meant as it is.
pub(super) const ESCAPE: char = '\\';

/// The pattern of texts that contain a word.
pub(super) fn containing(word: &str) -> String {
    let mut pattern = String::from("%");
    for letter in word.chars() {
        if matches!(letter, '%' | '_' | ESCAPE) {
            pattern.push(ESCAPE);
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

/// A stretch of a queue in its order, from a place on (inclusive), as far as an operator may see it.
pub async fn list(
    conn: &mut Conn,
    me: &Me,
    queue: Queue,
    from: Option<PageKey>,
    limit: usize,
) -> Result<Vec<Conversation>, StoreError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let records: Vec<Record> = on!(conn, |c| {
        let query =
            in_queue!(conversations::table.select(Record::as_select()).into_boxed::<Backend>(), queue, me);
        in_order!(query, queue, from).limit(limit).load(c).await?
    });
    records.into_iter().map(Record::read).collect()
}

/// The same of what of a queue meets a filter. First which they are, which the index alone tells; then what they hold.
pub async fn list_filtered(
    conn: &mut Conn,
    me: &Me,
    listing: &Listing,
    asking: &Asking,
    from: Option<PageKey>,
    limit: usize,
) -> Result<Vec<Conversation>, StoreError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let ids: Vec<Uid> = on!(conn, |c| {
        let query = conversations::table.select(conversations::id).into_boxed::<Backend>();
        let query = meets!(in_queue!(query, listing.queue, me), &listing.filter, asking);
        in_order!(query, listing.queue, from).limit(limit).load(c).await?
    });
    let records: Vec<Record> = on!(conn, |c| conversations::table
        .filter(conversations::id.eq_any(&ids))
        .select(Record::as_select())
        .load(c)
        .await?);
    let mut found: Vec<Conversation> =
        records.into_iter().map(Record::read).collect::<Result<_, StoreError>>()?;
    found.sort_by_key(|conversation| ids.iter().position(|id| *id == Uid::of(conversation.id)));
    Ok(found)
}

/// How many stand in a list, counted no further than to `most`.
pub async fn count_up_to(
    conn: &mut Conn,
    me: &Me,
    listing: &Listing,
    asking: &Asking,
    most: usize,
) -> Result<usize, StoreError> {
    let limit = i64::try_from(most).unwrap_or(i64::MAX);
    let ids: Vec<Uid> = on!(conn, |c| {
        let query = conversations::table.select(conversations::id).into_boxed::<Backend>();
        let query = meets!(in_queue!(query, listing.queue, me), &listing.filter, asking);
        query.limit(limit).load(c).await?
    });
    Ok(ids.len())
}

/// A stretch of the conversations of some contacts, newest activity first, from a place on (inclusive), as far as an
/// operator may see them.
pub async fn list_of_contacts(
    conn: &mut Conn,
    me: &Me,
    contacts: &[ContactId],
    from: Option<PageKey>,
    limit: usize,
) -> Result<Vec<Conversation>, StoreError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let of = uids(contacts);
    let records: Vec<Record> = on!(conn, |c| {
        let query = visible_to!(conversations::table.select(Record::as_select()).into_boxed::<Backend>(), me)
            .filter(conversations::contact_id.eq_any(of));
        newest_first!(query, from).limit(limit).load(c).await?
    });
    records.into_iter().map(Record::read).collect()
}

#[cfg(test)]
mod tests {
    use super::containing;

    #[test]
    fn a_word_is_meant_as_it_is() {
        assert_eq!(containing("vera"), "%vera%");
        assert_eq!(containing("50%_\\"), "%50\\%\\_\\\\%");
    }
}
