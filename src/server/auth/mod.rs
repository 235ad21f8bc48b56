//! Who is asking: passwords, sessions, the second step, and how often anyone may try.

pub mod browser;
pub mod limits;
pub mod password;
pub mod qr;
pub mod recovery;
pub mod session;
pub mod token;
pub mod totp;
pub mod vault;
