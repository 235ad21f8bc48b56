//! Use cases: the only writers. Each is one transaction of data and events; what has been answered is durable.

pub mod accounts;
pub mod api_answers;
pub mod api_tokens;
pub mod attach;
pub mod audit;
pub mod availability;
pub mod bots;
pub mod bulk;
pub mod canned;
pub mod connect;
pub mod contacts;
pub mod deliver;
mod derived;
mod edit;
mod episodes;
pub mod faq;
pub mod fetch;
pub mod handing_on;
pub mod handle;
pub mod hooks;
pub mod import;
mod joining;
mod letters;
mod mailed;
pub mod maintain;
pub mod media;
pub mod moving;
pub mod notifications;
mod notify;
pub mod organise;
pub mod people;
pub mod preview;
pub mod profile;
pub mod provided;
pub mod read;
pub mod receive;
pub mod relayed;
pub mod reply;
pub mod retry;
pub mod second_step;
pub mod service_mails;
pub mod sign_in;
pub mod tags;
pub mod teams;
pub mod transcript;
pub mod typing;
pub mod views;
pub mod webhooks;
pub mod work;
pub mod workspace;

use crate::domain::{AppError, Message, clean_text};

/// A message's text as it is stored.
fn body(text: &str) -> Result<String, AppError> {
    let text = clean_text(text);
    if text.is_empty() {
        return Err(AppError::invalid("body", "Write something first."));
    }
    let length = text.chars().count();
    if length > Message::MAX_BODY {
        return Err(AppError::invalid(
            "body",
            format!("This is {length} characters long; {} is the most.", Message::MAX_BODY),
        ));
    }
    Ok(text)
}
