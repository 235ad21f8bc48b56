//! `/settings/profile`: everybody's own settings.

mod details;
mod password;
mod second_step;
mod sessions;

use leptos::prelude::*;

use self::{details::Details, password::Password, second_step::TwoSteps, sessions::Sessions};
use super::{
    api::failure,
    page::{Page, refused},
};
use crate::{
    api::profile::load_profile,
    domain::{Profile, Role},
    routes,
    ui::{components::WallClock, page_data::page_data},
};

/// The page of one's own settings.
#[component]
pub fn ProfileScreen() -> impl IntoView {
    let loaded = page_data(|| (), |()| load_profile());
    view! {
        <Suspense fallback=|| ()>
            {move || Suspend::new(async move {
                match loaded.await {
                    Ok(profile) => view! { <All profile /> }.into_any(),
                    Err(error) => refused(&error, routes::PROFILE),
                }
            })}
        </Suspense>
    }
}

#[component]
fn All(
    /// As it was when the page was loaded.
    profile: Profile,
) -> impl IntoView {
    let clock = WallClock::start(profile.now);
    let alone = profile.role != Role::Admin;
    let profile = RwSignal::new(profile);
    let reload =
        Action::new(move |(): &()| async move { load_profile().await.map(|anew| profile.set(anew)) });
    let changed = Callback::new(move |()| {
        reload.dispatch(());
    });
    let failed = Signal::derive(move || reload.value().get().and_then(Result::err));
    view! {
        <Page title="Your profile" place=routes::PROFILE alone>
            {failure(failed)}
            <Details profile clock />
            <Password changed />
            <TwoSteps profile clock changed />
            <Sessions profile clock changed />
        </Page>
    }
}
