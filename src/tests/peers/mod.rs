//! Against programs of others that speak the same protocols: mail servers, a mail client, an SMS gateway, a chatbot
//! server, a model's endpoint, a generator of requests, and the providers' own libraries. The tests start what they need.
//!
//! [`process`] starts and ends programs and waits for them; then a module a kind of channel. `cargo xtask test` says
//! where the peers are; without them each test says so and passes, except where everything must be there (`CI`).

mod chatbot;
mod generator;
mod mail;
mod models;
mod process;
mod sms;
