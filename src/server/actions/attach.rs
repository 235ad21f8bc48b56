//! Files that go with messages: kept when they are uploaded, a message's when they are sent.

use bytes::Bytes;
use uuid::Uuid;

use super::body;
use crate::{
    domain::{AppError, Attachment, ConversationId, FileId, InboundFile, Me, Message, clean_text},
    server::{
        app::App,
        auth::token::new_token,
        clock::new_id,
        error::internal,
        files::NewFile,
        store::{Conn, StoreError, conversations, files},
    },
};

/// The most files that are kept of one mail.
const MOST_OF_A_MAIL: usize = 50;

/// Whether an operator may attach something to a message of this conversation.
///
/// # Errors
/// If they may not see it.
pub async fn check_sight(app: &App, me: &Me, id: ConversationId) -> Result<(), AppError> {
    let conversation = conversations::find(&mut app.db.conn().await?, id).await?;
    match conversation {
        Some(conversation) if me.sees(&conversation.facts()) => Ok(()),
        _ => Err(AppError::NotFound),
    }
}

/// Whom a visitor's uploads belong to: whoever holds the token. Its session begins only with the first message, which
/// may have files already.
#[must_use]
pub fn visitor(token_hash: &[u8]) -> Uuid {
    let mut id = [0; 16];
    for (to, from) in id.iter_mut().zip(token_hash) {
        *to = *from;
    }
    Uuid::from_bytes(id)
}

/// Keeps a file that nobody but its uploader can send. Whoever learns its key can read it.
///
/// # Errors
/// If it is empty, or the file store or the database fails: then nothing is kept.
pub async fn keep(app: &App, uploaded_by: Uuid, file: NewFile) -> Result<Attachment, AppError> {
    if file.bytes.is_empty() {
        return Err(AppError::invalid("file", "This file is empty."));
    }
    let key = new_token().map_err(|error| internal(&error))?;
    // First the bytes: what the database knows of is there.
    let file = app.files.add(new_id(), key, file).await?;
    if let Err(error) = insert(app, &file, uploaded_by).await {
        app.files.discard(&file.key).await;
        return Err(error.into());
    }
    Ok(file)
}

async fn insert(app: &App, file: &Attachment, uploaded_by: Uuid) -> Result<(), StoreError> {
    let mut tx = app.db.begin().await?;
    files::insert(&mut tx, file, None, Some(uploaded_by), app.clock.now()).await?;
    tx.commit().await
}

/// The text of a message, which may be missing where files say enough.
pub fn words(text: &str, files: &[FileId]) -> Result<String, AppError> {
    if !files.is_empty() && clean_text(text).is_empty() { Ok(String::new()) } else { body(text) }
}

/// The files of a message that is to be sent, in their order: such as its sender has uploaded and not sent. They become
/// the message's when it is saved.
pub async fn take(conn: &mut Conn, uploaded_by: Uuid, ids: &[FileId]) -> Result<Vec<Attachment>, AppError> {
    if ids.len() > Attachment::MOST {
        let words = format!("At most {} files go with one message.", Attachment::MOST);
        return Err(AppError::invalid("files", words));
    }
    let mut taken: Vec<Attachment> = Vec::with_capacity(ids.len());
    for id in ids {
        if taken.iter().any(|file| file.id == *id) {
            return Err(AppError::invalid("files", "The same file is attached twice."));
        }
        let file = files::find_unsent(conn, *id, uploaded_by).await?;
        taken.push(file.ok_or_else(|| {
            AppError::invalid("files", "One of the files is not there any more. Attach it again.")
        })?);
    }
    Ok(taken)
}

/// Whether a message has these files, in this order.
pub fn has(message: &Message, files: &[FileId]) -> bool {
    message.attachments.iter().map(|file| file.id).eq(files.iter().copied())
}

/// Keeps the bytes of the files that came with a mail, under their own ids and keys. The database does not know of them
/// yet.
///
/// # Errors
/// If the file store fails.
pub async fn prepare_inbound(app: &App, files: &[InboundFile]) -> Result<Vec<Attachment>, AppError> {
    let mut kept = Vec::new();
    for file in files.iter().take(MOST_OF_A_MAIL) {
        let new = NewFile {
            name: file.name.clone(),
            content_type: file.content_type.clone(),
            bytes: Bytes::copy_from_slice(&file.bytes),
        };
        kept.push(app.files.add(file.id, file.key.clone(), new).await?);
    }
    Ok(kept)
}
