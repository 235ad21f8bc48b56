//! Who asked not to be written to, by which address of ours.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{
    Conn, StoreError,
    db::on,
    schema::opt_outs,
    types::{Micros, Uid},
};
use crate::domain::{ChannelId, Time};

pub async fn put(
    conn: &mut Conn,
    channel: ChannelId,
    ours: &str,
    peer: &str,
    now: Time,
) -> Result<(), StoreError> {
    on!(conn, |c| diesel::insert_into(opt_outs::table)
        .values((
            opt_outs::ours.eq(ours),
            opt_outs::peer.eq(peer),
            opt_outs::channel_id.eq(Uid::of(channel)),
            opt_outs::created_at.eq(Micros(now)),
        ))
        .on_conflict((opt_outs::ours, opt_outs::peer))
        .do_nothing()
        .execute(c)
        .await?);
    Ok(())
}

pub async fn delete(conn: &mut Conn, ours: &str, peer: &str) -> Result<(), StoreError> {
    on!(conn, |c| diesel::delete(opt_outs::table.find((ours, peer))).execute(c).await?);
    Ok(())
}

pub async fn is_opted_out(conn: &mut Conn, ours: &str, peer: &str) -> Result<bool, StoreError> {
    let found: Option<Micros> = on!(conn, |c| opt_outs::table
        .find((ours, peer))
        .select(opt_outs::created_at)
        .first(c)
        .await
        .optional()?);
    Ok(found.is_some())
}
