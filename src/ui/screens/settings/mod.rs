//! The settings: channels, bots and what they answer from, the API, what came in and could not
//! be read, people, the workspace with its audit log, and what everybody sets for themselves.

mod ai;
mod api;
mod audit;
mod bots;
mod channel;
mod channels;
mod connect;
pub(super) mod control;
mod dns;
mod faq;
pub(super) mod fields;
mod health;
mod line;
mod notifications;
mod page;
mod paste;
mod people;
mod profile;
mod switch;
mod tags;
mod trial;
mod unread;
mod workspace;

pub use self::{
    api::ApiScreen,
    audit::AuditScreen,
    bots::{BotScreen, BotsScreen, NewBotScreen},
    channel::ChannelScreen,
    channels::ChannelsScreen,
    connect::NewChannelScreen,
    faq::{FaqEntryScreen, FaqScreen, NewFaqEntryScreen},
    notifications::NotificationsScreen,
    people::PeopleScreen,
    profile::ProfileScreen,
    tags::TagsScreen,
    unread::UnreadScreen,
    workspace::WorkspaceScreen,
};
