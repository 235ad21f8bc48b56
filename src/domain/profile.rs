//! What a person sees and sets of themselves: their name and clock, how they sign in, and where they are signed in.

use serde::{Deserialize, Serialize};

use super::{AppError, Role, SessionId, Time, clean_line};

/// In characters.
pub const SHORTEST_PASSWORD: usize = 10;
/// In characters: hashing a longer one would cost too much.
pub const LONGEST_PASSWORD: usize = 200;

/// The longest name of a person, in characters.
const LONGEST_NAME: usize = 120;
/// The longest name of a time zone in the IANA's database has about half of this.
const LONGEST_ZONE: usize = 64;

/// The name of a person, as it is kept.
///
/// # Errors
/// If it is empty or too long.
pub fn name_of_person(text: &str) -> Result<String, AppError> {
    let name = clean_line(text);
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return Err(AppError::invalid("name", format!("Give a name of at most {LONGEST_NAME} characters.")));
    }
    Ok(name)
}

/// For whom a page is rendered, as far as all pages need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    /// What the workspace is called.
    pub workspace: String,
    /// The time zone that they have chosen; none: as their device has it.
    pub time_zone: Option<String>,
    /// Whether a link can be mailed to whoever has forgotten their password.
    pub by_mail: bool,
}

impl Default for Viewer {
    fn default() -> Self {
        Self { workspace: Self::PRODUCT.to_owned(), time_zone: None, by_mail: false }
    }
}

impl Viewer {
    /// What a workspace is called that nobody has named.
    pub const PRODUCT: &'static str = "Live Operator";

    /// The title of a page, which ends with the product's name, with the workspace's instead.
    #[must_use]
    pub fn title(&self, title: &str) -> String {
        match title.strip_suffix(Self::PRODUCT) {
            Some(page) => format!("{page}{}", self.workspace),
            None if title.is_empty() => self.workspace.clone(),
            None => title.to_owned(),
        }
    }
}

/// A person's own settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    pub name: String,
    pub email: String,
    pub role: Role,
    /// None: as the device has it.
    pub time_zone: Option<String>,
    pub second_step: SecondStep,
    /// This one first, then the last used first.
    pub sessions: Vec<OpenSession>,
    pub now: Time,
}

impl Profile {
    /// The time zone that was chosen, as it is kept. Whether a clock knows it, only browsers can tell: what they do not know
    /// they pass over.
    ///
    /// # Errors
    /// If it cannot be a name in the IANA's database.
    pub fn time_zone(text: &str) -> Result<Option<String>, AppError> {
        let text = text.trim();
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/_+-".contains(&byte);
        if text.len() > LONGEST_ZONE || !text.bytes().all(is_plain) {
            return Err(AppError::invalid("time_zone", "Choose a time zone from the list."));
        }
        Ok((!text.is_empty()).then(|| text.to_owned()))
    }
}

/// The second step of a person's signing in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondStep {
    /// Since when it is asked for; none: it is not.
    pub on_since: Option<Time>,
    /// Recovery codes that have not been used.
    pub codes_left: i64,
}

impl SecondStep {
    /// So many recovery codes there are at first.
    pub const CODES: usize = 10;
}

/// What an authenticator app needs to know, shown until a first code has proven that it does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    /// In base32 (RFC 4648), to be typed.
    pub secret: String,
    /// The same as a QR code: its modules on a side, with the quiet zone, and the dark ones as the path of an SVG.
    pub qr_size: usize,
    pub qr_path: String,
}

/// A browser in which a person is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenSession {
    pub id: SessionId,
    /// Such as “Firefox on Linux”.
    pub browser: String,
    /// From where it signed in.
    pub address: String,
    pub created_at: Time,
    /// To some minutes.
    pub seen_at: Time,
    /// The one that asks.
    pub here: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_end_with_the_workspace() {
        let acme = Viewer { workspace: "Acme".into(), ..Viewer::default() };
        assert_eq!(acme.title("Inbox · Live Operator"), "Inbox · Acme");
        assert_eq!(acme.title("Live Operator"), "Acme");
        assert_eq!(acme.title(""), "Acme");
        assert_eq!(acme.title("Something else"), "Something else");
        assert_eq!(Viewer::default().title("(2) Inbox · Live Operator"), "(2) Inbox · Live Operator");
    }

    #[test]
    fn time_zones_are_plain_names() {
        assert_eq!(Profile::time_zone(" Europe/Berlin "), Ok(Some("Europe/Berlin".into())));
        assert_eq!(Profile::time_zone("Etc/GMT+5"), Ok(Some("Etc/GMT+5".into())));
        assert_eq!(Profile::time_zone(""), Ok(None));
        for bad in ["Europe Berlin", "<script>", "Zürich", &"x".repeat(65)] {
            assert!(Profile::time_zone(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn names_of_people() {
        assert_eq!(name_of_person(" Ann\tLee "), Ok("Ann Lee".into()));
        for bad in ["", " \n", &"x".repeat(121)] {
            assert!(name_of_person(bad).is_err(), "{bad:?}");
        }
    }
}
