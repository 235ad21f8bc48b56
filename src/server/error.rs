//! From inner errors to what users see. The cause goes to the log with a reference, never to the client.

use uuid::Uuid;

use super::{clock::new_id, store::StoreError};
use crate::domain::AppError;

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy(_) | StoreError::Unreachable(_) | StoreError::Full => {
                tracing::warn!(%error, "the database could not serve");
                Self::Unavailable
            }
            StoreError::Config(_) | StoreError::Duplicate(_) | StoreError::Query(_) => internal(&error),
        }
    }
}

/// An error that is ours: logged with its cause, and shown with a reference that finds it.
pub fn internal(cause: &dyn std::fmt::Display) -> AppError {
    // The end of a UUIDv7 is random.
    let id = new_id::<Uuid>().simple().to_string();
    let reference = id[id.len() - 8..].to_owned();
    tracing::error!(%reference, %cause, "internal error");
    AppError::Internal { reference }
}
