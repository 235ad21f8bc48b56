//! The FAQ. For supervisors and admins.

use leptos::{prelude::*, server_fn::codec::Json};

use crate::domain::{
    AppError, FaqEntry, FaqEntryId, Imported,
    setup::{FaqForm, FaqFormat, FaqGaps, FaqList, FaqTrial},
};

/// The entries with all of these words in them; with none, all entries.
///
/// # Errors
/// If the caller is neither supervisor nor admin.
#[server(prefix = "/fn", endpoint = "list_faq", input = Json)]
pub async fn list_faq(words: String) -> Result<FaqList, AppError> {
    use crate::server::{http::guard, queries::faq};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        faq::list(&app, &me, &words).await
    })
    .await
}

/// One entry.
///
/// # Errors
/// If the caller is neither supervisor nor admin, or there is no such entry.
#[server(prefix = "/fn", endpoint = "load_faq_entry", input = Json)]
pub async fn load_faq_entry(id: FaqEntryId) -> Result<FaqEntry, AppError> {
    use crate::server::{http::guard, queries::faq};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        faq::open(&app, &me, id).await
    })
    .await
}

/// Writes an entry, or changes the one with this id; then goes on to a page, if one is named.
///
/// # Errors
/// If the caller is neither supervisor nor admin, or there is no such entry; the first field that cannot be used.
#[server(prefix = "/fn", endpoint = "save_faq_entry")]
pub async fn save_faq_entry(
    id: Option<FaqEntryId>,
    form: FaqForm,
    next: Option<String>,
) -> Result<FaqEntry, AppError> {
    use crate::server::{actions::faq, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        let entry = faq::save(&app, &me, id, &form).await?;
        if next.is_some() {
            guard::go_to(&guard::own_path(next.as_deref()));
        }
        Ok(entry)
    })
    .await
}

/// Takes an entry out, and gives back what it was.
///
/// # Errors
/// If the caller is neither supervisor nor admin, or there is no such entry.
#[server(prefix = "/fn", endpoint = "delete_faq_entry")]
pub async fn delete_faq_entry(id: FaqEntryId) -> Result<FaqEntry, AppError> {
    use crate::server::{actions::faq, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        faq::delete(&app, &me, id).await
    })
    .await
}

/// Takes questions and answers from a text.
///
/// # Errors
/// If the caller is neither supervisor nor admin, or the text cannot be read.
#[server(prefix = "/fn", endpoint = "import_faq", input = Json)]
pub async fn import_faq(format: FaqFormat, text: String) -> Result<Imported, AppError> {
    use crate::server::{actions::faq, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        faq::import(&app, &me, format, &text).await
    })
    .await
}

/// What the FAQ makes of a question.
///
/// # Errors
/// If the caller is neither supervisor nor admin, or nothing is asked.
#[server(prefix = "/fn", endpoint = "try_question")]
pub async fn try_question(question: String) -> Result<FaqTrial, AppError> {
    use crate::server::{actions, http::guard, queries};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        let asked = actions::faq::tried(&question)?;
        queries::faq::fitting(&app, &me, &asked).await
    })
    .await
}

/// What customers asked and was not answered.
///
/// # Errors
/// If the caller is neither supervisor nor admin.
#[server(prefix = "/fn", endpoint = "list_questions", input = Json)]
pub async fn list_questions() -> Result<FaqGaps, AppError> {
    use crate::server::{http::guard, queries::faq};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        faq::gaps(&app, &me).await
    })
    .await
}
