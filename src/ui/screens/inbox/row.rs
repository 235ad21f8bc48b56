//! A row of the list.

use leptos::prelude::*;

use super::frame::Desk;
use crate::{
    domain::{
        Conversation, ConversationId, Inbox, LastMessage, Me, Row, SenderKind, Time, Typist, first_name,
    },
    routes,
    ui::{
        components::{Icon, Size, avatar, channel_mark, icon, row_time, status_icon, waiting_for},
        live::{Live, TypingMark},
    },
};

/// A customer should not wait longer than this; after twice as long the clock turns red.
const TARGET: i64 = 5 * Time::MINUTE;

/// Who said the last thing, as the row's line begins.
fn speaker(line: &LastMessage, me: &Me) -> Option<String> {
    let mine = line.sender_id == Some(me.id.0);
    match line.sender {
        _ if line.note => Some("Note: ".to_owned()),
        SenderKind::Operator if mine => Some("You: ".to_owned()),
        SenderKind::Operator => Some(format!("{}: ", first_name(&line.sender_name))),
        SenderKind::Bot => Some("AI: ".to_owned()),
        SenderKind::Contact | SenderKind::System => None,
    }
}

/// Who is writing, in a row or a thread.
pub fn typing_text(mark: &TypingMark, contact: &str) -> String {
    match &mark.typist {
        Typist::Contact => format!("{} is typing", first_name(contact)),
        Typist::Operator { name, .. } => format!("{} is replying", first_name(name)),
        Typist::Bot { .. } => "AI is answering".to_owned(),
    }
}

/// The moving dots with who is writing.
pub fn typing_mark(text: String) -> impl IntoView {
    view! {
        <span class="typing" data-testid="typing">
            <span class="typing__dots" aria-hidden="true"><i></i><i></i><i></i></span>
            <span class="typing__text">{text}</span>
        </span>
    }
}

const fn level(waited: i64) -> &'static str {
    if waited >= 2 * TARGET {
        "overdue"
    } else if waited >= TARGET {
        "late"
    } else {
        "ok"
    }
}

/// One conversation in the list.
#[component]
pub fn ConversationRow(
    /// Which.
    id: ConversationId,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let row = Memo::new(move |_| {
        live.inbox.with(|inbox| inbox.rows.iter().find(|row| row.conversation.id == id).cloned())
    });
    move || row.get().map(|row| view! { <Shown row /> })
}

/// A row with its data; it is drawn anew when that changes.
#[component]
fn Shown(
    /// The conversation with the reader's mark in it.
    row: Row,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let desk = expect_context::<Desk>();
    let conversation = row.conversation.clone();
    let id = conversation.id;
    let (unread, hue, line) = live.inbox.with_untracked(|inbox| {
        let hue = inbox.channel(conversation.reply_channel_id).and_then(|channel| channel.hue);
        (row.unread(&inbox.me), hue, last_line(&conversation, inbox))
    });
    let kind = live.inbox.with_untracked(|inbox| {
        inbox.channel(conversation.reply_channel_id).map_or(conversation.channel_kind, |channel| channel.kind)
    });
    let contact = conversation.contact_name.clone();
    let typing = Memo::new(move |_| {
        live.typing.with(|marks| {
            marks.iter().find(|mark| mark.conversation_id == id).map(|mark| typing_text(mark, &contact))
        })
    });
    let selected = Memo::new(move |_| desk.place.get().conversation == Some(id));
    let at = conversation.last_activity_at;
    let awaiting = conversation.awaiting_reply_since.filter(|_| conversation.needs_answer());
    let mark = channel_mark(kind, hue, "avatar__mark");
    view! {
        <li
            class="row"
            data-testid="conversation-row"
            data-conversation-id=id.to_string()
            data-channel=kind.as_str()
            data-hue=hue.map(|hue| hue.as_str())
            data-status=conversation.status.as_str()
            data-unread=unread.to_string()
            data-needs-answer=conversation.needs_answer().to_string()
            aria-current=move || selected.get().then_some("true")
        >
            {avatar(conversation.contact_id.0, &conversation.contact_name, Size::Normal, mark)}
            <div class="row__body">
                <div class="row__line">
                    <a class="row__name" href=move || routes::inbox(desk.place.get().queue, Some(id))>
                        <bdi>{conversation.contact_name.clone()}</bdi>
                    </a>
                    <span class="row__time">
                        <span class="status" data-status=conversation.status.as_str()>
                            {icon(status_icon(conversation.status), "icon--tiny status__icon")}
                        </span>
                        <span class="visually-hidden">
                            {format!("{}, {},", kind.label(), conversation.status.label())}
                        </span>
                        <time datetime=at.rfc3339()>
                            {move || row_time(desk.clock.civil(at), desk.clock.civil(desk.clock.now()))}
                        </time>
                    </span>
                </div>
                <div class="row__line">
                    <span class="row__last">
                        {move || match typing.get() {
                            Some(text) => typing_mark(text).into_any(),
                            None => view! { <bdi>{line.clone()}</bdi> }.into_any(),
                        }}
                    </span>
                    <span class="row__side">
                        {awaiting.map(|since| waiting(desk, since))}
                        {(unread > 0)
                            .then(|| {
                                view! {
                                    <span class="badge">
                                        {unread} <span class="visually-hidden">" unread"</span>
                                    </span>
                                }
                            })} {owner(live, &conversation)}
                    </span>
                </div>
            </div>
        </li>
    }
}

fn last_line(conversation: &Conversation, inbox: &Inbox) -> String {
    conversation.last_message.as_ref().map_or(String::new(), |line| {
        format!("{}{}", speaker(line, &inbox.me).unwrap_or_default(), line.text)
    })
}

fn waiting(desk: Desk, since: Time) -> impl IntoView {
    let waited = move || desk.clock.now().since(since);
    view! {
        <span class="wait" data-level=move || level(waited())>
            {icon(Icon::Clock, "icon--tiny")}
            <span class="visually-hidden">"Waiting "</span>
            {move || waiting_for(waited())}
        </span>
    }
}

fn owner(live: Live, conversation: &Conversation) -> Option<impl IntoView + use<>> {
    let owner = conversation.owner_id?;
    let name =
        live.inbox.with_untracked(|inbox| inbox.operator(owner).map(|operator| operator.name.clone()))?;
    Some(view! {
        <span class="row__owner">
            {avatar(owner.0, &name, Size::Tiny, ())}
            <span class="visually-hidden">{format!("Owner {name}")}</span>
        </span>
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_turns_late_and_then_overdue() {
        assert_eq!(level(TARGET - 1), "ok");
        assert_eq!(level(TARGET), "late");
        assert_eq!(level(2 * TARGET), "overdue");
    }
}
