//! The page, its clock and what its tab keeps.

use std::time::Duration;

use js_sys::{Function, Promise};
use leptos::{
    prelude::{document, window},
    text_prop::TextProp,
};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Storage, VisibilityState};

use crate::{
    domain::{Time, Viewer},
    ui::browser::{BY_MAIL, HYDRATED, WORKSPACE, ZONE},
};

/// Now, by this computer's clock.
#[must_use]
pub fn now() -> Time {
    Time::from_millis(js_sys::Date::now() as i64)
}

/// The time at which this computer's clock shows such a text: `2026-11-23T09:00` (ECMAScript, "Date Time String
/// Format": without an offset it is local time).
#[must_use]
pub fn local_time(text: &str) -> Option<Time> {
    let millis = js_sys::Date::new(&text.into()).get_time();
    (!millis.is_nan()).then(|| Time::from_millis(millis as i64))
}

/// Comes back after so long.
pub async fn wait(duration: Duration) {
    let millis = i32::try_from(duration.as_millis()).unwrap_or(i32::MAX);
    let mut start = |done: Function, _| {
        // A window refuses no timer.
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&done, millis);
    };
    let _ = JsFuture::from(Promise::new(&mut start)).await;
}

/// The page's address: its path and its query.
#[must_use]
pub fn address() -> String {
    let location = window().location();
    location.pathname().unwrap_or_default() + &location.search().unwrap_or_default()
}

/// Whether the page answers to clicks: what the server rendered has come to life.
#[must_use]
pub fn is_hydrated() -> bool {
    document().document_element().is_some_and(|page| page.has_attribute(HYDRATED))
}

/// For whom the page is: what the server has written on its document.
#[must_use]
pub fn viewer() -> Viewer {
    let page = document().document_element();
    let written = |name: &str| page.as_ref().and_then(|page| page.get_attribute(name));
    let usual = Viewer::default();
    Viewer {
        workspace: written(WORKSPACE).unwrap_or(usual.workspace),
        time_zone: written(ZONE),
        by_mail: written(BY_MAIL).is_some(),
    }
}

/// Notes on the document that its reader has chosen another time zone.
pub fn set_time_zone(zone: Option<&str>) {
    let Some(page) = document().document_element() else { return };
    // Times stay in the zone that they are in, until the page is loaded anew.
    let _ = match zone {
        Some(zone) => page.set_attribute(ZONE, zone),
        None => page.remove_attribute(ZONE),
    };
}

/// A title as it is given to the document, which takes it for what it is.
#[must_use]
pub fn in_head(title: &str) -> String {
    title.to_owned()
}

/// A title of the page that follows what it reads.
pub fn title(text: impl Fn() -> String + Send + Sync + 'static) -> TextProp {
    text.into()
}

/// Puts a text into the clipboard, where the page may.
pub fn copy(text: &str) {
    // Elsewhere there is no clipboard to ask.
    if window().is_secure_context() {
        // What is not copied can still be selected.
        let _ = window().navigator().clipboard().write_text(text);
    }
}

/// A random number from 0 up to, not including, 1.
#[must_use]
pub fn random() -> f64 {
    js_sys::Math::random()
}

/// Whether the tab is in front.
#[must_use]
pub fn is_visible() -> bool {
    document().visibility_state() == VisibilityState::Visible
}

/// Goes to a page that leads back here: loads `path` with this page's address as `next`.
pub fn leave_for(path: &str) {
    let location = window().location();
    let here =
        format!("{}{}", location.pathname().unwrap_or_default(), location.search().unwrap_or_default());
    let next = js_sys::encode_uri_component(&here);
    // Refused only while the page is being left already.
    let _ = location.assign(&format!("{path}?next={next}"));
}

/// What this tab keeps under a key across reloads.
#[must_use]
pub fn recall(key: &str) -> Option<String> {
    storage()?.get_item(key).ok()?
}

/// Keeps a text for this tab across reloads; none forgets it.
pub fn remember(key: &str, text: Option<&str>) {
    let Some(storage) = storage() else { return };
    // A full or forbidden storage costs only what a reload would have brought back.
    let _ = match text {
        Some(text) => storage.set_item(key, text),
        None => storage.remove_item(key),
    };
}

fn storage() -> Option<Storage> {
    window().session_storage().ok()?
}

/// What this browser keeps under a key for good.
#[must_use]
pub fn recall_for_good(key: &str) -> Option<String> {
    window().local_storage().ok()??.get_item(key).ok()?
}

/// Keeps a text in this browser for good.
pub fn remember_for_good(key: &str, text: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        // A full or forbidden storage costs only what the next visit would have brought back.
        let _ = storage.set_item(key, text);
    }
}

/// Whether the system asks for a dark page.
#[must_use]
pub fn prefers_dark() -> bool {
    window().match_media("(prefers-color-scheme: dark)").ok().flatten().is_some_and(|query| query.matches())
}
