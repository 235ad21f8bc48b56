//! The bytes of the files that go with messages, in a folder of this machine or in a bucket. What is known about them
//! stands in the database.
//!
//! A file lies under its key, and its thumbnail beside it. Everything here was made by strangers: what a file is, its
//! bytes say and not its sender; and what is drawn of it has bounds.

mod kind;
mod picture;
mod place;

use std::{error::Error, io::ErrorKind, sync::Arc};

use bytes::Bytes;
use futures::stream::BoxStream;
use object_store::{GetResult, ObjectStore, ObjectStoreExt, path::Path};
use tokio::sync::{OnceCell, Semaphore};

use super::{channels::email, config, error::internal};
use crate::domain::{AppError, Attachment, FileId};
pub use kind::content_type;
use picture::Picture;

/// Pictures that are drawn at once at most: one of the largest takes some hundred megabytes.
const DRAWN_AT_ONCE: usize = 1;

/// A file as somebody gives it.
#[derive(Debug, Clone)]
pub struct NewFile {
    pub name: String,
    /// As its sender says.
    pub content_type: String,
    pub bytes: Bytes,
}

/// Why a file cannot be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    #[error("the disk is full")]
    Full,
    /// The bucket cannot be reached just now.
    #[error("the file store cannot be reached: {0}")]
    Unreachable(String),
    /// For whoever runs the installation.
    #[error("the file store failed: {0}")]
    Broken(String),
}

impl FilesError {
    /// What went wrong on this machine.
    fn of(error: &(dyn Error + 'static)) -> Self {
        let full = std::iter::successors(Some(error), |&error| error.source())
            .filter_map(|error| error.downcast_ref::<std::io::Error>())
            .any(|error| matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded));
        if full { Self::Full } else { Self::Broken(error.to_string()) }
    }
}

impl From<FilesError> for AppError {
    fn from(error: FilesError) -> Self {
        match error {
            FilesError::Full | FilesError::Unreachable(_) => {
                tracing::warn!(%error, "the file store could not serve");
                Self::Unavailable
            }
            FilesError::Broken(_) => internal(&error),
        }
    }
}

/// The file store of an installation. It is opened when it is needed first.
pub struct Files {
    settings: config::Files,
    client: reqwest::Client,
    store: OnceCell<Arc<dyn ObjectStore>>,
    drawing: Arc<Semaphore>,
}

impl Files {
    /// `client` speaks to the bucket, if there is one.
    #[must_use]
    pub fn new(settings: config::Files, client: reqwest::Client) -> Self {
        Self { settings, client, store: OnceCell::new(), drawing: Arc::new(Semaphore::new(DRAWN_AT_ONCE)) }
    }

    /// Keeps a file under an unguessable key, and its thumbnail if it is a picture.
    ///
    /// # Errors
    /// If the store fails; then nothing is kept.
    pub async fn add(&self, id: FileId, key: String, file: NewFile) -> Result<Attachment, FilesError> {
        let NewFile { name, content_type, bytes } = file;
        let content_type = kind::content_type(&bytes, &content_type);
        let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        let picture = self.look(&bytes, &content_type).await;
        let image = picture.as_ref().map(|picture| picture.dimensions);
        if let Err(error) = self.put(&key, bytes, picture).await {
            self.discard(&key).await;
            return Err(error);
        }
        let name = email::file_name(&name).unwrap_or_else(|| "unnamed".to_owned());
        Ok(Attachment { id, key, name, content_type, size, image })
    }

    /// All of a file.
    ///
    /// # Errors
    /// If the store fails, or the file is not there.
    pub async fn read(&self, key: &str) -> Result<Bytes, FilesError> {
        self.find(key).await?.bytes().await.map_err(|error| self.failure(error))
    }

    /// The small picture of a file that is one.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub async fn read_thumbnail(&self, key: &str) -> Result<Bytes, FilesError> {
        self.read(&thumbnail_of(key)).await
    }

    /// A file piece by piece, so that a slow reader costs no memory.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub async fn stream(
        &self,
        key: &str,
    ) -> Result<BoxStream<'static, object_store::Result<Bytes>>, FilesError> {
        Ok(self.find(key).await?.into_stream())
    }

    /// Deletes a file that nobody knows any more. If that fails, it stays and is in nobody's way.
    pub async fn discard(&self, key: &str) {
        for key in [key, &thumbnail_of(key)] {
            if let Err(error) = self.delete(key).await {
                tracing::warn!(%error, "a file could not be deleted");
            }
        }
    }

    async fn delete(&self, key: &str) -> Result<(), FilesError> {
        match self.store().await?.delete(&Path::from(key)).await {
            // Most files have no thumbnail.
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(self.failure(error)),
        }
    }

    async fn find(&self, key: &str) -> Result<GetResult, FilesError> {
        self.store().await?.get(&Path::from(key)).await.map_err(|error| self.failure(error))
    }

    async fn put(&self, key: &str, bytes: Bytes, picture: Option<Picture>) -> Result<(), FilesError> {
        let store = self.store().await?;
        let thumbnail = picture.map(|picture| (thumbnail_of(key), Bytes::from(picture.thumbnail)));
        for (key, bytes) in [(key.to_owned(), bytes)].into_iter().chain(thumbnail) {
            store.put(&Path::from(key), bytes.into()).await.map_err(|error| self.failure(error))?;
        }
        Ok(())
    }

    /// Draws a picture; none if it is no picture, or none that can be shown.
    async fn look(&self, bytes: &Bytes, content_type: &str) -> Option<Picture> {
        let format = picture::format(content_type)?;
        let place = self.drawing.clone().acquire_owned().await.ok()?;
        let bytes = bytes.clone();
        let drawn = tokio::task::spawn_blocking(move || {
            let picture = picture::draw(&bytes, format);
            drop(place);
            picture
        });
        // A decoder that panics has met something that nobody should be shown.
        drawn.await.ok().flatten()
    }

    async fn store(&self) -> Result<&Arc<dyn ObjectStore>, FilesError> {
        self.store.get_or_try_init(|| place::open(&self.settings, &self.client)).await
    }

    fn failure(&self, error: object_store::Error) -> FilesError {
        match error {
            // What is wrong with a folder stays so; a bucket has bad moments.
            object_store::Error::Generic { source, .. } if self.settings.s3_bucket.is_some() => {
                FilesError::Unreachable(source.to_string())
            }
            error => FilesError::of(&error),
        }
    }
}

fn thumbnail_of(key: &str) -> String {
    format!("{key}.thumbnail")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_worth_another_try_and_a_broken_one_is_not() {
        let failure = |kind: ErrorKind| {
            let source = Box::new(std::io::Error::from(kind));
            AppError::from(FilesError::of(&object_store::Error::Generic { store: "a folder", source }))
        };
        assert_eq!(failure(ErrorKind::StorageFull), AppError::Unavailable);
        assert_eq!(failure(ErrorKind::QuotaExceeded), AppError::Unavailable);
        assert!(matches!(failure(ErrorKind::PermissionDenied), AppError::Internal { .. }));
    }
}
