//! The FAQ: what the offline bot answers from, and language models are given.

mod import;
mod read;

pub use import::import;

use crate::{
    domain::{
        AppError, ConversationId, FaqEntry, FaqEntryId, FaqQuestion, Me, Message, clean_text,
        setup::{FaqForm, only_supervisors, question_key},
    },
    server::{app::App, clock::new_id, store::faq},
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

/// Writes an entry, or changes the one with this id.
///
/// # Errors
/// If the caller is neither supervisor nor admin, there is no such entry, there is another with this question, or there
/// is no room for more; the first field that cannot be used.
pub async fn save(app: &App, me: &Me, id: Option<FaqEntryId>, form: &FaqForm) -> Result<FaqEntry, AppError> {
    only_supervisors(me)?;
    let (question, answer) = form.checked()?;
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let entries = faq::list(&mut tx).await?;
    let was = match id {
        Some(id) => Some(entries.iter().find(|entry| entry.id == id).ok_or(AppError::NotFound)?),
        None => None,
    };
    let key = question_key(&question);
    if entries.iter().any(|entry| Some(entry.id) != id && question_key(&entry.question) == key) {
        return Err(AppError::invalid("question", "There is an entry with this question already."));
    }
    if was.is_none() && entries.len() >= FaqEntry::MOST {
        return Err(AppError::invalid("question", no_room()));
    }
    let entry = FaqEntry {
        id: id.unwrap_or_else(new_id),
        question,
        answer,
        enabled: !form.enabled.is_empty(),
        created_at: was.map_or(now, |was| was.created_at),
        updated_at: now,
    };
    match was {
        Some(_) => faq::update(&mut tx, &entry).await?,
        None => faq::insert(&mut tx, &entry).await?,
    }
    tx.commit().await?;
    Ok(entry)
}

/// Takes an entry out, with what it has answered: that is not what nobody had an answer to.
///
/// # Errors
/// If the caller is neither supervisor nor admin, or there is no such entry.
pub async fn delete(app: &App, me: &Me, id: FaqEntryId) -> Result<FaqEntry, AppError> {
    only_supervisors(me)?;
    let mut tx = app.db.begin().await?;
    let entry = faq::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    faq::delete_questions(&mut tx, id).await?;
    faq::delete(&mut tx, id).await?;
    tx.commit().await?;
    tracing::info!(entry = %id, by = %me.id, "an FAQ entry was deleted");
    Ok(entry)
}

/// A question as it is tried.
///
/// # Errors
/// If there is none, or it is too long.
pub fn tried(question: &str) -> Result<String, AppError> {
    let question = clean_text(question);
    if question.is_empty() || question.chars().count() > Message::MAX_BODY {
        return Err(AppError::invalid("question", "Write what a customer could ask."));
    }
    Ok(question)
}

fn no_room() -> String {
    format!("There are {} entries, and no more can be searched at once.", FaqEntry::MOST)
}
