//! One entry of the thread.

use leptos::prelude::*;

use super::{
    answered::{quote, reply_to_this},
    attachments::{attachments, files_of},
    delivery::{delivery, unsent},
    entries::{Entry, Opened, Standing, is_emoji_only, moved_away, standing},
    frame::Desk,
    handoff::card,
    mail::{mail, trace},
};
use crate::{
    domain::{
        Answered, ChannelId, ChannelKind, Delivery, Hue, Mention, Mentioned, Message, SenderKind, SystemLine,
    },
    ui::{
        components::{Icon, Size, avatar, channel_mark, clock_time, date_time, icon},
        live::{Live, Pending, PendingState},
    },
};

/// Draws an entry of a thread that was `opened` so.
pub fn entry(entry: Entry, opened: Memo<Opened>) -> AnyView {
    match entry {
        Entry::Across { channel, kind, was, .. } => across(channel, kind, was).into_any(),
        Entry::Unread(count) => unread(count).into_any(),
        Entry::Said(message) if message.handoff.is_some() => card(*message).into_any(),
        Entry::Said(message) if message.system.is_some() => system(*message).into_any(),
        Entry::Said(message) if message.note => note(*message).into_any(),
        Entry::Said(message) => bubble(*message, opened).into_any(),
        Entry::Pending(pending) => on_its_way(*pending).into_any(),
    }
}

fn across(channel: ChannelId, kind: ChannelKind, was: ChannelKind) -> impl IntoView {
    let live = expect_context::<Live>();
    let channel = Memo::new(move |_| live.inbox.with(|inbox| inbox.channel(channel).cloned()));
    let hue = move || channel.with(|channel| channel.as_ref().and_then(|channel| channel.hue));
    let text = Memo::new(move |_| {
        channel.with(|channel| continued(kind, was, channel.as_ref().map(|channel| channel.name.as_str())))
    });
    view! {
        <div
            class="across"
            role="separator"
            aria-label=move || text.get()
            data-channel=kind.as_str()
            data-hue=move || hue().map(Hue::as_str)
        >
            <span class="across__text">{move || channel_mark(kind, hue(), "")} {move || text.get()}</span>
        </div>
    }
}

/// How the thread goes on. Of two channels of one kind only the name tells which.
fn continued(kind: ChannelKind, was: ChannelKind, name: Option<&str>) -> String {
    let by = match (kind, name) {
        (_, Some(name)) if kind == was => return format!("Continued through {name}"),
        (ChannelKind::Sms, _) => "Continued by SMS",
        (ChannelKind::Email, _) => "Continued by email",
        (ChannelKind::LiveChat, _) => "Continued in live chat",
        (ChannelKind::Chatbot, _) => "Continued with the AI",
    };
    by.to_owned()
}

fn unread(count: i64) -> impl IntoView {
    let text = format!("{count} unread");
    let label = text.clone();
    view! {
        <div class="across across--unread" role="separator" aria-label=label>
            <span class="across__text">{text}</span>
        </div>
    }
}

const fn line_icon(line: Option<SystemLine>) -> Icon {
    match line {
        Some(SystemLine::Claimed | SystemLine::TookOver) => Icon::Claim,
        Some(SystemLine::Assigned) => Icon::Assign,
        Some(SystemLine::Moved) => Icon::Move,
        Some(SystemLine::Released | SystemLine::HandedOver) => Icon::Release,
        Some(SystemLine::TakenBack | SystemLine::Unblocked) => Icon::Reopen,
        Some(SystemLine::Blocked) => Icon::Lock,
        Some(SystemLine::Resolved) => Icon::Resolved,
        Some(SystemLine::Reopened) => Icon::Reopen,
        Some(SystemLine::GaveBack | SystemLine::HandedOff) => Icon::Spark,
        Some(SystemLine::OptedIn) => Icon::Claim,
        Some(SystemLine::SentAgain) => Icon::Retry,
        Some(SystemLine::MarkedSent) => Icon::Check,
        Some(SystemLine::SendCancelled) => Icon::Close,
        Some(SystemLine::Tagged) => Icon::Tag,
        Some(SystemLine::Prioritised) => Icon::Flag,
        Some(SystemLine::Snoozed) => Icon::Snooze,
        Some(SystemLine::Woke) => Icon::Clock,
        Some(SystemLine::BotFailed | SystemLine::OwnerDisabled | SystemLine::OptedOut) | None => {
            Icon::Warning
        }
    }
}

