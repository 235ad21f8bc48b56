//! Calling somebody who looks elsewhere: the desktop's notifications (WHATWG, "Notifications API") and a sound (W3C, "Web
//! Audio API").

use js_sys::Reflect;
use leptos::prelude::window;
use wasm_bindgen::{JsCast, prelude::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AudioContext, Notification, NotificationOptions, NotificationPermission};

use crate::ui::browser::Permission;

/// Whether this site may show notifications on the desktop.
#[must_use]
pub fn desktop_permission() -> Permission {
    // Some browsers have none.
    if !Reflect::has(&window(), &"Notification".into()).unwrap_or(false) {
        return Permission::Absent;
    }
    match Notification::permission() {
        NotificationPermission::Granted => Permission::Granted,
        NotificationPermission::Denied => Permission::Denied,
        _ => Permission::Unasked,
    }
}

/// Asks for that, and tells what was answered.
pub fn ask_for_desktop(tell: impl FnOnce(Permission) + 'static) {
    spawn_local(async move {
        if desktop_permission() == Permission::Unasked
            && let Ok(asked) = Notification::request_permission()
        {
            // What was answered can be read afterwards.
            let _ = JsFuture::from(asked).await;
        }
        tell(desktop_permission());
    });
}

/// Shows a notification on the desktop. One with the same tag takes the place of the one before.
pub fn show_on_desktop(title: &str, text: &str, tag: &str, clicked: impl FnOnce() + 'static) {
    if desktop_permission() != Permission::Granted {
        return;
    }
    let options = NotificationOptions::new();
    options.set_body(text);
    options.set_tag(tag);
    options.set_icon("/favicon.svg");
    // A browser that shows none from a page leaves the bell.
    let Ok(notification) = Notification::new_with_options(title, &options) else { return };
    let clicked = Closure::once_into_js({
        let notification = notification.clone();
        move || {
            // A window that cannot be brought to the front has changed its page all the same.
            let _ = window().focus();
            notification.close();
            clicked();
        }
    });
    notification.set_onclick(Some(clicked.unchecked_ref()));
}

/// Plays two short tones.
pub fn chime() {
    // Without a sound there is still the bell.
    let _ = tones();
}

fn tones() -> Option<()> {
    const LENGTH: f64 = 0.14;
    let audio = AudioContext::new().ok()?;
    for (place, pitch) in [(0.0, 740.0), (LENGTH, 988.0)] {
        let (tone, volume) = (audio.create_oscillator().ok()?, audio.create_gain().ok()?);
        let start = audio.current_time() + place;
        tone.frequency().set_value(pitch);
        volume.gain().set_value(0.08);
        volume.gain().exponential_ramp_to_value_at_time(0.001, start + 2.0 * LENGTH).ok()?;
        tone.connect_with_audio_node(&volume).ok()?;
        volume.connect_with_audio_node(&audio.destination()).ok()?;
        tone.start_with_when(start).ok()?;
        tone.stop_with_when(start + 2.0 * LENGTH).ok()?;
    }
    Some(())
}
