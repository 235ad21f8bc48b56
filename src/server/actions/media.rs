//! Files that a provider keeps for us: awaited by their message until they are here.

use super::edit::Edit;
use crate::{
    domain::{
        AppError, Attachment, AwaitedFile, AwaitedFileId, Conversation, ConversationId, Deed, Event, FileId,
        Me, MediaLink, Message, Time,
    },
    server::{
        app::App,
        auth::token::new_token,
        clock::new_id,
        error::internal,
        files::NewFile,
        store::{
            StoreError, Tx,
            awaited_files::{self, Awaited},
            channels::{self, ConfiguredChannel},
            conversations, events, files,
            jobs::{self, Work},
            messages,
        },
    },
};

/// The most files that are fetched of one message.
const MOST: usize = 50;

/// What a message waits for whose files lie there, in their order.
pub fn awaited(links: &[MediaLink]) -> Vec<AwaitedFile> {
    let wait_for = |link: &MediaLink| AwaitedFile {
        id: new_id(),
        content_type: link.content_type.clone(),
        failure: None,
    };
    links.iter().take(MOST).map(wait_for).collect()
}

/// A file that is to be fetched, and by whose credentials; none if it is here.
///
/// # Errors
/// If the database fails.
pub async fn wanted(app: &App, id: AwaitedFileId) -> Result<Option<(Awaited, ConfiguredChannel)>, AppError> {
    let mut conn = app.db.conn().await?;
    let Some(file) = awaited_files::find(&mut conn, id).await? else { return Ok(None) };
    let channel = channels::find(&mut conn, file.channel_id).await?.ok_or(AppError::NotFound)?;
    Ok(Some((file, channel)))
}

/// Keeps what was fetched, as a file of its message. If it is here already, it stays as it is.
///
/// # Errors
/// If the file store or the database fails.
pub async fn keep(app: &App, id: AwaitedFileId, file: NewFile) -> Result<(), AppError> {
    let key = new_token().map_err(|error| internal(&error))?;
    // First the bytes: what the database knows of is there. The file takes over the id under which it was awaited.
    let file = app.files.add(FileId(id.0), key, file).await?;
    let kept = put(app, id, &file).await;
    let is_needed = match &kept {
        Ok(is_new) => *is_new,
        // A commit whose answer was lost may have come through.
        Err(_) => is_known(app, &file.key).await.unwrap_or(true),
    };
    if !is_needed {
        app.files.discard(&file.key).await;
    }
    kept.map(|_| ())
}

/// False if somebody was quicker.
async fn put(app: &App, id: AwaitedFileId, file: &Attachment) -> Result<bool, AppError> {
    let Some(mut held) = Held::of(app, id).await? else { return Ok(false) };
    let Held { tx, message, at, .. } = &mut held;
    message.awaited.retain(|awaited| awaited.id != id);
    // Ids grow, so that theirs is the order in which the provider named them, whichever comes first.
    let place = message.attachments.partition_point(|other| other.id < file.id);
    message.attachments.insert(place, file.clone());
    awaited_files::delete(tx, id).await?;
    files::insert(tx, file, Some(message.id), None, *at).await?;
    held.save(app).await?;
    Ok(true)
}

async fn is_known(app: &App, key: &str) -> Result<bool, StoreError> {
    Ok(files::find_by_key(&mut app.db.conn().await?, key).await?.is_some())
}

/// Notes why a file is not fetched any more; for people, one of whom may have it fetched again.
///
/// # Errors
/// If the database fails.
pub async fn give_up(app: &App, id: AwaitedFileId, why: String) -> Result<(), AppError> {
    let Some(mut held) = Held::of(app, id).await? else { return Ok(()) };
    let Some(file) = held.message.awaited.iter_mut().find(|awaited| awaited.id == id) else { return Ok(()) };
    file.failure = Some(why);
    held.save(app).await
}

/// Has a file fetched again that could not be. If a colleague was quicker, that is as good.
///
/// # Errors
/// If the operator may not work on the conversation.
pub async fn fetch_again(
    app: &App,
    me: &Me,
    id: ConversationId,
    seq: i64,
    file: AwaitedFileId,
) -> Result<(), AppError> {
    let Edit { mut tx, now: conversation, .. } = Edit::open(app, me, id, Deed::Work).await?;
    let mut message = messages::find_by_seq(&mut tx, id, seq).await?.ok_or(AppError::NotFound)?;
    let given_up = message.awaited.iter_mut().find(|awaited| awaited.id == file && awaited.failure.is_some());
    let Some(given_up) = given_up else { return Ok(()) };
    given_up.failure = None;
    let at = app.clock.now();
    jobs::insert(&mut tx, Work::FetchMedia(file), None, at, at).await?;
    Held { tx, conversation, message, at }.save(app).await?;
    app.work.notify_one();
    Ok(())
}

/// A message that waits for a file, under its conversation's lock. Nothing is kept unless [`Held::save`] is called.
struct Held {
    tx: Tx,
    conversation: Conversation,
    message: Message,
    at: Time,
}

impl Held {
    /// None if the file is here. The lock comes first, as every writer of a conversation must have it.
    async fn of(app: &App, id: AwaitedFileId) -> Result<Option<Self>, AppError> {
        let mut conn = app.db.conn().await?;
        let Some(file) = awaited_files::find(&mut conn, id).await? else { return Ok(None) };
        let conversation = messages::find_conversation(&mut conn, file.message_id).await?;
        drop(conn);
        let mut tx = app.db.begin().await?;
        let conversation = conversations::lock(&mut tx, conversation.ok_or(AppError::NotFound)?).await?;
        // Somebody may have been quicker.
        if awaited_files::find(&mut tx, id).await?.is_none() {
            return Ok(None);
        }
        let message = messages::find(&mut tx, file.message_id).await?;
        Ok(Some(Self {
            tx,
            conversation: conversation.ok_or(AppError::NotFound)?,
            message: message.ok_or(AppError::NotFound)?,
            at: app.clock.now(),
        }))
    }

    /// Writes the files of the message, commits, and tells everybody.
    async fn save(self, app: &App) -> Result<(), AppError> {
        let Self { mut tx, conversation, message, at } = self;
        messages::update_files(&mut tx, &message).await?;
        let event = Event::MessageChanged {
            conversation_id: conversation.id,
            facts: conversation.facts(),
            message: Box::new(message),
        };
        events::append(&mut tx, &event, None, at).await?;
        tx.commit().await?;
        app.hub.committed();
        Ok(())
    }
}