/// Whether a message is the one that the address looks for.
fn sought(seq: i64) -> impl Fn() -> bool + Copy + Send + Sync + 'static {
    let live = expect_context::<Live>();
    let desk = expect_context::<Desk>();
    move || {
        let place = desk.place.get();
        place.message == Some(seq) && place.conversation == live.open_id()
    }
}

fn system(message: Message) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let at = message.created_at;
    view! {
        <div
            class="sys"
            data-testid="message"
            data-seq=message.seq
            data-sender="system"
            data-channel=message.channel_kind.as_str()
            data-note="false"
        >
            {icon(line_icon(message.system), "icon--small")}
            <span>
                <span class="visually-hidden">"System: "</span>
                {message.body}
                " "
                <time datetime=at.rfc3339()>{move || clock_time(desk.clock.civil(at))}</time>
            </span>
        </div>
    }
}

fn note(message: Message) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let at = message.created_at;
    let is_sought = sought(message.seq);
    view! {
        <article
            class="note"
            data-testid="message"
            data-seq=message.seq
            data-sender=message.sender.as_str()
            data-channel=message.channel_kind.as_str()
            data-note="true"
            data-found=move || is_sought().then_some("true")
            tabindex=move || is_sought().then_some("-1")
        >
            <header class="note__head">
                {icon(Icon::Note, "icon--small")} <span class="note__name">{message.sender_name}</span>
                <span>"Note, only your team sees it"</span>
                <time class="note__time" datetime=at.rfc3339()>
                    {move || clock_time(desk.clock.civil(at))}
                </time>
            </header>
            {named(message.body, message.mentions)}
            {attachments(message.attachments)}
        </article>
    }
}

/// The text of a note, with whoever is named in it marked.
fn named(text: String, mentions: Vec<Mention>) -> impl IntoView {
    let live = expect_context::<Live>();
    let (me, teams) = live.inbox.with_untracked(|inbox| (inbox.me.id, inbox.me.teams.clone()));
    let is_me = |who: Mentioned| match who {
        Mentioned::Operator(id) => id == me,
        Mentioned::Team(id) => teams.contains(&id),
    };
    let parts = parts_of(&text, &mentions, is_me).into_iter().map(|part| match part {
        Part::Text(text) => text.into_any(),
        Part::Name { text, mine } => {
            view! { <span class="mention" data-testid="mention" data-mine=mine.to_string()>{text}</span> }
                .into_any()
        }
    });
    let parts = parts.collect_view();
    (!text.is_empty()).then(|| view! { <p class="note__text" dir="auto">{parts}</p> })
}

/// A part of a note's text.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Name { text: String, mine: bool },
}

/// Parts a text at the names in it. Several who are called the same are named once.
fn parts_of(text: &str, mentions: &[Mention], is_me: impl Fn(Mentioned) -> bool) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut at = 0;
    for mention in mentions {
        let mine = is_me(mention.who);
        if let Some(Part::Name { mine: known, .. }) = parts.last_mut().filter(|_| mention.end == at) {
            *known |= mine;
        }
        let (Some(before), Some(name)) = (text.get(at..mention.start), text.get(mention.start..mention.end))
        else {
            continue;
        };
        if !before.is_empty() {
            parts.push(Part::Text(before.to_owned()));
        }
        parts.push(Part::Name { text: name.to_owned(), mine });
        at = mention.end;
    }
    if let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        parts.push(Part::Text(rest.to_owned()));
    }
    parts
}

/// The text, if there is one, and under it the files.
fn said(class: &'static str, text: String, files: AnyView) -> impl IntoView {
    let text = (!text.is_empty()).then(|| view! { <p class=class dir="auto">{text}</p> });
    view! {
        {text}
        {files}
    }
}

