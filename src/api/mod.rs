//! Server functions: who is asking, one action or query, the error. Each is a public endpoint; its name is stable.
//!
//! Every body begins with the guard of `server::http::guard`, which finds the operator behind the request and gives
//! the scope that every query and action needs.

pub mod availability;
pub mod bots;
pub mod bulk;
pub mod canned;
pub mod channels;
pub mod contacts;
pub mod conversations;
pub mod dashboard;
pub mod faq;
pub mod inbox;
pub mod joining;
pub mod messages;
pub mod notifications;
pub mod people;
pub mod profile;
pub mod search;
pub mod session;
pub mod tags;
pub mod teams;
pub mod thread;
pub mod tokens;
pub mod transcripts;
pub mod views;
pub mod webhooks;
pub mod workspace;

use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};

use crate::domain::AppError;

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) => Self::Offline,
            ServerFnErrorErr::Args(text) | ServerFnErrorErr::MissingArg(text) => {
                Self::invalid("request", text)
            }
            // A proxy's error page, or an answer that was cut off.
            ServerFnErrorErr::Deserialization(_) | ServerFnErrorErr::Response(_) => Self::Unavailable,
            other => Self::Internal { reference: other.to_string() },
        }
    }
}
