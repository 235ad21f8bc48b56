//! A row of the list.

use leptos::prelude::*;

use super::{
    frame::Desk,
    marks::RowMarks,
    select::{SelectBox, Tools},
};
use crate::{
    domain::{
        Conversation, ConversationId, Hue, Inbox, LastMessage, Me, Row, SenderKind, Time, Typist, first_name,
    },
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

/// The subject of a conversation by mail, if it has one.
pub fn subject(conversation: &Conversation) -> Option<&str> {
    conversation.mail.as_ref().map(|mail| mail.subject.as_str()).filter(|subject| !subject.trim().is_empty())
}

/// What a conversation is about, in a line: its subject, else what was said last.
pub fn gist(conversation: &Conversation) -> &str {
    let last = || conversation.last_message.as_ref().map(|line| line.text.as_str());
    subject(conversation).or_else(last).unwrap_or_default()
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

/// One conversation in the list. The row stays the same element while its conversation changes, so that it keeps the
/// focus and the pointer.
#[component]
pub fn ConversationRow(
    /// Which.
    id: ConversationId,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let find = move |inbox: &Inbox| inbox.rows.iter().find(|row| row.conversation.id == id).cloned();
    live.inbox.with_untracked(find).map(|first| {
        // A row that leaves the list is drawn as it was until the list drops it.
        let row = Memo::new(move |before: Option<&Row>| {
            live.inbox.with(find).or_else(|| before.cloned()).unwrap_or_else(|| first.clone())
        });
        view! { <Shown row /> }
    })
}

/// The row itself.
#[component]
fn Shown(
    /// The conversation with the reader's mark in it.
    row: Memo<Row>,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let desk = expect_context::<Desk>();
    let tools = expect_context::<Tools>();
    let id = row.with_untracked(|row| row.conversation.id);
    let channel = Memo::new(move |_| {
        let (channel, kind) =
            row.with(|row| (row.conversation.reply_channel_id, row.conversation.channel_kind));
        live.inbox
            .with(|inbox| inbox.channel(channel).map_or((kind, None), |channel| (channel.kind, channel.hue)))
    });
    let name = Memo::new(move |_| row.with(|row| row.conversation.contact_name.clone()));
    let status = Memo::new(move |_| row.with(|row| row.conversation.status));
    let needs_answer = Memo::new(move |_| row.with(|row| row.conversation.needs_answer()));
    let at = Memo::new(move |_| row.with(|row| row.conversation.last_activity_at));
    let unread = Memo::new(move |_| live.inbox.with(|inbox| row.with(|row| row.unread(&inbox.me))));
    let selected = Memo::new(move |_| desk.place.get().conversation == Some(id));
    let is_new = Memo::new(move |_| unread.get() > 0 && at.get() > desk.since);
    let contact_id = row.with_untracked(|row| row.conversation.contact_id);
    let face = move || {
        let (kind, hue) = channel.get();
        name.with(|name| avatar(contact_id.0, name, Size::Normal, channel_mark(kind, hue, "avatar__mark")))
    };
    view! {
        <li
            class="row"
            data-testid="conversation-row"
            data-conversation-id=id.to_string()
            data-channel=move || channel.get().0.as_str()
            data-hue=move || channel.get().1.map(Hue::as_str)
            data-status=move || status.get().as_str()
            data-unread=move || unread.get().to_string()
            data-needs-answer=move || needs_answer.get().to_string()
            data-new=move || is_new.get().then_some("true")
            data-priority=move || row.with(|row| row.conversation.priority.as_str())
            data-snoozed=move || row.with(|row| row.conversation.snoozed_until.is_some()).to_string()
            data-selected=move || tools.is_selected(id).then_some("true")
            aria-current=move || selected.get().then_some("true")
        >
            {face} <SelectBox id name /> <div class="row__body">
                <div class="row__line">
                    <a
                        class="row__name"
                        href=move || desk.place.with(|place| place.path(Some(id)))
                        on:click=move |event| {
                            if event.shift_key() {
                                event.prevent_default();
                                tools.select_to(id);
                            }
                        }
                    >
                        <bdi>{move || name.get()}</bdi>
                    </a>
                    <RowMarks row />
                    <span class="row__time">
                        {move || icon(status_icon(status.get()), "icon--tiny status__icon")}
                        <span class="visually-hidden">
                            {move || format!("{}, {},", channel.get().0.label(), status.get().label())}
                        </span>
                        <time datetime=move || {
                            at.get().rfc3339()
                        }>{move || row_time(desk.clock.civil(at.get()), desk.clock.civil(desk.clock.now()))}</time>
                    </span>
                </div>
                <div class="row__line">
                    <span class="row__last"><LastLine row /></span>
                    <span class="row__side">
                        <Waiting row /> <Unread count=unread /> <Owner row />
                    </span>
                </div>
            </div>
        </li>
    }
}

/// Who is writing, else what was said last and by whom.
#[component]
fn LastLine(
    /// The conversation.
    row: Memo<Row>,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let id = row.with_untracked(|row| row.conversation.id);
    let typing = Memo::new(move |_| {
        live.typing.with(|marks| {
            let mark = marks.iter().find(|mark| mark.conversation_id == id)?;
            Some(row.with(|row| typing_text(mark, &row.conversation.contact_name)))
        })
    });
    let line = Memo::new(move |_| {
        row.with(|row| {
            let line = row.conversation.last_message.as_ref()?;
            let who = live.inbox.with(|inbox| speaker(line, &inbox.me));
            Some((subject(&row.conversation).map(str::to_owned), who, line.text.clone()))
        })
    });
    move || match typing.get() {
        Some(text) => typing_mark(text).into_any(),
        None => line
            .get()
            .map(|(subject, who, text)| {
                view! {
                    {subject.map(|subject| view! { <bdi class="row__subject">{subject}</bdi> " — " })}
                    {who.map(|who| view! { <span class="row__who">{who}</span> })}
                    <bdi>{text}</bdi>
                }
            })
            .into_any(),
    }
}

/// How long the customer has waited, if they wait.
#[component]
fn Waiting(
    /// The conversation.
    row: Memo<Row>,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let since = Memo::new(move |_| {
        row.with(|row| row.conversation.awaiting_reply_since.filter(|_| row.conversation.needs_answer()))
    });
    move || {
        since.get().map(|since| {
            let waited = move || desk.clock.now().since(since);
            view! {
                <span class="wait" data-level=move || level(waited())>
                    {icon(Icon::Clock, "icon--tiny")}
                    <span class="visually-hidden">"Waiting "</span>
                    {move || waiting_for(waited())}
                </span>
            }
        })
    }
}

/// How many messages the reader has not seen, if any.
#[component]
fn Unread(
    /// How many.
    count: Memo<i64>,
) -> impl IntoView {
    view! {
        <Show when=move || { count.get() > 0 }>
            <span class="badge">{move || count.get()} <span class="visually-hidden">" unread"</span></span>
        </Show>
    }
}

/// Whose it is, if anybody's.
#[component]
fn Owner(
    /// The conversation.
    row: Memo<Row>,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let owner = Memo::new(move |_| {
        let owner = row.with(|row| row.conversation.owner_id)?;
        live.inbox.with(|inbox| inbox.operator(owner).map(|operator| (owner, operator.name.clone())))
    });
    move || {
        owner.get().map(|(id, name)| {
            view! {
                <span class="row__owner">
                    {avatar(id.0, &name, Size::Tiny, ())}
                    <span class="visually-hidden">{format!("Owner {name}")}</span>
                </span>
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::MailThread, ui::live::samples::conversation};

    #[test]
    fn a_conversation_is_about_its_subject_else_about_what_was_said_last() {
        let mut about = conversation(1, Time(1));
        assert_eq!(gist(&about), "");
        about.last_message = Some(LastMessage {
            sender: SenderKind::Contact,
            sender_id: None,
            sender_name: String::new(),
            text: "Where is it?".into(),
            note: false,
        });
        about.mail = Some(MailThread { subject: " ".into(), cc: Vec::new() });
        assert_eq!(gist(&about), "Where is it?");
        about.mail = Some(MailThread { subject: "Order 4711".into(), cc: Vec::new() });
        assert_eq!(gist(&about), "Order 4711");
    }

    #[test]
    fn a_wait_turns_late_and_then_overdue() {
        assert_eq!(level(TARGET - 1), "ok");
        assert_eq!(level(TARGET), "late");
        assert_eq!(level(2 * TARGET), "overdue");
    }
}
