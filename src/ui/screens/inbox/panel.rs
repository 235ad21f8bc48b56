//! The side panel: the contact, this conversation, the earlier ones.

use leptos::prelude::*;

use super::frame::Desk;
use crate::{
    domain::{ChannelKind, Thread},
    routes,
    ui::{
        components::{Icon, Size, avatar, channel_mark, date_time, icon, row_time, status_icon},
        live::Live,
    },
};

/// The panel beside the open conversation.
#[component]
pub fn Panel() -> impl IntoView {
    let live = expect_context::<Live>();
    let desk = expect_context::<Desk>();
    let thread = Memo::new(move |_| {
        // Messages are the log's affair: without them the panel is drawn anew only when it has to be.
        live.thread
            .with(|thread| thread.as_ref().map(|thread| Thread { messages: Vec::new(), ..thread.clone() }))
    });
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
                {move || {
                    thread
                        .get()
                        .map(|thread| {
                            view! {
                                <Who thread=thread.clone() />
                                <ThisConversation thread=thread.clone() />
                                <Earlier thread />
                            }
                        })
                }}
            </div>
        </aside>
    }
}

/// Who it is, and where they can be reached.
#[component]
fn Who(
    /// The conversation.
    thread: Thread,
) -> impl IntoView {
    let name = thread.contact.display_name();
    let online = thread.contact_online;
    let presence = view! { <span class="avatar__presence" data-online=online.to_string()></span> };
    let addresses = [
        (ChannelKind::Sms, thread.contact.phone.clone()),
        (ChannelKind::Email, thread.contact.email.clone()),
    ];
    view! {
        <div class="panel__who">
            {avatar(thread.contact.id.0, &name, Size::Large, presence)} <div class="panel__names">
                <p class="panel__name"><bdi>{name}</bdi></p>
                <p class="panel__sub">{if online { "Online now" } else { "Away" }}</p>
            </div>
        </div>
        <details class="panel__part" open>
            <summary>"Reach by" {icon(Icon::Chevron, "icon--small")}</summary>
            <ul>
                {thread
                    .conversation
                    .channel_kind
                    .is_live()
                    .then(|| {
                        view! {
                            <li class="identity">
                                {channel_mark(ChannelKind::LiveChat, None, "")}
                                <span class="identity__address">"Website visitor"</span>
                            </li>
                        }
                    })}
                {addresses
                    .into_iter()
                    .filter_map(|(kind, address)| Some((kind, address?)))
                    .map(|(kind, address)| {
                        view! {
                            <li class="identity">
                                {channel_mark(kind, None, "")} <span class="identity__address">{address}</span>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        </details>
    }
}

/// What there is to know of the conversation itself.
#[component]
fn ThisConversation(
    /// The conversation.
    thread: Thread,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let desk = expect_context::<Desk>();
    let conversation = thread.conversation;
    let (team, channel) = live.inbox.with_untracked(|inbox| {
        let team = conversation.team_id.and_then(|id| inbox.team(id)).map(|team| team.name.clone());
        (team, inbox.channel(conversation.channel_id).cloned())
    });
    let started = conversation.created_at;
    view! {
        <details class="panel__part" open>
            <summary>"This conversation" {icon(Icon::Chevron, "icon--small")}</summary>
            <dl class="facts">
                <dt>"Team"</dt>
                <dd>{team.unwrap_or_else(|| "None".to_owned())}</dd>
                <dt>"Started"</dt>
                <dd>
                    <time datetime=started.rfc3339()>{move || date_time(desk.clock.civil(started))}</time>
                </dd>
                {channel
                    .map(|channel| {
                        view! {
                            <dt>"Began on"</dt>
                            <dd>
                                <span class="chip chip--channel" data-channel=channel.kind.as_str()>
                                    {channel_mark(channel.kind, channel.hue, "")}
                                    <span class="chip__text">{channel.name}</span>
                                </span>
                            </dd>
                        }
                    })}
                {conversation
                    .resolved_at
                    .map(|at| {
                        view! {
                            <dt>"Resolved"</dt>
                            <dd>
                                <time datetime=at.rfc3339()>{move || date_time(desk.clock.civil(at))}</time>
                            </dd>
                        }
                    })}
            </dl>
        </details>
    }
}

/// The contact's other conversations.
#[component]
fn Earlier(
    /// The conversation.
    thread: Thread,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let others = thread.others;
    (!others.is_empty()).then(|| {
        view! {
            <details class="panel__part" open>
                <summary>"Other conversations" {icon(Icon::Chevron, "icon--small")}</summary>
                <ul>
                    {others
                        .into_iter()
                        .map(|other| {
                            let at = other.last_activity_at;
                            let text = other.last_message.map(|line| line.text).unwrap_or_default();
                            view! {
                                <li>
                                    <a class="earlier" href=routes::inbox(desk.place.get_untracked().queue, Some(other.id))>
                                        {channel_mark(other.channel_kind, None, "")}
                                        <span class="earlier__text"><bdi>{text}</bdi></span>
                                        <time datetime=at.rfc3339()>
                                            {move || row_time(desk.clock.civil(at), desk.clock.civil(desk.clock.now()))}
                                        </time>
                                        <span class="status" data-status=other.status.as_str()>
                                            {icon(status_icon(other.status), "icon--tiny status__icon")}
                                            {other.status.label()}
                                        </span>
                                    </a>
                                </li>
                            }
                        })
                        .collect_view()}
                </ul>
            </details>
        }
    })
}
