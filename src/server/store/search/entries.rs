//! The entries of the index: written with what they are about.

use diesel::{
    prelude::*,
    sql_types::{BigInt, Text},
};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::{
    matching::{self, Clause, Endings},
    words::words,
};
use crate::{
    domain::{SearchKey, Time},
    server::store::{
        Conn, StoreError,
        db::{Kind, Lite, on},
        fixed::Fixed,
        schema::search_entries,
        types::{Id, Uid},
    },
};

/// More words of one entry are not kept: the text of a very long mail goes on without them. PostgreSQL tells 16,383
/// places of an entry apart.
const MOST_WORDS: usize = 12_000;
/// Bits of a key below the milliseconds.
const RANDOM_BITS: u32 = 20;
/// More endings of a beginning are not named one by one.
const MOST_ENDINGS: i64 = 256;

/// What an entry is about, and what it is found by.
pub struct Entry {
    pub subject: Uuid,
    pub at: Time,
    /// Its words, and then its marks.
    words: Vec<String>,
}

impl Entry {
    /// An entry about something of a time.
    pub const fn new(subject: Uuid, at: Time) -> Self {
        Self { subject, at, words: Vec::new() }
    }

    /// Adds a text. No phrase reaches from one text into the next.
    pub fn text(&mut self, text: &str) {
        if !self.words.is_empty() {
            self.words.push(GAP.to_owned());
        }
        let room = MOST_WORDS.saturating_sub(self.words.len());
        self.words.extend(words(text).into_iter().take(room).map(|word| word.text));
    }

    /// Adds a mark, which no text has.
    pub fn mark(&mut self, mark: String) {
        self.words.push(mark);
    }
}

/// Stands between two texts.
const GAP: &str = "_";

/// The first place of a time. Times before 1970 and after 2248 are taken for these.
#[must_use]
pub fn first_key(at: Time) -> SearchKey {
    SearchKey(at.millis().clamp(0, i64::MAX >> RANDOM_BITS) << RANDOM_BITS)
}

/// The time of a place.
#[must_use]
pub const fn time_of(key: SearchKey) -> Time {
    Time::from_millis(key.0 >> RANDOM_BITS)
}

/// Where an entry is put, if nobody is there.
fn place_of(entry: &Entry) -> SearchKey {
    let (_, low) = entry.subject.as_u64_pair();
    let random = low.cast_signed() & ((1 << RANDOM_BITS) - 1);
    SearchKey(first_key(entry.at).0 | random)
}

/// Writes an entry, in place of the one that may be there about the same.
pub async fn put(conn: &mut Conn, entry: &Entry) -> Result<(), StoreError> {
    let SearchKey(mut id) = place_of(entry);
    while !insert(conn, id, entry).await? {
        if let Some(known) = find(conn, entry.subject).await? {
            return replace(conn, known, entry).await;
        }
        // Somebody else has this place.
        id += 1;
    }
    Ok(())
}

/// Where something stands in the index.
async fn find(conn: &mut Conn, subject: Uuid) -> Result<Option<i64>, StoreError> {
    Ok(on!(conn, |c| search_entries::table
        .filter(search_entries::subject_id.eq(Uid(subject)))
        .select(search_entries::id)
        .first(c)
        .await
        .optional()?))
}

/// False: the place, or what it is about, is there already.
async fn insert(conn: &mut Conn, id: i64, entry: &Entry) -> Result<bool, StoreError> {
    conn.count_query();
    let subject = Uid(entry.subject);
    let count = match conn.kind() {
        Kind::Sqlite(c) => {
            let row = (search_entries::id.eq(id), search_entries::subject_id.eq(subject));
            let insert = diesel::insert_into(search_entries::table).values(row).on_conflict_do_nothing();
            let count = Fixed(insert).execute(c).await?;
            if count > 0 {
                write_words(c, id, entry).await?;
            }
            count
        }
        Kind::Postgres(c) => {
            let query = diesel::sql_query(
                "INSERT INTO search_entries (id, subject_id, words) VALUES ($1, $2, $3::text::tsvector) \
                 ON CONFLICT DO NOTHING",
            )
            .bind::<BigInt, _>(id)
            .bind::<Id, _>(subject)
            .bind::<Text, _>(matching::tsvector(&entry.words));
            Fixed(query).execute(c).await?
        }
    };
    Ok(count > 0)
}

async fn replace(conn: &mut Conn, id: i64, entry: &Entry) -> Result<(), StoreError> {
    conn.count_query();
    match conn.kind() {
        Kind::Sqlite(c) => write_words(c, id, entry).await,
        Kind::Postgres(c) => {
            let query =
                diesel::sql_query("UPDATE search_entries SET words = $2::text::tsvector WHERE id = $1")
                    .bind::<BigInt, _>(id)
                    .bind::<Text, _>(matching::tsvector(&entry.words));
            Fixed(query).execute(c).await?;
            Ok(())
        }
    }
}

async fn write_words(c: &mut Lite, id: i64, entry: &Entry) -> Result<(), StoreError> {
    let query = diesel::sql_query("INSERT OR REPLACE INTO search_index (rowid, words) VALUES ($1, $2)")
        .bind::<BigInt, _>(id)
        .bind::<Text, _>(entry.words.join(" "));
    Fixed(query).execute(c).await?;
    Ok(())
}

