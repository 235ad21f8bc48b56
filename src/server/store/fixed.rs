//! Statements that are prepared once.
//!
//! Diesel does not keep a prepared statement whose text might differ from one use to the next: updates, upserts and
//! everything in raw SQL. Most of ours never differ, and preparing them anew costs as much as running them, on
//! PostgreSQL a round trip. The cache's key is the text itself, so even one that did differ would only take more room.

use diesel::{
    QueryResult,
    backend::Backend,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
};

/// A statement with the same text at each use.
pub struct Fixed<Q>(pub Q);

impl<Q: QueryFragment<DB>, DB: Backend> QueryFragment<DB> for Fixed<Q> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(pass)
    }

    fn is_safe_to_cache_prepared(&self, _: &DB) -> QueryResult<bool> {
        Ok(true)
    }
}

/// Known by its text.
impl<Q> QueryId for Fixed<Q> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for Fixed<Q> {
    type SqlType = Q::SqlType;
}
