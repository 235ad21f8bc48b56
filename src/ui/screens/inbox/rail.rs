//! The rail at the edge: places, theme, help, and the operator's own menu.

use leptos::{form::ActionForm, prelude::*};

use super::frame::Desk;
use crate::{
    api::session::SignOut,
    routes,
    ui::{
        browser,
        components::{Icon, Size, avatar, icon},
        live::Live,
    },
};

/// The rail.
#[component]
pub fn Rail() -> impl IntoView {
    let live = expect_context::<Live>();
    let desk = expect_context::<Desk>();
    let sign_out = ServerAction::<SignOut>::new();
    let me = live.inbox.with_untracked(|inbox| inbox.me.clone());
    let unread = Memo::new(move |_| live.inbox.with(|inbox| inbox.unread.len()));
    let dark = use_theme();
    let theme_label = move || if dark.get() { "Light theme" } else { "Dark theme" };
    view! {
        <nav class="frame__rail rail" aria-label="Main">
            <a class="rail__logo" href=routes::INBOX aria-label="Live Operator">{icon(Icon::Logo, "icon--large")}</a>
            <ul class="rail__list">
                <li class="rail__place">
                    <a class="rail__item" href=routes::INBOX aria-current="page">
                        {icon(Icon::Inbox, "")}
                        {move || {
                            let count = unread.get();
                            (count > 0)
                                .then(|| {
                                    view! {
                                        <span class="badge rail__badge" aria-hidden="true" data-testid="my-unread">
                                            {if count > 99 { "99+".to_owned() } else { count.to_string() }}
                                        </span>
                                    }
                                })
                        }} <span class="tip tip--side">"Inbox"</span>
                    </a>
                </li>
            </ul>
            <span class="rail__gap"></span>
            <button
                class="rail__item rail__extra"
                type="button"
                data-testid="theme"
                on:click=move |_| dark.update(|dark| *dark = !*dark)
            >
                {move || if dark.get() { icon(Icon::Sun, "").into_any() } else { icon(Icon::Moon, "").into_any() }}
                <span class="tip tip--side">{theme_label}</span>
            </button>
            <button
                class="rail__item rail__extra"
                type="button"
                aria-haspopup="dialog"
                on:click=move |_| desk.help_open.set(true)
            >
                {icon(Icon::Keyboard, "")}
                <span class="tip tip--side">
                    "Keyboard shortcuts " <kbd class="key" aria-hidden="true">"?"</kbd>
                </span>
            </button>
            <button class="rail__item rail__me" type="button" popovertarget="me">
                {avatar(me.id.0, &me.name, Size::Small, ())}
                <span class="visually-hidden">{format!("{}, your account", me.name)}</span>
            </button>
            <div class="menu menu--side" id="me" popover aria-label="Your account" role="group">
                <div class="menu__head">
                    {avatar(me.id.0, &me.name, Size::Normal, ())} <div>
                        <p class="menu__name">{me.name.clone()}</p>
                        <p class="menu__sub">{format!("{} · {}", me.email, me.role.label())}</p>
                    </div>
                </div>
                <hr class="menu__line" />
                <button
                    class="menu__item"
                    type="button"
                    on:click=move |_| dark.update(|dark| *dark = !*dark)
                >
                    {icon(Icon::Moon, "icon--small")}
                    <span class="menu__text">{theme_label}</span>
                </button>
                <ActionForm action=sign_out>
                    <button class="menu__item" type="submit">
                        {icon(Icon::SignOut, "icon--small icon--turns")}
                        <span class="menu__text">"Sign out"</span>
                    </button>
                </ActionForm>
            </div>
        </nav>
    }
}

const KEPT: &str = "live-operator:theme";

/// Whether the page is dark: as it was chosen in this browser, else as the system has it.
fn use_theme() -> RwSignal<bool> {
    let dark = RwSignal::new(false);
    Effect::new(move |_| {
        let kept = browser::recall_for_good(KEPT);
        dark.set(kept.map_or_else(browser::prefers_dark, |kept| kept == "dark"));
        // From now on every change is somebody's choice.
        Effect::watch(
            move || dark.get(),
            |is_dark, before, _| {
                let theme = if *is_dark { "dark" } else { "light" };
                if before.is_some() {
                    browser::remember_for_good(KEPT, theme);
                }
                if let Some(page) = document().document_element() {
                    // A page that cannot be themed stays readable.
                    let _ = page.set_attribute("data-theme", theme);
                }
            },
            true,
        );
    });
    dark
}
