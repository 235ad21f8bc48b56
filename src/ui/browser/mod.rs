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

/// The attributes of the document that say for whom it is, and whether a forgotten password is reset by mail.
pub const WORKSPACE: &str = "data-workspace";
pub const ZONE: &str = "data-zone";
pub const BY_MAIL: &str = "data-by-mail";
/// The attribute of the document that says that the page answers to clicks.
pub const HYDRATED: &str = "data-hydrated";

/// How far a time zone is from UTC, in minutes, in a time that ends with it as browsers write it: `GMT`, `GMT+05:30`.
#[must_use]
pub fn minutes_of(text: &str) -> Option<i64> {
    let (_, offset) = text.rsplit_once("GMT")?;
    if offset.is_empty() {
        return Some(0);
    }
    let (sign, rest) = match offset.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':').unwrap_or((rest, "0"));
    Some(sign * (hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?))
}

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

#[cfg(test)]
mod tests {
    use super::minutes_of;

    #[test]
    fn offsets_as_browsers_write_them() {
        for (text, want) in [
            ("11/27/2026, GMT+01:00", Some(60)),
            ("11/27/2026, GMT-03:30", Some(-210)),
            ("11/27/2026, GMT", Some(0)),
            ("11/27/2026, GMT+5", Some(300)),
            ("11/27/2026, CET", None),
            ("11/27/2026, GMT±1", None),
            ("", None),
        ] {
            assert_eq!(minutes_of(text), want, "{text}");
        }
    }
}
