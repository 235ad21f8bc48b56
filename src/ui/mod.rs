//! The operators' app. What a screen shows comes from [`live`]; what only a browser has is behind [`browser`].

pub mod activity;
pub mod browser;
pub mod components;
pub mod live;
pub mod page_data;
pub mod screens;
