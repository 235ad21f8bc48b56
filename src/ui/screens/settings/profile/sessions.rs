//! Where one is signed in.

use leptos::prelude::*;

use crate::{
    api::profile::{end_other_sessions, end_session},
    domain::{OpenSession, Profile, SessionId},
    ui::{
        components::{WallClock, date_time},
        screens::settings::api::failure,
    },
};

/// All sessions, each with a button that ends it.
#[component]
pub fn Sessions(
    /// As it is kept.
    profile: RwSignal<Profile>,
    /// The reader's clock.
    clock: WallClock,
    /// Called when some have ended.
    changed: Callback<()>,
) -> impl IntoView {
    // None: all others.
    let end = Action::new(move |id: &Option<SessionId>| {
        let id = *id;
        async move {
            let ended = match id {
                Some(id) => end_session(id).await,
                None => end_other_sessions().await,
            };
            ended.map(|()| changed.run(()))
        }
    });
    let failed = Signal::derive(move || end.value().get().and_then(Result::err));
    let has_others = Memo::new(move |_| profile.with(|profile| profile.sessions.len() > 1));
    let row = move |session: OpenSession| {
        let OpenSession { id, browser, address, created_at, seen_at, here } = session;
        let about = browser.clone();
        view! {
            <li class="api-list__row" data-testid="session">
                <div class="api-list__text">
                    <h3 class="api-list__name">{browser} {here.then_some(" (this one)")}</h3>
                    <p class="api-list__facts">
                        <span>{address}</span>
                        <span>
                            "Signed in "
                            <time datetime=created_at.rfc3339()>{move || date_time(clock.civil(created_at))}</time>
                        </span>
                        <span>
                            "Last used "
                            <time datetime=seen_at.rfc3339()>{move || date_time(clock.civil(seen_at))}</time>
                        </span>
                    </p>
                </div>
                {(!here)
                    .then(|| {
                        view! {
                            <button
                                class="button button--small"
                                type="button"
                                disabled=move || end.pending().get()
                                on:click=move |_| {
                                    end.dispatch(Some(id));
                                }
                            >
                                "Sign out"
                                <span class="visually-hidden">{format!(": {about}")}</span>
                            </button>
                        }
                    })}
            </li>
        }
    };
    view! {
        <section class="settings__section" aria-labelledby="sessions">
            <h2 class="settings__part" id="sessions">"Where you are signed in"</h2>
            {failure(failed)}
            <ul class="api-list" aria-label="Sessions">
                <For
                    each=move || profile.with(|profile| profile.sessions.clone())
                    key=|session| session.id
                    children=row
                />
            </ul>
            <Show when=move || has_others.get()>
                <div class="form__foot">
                    <button
                        class="button"
                        type="button"
                        disabled=move || end.pending().get()
                        on:click=move |_| {
                            end.dispatch(None);
                        }
                    >
                        "Sign out everywhere else"
                    </button>
                </div>
            </Show>
        </section>
    }
}
