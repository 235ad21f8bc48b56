//! What belongs to the whole workspace.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Conn, StoreError, db::on, schema::workspace};

/// What the workspace is called.
pub async fn find_name(conn: &mut Conn) -> Result<String, StoreError> {
    Ok(on!(conn, |c| workspace::table.find(1).select(workspace::name).first(c).await?))
}

pub async fn update_name(conn: &mut Conn, name: &str) -> Result<(), StoreError> {
    on!(conn, |c| diesel::update(workspace::table.find(1)).set(workspace::name.eq(name)).execute(c).await?);
    Ok(())
}
