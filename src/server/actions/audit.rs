//! Noting who did what, in the transaction that does it: what is not noted did not happen.

use std::net::IpAddr;

use uuid::Uuid;

use crate::{
    domain::{AuditKind, Operator, OperatorId, Time, clean_line, preview},
    server::{
        auth::session::SignedIn,
        store::{
            StoreError, Tx,
            audit::{self, NewEntry},
        },
    },
};

/// The longest name of anything in the log, and the longest details, in characters.
const LONGEST: usize = 300;

/// Who does something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doer {
    id: Option<OperatorId>,
    name: String,
    address: Option<IpAddr>,
}

impl Doer {
    /// Whoever sits at the server itself.
    #[must_use]
    pub fn command_line() -> Self {
        Self { id: None, name: "The command line".to_owned(), address: None }
    }

    /// Somebody whom we do not know.
    #[must_use]
    pub fn stranger(address: IpAddr) -> Self {
        Self { id: None, name: "Somebody".to_owned(), address: Some(address) }
    }

    /// Whoever it was, and from wherever: what they did is noted elsewhere.
    #[must_use]
    pub fn somebody() -> Self {
        Self { id: None, name: "Somebody".to_owned(), address: None }
    }

    /// Somebody whom we know, before they are signed in.
    #[must_use]
    pub fn operator(operator: &Operator, address: IpAddr) -> Self {
        Self { id: Some(operator.id), name: operator.name.clone(), address: Some(address) }
    }

    /// Their id, if they are an operator.
    #[must_use]
    pub const fn id(&self) -> Option<OperatorId> {
        self.id
    }
}

impl From<&SignedIn> for Doer {
    fn from(me: &SignedIn) -> Self {
        Self { id: Some(me.id), name: me.name.clone(), address: me.address }
    }
}

/// What is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    kind: AuditKind,
    subject: Option<Uuid>,
    name: String,
    details: String,
}

impl Done {
    /// Something to whatever has an id, and is called so now.
    #[must_use]
    pub fn to(kind: AuditKind, subject: impl Into<Uuid>, name: &str) -> Self {
        Self { kind, subject: Some(subject.into()), name: name.to_owned(), details: String::new() }
    }

    /// Something to what has no id.
    #[must_use]
    pub fn plain(kind: AuditKind, name: &str) -> Self {
        Self { kind, subject: None, name: name.to_owned(), details: String::new() }
    }

    /// With what else is to be known.
    #[must_use]
    pub fn saying(self, details: impl Into<String>) -> Self {
        Self { details: details.into(), ..self }
    }
}

/// Notes that somebody did something.
pub async fn record(tx: &mut Tx, by: &Doer, done: Done, at: Time) -> Result<(), StoreError> {
    let entry = NewEntry {
        kind: done.kind,
        by: by.id,
        by_name: by.name.clone(),
        subject: done.subject,
        subject_name: preview(&clean_line(&done.name), LONGEST),
        details: preview(&clean_line(&done.details), LONGEST),
        address: by.address.map(|address| address.to_string()).unwrap_or_default(),
        at,
    };
    audit::insert(tx, &entry).await
}
