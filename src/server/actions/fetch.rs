//! Mail that we fetch ourselves: kept together with the place up to which the mailbox has been read.

use super::hooks::{Told, put};
use crate::{
    domain::{AppError, ChannelId},
    server::{
        app::App,
        channels::email,
        store::{
            Tx,
            channels::ConfiguredChannel,
            health,
            mail_cursors::{self, Cursor},
        },
    },
};

/// Up to where a channel's mailbox has been read; none before the first time.
///
/// # Errors
/// If the database fails.
pub async fn cursor(app: &App, channel: ChannelId) -> Result<Option<Cursor>, AppError> {
    Ok(mail_cursors::find(&mut app.db.conn().await?, channel).await?)
}

/// Keeps a mail, the job of reading it, and the new place, all or nothing. A mail that is known only moves the place.
///
/// # Errors
/// If the database fails: the mail has to be fetched again.
pub async fn keep_fetched(
    app: &App,
    channel: &ConfiguredChannel,
    raw: &[u8],
    place: Cursor,
) -> Result<(), AppError> {
    let told = Told {
        key: email::key_of(raw),
        target: "/imap".into(),
        content_type: "message/rfc822".into(),
        body: raw.to_vec(),
    };
    let mut tx = app.db.begin().await?;
    let is_new = put(&mut tx, channel.channel.id, told, app.clock.now()).await?;
    advance(&mut tx, channel.channel.id, place).await?;
    tx.commit().await?;
    if is_new {
        app.work.notify_one();
    }
    Ok(())
}

/// Sets the first place; it is the answer, unless another server has begun before.
///
/// # Errors
/// If the database fails.
pub async fn begin(app: &App, channel: ChannelId, place: Cursor) -> Result<Cursor, AppError> {
    let mut tx = app.db.begin().await?;
    mail_cursors::put_if_missing(&mut tx, channel, place).await?;
    let known = mail_cursors::find(&mut tx, channel).await?;
    tx.commit().await?;
    Ok(known.unwrap_or(place))
}

/// Sets the place without a mail, once a mailbox whose identifiers are new has been looked through. It may be before the one that is known: a mailbox can have been restored from a backup.
///
/// # Errors
/// If the database fails.
pub async fn skip(app: &App, channel: ChannelId, place: Cursor) -> Result<(), AppError> {
    let mut tx = app.db.begin().await?;
    mail_cursors::put(&mut tx, channel, place).await?;
    tx.commit().await?;
    Ok(())
}

/// How the words for a mailbox that cannot be read begin: that sending fails is not over because reading works.
const FAILING: &str = "Mail cannot be fetched: ";

/// Notes that a channel's mailbox cannot be read, with words for whoever looks after it.
///
/// # Errors
/// If the database fails.
pub async fn failing(app: &App, channel: ChannelId, words: &str) -> Result<(), AppError> {
    let mut tx = app.db.begin().await?;
    health::put_failing(&mut tx, channel, &format!("{FAILING}{words}."), app.clock.now()).await?;
    tx.commit().await?;
    Ok(())
}

/// Notes that a channel's mailbox can be read again.
///
/// # Errors
/// If the database fails.
pub async fn well(app: &App, channel: ChannelId) -> Result<(), AppError> {
    let mut tx = app.db.begin().await?;
    let words = health::find(&mut tx, channel).await?.and_then(|health| health.failing_words);
    if words.is_some_and(|words| words.starts_with(FAILING)) {
        health::update_well(&mut tx, channel).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Another server may have read further meanwhile: the place only moves forward, unless all identifiers are new.
async fn advance(tx: &mut Tx, channel: ChannelId, place: Cursor) -> Result<(), AppError> {
    let known = mail_cursors::find(tx, channel).await?;
    let is_further =
        known.is_none_or(|known| known.uid_validity != place.uid_validity || known.last_uid < place.last_uid);
    if is_further {
        mail_cursors::put(tx, channel, place).await?;
    }
    Ok(())
}
