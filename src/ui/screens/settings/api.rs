//! `/settings/api`: how sibling apps reach us and are told: tokens of the HTTP API, and webhooks.

mod calls;
pub mod confirm;
mod form;
mod tokens;
mod webhooks;

use leptos::prelude::*;

use self::{tokens::Tokens, webhooks::Webhooks};
use super::page::{Page, refused};
use crate::{
    api::{tokens::list_api_tokens, webhooks::list_webhooks},
    domain::{ApiToken, AppError, WebhookList},
    routes,
    ui::{components::WallClock, page_data::page_data},
};

/// The page of tokens and webhooks.
#[component]
pub fn ApiScreen() -> impl IntoView {
    let loaded = page_data(|| (), |()| load());
    view! {
        <Suspense fallback=|| ()>
            {move || Suspend::new(async move {
                match loaded.await {
                    Ok((tokens, list)) => view! { <All tokens list /> }.into_any(),
                    Err(error) => refused(&error, routes::API),
                }
            })}
        </Suspense>
    }
}

async fn load() -> Result<(Vec<ApiToken>, WebhookList), AppError> {
    Ok((list_api_tokens().await?, list_webhooks().await?))
}

#[component]
fn All(
    /// Newest first.
    tokens: Vec<ApiToken>,
    /// With the bots that both can be for.
    list: WebhookList,
) -> impl IntoView {
    let clock = WallClock::start(list.now);
    let bots = StoredValue::new(list.bots.clone());
    view! {
        <Page title="API" place=routes::API>
            <p class="settings__lead">
                "Your own apps read and answer conversations by the HTTP API, and are told of what happens by webhooks. "
                <a class="link" href=routes::API_DOCS rel="external">"How the API works"</a>
            </p>
            <Tokens tokens bots clock />
            <Webhooks list bots clock />
        </Page>
    }
}

/// A failure that is about no field.
pub fn failure(error: Signal<Option<AppError>>) -> impl IntoView {
    move || error.get().map(|error| view! { <p class="field__error" role="alert">{error.to_string()}</p> })
}
