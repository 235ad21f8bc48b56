//! Marks of channels and of states: always a shape beside the colour.

use leptos::prelude::*;

use super::{Icon, icon};
use crate::domain::{Channel, ChannelKind, Hue, Status};

/// The icon of a kind of channel.
#[must_use]
pub const fn channel_icon(kind: ChannelKind) -> Icon {
    match kind {
        ChannelKind::Chatbot => Icon::Bot,
        ChannelKind::LiveChat => Icon::Chat,
        ChannelKind::Sms => Icon::Sms,
        ChannelKind::Email => Icon::Mail,
    }
}

/// The icon of a status.
#[must_use]
pub const fn status_icon(status: Status) -> Icon {
    match status {
        Status::Open => Icon::StatusOpen,
        Status::Waiting => Icon::StatusWaiting,
        Status::Active => Icon::StatusActive,
        Status::Resolved => Icon::StatusResolved,
    }
}

/// A small filled mark in the colour of a channel, or of its kind.
pub fn channel_mark(kind: ChannelKind, hue: Option<Hue>, class: &'static str) -> impl IntoView {
    view! {
        <span class=format!("mark {class}") data-channel=kind.as_str() data-hue=hue.map(Hue::as_str)>
            {icon(channel_icon(kind), "")}
        </span>
    }
}

/// A channel by name, in its colour.
pub fn channel_chip(channel: Channel) -> impl IntoView {
    view! {
        <span
            class="chip chip--channel"
            data-channel=channel.kind.as_str()
            data-hue=channel.hue.map(Hue::as_str)
        >
            {channel_mark(channel.kind, channel.hue, "")} <span class="chip__text">{channel.name}</span>
        </span>
    }
}
