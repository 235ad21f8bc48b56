//! Live Operator: one real-time inbox for every customer conversation.
//!
//! The layers, from the inside out. What a layer may import is checked by `tests::tidy`.
//!
//! | layer | what it is | may import |
//! | --- | --- | --- |
//! | [`domain`] | words and rules that server and browser share | nothing of ours |
//! | [`api`] | server functions: who is asking, one action or query, the error | `domain`; `server` inside bodies |
//! | [`ui`] | the operators' app | `domain`, `api`, `routes` |
//! | `server` | the database, the use cases, HTTP; only with feature `ssr` | see there |

#![recursion_limit = "256"]

pub mod api;
pub mod app;
pub mod domain;
pub mod routes;
#[cfg(feature = "ssr")]
pub mod server;
pub mod ui;

/// Brings the server-rendered page to life in the browser.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    wasm_bindgen_futures::spawn_local(async {
        ui::screens::inbox::arrive().await;
        leptos::mount::hydrate_lazy(app::App);
    });
}

#[cfg(all(test, feature = "ssr"))]
mod tests;
