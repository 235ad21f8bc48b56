//! The pages of canned responses: all that one can use, and each by itself.

mod editor;
mod import;
mod list;
mod page;
mod row;
mod sample;

pub use self::{
    editor::{CannedEntryScreen, NewCannedScreen},
    list::CannedScreen,
};