/// The sender's name: a customer is called as they are called now.
fn name_of(live: Live, message: &Message) -> Memo<String> {
    let (is_contact, named) = (message.sender == SenderKind::Contact, message.sender_name.clone());
    Memo::new(move |_| {
        live.thread.with(|thread| match thread {
            Some(thread) if is_contact => thread.contact.display_name(),
            _ => named.clone(),
        })
    })
}

fn bubble(message: Message, opened: Memo<Opened>) -> impl IntoView {
    let live = expect_context::<Live>();
    let desk = expect_context::<Desk>();
    let name = name_of(live, &message);
    let stands = {
        let message = message.clone();
        Memo::new(move |before: Option<&Standing>| {
            let calendar = |time| desk.clock.civil(time);
            let now = live
                .thread
                .with(|thread| standing(&thread.as_ref()?.messages, &message, opened.get(), calendar));
            // The thread is being changed for another: what is on screen stays as it is.
            let alone = || Standing { lead: true, last: true, delivery: message.delivery.clone() };
            now.or(before.cloned()).unwrap_or_else(alone)
        })
    };
    let (bot, out) = (message.sender == SenderKind::Bot, message.sender != SenderKind::Contact);
    let (seq, at) = (message.seq, message.created_at);
    let is_sought = sought(seq);
    // Apart from its place, so that a button under it keeps the focus while others are added.
    let got = Memo::new(move |_| stands.with(Standing::shown));
    let sender_id = message.sender_id.unwrap_or_default();
    let has_moved = moved_away(&message).is_some();
    let is_mail = message.mail.is_some() && !has_moved;
    let has_files = !message.attachments.is_empty() || !message.awaited.is_empty();
    let is_emoji = !is_mail && !has_files && is_emoji_only(&message.body);
    let (sender, channel) = (message.sender.as_str(), message.channel_kind.as_str());
    let is_lead = Memo::new(move |_| stands.with(|stands| stands.lead));
    let quoted = message.in_reply_to.as_deref().map(quote);
    let answer = {
        let this = Answered::of(&message);
        let is_said = Message { delivery: None, ..message.clone() }.can_be_answered();
        // How far it has got changes while it is on screen.
        let is_out = |delivery: &Delivery| delivery.state.is_out();
        let is_out = Memo::new(move |_| stands.with(|stands| stands.delivery.as_ref().is_none_or(is_out)));
        move || (is_said && is_out.get()).then(|| reply_to_this(this.clone(), name))
    };
    let head = move || {
        if !is_lead.get() {
            let suffix = if bot { ", AI" } else { "" };
            return view! { <span class="visually-hidden">{move || name.get()} {suffix}</span> }.into_any();
        }
        view! {
            {(!out)
                .then(|| {
                    let face = move || name.with(|name| avatar(sender_id, name, Size::Small, ()));
                    view! { <span class="msg__avatar">{face}</span> }
                })}
            <header class="msg__head">
                {bot.then(|| icon(Icon::Spark, "icon--small msg__spark"))} <span class="msg__name">
                    <bdi>{move || name.get()}</bdi>
                </span> {bot.then(|| view! { <span class="chip chip--ai">"AI"</span> })}
                <time class="msg__time" datetime=at.rfc3339()>
                    {move || clock_time(desk.clock.civil(at))}
                </time>
            </header>
        }
        .into_any()
    };
    view! {
        <article
            class="msg"
            class=("msg--lead", move || is_lead.get())
            class=("msg--out", out)
            class=("msg--bot", bot)
            class=("msg--emoji", is_emoji)
            class=("msg--mail", is_mail)
            class=("msg--moved", has_moved)
            data-testid="message"
            data-seq=seq
            data-sender=sender
            data-channel=channel
            data-note="false"
            data-found=move || is_sought().then_some("true")
            tabindex=move || is_sought().then_some("-1")
            data-delivery=move || stands.with(|stands| stands.delivery.as_ref().map(|delivery| delivery.state.as_str()))
        >
            {head} <div class="msg__bubble">
                {quoted}
                {content(message, name)}
                <span class="msg__full" dir="ltr">{move || date_time(desk.clock.civil(at))}</span>
            </div>
            {answer}
            {(!out && !has_moved).then(|| unread_from_here(live, seq))}
            {move || got.get().map(|got| delivery(got, desk, seq))}
        </article>
    }
}

