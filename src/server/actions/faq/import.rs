//! Taking entries from elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    no_room,
    read::{Written, headings, rows},
};
use crate::{
    domain::{
        AppError, AuditKind, FaqEntry, Imported, Skipped, Time,
        setup::{FaqForm, FaqFormat, only_supervisors, question_key},
    },
    server::{
        actions::audit::{self, Done},
        app::App,
        auth::session::SignedIn,
        clock::new_id,
        store::{Tx, faq},
    },
};

/// Takes questions and answers: a question that is there already gets the new answer. What cannot be taken is told, and
/// is no reason not to take the rest.
///
/// # Errors
/// If the caller is neither supervisor nor admin, or the text as a whole cannot be read.
pub async fn import(app: &App, me: &SignedIn, format: FaqFormat, text: &str) -> Result<Imported, AppError> {
    only_supervisors(me)?;
    if text.len() > Imported::LARGEST {
        return Err(AppError::TooLarge { largest: Imported::LARGEST });
    }
    let written = match format {
        FaqFormat::Csv => rows(text)?,
        FaqFormat::Markdown => headings(text),
    };
    if written.is_empty() {
        return Err(AppError::invalid("text", "There is no question in this."));
    }
    let mut tx = app.db.begin().await?;
    let at = app.clock.now();
    let done = take(&mut tx, written, at).await?;
    let Imported { added, changed, same, skipped } = &done;
    let details = format!("{added} added, {changed} changed");
    audit::record(&mut tx, &me.into(), Done::plain(AuditKind::FaqImported, "FAQ").saying(details), at)
        .await?;
    tx.commit().await?;
    tracing::info!(by = %me.id, added, changed, same, skipped = skipped.len(), "FAQ entries were imported");
    Ok(done)
}

async fn take(tx: &mut Tx, written: Vec<Written>, now: Time) -> Result<Imported, AppError> {
    let mut known: BTreeMap<String, FaqEntry> =
        faq::list(tx).await?.into_iter().map(|entry| (question_key(&entry.question), entry)).collect();
    let (mut done, mut seen) = (Imported::default(), BTreeSet::new());
    for Written { line, question, answer } in written {
        let form = FaqForm { question, answer, ..FaqForm::default() };
        let mut skip = |why: String| done.skipped.push(Skipped { line, why });
        let (question, answer) = match form.checked() {
            Ok(checked) => checked,
            Err(error) => {
                skip(error.to_string());
                continue;
            }
        };
        let key = question_key(&question);
        if !seen.insert(key.clone()) {
            skip(format!("“{question}” stands above already."));
            continue;
        }
        match known.get(&key) {
            Some(entry) if entry.question == question && entry.answer == answer => done.same += 1,
            Some(entry) => {
                let changed = FaqEntry { question, answer, updated_at: now, ..entry.clone() };
                faq::update(tx, &changed).await?;
                done.changed += 1;
            }
            None if known.len() >= FaqEntry::MOST => skip(no_room()),
            None => {
                let id = new_id();
                let entry =
                    FaqEntry { id, question, answer, enabled: true, created_at: now, updated_at: now };
                faq::insert(tx, &entry).await?;
                known.insert(key, entry);
                done.added += 1;
            }
        }
    }
    Ok(done)
}
