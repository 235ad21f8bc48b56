//! `/settings/notifications`: what an operator is told of, and how this browser calls them.

use leptos::prelude::*;

use crate::{
    api::notifications::{SetNotificationRule, load_notification_rules},
    domain::{NotificationRule, NotificationRules},
    routes,
    ui::{
        browser::{self, Permission},
        live::Rings,
        page_data::page_data,
        screens::beside::{Beside, refused},
    },
};

const TITLE: &str = "Notifications";

/// The page of an operator's own notifications.
#[component]
pub fn NotificationsScreen() -> impl IntoView {
    let loaded = page_data(|| (), |()| load_notification_rules());
    view! {
        <Suspense fallback=|| ()>
            {move || Suspend::new(async move {
                match loaded.await {
                    Ok(rules) => view! { <Rules rules /> }.into_any(),
                    Err(error) => {
                        let here = routes::NOTIFICATION_RULES;
                        refused(&error, here, here, TITLE)
                    }
                }
            })}
        </Suspense>
    }
}

#[component]
fn Rules(
    /// As they were when the page was loaded.
    rules: NotificationRules,
) -> impl IntoView {
    let rows = rules.0.into_iter().map(|(rule, holds)| view! { <Rule rule holds /> }).collect_view();
    view! {
        <Beside title=TITLE.to_owned() place=routes::NOTIFICATION_RULES>
            <section class="settings__section" aria-labelledby="told">
                <h2 class="settings__part" id="told">"Tell me of"</h2>
                <p class="settings__lead">"What you choose stands under the bell until you have read it."</p>
                <ul class="rules" aria-label="Tell me of">
                    {rows}
                </ul>
            </section>
            <ThisComputer />
        </Beside>
    }
}

/// A rule and its switch. A plain form: it works without JavaScript.
#[component]
fn Rule(
    /// What it is about.
    rule: NotificationRule,
    /// Whether it held when the page was loaded.
    holds: bool,
) -> impl IntoView {
    let act = ServerAction::<SetNotificationRule>::new();
    let is_on = Memo::new(move |before: Option<&bool>| match act.value().get() {
        Some(Ok(NotificationRules(rules))) => rules.contains(&(rule, true)),
        // What could not be switched stays as it was.
        Some(Err(_)) | None => before.copied().unwrap_or(holds),
    });
    let error = move || {
        let error = act.value().get().and_then(Result::err);
        error.map(|error| view! { <p class="field__error" role="alert">{error.to_string()}</p> })
    };
    view! {
        <li class="rules__row">
            <div class="contact__text">
                <p class="rules__name">{rule.label()}</p>
                <p class="contact__sub">{rule.about()}</p>
                {error}
            </div>
            <ActionForm action=act>
                <input type="hidden" name="rule" value=rule.as_str() />
                <input type="hidden" name="on" value=move || (!is_on.get()).to_string() />
                <span class="switched">
                    <button
                        class="switch"
                        type="submit"
                        role="switch"
                        aria-checked=move || is_on.get().to_string()
                        aria-label=rule.label()
                    ></button>
                    <span class="switched__word" aria-hidden="true">
                        {move || if is_on.get() { "On" } else { "Off" }}
                    </span>
                </span>
            </ActionForm>
        </li>
    }
}

/// How this browser calls its operator. It is kept here and not on the server: another computer may stand elsewhere.
#[component]
fn ThisComputer() -> impl IntoView {
    let rings = RwSignal::new(Rings::default());
    let permission = RwSignal::new(Permission::Unasked);
    Effect::new(move |_| {
        rings.set(Rings::recall());
        permission.set(browser::desktop_permission());
    });
    let change = move |change: fn(&mut Rings)| {
        rings.update(change);
        rings.get_untracked().keep();
    };
    let switch_sound = Callback::new(move |()| {
        change(|rings| rings.sound = !rings.sound);
        if rings.get_untracked().sound {
            browser::chime();
        }
    });
    let switch_desktop = Callback::new(move |()| {
        if rings.get_untracked().desktop {
            change(|rings| rings.desktop = false);
            return;
        }
        browser::ask_for_desktop(move |answer| {
            permission.set(answer);
            if answer == Permission::Granted {
                change(|rings| rings.desktop = true);
            }
        });
    });
    let about_desktop = move || match permission.get() {
        Permission::Denied => {
            "This browser does not let us. Allow notifications for this site in its settings, then switch this on."
        }
        Permission::Absent => "This browser cannot show any.",
        Permission::Granted | Permission::Unasked => "Also while another window is in front.",
    };
    view! {
        <section class="settings__section" aria-labelledby="computer">
            <h2 class="settings__part" id="computer">"On this computer"</h2>
            <p class="settings__lead">
                "While the inbox is open in a tab. With several tabs open, one of them calls."
            </p>
            <ul class="rules" aria-label="On this computer">
                <Ring
                    label="Sound"
                    about=Signal::derive(|| "Two short tones.")
                    is_on=Signal::derive(move || rings.get().sound)
                    switch=switch_sound
                />
                <Ring
                    label="Desktop notifications"
                    about=Signal::derive(about_desktop)
                    is_on=Signal::derive(move || rings.get().desktop && permission.get() == Permission::Granted)
                    switch=switch_desktop
                />
            </ul>
        </section>
    }
}

/// A way of calling, and its switch.
#[component]
fn Ring(
    /// What it is called.
    label: &'static str,
    /// What it is.
    about: Signal<&'static str>,
    is_on: Signal<bool>,
    /// Switches it.
    switch: Callback<()>,
) -> impl IntoView {
    view! {
        <li class="rules__row">
            <div class="contact__text">
                <p class="rules__name">{label}</p>
                <p class="contact__sub" role="status">{move || about.get()}</p>
            </div>
            <span class="switched">
                <button
                    class="switch"
                    type="button"
                    role="switch"
                    aria-checked=move || is_on.get().to_string()
                    aria-label=label
                    on:click=move |_| switch.run(())
                ></button>
                <span class="switched__word" aria-hidden="true">
                    {move || if is_on.get() { "On" } else { "Off" }}
                </span>
            </span>
        </li>
    }
}