/// What stands in the bubble of a message whose sender is called so.
fn content(mut message: Message, name: Memo<String>) -> AnyView {
    if let Some(to) = moved_away(&message) {
        return trace(to).into_any();
    }
    match message.mail.take() {
        Some(facts) => mail(message, *facts, name).into_any(),
        None => {
            let files = files_of(&message);
            said("msg__text", message.body, files).into_any()
        }
    }
}

/// Marks a customer's message, and all after it, as unread.
fn unread_from_here(live: Live, seq: i64) -> impl IntoView {
    view! {
        <button
            class="button button--quiet button--icon msg__unread"
            type="button"
            on:click=move |_| live.mark_unread(seq)
        >
            {icon(Icon::MarkUnread, "icon--small")}
            <span class="tip tip--above">"Mark unread from here"</span>
        </button>
    }
}

/// A message that is being sent, or could not be.
fn on_its_way(pending: Pending) -> impl IntoView {
    let live = expect_context::<Live>();
    let me = live.inbox.with_untracked(|inbox| inbox.me.name.clone());
    let id = pending.client_msg_id;
    let state = match pending.state {
        PendingState::Sending => view! { <p class="msg__delivery">"Sending…"</p> }.into_any(),
        PendingState::Failed(error) => unsent(id, &error).into_any(),
    };
    let body = pending.shown.unwrap_or(pending.body);
    let quoted = pending.in_reply_to.as_deref().map(quote);
    let said = |class| said(class, body, attachments(pending.attachments).into_any());
    if pending.note {
        view! {
            <article class="note" data-testid="pending" data-note="true">
                <header class="note__head">
                    {icon(Icon::Note, "icon--small")} <span class="note__name">{me}</span>
                    <span>"Note, only your team sees it"</span>
                </header>
                {said("note__text")}
                {state}
            </article>
        }
        .into_any()
    } else {
        view! {
            <article class="msg msg--lead msg--out" data-testid="pending" data-note="false">
                <header class="msg__head"><span class="msg__name"><bdi>{me}</bdi></span></header>
                <div class="msg__bubble">{quoted} {said("msg__text")}</div>
                {state}
            </article>
        }
        .into_any()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::OperatorId;
    use uuid::Uuid;

    #[test]
    fn names_in_a_note_are_parted_from_its_text() {
        let who = |number| Mentioned::Operator(OperatorId(Uuid::from_u128(number)));
        let mention = |number, start, end| Mention { who: who(number), start, end };
        let text = "Hi @Ben, ask @Ann";
        let mentions = [mention(1, 3, 7), mention(2, 3, 7), mention(3, 13, 17)];
        let name = |text: &str, mine| Part::Name { text: text.into(), mine };
        assert_eq!(
            parts_of(text, &mentions, |it| it == who(2)),
            [Part::Text("Hi ".into()), name("@Ben", true), Part::Text(", ask ".into()), name("@Ann", false)]
        );
        assert_eq!(parts_of("Plain", &[], |_| true), [Part::Text("Plain".into())]);
        assert_eq!(parts_of("x", &[mention(1, 5, 9)], |_| true), [Part::Text("x".into())]);
        assert!(parts_of("", &[], |_| true).is_empty());
    }

    #[test]
    fn a_change_of_channel_names_what_differs() {
        use ChannelKind::{LiveChat, Sms};
        let name = Some("SMS +1 555 0200");
        assert_eq!(continued(Sms, LiveChat, name), "Continued by SMS");
        assert_eq!(continued(Sms, Sms, name), "Continued through SMS +1 555 0200");
        assert_eq!(continued(Sms, Sms, None), "Continued by SMS", "a channel that is not known here");
    }
}
