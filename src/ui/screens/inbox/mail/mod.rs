//! A mail in its bubble: to whom it went, what there is to know about it, its text or the mail as it was sent, and its
//! way to another conversation.

mod about;
mod moving;
mod sent;
mod text;

use leptos::prelude::*;

use super::{attachments::attachments, frame::Desk};
use crate::{
    domain::{ConversationId, MailFacts, Message, MessageId, SenderKind},
    ui::{
        components::{Icon, icon},
        live::Live,
    },
};
use about::about;
use moving::move_menu;
use sent::text_or_sent;
use text::text;

/// What the bubble of a mail shows. `name`: what its sender is called.
pub fn mail(message: Message, facts: MailFacts, name: Memo<String>) -> impl IntoView {
    let Message { id, seq, sender, body, attachments: files, created_at, .. } = message;
    let is_customers = sender == SenderKind::Contact;
    let (suspicion, automatic) = (facts.suspicion.clone(), facts.automatic.clone());
    let subject = other_subject(facts.subject.clone());
    let text = text(&body, &facts.folds);
    let text = if facts.html { text_or_sent(id, name, text).into_any() } else { text.into_any() };
    view! {
        {about(facts, created_at, is_customers.then_some(id))}
        {is_customers.then(|| move_menu(seq))}
        {suspicion.map(warning)}
        {automatic.map(by_machine)}
        {move || {
            subject.get().map(|subject| view! { <p class="mail__subject"><bdi>{subject}</bdi></p> })
        }}
        {text}
        {attachments(files)}
    }
}

/// All that is left of a mail where somebody moved it away.
pub fn trace(to: ConversationId) -> impl IntoView {
    view! { <p class="msg__text">"Moved to " {link_to(to)}</p> }
}

/// Under which a mail can be had as it was sent.
fn path(id: MessageId) -> String {
    format!("/mails/{id}")
}

fn link_to(conversation: ConversationId) -> impl IntoView {
    let desk = expect_context::<Desk>();
    view! {
        <a class="link" href=move || desk.place.with(|place| place.path(Some(conversation)))>
            "another conversation"
        </a>
    }
}

/// That the sender may be somebody else, and why.
fn warning(reason: String) -> impl IntoView {
    view! {
        <p class="mail__warning" role="note">
            {icon(Icon::Warning, "icon--small")} <span>
                <strong>"The sender may not be who it says."</strong>
                " "
                {reason}
            </span>
        </p>
    }
}

/// That no person wrote it, and how that is known.
fn by_machine(reason: String) -> impl IntoView {
    view! {
        <p class="mail__flags">
            <span class="chip mail__flag">
                "Automatic" " " <span class="tip tip--start">{reason}</span>
            </span>
        </p>
    }
}

/// A mail's subject, where it says more than the conversation's.
fn other_subject(subject: String) -> Memo<Option<String>> {
    let live = expect_context::<Live>();
    Memo::new(move |_| {
        let is_told = live.thread.with(|thread| {
            let mail = thread.as_ref().and_then(|thread| thread.conversation.mail.as_ref());
            mail.is_some_and(|mail| is_same_subject(&subject, &mail.subject))
        });
        (!is_told && !subject.trim().is_empty()).then(|| subject.clone())
    })
}

/// Whether a subject is that of the conversation, if need be behind marks of an answer: "Re:", "AW:", "Re[2]:".
fn is_same_subject(subject: &str, of: &str) -> bool {
    /// Longer words before a colon are no marks.
    const MARK: usize = 6;
    let is_mark = |word: &str| word.ends_with([':', '：']) && word.chars().count() <= MARK;
    let before = subject.trim().strip_suffix(of.trim());
    before.is_some_and(|before| before.split_whitespace().all(is_mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_has_the_subject_that_it_answers() {
        for subject in ["Order 4711", "Re: Order 4711", "AW: Re[2]: Order 4711 ", "回复：Order 4711"] {
            assert!(is_same_subject(subject, "Order 4711"), "{subject}");
        }
        for subject in ["", "Re:", "Order 4712", "My Order 4711", "Question: Order 4711", "order 4711 again"]
        {
            assert!(!is_same_subject(subject, "Order 4711"), "{subject}");
        }
        assert!(is_same_subject("", "") && is_same_subject("Re: ", ""));
        assert!(!is_same_subject("Order 4711", ""));
    }
}
