//! A mail beside its message.

use crate::{
    domain::{AppError, Me, MessageId},
    server::{
        app::App,
        store::{
            Conn, conversations, hooks,
            mails::{self, Mail},
            messages,
        },
    },
};

/// Its cleaned HTML.
///
/// # Errors
/// [`AppError::NotFound`] also if it has none, or the operator may not see its conversation.
pub async fn html(app: &App, me: &Me, message: MessageId) -> Result<String, AppError> {
    visible(&mut app.db.conn().await?, me, message).await?.html.ok_or(AppError::NotFound)
}

/// The mail as it came.
///
/// # Errors
/// [`AppError::NotFound`] also if it was ours, or the operator may not see its conversation.
pub async fn raw(app: &App, me: &Me, message: MessageId) -> Result<Vec<u8>, AppError> {
    let mut conn = app.db.conn().await?;
    let hook = visible(&mut conn, me, message).await?.hook_id.ok_or(AppError::NotFound)?;
    Ok(hooks::find(&mut conn, hook).await?.ok_or(AppError::NotFound)?.body)
}

async fn visible(conn: &mut Conn, me: &Me, message: MessageId) -> Result<Mail, AppError> {
    let id = messages::find_conversation(conn, message).await?.ok_or(AppError::NotFound)?;
    let conversation = conversations::find(conn, id).await?.ok_or(AppError::NotFound)?;
    if !me.sees(&conversation.facts()) {
        return Err(AppError::NotFound);
    }
    mails::find(conn, message).await?.ok_or(AppError::NotFound)
}
