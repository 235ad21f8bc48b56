//! The browser's half.

mod channel;
mod lock;
mod page;
mod stream;

pub use channel::Channel;
pub use lock::Lock;
pub use page::{
    is_visible, leave_for, now, prefers_dark, random, recall, recall_for_good, remember, remember_for_good,
    title,
};
pub use stream::EventStream;
