//! How the document describes the domain's words, ids and times.

use std::borrow::Cow;

use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr,
        schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type},
    },
};

use super::shapes::Moment;
use crate::domain::{
    ChannelKind, ContactId, ConversationId, DeliveryState, Handler, HandoffReason, MessageId, Priority,
    SenderKind, Status, SystemLine, WireTime,
};

macro_rules! words {
    ($($name:ident),+ $(,)?) => {$(
        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let words = $name::ALL.iter().map(|word| word.as_str());
                ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).into()
            }
        }

        impl ToSchema for $name {}
    )+};
}
words!(ChannelKind, DeliveryState, Handler, HandoffReason, Priority, SenderKind, Status, SystemLine);

macro_rules! texts {
    ($($name:ident as $shown:literal: $format:expr),+ $(,)?) => {$(
        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new().schema_type(Type::String).format(Some($format)).into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed($shown)
            }
        }
    )+};
}
texts!(
    ContactId as "ContactId": SchemaFormat::Custom("uuid".into()),
    ConversationId as "ConversationId": SchemaFormat::Custom("uuid".into()),
    MessageId as "MessageId": SchemaFormat::Custom("uuid".into()),
    Moment as "Time": SchemaFormat::KnownFormat(KnownFormat::DateTime),
    WireTime as "Time": SchemaFormat::KnownFormat(KnownFormat::DateTime),
);
