//! The pictures that are sent from the demo's phones, as their provider keeps them.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use uuid::Uuid;

use super::shelves::{Shared, Thing};
use crate::{
    domain::{AppError, Time},
    server::{clock::new_id, files::content_type},
};

/// In bytes: more goes with no MMS.
pub const LARGEST: usize = 5 * 1024 * 1024;
/// What a phone can show.
const KINDS: [&str; 4] = ["image/gif", "image/jpeg", "image/png", "image/webp"];

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    pub id: Uuid,
    /// Its media type, by its bytes.
    pub kind: &'static str,
    bytes: Bytes,
    changed: i64,
}

impl Picture {
    /// What a phone uploads, in base64.
    ///
    /// # Errors
    /// If it is too large, or no picture.
    pub fn read(content: &str) -> Result<Self, AppError> {
        let bytes = STANDARD
            .decode(content)
            .map_err(|_| AppError::invalid("picture", "The picture came damaged. Choose it again."))?;
        if bytes.len() > LARGEST {
            let words = format!("A picture has at most {} MB.", LARGEST / 1024 / 1024);
            return Err(AppError::invalid("picture", words));
        }
        let found = content_type(&bytes, "");
        let kind = KINDS.into_iter().find(|kind| *kind == found).ok_or_else(|| {
            AppError::invalid("picture", "This is no picture that phones send: JPEG, PNG, GIF or WebP.")
        })?;
        Ok(Self { id: new_id(), kind, bytes: bytes.into(), changed: 0 })
    }
}

impl IntoResponse for Picture {
    fn into_response(self) -> Response {
        ([(header::CONTENT_TYPE, self.kind)], self.bytes).into_response()
    }
}

impl Thing for Picture {
    fn changed(&self) -> i64 {
        self.changed
    }

    fn size(&self) -> usize {
        self.bytes.len()
    }
}

/// All of them, by the numbers that sent them.
pub type Pictures = Shared<Picture>;

impl Pictures {
    /// Keeps a picture of a number's.
    pub fn keep(&self, number: &str, mut picture: Picture, now: Time) {
        let mut pictures = self.lock();
        picture.changed = pictures.next_change(now.millis());
        pictures.put(number, picture);
    }

    /// A picture, if it is still there.
    pub fn find(&self, id: Uuid) -> Option<Picture> {
        self.lock().all().find(|picture| picture.id == id).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_what_its_bytes_say() {
        let read = |bytes: &[u8]| Picture::read(&STANDARD.encode(bytes));
        let large = vec![0; LARGEST + 1];
        let picture = read(b"\x89PNG\r\n\x1a\n....").expect("a picture");
        assert_eq!(picture.kind, "image/png");
        for (bytes, words) in [
            (&b"<svg onload=alert(1)>"[..], "no picture"),
            (b"%PDF-1.7 ...", "no picture"),
            (b"", "no picture"),
            (&large, "at most 5 MB"),
        ] {
            assert!(read(bytes).expect_err(words).to_string().contains(words));
        }
        assert!(Picture::read("no base64").expect_err("damaged").to_string().contains("damaged"));
    }

    #[test]
    fn a_picture_is_found_by_its_id() {
        let pictures = Pictures::default();
        let picture = Picture::read(&STANDARD.encode(b"GIF89a....")).expect("a picture");
        let id = picture.id;
        pictures.keep("+1", picture, Time(0));
        assert_eq!(pictures.find(id).map(|found| found.kind), Some("image/gif"));
        assert_eq!(pictures.find(new_id()), None);
    }
}
