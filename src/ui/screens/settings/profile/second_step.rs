//! Two-step sign-in: setting it up with an authenticator app, its recovery codes, and switching it off.

use leptos::{ev::SubmitEvent, html, prelude::*};

use crate::{
    api::profile::{begin_second_step, renew_recovery_codes, switch_off_second_step, switch_on_second_step},
    domain::{AppError, Enrolment, Profile, setup::Paste},
    ui::{
        components::{WallClock, date_time},
        screens::settings::{
            api::failure,
            line::{Line, beside, clear, written},
            paste::Copyable,
        },
    },
};

/// A browser that was left open is not enough.
const PASSWORD: Line = Line {
    form: "second-step",
    key: "password",
    label: "Your password",
    hint: "",
    kind: "password",
    autocomplete: "current-password",
};

const CODE: Line = Line {
    form: "second-step",
    key: "code",
    label: "Code",
    hint: "The six digits that the app shows now.",
    kind: "text",
    autocomplete: "one-time-code",
};

/// All about the second step.
#[component]
pub fn TwoSteps(
    /// As it is kept.
    profile: RwSignal<Profile>,
    /// The reader's clock.
    clock: WallClock,
    /// Called when it was switched on or off, or has new codes.
    changed: Callback<()>,
) -> impl IntoView {
    let on_since = Memo::new(move |_| profile.with(|profile| profile.second_step.on_since));
    let left = Memo::new(move |_| profile.with(|profile| profile.second_step.codes_left));
    // Shown until the page is left.
    let codes = RwSignal::new(None::<Vec<String>>);
    let state = move || {
        match on_since.get() {
        Some(at) => view! {
            <p class="form__help" data-testid="second-step" data-on="true">
                "On since " <time datetime=at.rfc3339()>{move || date_time(clock.civil(at))}</time> ". "
                {move || format!("{} recovery codes are left.", left.get())}
            </p>
        }
        .into_any(),
        None => view! {
            <p class="form__help" data-testid="second-step" data-on="false">
                "Off. With it, a code of an authenticator app is asked for after your password: who knows the password alone cannot \
                sign in."
            </p>
        }
        .into_any(),
    }
    };
    view! {
        <section class="settings__section" aria-labelledby="second-step">
            <h2 class="settings__part" id="second-step">"Two-step sign-in"</h2>
            <div class="form__section">
                {state}
                <div role="status">
                    {move || codes.get().map(|codes| view! { <Copyable paste=codes_paste(&codes) /> })}
                </div>
                <Show
                    when=move || on_since.get().is_some()
                    fallback=move || view! { <SetUp codes changed /> }
                >
                    <Manage codes changed />
                </Show>
            </div>
        </section>
    }
}

fn codes_paste(codes: &[String]) -> Paste {
    let help =
        "Keep them where you find them without your phone: they are shown this once. Each signs you in once.";
    Paste::new("Recovery codes", codes.join("\n"), help)
}

/// First the password, then what the app has to know, then its first code.
#[component]
fn SetUp(
    /// Takes the recovery codes.
    codes: RwSignal<Option<Vec<String>>>,
    /// Called when it is on.
    changed: Callback<()>,
) -> impl IntoView {
    let (password, code) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    let begin = Action::new(|password: &String| begin_second_step(password.clone()));
    let switch_on = Action::new(move |code: &String| {
        let asked = switch_on_second_step(code.clone());
        async move {
            codes.set(Some(asked.await?));
            changed.run(());
            Ok::<(), AppError>(())
        }
    });
    let refused = Signal::derive(move || begin.value().get().and_then(Result::err));
    let wrong = Signal::derive(move || switch_on.value().get().and_then(Result::err));
    let enrolment = Memo::new(move |_| begin.value().get().and_then(Result::ok));
    Effect::new(move |_| {
        if let Some(code) = code.get() {
            // A field that cannot be focused is still there to be clicked.
            let _ = code.focus();
        }
    });
    let give_password = move |event: SubmitEvent| {
        event.prevent_default();
        begin.dispatch(written(password));
    };
    let give_code = move |event: SubmitEvent| {
        event.prevent_default();
        switch_on.dispatch(written(code));
    };
    move || {
        match enrolment.get() {
        None => view! {
            <form class="form" on:submit=give_password>
                {PASSWORD.row(String::new(), refused, password)}
                {failure(beside(refused, &["password"]))}
                <div class="form__foot">
                    <button class="button" type="submit" disabled=move || begin.pending().get()>
                        "Set up two-step sign-in"
                    </button>
                </div>
            </form>
        }
        .into_any(),
        Some(enrolment) => view! {
            <form class="form" on:submit=give_code>
                {secret(enrolment)}
                {CODE.row(String::new(), wrong, code)}
                {failure(beside(wrong, &["code"]))}
                <div class="form__foot">
                    <button class="button button--primary" type="submit" disabled=move || switch_on.pending().get()>
                        "Switch on"
                    </button>
                </div>
            </form>
        }
        .into_any(),
    }
    }
}

fn secret(enrolment: Enrolment) -> impl IntoView {
    let Enrolment { secret, qr_size, qr_path } = enrolment;
    let help = "For an app that cannot scan the picture.";
    view! {
        <p class="form__help">"Scan this with an authenticator app, and write the code that it shows then."</p>
        <svg class="qr" viewBox=format!("0 0 {qr_size} {qr_size}") role="img" aria-label="QR code">
            <path d=qr_path />
        </svg>
        <Copyable paste=Paste::new("Secret", secret, help) />
    }
}

/// What is done with the password to what is on.
#[derive(Debug, Clone, Copy)]
enum Deed {
    Renew,
    SwitchOff,
}

#[component]
fn Manage(
    /// Takes new recovery codes.
    codes: RwSignal<Option<Vec<String>>>,
    /// Called when something has changed.
    changed: Callback<()>,
) -> impl IntoView {
    let password = NodeRef::<html::Input>::new();
    let act = Action::new(move |(deed, word): &(Deed, String)| {
        let (deed, word) = (*deed, word.clone());
        async move {
            let renewed = match deed {
                Deed::Renew => Some(renew_recovery_codes(word).await?),
                Deed::SwitchOff => {
                    switch_off_second_step(word).await?;
                    None
                }
            };
            codes.set(renewed);
            clear(password);
            changed.run(());
            Ok::<(), AppError>(())
        }
    });
    let refused = Signal::derive(move || act.value().get().and_then(Result::err));
    let renew = move |event: SubmitEvent| {
        event.prevent_default();
        act.dispatch((Deed::Renew, written(password)));
    };
    view! {
        <form class="form" on:submit=renew>
            {PASSWORD.row(String::new(), refused, password)}
            {failure(beside(refused, &["password"]))}
            <div class="form__foot">
                <button
                    class="button"
                    type="button"
                    disabled=move || act.pending().get()
                    on:click=move |_| {
                        act.dispatch((Deed::SwitchOff, written(password)));
                    }
                >
                    "Switch off"
                </button>
                <button class="button" type="submit" disabled=move || act.pending().get()>
                    "New recovery codes"
                </button>
            </div>
        </form>
    }
}
