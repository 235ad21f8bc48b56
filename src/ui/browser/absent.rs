//! The server's half: there is no browser.

use std::{
    future::{Ready, ready},
    time::Duration,
};

use leptos::{
    ev::{ClipboardEvent, DragEvent},
    prelude::use_context,
    text_prop::TextProp,
};
use web_sys::HtmlInputElement;

use super::{Grant, Permission, StreamNews, UploadNews};
use crate::domain::{Time, Viewer};

/// Now, by this computer's clock.
#[must_use]
pub const fn now() -> Time {
    Time(0)
}

/// The time at which this computer's clock shows such a text: `2026-11-23T09:00`.
#[must_use]
pub const fn local_time(_text: &str) -> Option<Time> {
    None
}

/// Comes back after so long.
pub fn wait(_duration: Duration) -> Ready<()> {
    ready(())
}

/// The page's address: its path and its query.
#[must_use]
pub const fn address() -> String {
    String::new()
}

/// Whether the page answers to clicks.
#[must_use]
pub const fn is_hydrated() -> bool {
    false
}

/// For whom the page is rendered.
#[must_use]
pub fn viewer() -> Viewer {
    use_context().unwrap_or_default()
}

/// Notes on the document that its reader has chosen another time zone.
pub const fn set_time_zone(_zone: Option<&str>) {}

/// How far east of UTC the reader's clock is at a time, in minutes. A time zone that the browser does not know is as if
/// none had been chosen.
pub fn clock_of(_zone: Option<&str>) -> impl Fn(Time) -> i64 + use<> {
    |_| 0
}

/// All time zones that the browser knows, by name.
#[must_use]
pub const fn time_zones() -> Vec<String> {
    Vec::new()
}

/// A title of the page. The head is written after the page is rendered, on whatever thread that happens, where signals
/// of this page may be gone and those of another page may be found: so here it is text.
pub fn title(text: impl Fn() -> String + Send + Sync + 'static) -> TextProp {
    text().into()
}

/// A title as it stands in the head, into which it is written as it is: names in it may be anything.
#[must_use]
pub fn in_head(title: &str) -> String {
    title.replace('&', "&amp;").replace('<', "&lt;")
}

/// Puts a text into the clipboard.
pub const fn copy(_text: &str) {}

/// A random number from 0 up to, not including, 1.
#[must_use]
pub const fn random() -> f64 {
    0.0
}

/// Whether the tab is in front.
#[must_use]
pub const fn is_visible() -> bool {
    false
}

/// Goes to a page that leads back here: loads `path` with this page's address as `next`.
pub const fn leave_for(_path: &str) {}

/// What this tab keeps under a key across reloads.
#[must_use]
pub const fn recall(_key: &str) -> Option<String> {
    None
}

/// Keeps a text for this tab across reloads; none forgets it.
pub const fn remember(_key: &str, _text: Option<&str>) {}

/// What this browser keeps under a key for good.
#[must_use]
pub const fn recall_for_good(_key: &str) -> Option<String> {
    None
}

/// Keeps a text in this browser for good.
pub const fn remember_for_good(_key: &str, _text: &str) {}

/// Whether the system asks for a dark page.
#[must_use]
pub const fn prefers_dark() -> bool {
    false
}

/// Whether this site may show notifications on the desktop.
#[must_use]
pub const fn desktop_permission() -> Permission {
    Permission::Absent
}

/// Asks for that, and tells what was answered.
pub fn ask_for_desktop(_tell: impl FnOnce(Permission) + 'static) {}

/// Shows a notification on the desktop.
pub fn show_on_desktop(_title: &str, _text: &str, _tag: &str, _clicked: impl FnOnce() + 'static) {}

/// Plays two short tones.
pub const fn chime() {}

/// A stream of server-sent events, closed when it is dropped.
#[derive(Debug)]
pub struct EventStream;

impl EventStream {
    /// Opens a stream; it never reconnects by itself.
    #[must_use]
    pub fn open(_url: &str, _tell: impl Fn(StreamNews) + 'static) -> Option<Self> {
        None
    }

    /// Whether the connection stands.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        false
    }
}

/// A channel between the tabs of this browser, left when it is dropped.
#[derive(Debug)]
pub struct Channel;

impl Channel {
    /// Joins a channel by name; `hear` gets what the others post.
    #[must_use]
    pub fn join(_name: &str, _hear: impl Fn(String) + 'static) -> Option<Self> {
        None
    }

    /// Tells all other tabs.
    pub const fn post(&self, _text: &str) {}
}

/// A lock among the tabs of this browser, or a place in line for it; given up when it is dropped.
#[derive(Debug)]
pub struct Lock;

impl Lock {
    /// Asks for a lock by name. None if the browser has no locks.
    #[must_use]
    pub fn request(_name: &str, _tell: impl Fn(Grant) + 'static) -> Option<Self> {
        None
    }
}

/// A file of this computer.
#[derive(Debug)]
pub struct LocalFile;

impl LocalFile {
    #[must_use]
    pub const fn name(&self) -> String {
        String::new()
    }

    /// In bytes.
    #[must_use]
    pub const fn size(&self) -> u64 {
        0
    }

    /// Tells what is written in it. What cannot be read is not told.
    pub fn read(&self, _tell: impl FnOnce(String) + 'static) {}
}

/// A picture of a file for this page, until it is dropped.
#[derive(Debug)]
pub struct Preview;

impl Preview {
    /// None if it is no picture.
    #[must_use]
    pub const fn of(_file: &LocalFile) -> Option<Self> {
        None
    }

    /// The address that an image shows it by.
    #[must_use]
    pub const fn address(&self) -> String {
        String::new()
    }
}

/// The files that were chosen in a field.
#[must_use]
pub const fn chosen_files(_field: &HtmlInputElement) -> Vec<LocalFile> {
    Vec::new()
}

/// The files that are pasted.
#[must_use]
pub const fn pasted_files(_event: &ClipboardEvent) -> Vec<LocalFile> {
    Vec::new()
}

/// Whether files are dragged, and not text or a link.
#[must_use]
pub const fn drags_files(_event: &DragEvent) -> bool {
    false
}

/// The files that are dropped.
#[must_use]
pub const fn dropped_files(_event: &DragEvent) -> Vec<LocalFile> {
    Vec::new()
}

/// A file on its way to the server, stopped when it is dropped.
#[derive(Debug)]
pub struct Upload;

impl Upload {
    /// Begins to send a file as the body of a POST. The address has a query, to which the file's name is added.
    #[must_use]
    pub fn start(_address: &str, _file: &LocalFile, _tell: impl Fn(UploadNews) + 'static) -> Option<Self> {
        None
    }
}
