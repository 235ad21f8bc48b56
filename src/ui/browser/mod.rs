//! What only a browser has, behind functions that exist on the server too and do nothing there.
//!
//! The two halves have the same items: `real` for the browser, `absent` for the server, which renders pages and never
//! calls any of this. Nothing else in `ui` asks which half it is in.

#[cfg(not(feature = "hydrate"))]
mod absent;
#[cfg(feature = "hydrate")]
mod real;

#[cfg(not(feature = "hydrate"))]
pub use absent::*;
#[cfg(feature = "hydrate")]
pub use real::*;

/// What a stream of server-sent events tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StreamNews {
    Opened,
    /// The data of one event.
    Data(String),
    /// The connection is lost or was refused; which of the two, and why, a browser does not tell.
    Broken,
}

/// What becomes of a file that is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UploadNews {
    /// So many percent have been sent.
    Sent(u8),
    Answered {
        status: u16,
        body: String,
    },
    /// No answer will come; why, a browser does not tell.
    Broken,
}

/// Whether this site may do something that the browser asks its user about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    Granted,
    Denied,
    /// It has not been asked for.
    Unasked,
    /// The browser cannot do it.
    Absent,
}

/// What becomes of a request for a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant {
    /// Somebody else holds it; this request waits in line.
    Busy,
    Held,
}

/// A new id for something that this browser makes: UUIDv7, so that ids sort by the time they were made.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one place where the browser half makes ids")]
pub fn new_id() -> uuid::Uuid {
    uuid::Uuid::now_v7()
}
