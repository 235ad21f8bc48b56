//! What there is to know about a mail: a line with its recipients, and the rest behind it.

use leptos::prelude::*;

use super::{link_to, path};
use crate::{
    domain::{MailFacts, Mailbox, MessageId, Time, Why},
    ui::{
        components::{Icon, date_time, icon},
        screens::inbox::frame::Desk,
    },
};

/// So many recipients of a sort are named in the line.
const NAMED: usize = 3;

/// The line with the recipients, and what is behind it. `raw`: the mail that can be fetched as it came.
pub fn about(facts: MailFacts, at: Time, raw: Option<MessageId>) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let line = recipients(&facts.to, &facts.cc);
    let fetch = raw.map(|id| {
        view! {
            <a class="link" href=format!("{}/raw", path(id)) download="" rel="external">
                "Download as it came"
            </a>
        }
    });
    view! {
        <details class="mail__about">
            <summary class="mail__line">
                <bdi class="mail__people">{line}</bdi>
                " "
                <span class="mail__more">"Details" {icon(Icon::Chevron, "icon--tiny")}</span>
            </summary>
            <dl class="facts">
                {addresses("From", vec![facts.from])} {addresses("To", facts.to)}
                {addresses("Cc", facts.cc)}
                {fact("Subject", view! { <bdi>{facts.subject}</bdi> })}
                {fact(
                    "Date",
                    view! { <time datetime=at.rfc3339()>{move || date_time(desk.clock.civil(at))}</time> },
                )}
                {why(facts.why).map(|why| fact("Why here", why))}
                {facts.automatic.map(|reason| fact("Written by", format!("A machine: {reason}")))}
                {facts.left_out.map(|what| fact("Left out", what))}
            </dl>
            {fetch}
        </details>
    }
}

fn fact(name: &'static str, value: impl IntoView + 'static) -> impl IntoView {
    view! {
        <dt>{name}</dt>
        <dd>{value}</dd>
    }
}

/// A sort of addresses, if there are any.
fn addresses(name: &'static str, boxes: Vec<Mailbox>) -> Option<impl IntoView> {
    let address = |mailbox: Mailbox| view! { <bdi class="facts__item">{in_full(&mailbox)}</bdi> };
    (!boxes.is_empty()).then(|| fact(name, boxes.into_iter().map(address).collect_view()))
}

/// Why it stands here, in a sentence. None: there is nothing to wonder about.
fn why(why: Why) -> Option<AnyView> {
    Some(match why {
        Why::Token => "It was sent to this conversation's own address.".into_any(),
        Why::Reference => "It answers a mail of this conversation.".into_any(),
        Why::Began => "It answers nothing that is known here, so it began a conversation.".into_any(),
        Why::Stranger { of } => view! {
            "It answers "
            {link_to(of)}
            ", but its sender had no part in it."
        }
        .into_any(),
        Why::Moved { from } => view! {
            "Somebody moved it here from "
            {link_to(from)}
            "."
        }
        .into_any(),
        Why::Ours | Why::MovedAway { .. } => return None,
    })
}

/// To whom it went, as its line says: "to Support, cc Bob".
fn recipients(to: &[Mailbox], cc: &[Mailbox]) -> String {
    let parts: Vec<String> =
        [("to", to), ("cc", cc)].into_iter().filter_map(|(word, boxes)| named(word, boxes)).collect();
    if parts.is_empty() { "to undisclosed recipients".to_owned() } else { parts.join(", ") }
}

/// Recipients of a sort: the first by name, and how many more.
fn named(word: &str, boxes: &[Mailbox]) -> Option<String> {
    let labels: Vec<&str> = boxes.iter().take(NAMED).map(Mailbox::label).collect();
    let more = match boxes.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    (!labels.is_empty()).then(|| format!("{word} {}{more}", labels.join(", ")))
}

/// A name with its address; of a name that is none, or is the address, the address.
fn in_full(mailbox: &Mailbox) -> String {
    let (label, address) = (mailbox.label(), &mailbox.address);
    if label == address { address.clone() } else { format!("{label} <{address}>") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mailbox(name: &str) -> Mailbox {
        Mailbox { address: format!("{}@acme.test", name.to_lowercase()), name: Some(name.to_owned()) }
    }

    #[test]
    fn the_line_names_the_first_of_each_sort() {
        let boxes = |names: &[&str]| names.iter().map(|name| mailbox(name)).collect::<Vec<_>>();
        let line = |to: &[&str], cc: &[&str]| recipients(&boxes(to), &boxes(cc));
        assert_eq!(line(&["Support"], &[]), "to Support");
        assert_eq!(line(&["Support"], &["Bob"]), "to Support, cc Bob");
        assert_eq!(line(&["Support", "Ana"], &["Bob", "Cem"]), "to Support, Ana, cc Bob, Cem");
        assert_eq!(line(&["A", "B", "C"], &["D", "E", "F", "G", "H"]), "to A, B, C, cc D, E, F and 2 more");
        assert_eq!(line(&[], &["Bob"]), "cc Bob");
        assert_eq!(line(&[], &[]), "to undisclosed recipients");
    }

    #[test]
    fn whoever_has_no_name_goes_by_the_address() {
        let nameless =
            |name: Option<&str>| Mailbox { address: "x@y.test".into(), name: name.map(str::to_owned) };
        assert_eq!(in_full(&mailbox("Bob")), "Bob <bob@acme.test>");
        for name in [None, Some(" "), Some("x@y.test")] {
            assert_eq!(in_full(&nameless(name)), "x@y.test", "{name:?}");
            assert_eq!(recipients(&[nameless(name)], &[]), "to x@y.test", "{name:?}");
        }
    }
}
