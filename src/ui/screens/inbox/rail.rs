//! The rail at the edge: places, theme, help, and the operator's own menu.

use leptos::{prelude::*, server_fn::ServerFn};

use super::{
    availability::AvailabilityChoices,
    bell::Bell,
    frame::Desk,
    theme::{ThemeChoices, ThemeSwitch, use_theme},
};
use crate::{
    api::session::SignOut,
    domain::Role,
    routes,
    ui::{
        components::{Icon, Menu, Size, avatar, icon, standing_dot},
        live::Live,
    },
};

/// The rail.
#[component]
pub fn Rail() -> impl IntoView {
    let live = expect_context::<Live>();
    let desk = expect_context::<Desk>();
    let me = live.inbox.with_untracked(|inbox| inbox.me.clone());
    let unread = Memo::new(move |_| live.inbox.with(|inbox| inbox.unread.len()));
    let theme = use_theme();
    let head = view! {
        <div class="menu__head">
            {avatar(me.id.0, &me.name, Size::Normal, ())} <div>
                <p class="menu__name">{me.name.clone()}</p>
                <p class="menu__sub">{format!("{} · {}", me.email, me.role.label())}</p>
            </div>
        </div>
        <hr class="menu__line" />
    }
    .into_any();
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
                // Other parts of the product: they are loaded whole, and this one ends.
                <li class="rail__place">
                    <a class="rail__item" href=routes::SEARCH rel="external">
                        {icon(Icon::Search, "")} <span class="tip tip--side">"Search"</span>
                    </a>
                </li>
                <li class="rail__place">
                    <a class="rail__item" href=routes::CONTACTS rel="external">
                        {icon(Icon::User, "")} <span class="tip tip--side">"Contacts"</span>
                    </a>
                </li>
                <li class="rail__place">
                    <a class="rail__item" href=routes::TEAMS rel="external">
                        {icon(Icon::Team, "")} <span class="tip tip--side">"Teams"</span>
                    </a>
                </li>
                <li class="rail__place">
                    <a class="rail__item" href=routes::CANNED rel="external">
                        {icon(Icon::Canned, "")} <span class="tip tip--side">"Canned responses"</span>
                    </a>
                </li>
                {me.sees_all()
                    .then(|| {
                        view! {
                            <li class="rail__place">
                                <a class="rail__item" href=routes::DASHBOARD rel="external">
                                    {icon(Icon::Chart, "")} <span class="tip tip--side">"Dashboard"</span>
                                </a>
                            </li>
                        }
                    })}
                {(me.role == Role::Admin)
                    .then(|| {
                        view! {
                            <li class="rail__place">
                                <a class="rail__item" href=routes::CHANNELS rel="external">
                                    {icon(Icon::Settings, "")} <span class="tip tip--side">"Settings"</span>
                                </a>
                            </li>
                        }
                    })}
                <li class="rail__place"><Bell /></li>
            </ul>
            <span class="rail__gap"></span>
            <ThemeSwitch theme />
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
            <button class="rail__item rail__me" type="button" aria-haspopup="menu" popovertarget="me">
                {avatar(me.id.0, &me.name, Size::Small, standing_dot(move || (live.availability(), true)))}
                <span class="visually-hidden">{format!("{}, your account", me.name)}</span>
            </button>
            <Menu id="me" label="Your account" class="menu--side" head>
                <AvailabilityChoices />
                <hr class="menu__line" />
                <ThemeChoices theme />
                <hr class="menu__line" />
                <a class="menu__item" role="menuitem" tabindex="-1" href=routes::PROFILE rel="external">
                    {icon(Icon::User, "icon--small")}
                    <span class="menu__text">"Your profile"</span>
                </a>
                <button
                    class="menu__item"
                    role="menuitem"
                    type="button"
                    tabindex="-1"
                    popovertarget="me"
                    popovertargetaction="hide"
                    on:click=move |_| desk.help_open.set(true)
                >
                    {icon(Icon::Keyboard, "icon--small")}
                    <span class="menu__text">"Keyboard shortcuts"</span>
                    <kbd class="key" aria-hidden="true">"?"</kbd>
                </button>
                <form method="post" action=SignOut::url() role="none">
                    <button class="menu__item" role="menuitem" type="submit" tabindex="-1">
                        {icon(Icon::SignOut, "icon--small icon--turns")}
                        <span class="menu__text">"Sign out"</span>
                    </button>
                </form>
            </Menu>
        </nav>
    }
}
