//! What admins do with people: inviting them, what they may do, and letting them back in.

mod access;
mod forgot;
mod invite;
mod reset;

pub use access::{disable, enable, set_access, set_role};
pub use forgot::forgot;
pub(super) use forgot::write_reset_mail;
pub use invite::{accept, invite, mail_invitation, open_invitation, withdraw};
pub use reset::{make_link, make_link_for, open_reset, reset};

use crate::{
    domain::{AppError, OneTimeLink, Time},
    server::{app::App, auth::token, error::internal},
};

/// Why a mail with an older link is not sent any more.
const REPLACED: &str = "Another link took its place.";

/// A link that does what it is for once, with what is kept of its token.
fn new_link(app: &App, path: &str, expires_at: Time) -> Result<(OneTimeLink, Vec<u8>), AppError> {
    let token = token::new_token().map_err(|error| internal(&error))?;
    let url = format!("{}{path}/{token}", app.config.server.public_url);
    Ok((OneTimeLink { url, expires_at }, token::hash(&token)))
}
