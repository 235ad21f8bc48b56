//! The settings: channels, bots and what they answer from, the API, and what came in and could not be read.

mod ai;
mod api;
mod bots;
mod channel;
mod channels;
mod connect;
pub(super) mod control;
mod dns;
mod faq;
pub(super) mod fields;
mod health;
mod notifications;
mod page;
mod paste;
mod switch;
mod trial;
mod unread;

pub use self::{
    api::ApiScreen,
    bots::{BotScreen, BotsScreen, NewBotScreen},
    channel::ChannelScreen,
    channels::ChannelsScreen,
    connect::NewChannelScreen,
    faq::{FaqEntryScreen, FaqScreen, NewFaqEntryScreen},
    notifications::NotificationsScreen,
    unread::UnreadScreen,
};
