//! The browser's half.

mod channel;
mod clock;
mod file;
mod lock;
mod page;
mod ring;
mod stream;
mod upload;

pub use channel::Channel;
pub use clock::{clock_of, time_zones};
pub use file::{LocalFile, Preview, chosen_files, drags_files, dropped_files, pasted_files};
pub use lock::Lock;
pub use page::{
    address, copy, in_head, is_hydrated, is_visible, leave_for, local_time, now, prefers_dark, random,
    recall, recall_for_good, remember, remember_for_good, set_time_zone, title, viewer, wait,
};
pub use ring::{ask_for_desktop, chime, desktop_permission, show_on_desktop};
pub use stream::EventStream;
pub use upload::Upload;
