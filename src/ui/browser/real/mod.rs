//! The browser's half.

mod channel;
mod file;
mod lock;
mod page;
mod ring;
mod stream;
mod upload;

pub use channel::Channel;
pub use file::{LocalFile, Preview, chosen_files, drags_files, dropped_files, pasted_files};
pub use lock::Lock;
pub use page::{
    copy, is_visible, leave_for, now, prefers_dark, random, recall, recall_for_good, remember,
    remember_for_good, title,
};
pub use ring::{ask_for_desktop, chime, desktop_permission, show_on_desktop};
pub use stream::EventStream;
pub use upload::Upload;
