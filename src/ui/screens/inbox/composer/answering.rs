//! Above the field: the message that the reply answers.

use leptos::{ev::KeyboardEvent, prelude::*};

use crate::{
    domain::{Answered, ChannelKind, Message, Thread},
    ui::{
        components::{Icon, icon},
        live::Live,
        screens::inbox::{answered::name_of, frame::Desk},
    },
};

/// The message that is being answered, where one was chosen, and the button that leaves it again.
#[component]
pub fn AnsweredLine() -> impl IntoView {
    let live = expect_context::<Live>();
    let desk = expect_context::<Desk>();
    let answered = Memo::new(move |_| {
        let id = live.thread.with(|thread| thread.as_ref().map(|thread| thread.conversation.id))?;
        live.answering.with(|all| all.get(&id).cloned()).filter(|_| !desk.note.get())
    });
    let leave = move || {
        live.forget_answered();
        desk.focus_composer();
    };
    let on_key = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            event.stop_propagation();
            leave();
        }
    };
    move || {
        answered.get().map(|answered| {
            let excerpt = answered.excerpt.clone();
            let name = name_of(live, &answered);
            let hint = Memo::new(move |_| is_teams_alone(live, &answered));
            view! {
                <div class="composer__answered" data-testid="answering" on:keydown=on_key>
                    {icon(Icon::Reply, "icon--small")}
                    <p class="composer__quoted" id="answered">
                        "Replying to " <bdi class="quote__name">{move || name.get()}</bdi> ": " <bdi>{excerpt}</bdi>
                    </p>
                    <Show when=move || hint.get()>
                        <span class="composer__alone">"Only the team sees what this answers"</span>
                    </Show>
                    <button
                        class="button button--quiet button--icon button--small"
                        type="button"
                        on:click=move |_| leave()
                    >
                        {icon(Icon::Close, "icon--small")}
                        <span class="tip tip--above">"Remove the quote"</span>
                    </button>
                </div>
            }
        })
    }
}

/// Whether the customer will not be shown what a reply answers: a text message has no place for it, and a mail quotes
/// what whoever gets it has had by mail. Of a message that is not loaded that is not known.
fn is_teams_alone(live: Live, answered: &Answered) -> bool {
    let is_kept_back = |thread: &Thread| {
        let conversation = &thread.conversation;
        let channel = live.inbox.with(|inbox| inbox.channel(conversation.reply_channel_id).map(|it| it.kind));
        match channel {
            Some(ChannelKind::Sms) => true,
            Some(ChannelKind::Email) => {
                let found = thread.messages.iter().find(|message| message.id == answered.id);
                found.is_some_and(|message| !is_quoted(thread, message))
            }
            Some(ChannelKind::Chatbot | ChannelKind::LiveChat) | None => false,
        }
    };
    live.thread.with(|thread| thread.as_ref().is_some_and(is_kept_back))
}

/// Whether a mail that goes out now quotes a message.
fn is_quoted(thread: &Thread, message: &Message) -> bool {
    let peer = thread.conversation.reply_route.iter().map(|route| route.peer.as_str());
    let copies =
        thread.conversation.mail.iter().flat_map(|mail| &mail.cc).map(|party| party.address.as_str());
    message.mail.as_ref().is_some_and(|mail| mail.may_be_quoted_to(peer.chain(copies)))
}
