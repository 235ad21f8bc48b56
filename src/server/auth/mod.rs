//! Who is asking: passwords, sessions, and how often anyone may try.

pub mod limits;
pub mod password;
pub mod session;
pub mod token;
pub mod vault;
