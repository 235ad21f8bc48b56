//! The side panel: the contact, this conversation, the earlier ones.

mod about;

use leptos::prelude::*;

use self::about::{Blocked, Details};
use super::{
    frame::Desk,
    grip::{Grip, Pane},
    marks::Organised,
    row::{gist, subject},
};
use crate::{
    domain::{ChannelKind, Contact, Conversation, Mailbox, Thread, Time},
    routes,
    ui::{
        components::{
            Icon, Size, avatar, channel_chip, channel_mark, date_time, icon, row_time, status_icon,
        },
        live::Live,
    },
};

/// The panel beside the open conversation.
#[component]
pub fn Panel() -> impl IntoView {
    let desk = expect_context::<Desk>();
    view! {
        <aside class="frame__panel panel" id="panel" aria-label="Contact">
            <div class="head">
                <h2 class="head__title"><span class="head__name">"Contact"</span></h2>
                <button
                    class="button button--quiet button--icon head__close"
                    type="button"
                    aria-label="Close contact"
                    on:click=move |_| desk.panel_open.set(Some(false))
                >
                    {icon(Icon::Close, "icon--small")}
                </button>
            </div>
            <div class="panel__scroll">
                <Who /> <Organised /> <Details /> <ThisConversation /> <Others />
            </div>
            <Grip pane=Pane::Panel />
        </aside>
    }
}

/// A part of the thread, which changes only when that part does.
fn part<T: Clone + PartialEq + Send + Sync + 'static>(of: fn(&Thread) -> T) -> Memo<Option<T>> {
    let live = expect_context::<Live>();
    Memo::new(move |_| live.thread.with(|thread| thread.as_ref().map(of)))
}

/// Who it is, and where they can be reached.
#[component]
fn Who() -> impl IntoView {
    let contact = part(|thread| thread.contact.clone());
    let online = part(|thread| thread.contact_online);
    let is_online = move || online.get().unwrap_or_default();
    // Whoever writes by phone or mail is neither here nor away.
    let has_session = part(|thread| thread.contact_online || thread.conversation.channel_kind.is_live());
    let has_session = move || has_session.get().unwrap_or_default();
    let name = move || contact.get().map(|contact| contact.display_name());
    let page = move || contact.get().map(|contact| routes::contact(contact.id));
    let face = move || {
        contact.get().map(|contact| {
            let presence = move || {
                has_session().then(|| {
                    view! { <span class="avatar__presence" data-online=move || is_online().to_string()></span> }
                })
            };
            avatar(contact.id.0, &contact.display_name(), Size::Large, presence)
        })
    };
    view! {
        <div class="panel__who">
            {face} <div class="panel__names">
                <p class="panel__name">
                    // Another part of the product: it is loaded whole, and this one ends.
                    <a class="panel__link" href=page rel="external">
                        <bdi>{name}</bdi>
                    </a>
                </p>
                <p class="panel__sub">
                    {move || has_session().then(|| if is_online() { "Online now" } else { "Away" })}
                </p>
                <Blocked />
            </div>
        </div>
        <details class="panel__part" open>
            <summary>"Reach by" {icon(Icon::Chevron, "icon--small")}</summary>
            <Addresses contact />
        </details>
    }
}

/// By which addresses the contact can be reached.
#[component]
fn Addresses(
    /// Whose.
    contact: Memo<Option<Contact>>,
) -> impl IntoView {
    let is_visitor = part(|thread| thread.conversation.channel_kind.is_live());
    let addresses = move || {
        let contact = contact.get()?;
        let visitor = is_visitor.get().unwrap_or_default().then(|| "Website visitor".to_owned());
        let addresses = [
            (ChannelKind::LiveChat, visitor),
            (ChannelKind::Sms, contact.phone),
            (ChannelKind::Email, contact.email),
        ];
        let identity = |(kind, address): (ChannelKind, String)| {
            view! {
                <li class="identity">
                    {channel_mark(kind, None, "")} <span class="identity__address">{kind.shown(&address)}</span>
                </li>
            }
        };
        Some(
            addresses
                .into_iter()
                .filter_map(|(kind, address)| Some((kind, address?)))
                .map(identity)
                .collect_view(),
        )
    };
    view! { <ul>{addresses}</ul> }
}

