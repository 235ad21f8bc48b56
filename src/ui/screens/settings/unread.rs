//! `/settings/unread`: what came in and could not be read.

use leptos::prelude::*;

use super::page::{Page, refused};
use crate::{
    api::channels::{ReadAgain, load_unread},
    domain::{
        Channel,
        setup::{Unread, UnreadList},
        size_label,
    },
    routes,
    ui::{
        components::{Icon, WallClock, channel_chip, date_time, icon},
        page_data::page_data,
    },
};

/// The page of what could not be read.
#[component]
pub fn UnreadScreen() -> impl IntoView {
    let loaded = page_data(|| (), |()| load_unread());
    view! {
        <Suspense fallback=|| ()>
            {move || Suspend::new(async move {
                match loaded.await {
                    Ok(list) => view! { <All list /> }.into_any(),
                    Err(error) => refused(&error, routes::UNREAD),
                }
            })}
        </Suspense>
    }
}

#[component]
fn All(
    /// Newest first.
    list: UnreadList,
) -> impl IntoView {
    let clock = WallClock::start(list.now);
    let shown = if list.items.is_empty() {
        view! {
            <div class="empty">
                {icon(Icon::Resolved, "icon--large")} <h2 class="empty__title">"Everything could be read"</h2>
                <p class="empty__text">
                    "If a provider sends something that makes no sense to us, it is kept and shown here. Nothing is thrown away."
                </p>
            </div>
        }
        .into_any()
    } else {
        let rows = list
            .items
            .iter()
            .map(|item| {
                let channel = list.channels.iter().find(|channel| channel.id == item.channel_id);
                view! { <Item item=item.clone() channel=channel.cloned() clock /> }
            })
            .collect_view();
        view! { <ul class="unread" aria-label="Could not be read">{rows}</ul> }.into_any()
    };
    view! {
        <Page title="Could not be read" place=routes::UNREAD>
            <p class="settings__lead">
                {format!(
                    "What providers sent and could not be read, kept as it came; the newest {}. After whatever was in the way is mended, have it read again.",
                    UnreadList::MOST,
                )}
            </p>
            {shown}
        </Page>
    }
}

/// One thing.
#[component]
fn Item(
    /// What.
    item: Unread,
    /// By which channel it came.
    channel: Option<Channel>,
    /// The reader's clock.
    clock: WallClock,
) -> impl IntoView {
    let again = ServerAction::<ReadAgain>::new();
    let Unread { id, reason, size, received_at, .. } = item;
    let is_asked = move || matches!(again.value().get(), Some(Ok(())));
    let at = move || date_time(clock.civil(received_at));
    view! {
        <li class="unread__item" data-testid="unread">
            <div class="unread__text">
                <p class="unread__reason">{reason}</p>
                <p class="unread__facts">
                    <time datetime=received_at.rfc3339()>{at}</time>
                    <span>{size_label(u64::try_from(size).unwrap_or_default())}</span>
                    {channel.map(channel_chip)}
                </p>
                {move || {
                    let error = again.value().get().and_then(Result::err);
                    error.map(|error| view! { <p class="field__error" role="alert">{error.to_string()}</p> })
                }}
            </div>
            <div class="unread__actions">
                <a class="button" href=routes::unread_raw(id) rel="external" download="">
                    "Download as it came"
                </a>
                <ActionForm action=again>
                    <input type="hidden" name="id" value=id.to_string() />
                    <button class="button" type="submit" disabled=is_asked>
                        {icon(Icon::Retry, "icon--small")}
                        "Read again"
                    </button>
                </ActionForm>
                <span class="unread__done" role="status">
                    {move || is_asked().then_some("It is being read again.")}
                </span>
            </div>
        </li>
    }
}
