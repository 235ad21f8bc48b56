//! Reads the event log in commit order and hands it to the hub; keeps several servers on one database in step.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use tokio::time::{sleep, timeout};

use super::{
    Published, exchange,
    presence::{self, Presence},
};
use crate::{
    domain::{Event, Position},
    server::{
        app::App,
        store::{StoreError, events, read_marks},
    },
};

/// The log is looked at this often even if nobody calls: another program may have written to the file, or a call
/// from another server may have been lost.
const LOOK: Duration = Duration::from_millis(500);
/// On PostgreSQL an event is held back while any older transaction runs, of other databases too, and nobody calls when
/// that ends: then it is looked for again after so long, then twice that, and so on.
const SOON: Duration = Duration::from_millis(2);
const BATCH: i64 = 200;

/// Starts the tailer from the end of the log, and on PostgreSQL the exchange with other servers.
///
/// # Errors
/// If the log cannot be read at all.
pub async fn start(app: &App) -> Result<(), StoreError> {
    let mut conn = app.db.conn().await?;
    let from = events::as_of(&mut conn).await?.resume_from();
    drop(conn);
    tokio::spawn(until_stopped(app.clone(), tail(app.clone(), from)));
    let presence = Arc::<Presence>::default();
    tokio::spawn(until_stopped(app.clone(), presence::keep(app.clone(), presence.clone())));
    if app.db.is_shared() {
        tokio::spawn(until_stopped(app.clone(), exchange::hear(app.clone(), presence)));
        tokio::spawn(until_stopped(app.clone(), exchange::announce(app.clone())));
        tokio::spawn(until_stopped(app.clone(), exchange::speak(app.clone())));
    }
    Ok(())
}

async fn until_stopped(app: App, work: impl Future<Output = ()>) {
    tokio::select! {
        () = work => {}
        () = app.hub.stopped() => {}
    }
}

async fn tail(app: App, from: Position) {
    let mut at = from;
    let mut soon = SOON;
    loop {
        match read(&app, at).await {
            Ok(batch) if batch.is_empty() => {
                let pause = if is_held_back(&app, at).await { soon } else { LOOK };
                soon = (soon * 2).min(LOOK);
                // Time-out and call are the same: look again.
                let _ = timeout(pause, app.hub.woken()).await;
            }
            Ok(batch) => {
                soon = SOON;
                for published in batch {
                    at = published.at;
                    app.hub.publish(published);
                }
            }
            Err(error) => {
                tracing::warn!(%error, "the event log cannot be read; trying again");
                sleep(LOOK).await;
            }
        }
    }
}

async fn is_held_back(app: &App, after: Position) -> bool {
    let Ok(mut conn) = app.db.conn().await else { return false };
    events::is_held_back(&mut conn, after).await.unwrap_or(false)
}

async fn read(app: &App, after: Position) -> Result<Vec<Published>, StoreError> {
    let mut conn = app.db.conn().await?;
    let batch = events::list_after(&mut conn, after, BATCH).await?;
    publish_form(&mut conn, batch).await
}

/// Adds to events what clients are given with them: their JSON, and everybody's marks.
pub(super) async fn publish_form(
    conn: &mut crate::server::store::Conn,
    batch: Vec<(Position, Event)>,
) -> Result<Vec<Published>, StoreError> {
    let conversations: Vec<_> = batch
        .iter()
        .filter_map(|(_, event)| match event {
            Event::ConversationChanged { conversation, .. } => Some(conversation.id),
            _ => None,
        })
        .collect();
    let mut marks: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
    if !conversations.is_empty() {
        for (conversation, operator, mark) in read_marks::list_in(conn, &conversations).await? {
            marks.entry(conversation).or_default().insert(operator, mark);
        }
    }
    Ok(batch
        .into_iter()
        .map(|(at, event)| Published {
            at,
            json: serde_json::to_string(&event).unwrap_or_default(),
            marks: match &event {
                Event::ConversationChanged { conversation, .. } => {
                    marks.get(&conversation.id).cloned().unwrap_or_default()
                }
                _ => BTreeMap::new(),
            },
            event,
        })
        .collect())
}