/// Takes what is about these out of the index.
pub async fn delete(conn: &mut Conn, subjects: &[Uuid]) -> Result<(), StoreError> {
    let of: Vec<Uid> = subjects.iter().map(|subject| Uid(*subject)).collect();
    let ids: Vec<i64> = on!(conn, |c| search_entries::table
        .filter(search_entries::subject_id.eq_any(of))
        .select(search_entries::id)
        .load(c)
        .await?);
    for id in ids {
        on!(conn, |c| diesel::delete(search_entries::table.find(id)).execute(c).await?);
        if let Kind::Sqlite(c) = conn.kind() {
            let query = diesel::sql_query("DELETE FROM search_index WHERE rowid = $1").bind::<BigInt, _>(id);
            Fixed(query).execute(c).await?;
        }
    }
    Ok(())
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

#[derive(QueryableByName)]
struct Ending {
    #[diesel(sql_type = Text)]
    term: String,
}

/// A stretch of the index.
#[derive(Debug, Clone, Copy)]
pub struct Stretch {
    /// Only before this place.
    pub below: SearchKey,
    /// Only from this place on.
    pub from: SearchKey,
    pub limit: i64,
}

/// The entries that have all of this, which is something, newest first.
pub async fn list(
    conn: &mut Conn,
    clauses: &[Clause],
    stretch: Stretch,
) -> Result<Vec<SearchKey>, StoreError> {
    if clauses.iter().any(Clause::is_impossible) {
        return Ok(Vec::new());
    }
    conn.count_query();
    let found: Vec<Found> = match conn.kind() {
        Kind::Sqlite(c) => {
            let mut asked = Vec::with_capacity(clauses.len());
            for clause in clauses {
                let endings = match clause.beginning() {
                    None => Endings::These(Vec::new()),
                    Some(beginning) => match endings(c, beginning).await? {
                        Endings::These(none) if none.is_empty() => return Ok(Vec::new()),
                        endings => endings,
                    },
                };
                asked.push((clause.clone(), endings));
            }
            let query = diesel::sql_query(
                "SELECT rowid AS id FROM search_index WHERE search_index MATCH $1 AND rowid < $2 AND rowid >= $3 \
                 ORDER BY rowid DESC LIMIT $4",
            )
            .bind::<Text, _>(matching::fts5(&asked))
            .bind::<BigInt, _>(stretch.below.0)
            .bind::<BigInt, _>(stretch.from.0)
            .bind::<BigInt, _>(stretch.limit);
            Fixed(query).load(c).await?
        }
        Kind::Postgres(c) => {
            // Prepared anew each time: how common the words are decides how they are best looked for.
            diesel::sql_query(
                "SELECT id FROM search_entries WHERE words @@ $1::text::tsquery AND id < $2 AND id >= $3 \
                 ORDER BY id DESC LIMIT $4",
            )
            .bind::<Text, _>(matching::tsquery(clauses))
            .bind::<BigInt, _>(stretch.below.0)
            .bind::<BigInt, _>(stretch.from.0)
            .bind::<BigInt, _>(stretch.limit)
            .load(c)
            .await?
        }
    };
    Ok(found.into_iter().map(|found| SearchKey(found.id)).collect())
}

/// The words of the index that begin so. It jumps from word to word and reads nothing of where they stand.
async fn endings(c: &mut Lite, beginning: &str) -> Result<Endings, StoreError> {
    let query = diesel::sql_query(
        "WITH RECURSIVE found (term) AS ( \
             SELECT (SELECT term FROM search_words WHERE term >= $1 LIMIT 1) \
             UNION ALL \
             SELECT (SELECT term FROM search_words WHERE search_words.term >= found.term || char(1) LIMIT 1) \
             FROM found WHERE found.term < $2 \
         ) SELECT term FROM found WHERE term < $2 LIMIT $3",
    )
    .bind::<Text, _>(beginning)
    // No word has a character beyond this one.
    .bind::<Text, _>(format!("{beginning}\u{10ffff}"))
    .bind::<BigInt, _>(MOST_ENDINGS + 1);
    let found: Vec<Ending> = Fixed(query).load(c).await?;
    let is_many = i64::try_from(found.len()).is_ok_and(|count| count > MOST_ENDINGS);
    let terms = found.into_iter().map(|ending| ending.term).collect();
    Ok(if is_many { Endings::Many } else { Endings::These(terms) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_in_the_order_of_time() {
        let at = |millis: i64| first_key(Time::from_millis(millis));
        assert!(at(1_795_390_200_000) < at(1_795_390_200_001));
        assert_eq!(
            time_of(SearchKey(at(1_795_390_200_000).0 | 0xf_ffff)),
            Time::from_millis(1_795_390_200_000)
        );
        assert_eq!(first_key(Time(i64::MIN)), SearchKey(0));
        assert!(first_key(Time(i64::MAX)).0 > 0);
        let entry = Entry::new(Uuid::max(), Time::from_millis(7));
        assert!(at(7) <= place_of(&entry) && place_of(&entry) < at(8));
    }

    #[test]
    fn texts_are_kept_apart_and_marks_come_last() {
        let mut entry = Entry::new(Uuid::nil(), Time(0));
        entry.text("Order 12");
        entry.text("Blue vase");
        entry.mark("_m".into());
        assert_eq!(entry.words, ["order", "12", "_", "blue", "vase", "_m"]);
        entry.text(&"a ".repeat(MOST_WORDS));
        assert_eq!(entry.words.len(), MOST_WORDS);
    }
}
