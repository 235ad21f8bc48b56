//! Avatars: initials on a tint that stays the same for the same person.

use leptos::prelude::*;
use uuid::Uuid;

use super::{Icon, icon};
use crate::domain::initials;

/// How large an avatar is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    Tiny,
    Small,
    Normal,
    Large,
}

impl Size {
    const fn class(self) -> &'static str {
        match self {
            Self::Tiny => "avatar avatar--xs",
            Self::Small => "avatar avatar--small",
            Self::Normal => "avatar",
            Self::Large => "avatar avatar--large",
        }
    }
}

/// A person's avatar. The name stands beside it, so screen readers pass it over; `inside` is a mark on it, if any.
pub fn avatar<V: IntoView>(id: Uuid, name: &str, size: Size, inside: V) -> impl IntoView + use<V> {
    // The end of a UUIDv7 is random.
    let tint = id.as_bytes()[15] % 8;
    let letters = initials(name);
    let face = if letters.is_empty() || !name.starts_with(char::is_alphabetic) || name.starts_with("Visitor ")
    {
        icon(Icon::User, "icon--small").into_any()
    } else {
        letters.into_any()
    };
    view! {
        <span class=size.class() data-tint=tint aria-hidden="true">
            {face}
            {inside}
        </span>
    }
}
