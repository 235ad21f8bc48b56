//! Which conversations carry a tag, as filters ask for it. Each conversation's own row has its tags too, to be shown.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Conn, StoreError, db::on, schema::conversation_tags, types::Uid};
use crate::domain::{ConversationId, TagId};

/// Notes what a conversation carries now instead of what it carried.
pub async fn update(
    conn: &mut Conn,
    conversation: ConversationId,
    was: &BTreeSet<TagId>,
    is: &BTreeSet<TagId>,
) -> Result<(), StoreError> {
    let conversation = Uid::of(conversation);
    for gone in was.difference(is) {
        on!(conn, |c| diesel::delete(conversation_tags::table.find((Uid::of(*gone), conversation)))
            .execute(c)
            .await?);
    }
    for new in is.difference(was) {
        on!(conn, |c| diesel::insert_into(conversation_tags::table)
            .values((
                conversation_tags::tag_id.eq(Uid::of(*new)),
                conversation_tags::conversation_id.eq(conversation),
            ))
            .on_conflict_do_nothing()
            .execute(c)
            .await?);
    }
    Ok(())
}
