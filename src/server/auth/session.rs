//! Sessions of operators: a random token in a cookie, its hash in the database.

use std::{net::IpAddr, ops::Deref};

use super::{browser::Browser, token};
use crate::{
    domain::{AppError, Me, SessionId, Time},
    server::{
        app::App,
        clock::new_id,
        error::internal,
        store::{
            Conn,
            operators::{self, Account},
            sessions::{self, NewSession},
            teams,
        },
    },
};

/// That a session is in use is noted no more often than this.
const NOTED: i64 = 5 * Time::MINUTE;
/// So long somebody may look for their code, in seconds.
pub const HALF_WAY: i64 = 10 * 60;

/// An operator who is signed in: who they are, by which session, and from where they ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    me: Me,
    pub session: SessionId,
    /// None where no request stands behind it.
    pub address: Option<IpAddr>,
}

impl SignedIn {
    /// The same, who asks from an address.
    #[must_use]
    pub fn asking_from(self, address: IpAddr) -> Self {
        Self { address: Some(address), ..self }
    }
}

/// What an operator may see and do is the same wherever they are signed in.
impl Deref for SignedIn {
    type Target = Me;

    fn deref(&self) -> &Me {
        &self.me
    }
}

/// What a cookie is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cookie {
    /// It is signed in.
    Session,
    /// The password was right, and a code is asked for.
    Half,
}

impl Cookie {
    /// Its name. With TLS it is bound to the host and the secure scheme by its prefix (RFC 6265bis section 4.1.3.2),
    /// which browsers refuse on plain HTTP.
    const fn name(self, is_https: bool) -> &'static str {
        match (self, is_https) {
            (Self::Session, true) => "__Host-live_operator",
            (Self::Session, false) => "live_operator",
            (Self::Half, true) => "__Host-live_operator_half",
            (Self::Half, false) => "live_operator_half",
        }
    }

    /// The `Set-Cookie` value that keeps a token.
    #[must_use]
    pub fn keep(self, app: &App, token: &str) -> String {
        let age = match self {
            Self::Session => app.config.server.session_days * 24 * 60 * 60,
            Self::Half => HALF_WAY,
        };
        self.set(app, token, age)
    }

    /// The `Set-Cookie` value that forgets it.
    #[must_use]
    pub fn forget(self, app: &App) -> String {
        self.set(app, "", 0)
    }

    fn set(self, app: &App, token: &str, age: i64) -> String {
        let is_https = app.config.is_https();
        let secure = if is_https { "; Secure" } else { "" };
        format!("{}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}", self.name(is_https))
    }

    /// The token in a request's `Cookie` header.
    #[must_use]
    pub fn token_in<'a>(self, app: &App, cookies: &'a str) -> Option<&'a str> {
        let wanted = self.name(app.config.is_https());
        cookies
            .split(';')
            .filter_map(|pair| pair.trim().split_once('='))
            .find_map(|(name, value)| (name == wanted && value.len() == 64).then_some(value))
    }
}

/// Begins a session, in the transaction of whoever lets them in. Returns the token for the cookie.
///
/// # Errors
/// If the database or the machine's randomness fails.
pub async fn begin_in(
    conn: &mut Conn,
    app: &App,
    account: &Account,
    browser: &Browser,
) -> Result<String, AppError> {
    let token = token::new_token().map_err(|error| internal(&error))?;
    let now = app.clock.now();
    let session = NewSession {
        id: new_id(),
        token_hash: token::hash(&token),
        operator_id: account.operator.id,
        auth_epoch: account.auth_epoch,
        browser: browser.name.clone(),
        address: browser.address.to_string(),
        created_at: now,
        expires_at: lives_until(app, now),
    };
    operators::update_seen(conn, account.operator.id, now).await?;
    sessions::insert(conn, &session).await?;
    Ok(token)
}

/// Begins a session that nobody has signed in for.
///
/// # Errors
/// If the database or the machine's randomness fails.
#[cfg(test)]
pub async fn begin(app: &App, account: &Account) -> Result<String, AppError> {
    let mut tx = app.db.begin().await?;
    let browser = Browser::of("", IpAddr::from([127, 0, 0, 1]));
    let token = begin_in(&mut tx, app, account, &browser).await?;
    tx.commit().await?;
    Ok(token)
}

/// Whose token this is.
///
/// # Errors
/// [`AppError::Unauthenticated`] if it is nobody's any more.
pub async fn me(app: &App, token: &str) -> Result<SignedIn, AppError> {
    let mut conn = app.db.conn().await?;
    let now = app.clock.now();
    let hash = token::hash(token);
    let session = sessions::find_live(&mut conn, &hash, now).await?.ok_or(AppError::Unauthenticated)?;
    let teams = teams::list_of(&mut conn, session.operator_id).await?;
    drop(conn);
    if now.since(session.seen_at) >= NOTED {
        let mut tx = app.db.begin().await?;
        // In this order everywhere: whoever changes an operator's access then ends their sessions.
        operators::update_seen(&mut tx, session.operator_id, now).await?;
        sessions::update_seen(&mut tx, session.id, now, lives_until(app, now)).await?;
        tx.commit().await?;
    }
    let me = Me {
        id: session.operator_id,
        name: session.name,
        email: session.email,
        role: session.role,
        teams,
        created_at: session.operator_created_at,
    };
    Ok(SignedIn { me, session: session.id, address: None })
}

fn lives_until(app: &App, now: Time) -> Time {
    now.plus(app.config.server.session_days * Time::DAY)
}
