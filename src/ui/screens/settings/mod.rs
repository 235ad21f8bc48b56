//! The settings, for admins: channels, and what came in and could not be read.

mod api;
mod channel;
mod channels;
mod connect;
mod control;
mod dns;
mod fields;
mod health;
mod page;
mod paste;
mod switch;
mod trial;
mod unread;

pub use self::{
    api::ApiScreen, channel::ChannelScreen, channels::ChannelsScreen, connect::NewChannelScreen,
    unread::UnreadScreen,
};
