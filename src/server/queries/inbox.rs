//! The inbox's frame and list.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    domain::{AppError, Counts, Inbox, Me, PAGE_ROWS, Page, PageKey, Queue, Row},
    server::{
        app::App,
        store::{Conn, channels, conversations, events, operators, queue_counts, read_marks, teams, unread},
    },
};

/// More unread conversations than anybody looks through: from a hundred on the screen says "99+".
const MOST_UNREAD: i64 = 200;

/// Everything that the inbox shows when it opens on a queue.
///
/// # Errors
/// If the database fails.
pub async fn open(app: &App, me: &Me, queue: Queue) -> Result<Inbox, AppError> {
    let mut tx = app.db.snapshot().await?;
    let Page { rows, next, as_of } = page(&mut tx, me, queue, None).await?;
    let cells = queue_counts::list(&mut tx).await?;
    let unread: BTreeSet<_> = unread::list(&mut tx, me.id, MOST_UNREAD).await?.into_iter().collect();
    let channels = channels::list(&mut tx).await?;
    let teams = teams::list(&mut tx).await?;
    let operators = operators::list(&mut tx).await?;
    tx.commit().await?;
    let counts = Counts::sum(&cells, me, teams.iter().map(|team| team.id));
    Ok(Inbox { me: me.clone(), queue, rows, next, counts, unread, channels, teams, operators, as_of })
}

/// A page of a queue.
///
/// # Errors
/// If the database fails.
pub async fn list(app: &App, me: &Me, queue: Queue, from: Option<PageKey>) -> Result<Page, AppError> {
    let mut tx = app.db.snapshot().await?;
    let page = page(&mut tx, me, queue, from).await?;
    tx.commit().await?;
    Ok(page)
}

async fn page(conn: &mut Conn, me: &Me, queue: Queue, from: Option<PageKey>) -> Result<Page, AppError> {
    let as_of = events::as_of(conn).await?;
    let mut found = conversations::list(conn, me, queue, from, PAGE_ROWS + 1).await?;
    let next = found.get(PAGE_ROWS).map(|first_unloaded| PageKey::of(first_unloaded, queue));
    found.truncate(PAGE_ROWS);
    let ids: Vec<_> = found.iter().map(|conversation| conversation.id).collect();
    let marks: BTreeMap<_, _> = read_marks::list_of(conn, me.id, &ids).await?.into_iter().collect();
    let rows = found
        .into_iter()
        .map(|conversation| Row { mark: marks.get(&conversation.id).copied(), conversation })
        .collect();
    Ok(Page { rows, next, as_of })
}
