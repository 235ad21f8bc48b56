//! Column types: how domain values stand in either database.

use std::{fmt, io::Write};

use diesel::{
    backend::Backend,
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::{Pg, PgValue},
    query_builder::QueryId,
    serialize::{self, IsNull, Output, ToSql},
    sql_types::{BigInt, Binary, SqlType, Text},
    sqlite::Sqlite,
};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::domain::{
    AuditKind, Availability, BotKind, CallState, ChannelKind, DeliveryState, Handler, HookState, Hue,
    IdentityKind, Load, NotificationKind, NotificationRule, Priority, Role, SenderKind, ServiceMailKind,
    ServiceMailState, Status, SystemLine, Time, TurnState, WebhookKind,
};

/// The SQL type of ids: `uuid` on PostgreSQL, 16 bytes on SQLite.
#[derive(Debug, Clone, Copy, SqlType, QueryId)]
#[diesel(postgres_type(oid = 2950, array_oid = 2951))]
#[diesel(sqlite_type(name = "Binary"))]
pub struct Id;

/// An id in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Id)]
pub struct Uid(pub Uuid);

impl Uid {
    /// Wraps any id.
    pub fn of(id: impl Into<Uuid>) -> Self {
        Self(id.into())
    }

    /// Wraps an id that may be missing.
    pub fn maybe(id: Option<impl Into<Uuid>>) -> Option<Self> {
        id.map(Self::of)
    }

    /// The id it is.
    pub fn to<T: From<Uuid>>(self) -> T {
        T::from(self.0)
    }
}

impl ToSql<Id, Pg> for Uid {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(self.0.as_bytes())?;
        Ok(IsNull::No)
    }
}

impl ToSql<Id, Sqlite> for Uid {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.as_bytes().to_vec());
        Ok(IsNull::No)
    }
}

impl FromSql<Id, Pg> for Uid {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(Uuid::from_slice(value.as_bytes())?))
    }
}

impl FromSql<Id, Sqlite> for Uid {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let bytes = <Vec<u8> as FromSql<Binary, Sqlite>>::from_sql(value)?;
        Ok(Self(Uuid::from_slice(&bytes)?))
    }
}

/// A time in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = BigInt)]
pub struct Micros(pub Time);

impl<DB: Backend> ToSql<BigInt, DB> for Micros
where
    i64: ToSql<BigInt, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.0.to_sql(out)
    }
}

impl<DB: Backend> FromSql<BigInt, DB> for Micros
where
    i64: FromSql<BigInt, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
        i64::from_sql(value).map(|micros| Self(Time(micros)))
    }
}

/// A value that is stored as one of a fixed set of words.
pub trait Worded: Copy + fmt::Debug + 'static {
    fn word(self) -> &'static str;
    fn read(word: &str) -> Option<Self>;
}

macro_rules! worded {
    ($($name:ident),+) => {$(
        impl Worded for $name {
            fn word(self) -> &'static str {
                self.as_str()
            }

            fn read(word: &str) -> Option<Self> {
                Self::from_word(word)
            }
        }
    )+};
}
worded!(
    AuditKind,
    Availability,
    BotKind,
    CallState,
    ChannelKind,
    DeliveryState,
    Handler,
    HookState,
    Hue,
    IdentityKind,
    NotificationKind,
    NotificationRule,
    Priority,
    Load,
    Role,
    SenderKind,
    ServiceMailKind,
    ServiceMailState,
    Status,
    SystemLine,
    TurnState,
    WebhookKind
);

/// A word in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct Word<T: Worded>(pub T);

impl<T: Worded, DB: Backend> ToSql<Text, DB> for Word<T>
where
    str: ToSql<Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.word().to_sql(out)
    }
}

impl<T: Worded, DB: Backend> FromSql<Text, DB> for Word<T>
where
    String: FromSql<Text, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
        let word = String::from_sql(value)?;
        T::read(&word).map(Self).ok_or_else(|| format!("unknown word {word:?}").into())
    }
}

/// A value stored whole as JSON text. Nothing ever queries inside it.
pub fn to_json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("domain values have string keys and no failing serialisers")
}

/// Reads what [`to_json`] wrote.
pub fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, super::StoreError> {
    serde_json::from_str(text).map_err(|error| {
        super::StoreError::Query(diesel::result::Error::DeserializationError(Box::new(error)))
    })
}
