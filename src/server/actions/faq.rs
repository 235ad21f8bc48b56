//! The FAQ: what the offline bot answers from, and language models are given.

use crate::{
    domain::{AppError, ConversationId, FaqQuestion},
    server::{app::App, store::faq},
};

/// Keeps what a customer asked.
///
/// # Errors
/// If the database fails.
pub async fn note(app: &App, conversation: ConversationId, question: &FaqQuestion) -> Result<(), AppError> {
    let mut tx = app.db.begin().await?;
    faq::insert_question(&mut tx, conversation, question).await?;
    tx.commit().await?;
    Ok(())
}
