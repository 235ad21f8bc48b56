//! The server half.
//!
//! | module | what it is | may import, of the server |
//! | --- | --- | --- |
//! | [`store`] | the database | nothing |
//! | [`realtime`] | from the event log to everyone who may see it | `store` |
//! | [`auth`] | passwords, sessions, limits, credentials at rest | `store` |
//! | [`channels`] | adapters to providers: bytes in, values out | nothing |
//! | [`files`] | the bytes of files that go with messages | `config`, `channels` |
//! | [`dns`] | the records of mail channels: what they have to be, and what they are | `channels` |
//! | [`outward`] | requests to addresses that strangers or admins name | `config` |
//! | [`table`] | tables, as office programs read and write them | nothing |
//! | [`actions`] | use cases, the only writers | `store`, `auth`, `channels`, `realtime`, `app` |
//! | [`queries`] | what a screen shows, read in one snapshot | `store`, `realtime`, `app` |
//! | [`jobs`] | what happens by itself: deliveries, reading what providers told | `actions`, `channels`, `store`, `app` |
//! | [`lmtp`] | mail that a mail server hands over | `actions`, `channels`, `store`, `app` |
//! | [`table`] | tables, as office programs read and write them | nothing |
//! | [`http`] | routes that are not server functions | all |

pub mod actions;
pub mod app;
pub mod auth;
pub mod bot;
pub mod bot_check;
pub mod channels;
pub mod clock;
pub mod config;
pub mod dns;
pub mod error;
pub mod files;
pub mod http;
pub mod jobs;
pub mod lmtp;
pub mod outward;
pub mod queries;
pub mod realtime;
pub mod seed;
pub mod store;
pub mod table;
