//! Views: lists that somebody has saved.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{
    Conn, StoreError,
    db::on,
    schema::views,
    types::{Micros, Uid, from_json, to_json},
};
use crate::domain::{Audience, Me, OperatorId, Time, View, ViewId};

type Columns = (Uid, String, String, Option<Uid>, String, Uid);

const ME: &str = "me";
const TEAM: &str = "team";
const EVERYONE: &str = "everyone";

fn read((id, name, audience, team, listing, by): Columns) -> Result<View, StoreError> {
    let audience = match (audience.as_str(), team) {
        (TEAM, Some(team)) => Audience::Team(team.to()),
        (EVERYONE, _) => Audience::Everyone,
        _ => Audience::Me,
    };
    Ok(View { id: id.to(), name, audience, listing: from_json(&listing)?, by: by.to() })
}

const fn words(audience: Audience) -> (&'static str, Option<Uid>) {
    match audience {
        Audience::Me => (ME, None),
        Audience::Team(team) => (TEAM, Some(Uid(team.0))),
        Audience::Everyone => (EVERYONE, None),
    }
}

/// Those that an operator is shown, by name: [`View::is_for`] in SQL.
pub async fn list_for(conn: &mut Conn, me: &Me) -> Result<Vec<View>, StoreError> {
    let rows: Vec<Columns> = on!(conn, |c| {
        let query = views::table
            .filter(views::deleted_at.is_null())
            .select((views::id, views::name, views::audience, views::team_id, views::listing, views::made_by))
            .into_boxed::<Backend>();
        let own = views::audience.eq(ME).and(views::made_by.eq(Uid::of(me.id)));
        let query = if me.sees_all() {
            query.filter(views::audience.ne(ME).or(own))
        } else {
            let teams: Vec<Uid> = me.teams.iter().map(|team| Uid::of(*team)).collect();
            let teams = views::team_id.eq_any(teams).assume_not_null();
            query.filter(views::audience.eq(EVERYONE).or(own).or(teams))
        };
        query.load(c).await?
    });
    let mut views: Vec<View> = rows.into_iter().map(read).collect::<Result<_, _>>()?;
    views.sort_by_key(|view| view.name.to_lowercase());
    Ok(views)
}

/// A view, and when it was deleted, if it was.
pub async fn find(conn: &mut Conn, id: ViewId) -> Result<Option<(View, Option<Time>)>, StoreError> {
    let row: Option<(Columns, Option<Micros>)> = on!(conn, |c| views::table
        .find(Uid::of(id))
        .select((
            (views::id, views::name, views::audience, views::team_id, views::listing, views::made_by),
            views::deleted_at,
        ))
        .first(c)
        .await
        .optional()?);
    row.map(|(columns, deleted_at)| Ok((read(columns)?, deleted_at.map(|at| at.0)))).transpose()
}

/// How many an operator has made that are not deleted.
pub async fn count_of(conn: &mut Conn, by: OperatorId) -> Result<i64, StoreError> {
    Ok(on!(conn, |c| views::table
        .filter(views::made_by.eq(Uid::of(by)))
        .filter(views::deleted_at.is_null())
        .count()
        .get_result(c)
        .await?))
}

pub async fn insert(conn: &mut Conn, view: &View, now: Time) -> Result<(), StoreError> {
    let (audience, team) = words(view.audience);
    let listing = to_json(&view.listing);
    on!(conn, |c| diesel::insert_into(views::table)
        .values((
            views::id.eq(Uid::of(view.id)),
            views::name.eq(&view.name),
            views::audience.eq(audience),
            views::team_id.eq(team),
            views::listing.eq(&listing),
            views::made_by.eq(Uid::of(view.by)),
            views::created_at.eq(Micros(now)),
        ))
        .execute(c)
        .await?);
    Ok(())
}

pub async fn update(conn: &mut Conn, view: &View) -> Result<(), StoreError> {
    let (audience, team) = words(view.audience);
    let listing = to_json(&view.listing);
    on!(conn, |c| diesel::update(views::table.find(Uid::of(view.id)))
        .set((
            views::name.eq(&view.name),
            views::audience.eq(audience),
            views::team_id.eq(team),
            views::listing.eq(&listing),
        ))
        .execute(c)
        .await?);
    Ok(())
}

/// Deletes a view, or, with no time, takes that back.
pub async fn update_deleted(conn: &mut Conn, id: ViewId, at: Option<Time>) -> Result<(), StoreError> {
    on!(conn, |c| diesel::update(views::table.find(Uid::of(id)))
        .set(views::deleted_at.eq(at.map(Micros)))
        .execute(c)
        .await?);
    Ok(())
}

/// Forgets what was deleted before a time. Returns how many.
pub async fn delete_before(conn: &mut Conn, time: Time) -> Result<usize, StoreError> {
    Ok(on!(conn, |c| diesel::delete(views::table.filter(views::deleted_at.lt(Micros(time))))
        .execute(c)
        .await?))
}
