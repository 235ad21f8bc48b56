//! How much work each channel has: kept with every change, as [`super::queue_counts`] is for teams and owners.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{
    Conn, StoreError,
    db::on,
    fixed::Fixed,
    schema::channel_counts,
    types::{Uid, Word},
};
use crate::domain::{ChannelCell, ChannelId, Facts, Load};

/// Moves a conversation of a channel from its old facts, if it had any, to its new. Always in the same order of rows, so
/// that two moves at once cannot wait for each other.
pub async fn shift(
    conn: &mut Conn,
    channel: ChannelId,
    was: Option<&Facts>,
    is: &Facts,
) -> Result<(), StoreError> {
    for load in Load::ALL {
        let by = i64::from(load.holds(is)) - i64::from(was.is_some_and(|was| load.holds(was)));
        if by == 0 {
            continue;
        }
        on!(conn, |c| Fixed(
            diesel::insert_into(channel_counts::table)
                .values((
                    channel_counts::channel_id.eq(Uid::of(channel)),
                    channel_counts::load.eq(Word(*load)),
                    channel_counts::count.eq(by),
                ))
                .on_conflict((channel_counts::channel_id, channel_counts::load))
                .do_update()
                .set(channel_counts::count.eq(channel_counts::count + by))
        )
        .execute(c)
        .await?);
    }
    Ok(())
}

/// All kept counts.
pub async fn list(conn: &mut Conn) -> Result<Vec<ChannelCell>, StoreError> {
    let rows: Vec<(Uid, Word<Load>, i64)> = on!(conn, |c| channel_counts::table
        .filter(channel_counts::count.ne(0))
        .select((channel_counts::channel_id, channel_counts::load, channel_counts::count))
        .load(c)
        .await?);
    let cell = |(channel, load, count): (Uid, Word<Load>, i64)| ChannelCell {
        channel_id: channel.to(),
        load: load.0,
        count,
    };
    Ok(rows.into_iter().map(cell).collect())
}
