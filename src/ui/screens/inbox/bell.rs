//! The bell: how much the operator was told of and has not read, and the list of it.

use leptos::{html, prelude::*};

use super::frame::Desk;
use crate::{
    domain::{Notification, NotificationKind, NotificationList},
    routes,
    ui::{
        components::{Icon, date_time, icon, row_time},
        live::Live,
    },
};

const ID: &str = "notifications";

/// The bell in the rail.
#[component]
pub fn Bell() -> impl IntoView {
    let live = expect_context::<Live>();
    let count = Memo::new(move |_| live.inbox.with(|inbox| inbox.notifications));
    let badge = move || {
        let count = count.get();
        (count > 0).then(|| {
            view! {
                <span class="badge rail__badge" aria-hidden="true" data-testid="my-notifications">
                    {if count > 99 { "99+".to_owned() } else { count.to_string() }}
                </span>
            }
        })
    };
    let unread = move || match count.get() {
        0 => String::new(),
        count => format!(", {count} unread"),
    };
    view! {
        <button class="rail__item" type="button" aria-haspopup="dialog" popovertarget=ID>
            {icon(Icon::Bell, "")}
            {badge}
            <span class="tip tip--side">
                "Notifications" <span class="visually-hidden">{unread}</span>
            </span>
        </button>
        <Notices count />
    }
}

/// The list, loaded when it is opened and again whenever there is another number of them.
#[component]
fn Notices(
    /// How many are unread.
    count: Memo<i64>,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let list = RwSignal::new(None::<NotificationList>);
    let is_open = RwSignal::new(false);
    let popover = NodeRef::<html::Div>::new();
    let heading = NodeRef::<html::H2>::new();
    Effect::new(move |_| {
        count.track();
        if is_open.get() {
            live.load_notices(list);
        }
    });
    let toggled = move |_| {
        let Some(popover) = popover.get_untracked() else { return };
        // A browser without popovers shows the list always.
        let now_open = popover.matches(":popover-open").unwrap_or(true);
        is_open.set(now_open);
        if let Some(heading) = heading.get_untracked().filter(|_| now_open) {
            // Without the focus it is open all the same.
            let _ = heading.focus();
        }
    };
    let close = Callback::new(move |()| {
        if let Some(popover) = popover.get_untracked() {
            // What is closed already is closed.
            let _ = popover.hide_popover();
        }
    });
    let has_more =
        Memo::new(move |_| list.with(|list| list.as_ref().is_some_and(|list| list.next.is_some())));
    let rows = move || {
        let notifications = list.with(|list| list.as_ref().map(|list| list.notifications.clone()))?;
        Some(if notifications.is_empty() {
            nothing().into_any()
        } else {
            let rows = notifications.into_iter().map(|it| row(it, live, list, close)).collect_view();
            view! {
                <ul class="notices__list" aria-label="Notifications">
                    {rows}
                </ul>
            }
            .into_any()
        })
    };
    view! {
        <div
            class="menu menu--side notices"
            id=ID
            popover
            role="dialog"
            aria-labelledby="notices-title"
            node_ref=popover
            on:toggle=toggled
        >
            <div class="notices__head">
                <h2 class="notices__title" id="notices-title" tabindex="-1" node_ref=heading>
                    "Notifications"
                </h2>
                <Show when=move || { count.get() > 0 }>
                    <button
                        class="button button--quiet button--small"
                        type="button"
                        on:click=move |_| live.read_notices(None, list)
                    >
                        "Mark all as read"
                    </button>
                </Show>
            </div>
            {rows}
            <div class="notices__foot">
                <Show when=move || has_more.get()>
                    <button
                        class="button button--small"
                        type="button"
                        on:click=move |_| live.more_notices(list)
                    >
                        "Show earlier"
                    </button>
                </Show>
                <a class="link" href=routes::NOTIFICATION_RULES rel="external">
                    "Choose what you are told of"
                </a>
            </div>
        </div>
    }
}

/// One of them: why it came, about whom, and how the message begins. The whole row leads to the message.
fn row(
    notification: Notification,
    live: Live,
    list: RwSignal<Option<NotificationList>>,
    close: Callback<()>,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let (id, at, why) = (notification.id, notification.created_at, notification.why());
    let Notification { kind, conversation_id, seq, contact_name, excerpt, is_read, .. } = notification;
    let opened = move |_| {
        if !is_read {
            live.read_notices(Some(id), list);
        }
        close.run(());
    };
    let about = match contact_name {
        Some(name) => view! {
            <a class="notices__link" href=routes::message(conversation_id, seq) on:click=opened>
                <bdi>{name}</bdi>
            </a>
        }
        .into_any(),
        None => view! {
            <span class="notices__gone">"A conversation that is no longer yours to see"</span>
            <Show when=move || !is_read>
                <button
                    class="button button--quiet button--small"
                    type="button"
                    on:click=move |_| live.read_notices(Some(id), list)
                >
                    "Mark as read"
                </button>
            </Show>
        }
        .into_any(),
    };
    let sign = match kind {
        NotificationKind::Mention | NotificationKind::TeamMention => Icon::Note,
        NotificationKind::NewInQueue => Icon::Inbox,
        NotificationKind::ReplyInMine => Icon::Chat,
    };
    view! {
        <li
            class="notices__row"
            data-testid="notification"
            data-kind=kind.as_str()
            data-read=is_read.to_string()
        >
            {icon(sign, "icon--small")}
            <div class="contact__text">
                <p class="notices__top">
                    {about}
                    <time datetime=at.rfc3339() title=move || date_time(desk.clock.civil(at))>
                        {move || row_time(desk.clock.civil(at), desk.clock.civil(desk.clock.now()))}
                    </time>
                </p>
                <p class="notices__why">
                    {why} {(!is_read).then(|| view! { <span class="visually-hidden">", unread"</span> })}
                </p>
                {(!excerpt.is_empty()).then(|| view! { <p class="notices__excerpt" dir="auto">{excerpt}</p> })}
            </div>
        </li>
    }
}

/// Nothing was told yet.
fn nothing() -> impl IntoView {
    view! {
        <div class="empty">
            {icon(Icon::Bell, "icon--large")} <h3 class="empty__title">"Nothing yet"</h3>
            <p class="empty__text">"You are told here when a colleague names you in a note: they write @ and your name."</p>
        </div>
    }
}
