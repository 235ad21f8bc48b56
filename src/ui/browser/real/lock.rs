//! Web Locks (W3C, "Web Locks API"), by reflection: `web-sys` has them only among its unstable parts.

use std::rc::Rc;

use js_sys::{Function, Object, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortController, AbortSignal};

use crate::ui::browser::Grant;

/// A lock among the tabs of this browser, or a place in line for it; given up when it is dropped.
pub struct Lock {
    /// Leaves the line.
    abort: AbortController,
    /// Settles the promise that the lock is held with.
    release: Function,
}

impl Lock {
    /// Asks for a lock by name. None if the browser has no locks.
    #[must_use]
    pub fn request(name: &str, tell: impl Fn(Grant) + 'static) -> Option<Self> {
        let locks = Locks::find(name)?;
        let abort = AbortController::new().ok()?;
        let mut release = None;
        let held = Promise::new(&mut |resolve, _| release = Some(resolve));
        let contest = contest(locks, held, abort.signal(), Rc::new(tell));
        spawn_local(contest);
        Some(Self { abort, release: release? })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        self.abort.abort();
        // A promise's own resolver does not throw.
        let _ = self.release.call0(&JsValue::UNDEFINED);
    }
}

/// The browser's lock manager, and the lock that is meant.
struct Locks {
    manager: JsValue,
    request: Function,
    name: JsValue,
}

impl Locks {
    fn find(name: &str) -> Option<Self> {
        let manager = Reflect::get(&window().navigator(), &"locks".into()).ok()?;
        if manager.is_undefined() {
            return None;
        }
        let request = Reflect::get(&manager, &"request".into()).ok()?.dyn_into().ok()?;
        Some(Self { manager, request, name: name.into() })
    }

    /// One request with one option; ends when the lock was refused, or was held and is released.
    async fn request(&self, option: &str, value: &JsValue, granted: &JsValue) -> Result<(), JsValue> {
        let options = Object::new();
        Reflect::set(&options, &option.into(), value)?;
        let promise = self.request.call3(&self.manager, &self.name, &options, granted)?;
        JsFuture::from(promise.dyn_into::<Promise>()?).await?;
        Ok(())
    }
}

/// Asks once whether the lock is free, so that the caller learns at once that it is not, and then waits in line.
async fn contest(locks: Locks, held: Promise, signal: AbortSignal, tell: Rc<dyn Fn(Grant)>) {
    let granted = Closure::<dyn Fn(JsValue) -> JsValue>::new({
        let tell = Rc::clone(&tell);
        move |lock: JsValue| {
            if lock.is_null() {
                tell(Grant::Busy);
                JsValue::UNDEFINED
            } else {
                tell(Grant::Held);
                held.clone().into()
            }
        }
    });
    // An error here comes again in line, where it is dealt with.
    let _ = locks.request("ifAvailable", &JsValue::TRUE, granted.as_ref()).await;
    if signal.aborted() {
        return;
    }
    let outcome = locks.request("signal", &signal, granted.as_ref()).await;
    if outcome.is_err() && !signal.aborted() {
        // Locks that do not work must not keep a tab from its stream.
        tell(Grant::Held);
    }
}