/// What there is to know of the conversation itself.
#[component]
fn ThisConversation() -> impl IntoView {
    let live = expect_context::<Live>();
    let desk = expect_context::<Desk>();
    let team_id = part(|thread| thread.conversation.team_id);
    let owner_id = part(|thread| thread.conversation.owner_id);
    let channel_id = part(|thread| thread.conversation.channel_id);
    let started = part(|thread| thread.conversation.created_at);
    let resolved = part(|thread| thread.conversation.resolved_at);
    let about = part(|thread| subject(&thread.conversation).map(str::to_owned));
    let copied = part(|thread| thread.conversation.mail.as_ref().map(|mail| mail.cc.clone()));
    let team = move || {
        let name = team_id
            .get()
            .flatten()
            .and_then(|id| live.inbox.with(|inbox| inbox.team(id).map(|team| team.name.clone())));
        name.unwrap_or_else(|| "None".to_owned())
    };
    let owner = move || {
        let name = owner_id
            .get()
            .flatten()
            .and_then(|id| live.inbox.with(|inbox| inbox.operator(id).map(|operator| operator.name.clone())));
        name.unwrap_or_else(|| "Nobody".to_owned())
    };
    let channel = Memo::new(move |_| {
        let id = channel_id.get()?;
        live.inbox.with(|inbox| inbox.channel(id).cloned())
    });
    let time = move |at: Time| {
        view! { <time datetime=at.rfc3339()>{move || date_time(desk.clock.civil(at))}</time> }
    };
    view! {
        <details class="panel__part" open>
            <summary>"This conversation" {icon(Icon::Chevron, "icon--small")}</summary>
            <dl class="facts">
                {move || {
                    about
                        .get()
                        .flatten()
                        .map(|subject| {
                            view! {
                                <dt>"Subject"</dt>
                                <dd>
                                    <bdi>{subject}</bdi>
                                </dd>
                            }
                        })
                }}
                {move || {
                    copied
                        .get()
                        .flatten()
                        .filter(|copied| !copied.is_empty())
                        .map(|copied| {
                            view! {
                                <dt>"Copies to"</dt>
                                <dd>{copied.into_iter().map(copy).collect_view()}</dd>
                            }
                        })
                }}
                <dt>"Team"</dt>
                <dd>{team}</dd>
                <dt>"Owner"</dt>
                <dd>{owner}</dd>
                <dt>"Started"</dt>
                <dd>{move || started.get().map(time)}</dd>
                {move || {
                    channel
                        .get()
                        .map(|channel| {
                            view! {
                                <dt>"Began on"</dt>
                                <dd>
                                    {channel_chip(channel)}
                                </dd>
                            }
                        })
                }}
                {move || {
                    resolved
                        .get()
                        .flatten()
                        .map(|at| {
                            view! {
                                <dt>"Resolved"</dt>
                                <dd>{time(at)}</dd>
                            }
                        })
                }}
            </dl>
        </details>
    }
}

/// Somebody who gets each reply too.
fn copy(mailbox: Mailbox) -> impl IntoView {
    view! { <bdi class="facts__item">{mailbox.label().to_owned()}</bdi> }
}

/// The contact's other conversations.
#[component]
fn Others() -> impl IntoView {
    let others = part(|thread| thread.others.clone());
    let list = move || others.get().unwrap_or_default();
    let has_others = Memo::new(move |_| !list().is_empty());
    view! {
        <Show when=move || has_others.get()>
            <details class="panel__part" open>
                <summary>"Other conversations" {icon(Icon::Chevron, "icon--small")}</summary>
                <ul>
                    <For
                        each=list
                        key=|other| (other.id, other.status, other.last_seq)
                        children=|other| view! { <Other other /> }
                    />
                </ul>
            </details>
        </Show>
    }
}

/// A link to one of them.
#[component]
fn Other(
    /// Which.
    other: Conversation,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let (id, at, status) = (other.id, other.last_activity_at, other.status);
    let text = gist(&other).to_owned();
    view! {
        <li>
            <a class="earlier" href=move || desk.place.with(|place| place.path(Some(id)))>
                {channel_mark(other.channel_kind, None, "")}
                <span class="earlier__text">
                    <bdi>{text}</bdi>
                </span>
                <time datetime=at.rfc3339()>
                    {move || row_time(desk.clock.civil(at), desk.clock.civil(desk.clock.now()))}
                </time>
                <span class="status" data-status=status.as_str()>
                    {icon(status_icon(status), "icon--tiny status__icon")}
                    {status.label()}
                </span>
            </a>
        </li>
    }
}
