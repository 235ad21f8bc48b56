//! The server half.
//!
//! | module | what it is | may import, of the server |
//! | --- | --- | --- |
//! | [`store`] | the database | nothing |
//! | [`realtime`] | from the event log to everyone who may see it | `store` |
//! | [`auth`] | passwords, sessions, limits | `store` |
//! | [`actions`] | use cases, the only writers | `store`, `auth`, `realtime`, `app` |
//! | [`queries`] | what a screen shows, read in one snapshot | `store`, `realtime`, `app` |
//! | [`jobs`] | what happens by itself | `actions`, `store`, `app` |
//! | [`http`] | routes that are not server functions | all |

pub mod actions;
pub mod app;
pub mod auth;
pub mod clock;
pub mod config;
pub mod error;
pub mod http;
pub mod jobs;
pub mod queries;
pub mod realtime;
pub mod seed;
pub mod store;
