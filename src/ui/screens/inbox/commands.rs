//! What the command palette does in the inbox: the same as the buttons and the keys, of which the sheet is the list.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{
    actions::Allowed,
    deeds::carry_out,
    frame::Desk,
    keys::{Deed, SHEET, deed_named},
    select::Tools,
    transcript::can_mail,
};
use crate::{
    domain::{ConversationId, Inbox},
    routes,
    ui::{
        components::Icon,
        live::{Act, Live},
        screens::palette::{Does, Offer},
    },
};

/// What can be done now.
pub fn use_commands(live: Live, desk: Desk, tools: Tools) -> Signal<Vec<Offer>> {
    let navigate = use_navigate();
    let run = Callback::new(move |deed: Deed| {
        if let Some(path) = carry_out(deed, live, desk, tools) {
            navigate(&path, NavigateOptions { scroll: false, ..Default::default() });
        }
    });
    Signal::derive(move || {
        live.inbox.with(|inbox| {
            live.thread.with(|thread| {
                let open = thread.as_ref().map(|thread| &thread.conversation);
                let allowed = open.map(|open| Allowed::to(&inbox.me, open));
                let can_undo = live.undo.with(Option::is_some);
                let mut offers = by_key(allowed, can_undo, run);
                if let Some(allowed) = allowed {
                    offers.extend(without_key(allowed, inbox, live));
                }
                if let Some(open) = open {
                    offers.extend(transcripts(open.id, inbox, desk));
                }
                offers
            })
        })
    })
}

/// What has a key. With nothing allowed no conversation is open.
fn by_key(allowed: Option<Allowed>, can_undo: bool, run: Callback<Deed>) -> Vec<Offer> {
    let rows = SHEET.iter().flat_map(|(_, rows)| rows.iter());
    rows.filter_map(|(key, what)| {
        let deed = deed_named(key)?;
        let (label, sign) = label_of(deed, what, allowed, can_undo)?;
        let does = Does::Run(Callback::new(move |()| run.run(deed)));
        Some(Offer { label: label.to_owned(), about: "Do".to_owned(), sign, keys: Some(*key), does })
    })
    .collect()
}

/// What something is called now, if it can be done.
fn label_of(
    deed: Deed,
    what: &'static str,
    allowed: Option<Allowed>,
    can_undo: bool,
) -> Option<(&'static str, Icon)> {
    let on = |possible: fn(&Allowed) -> bool| allowed.as_ref().is_some_and(possible);
    let is_open = allowed.is_some();
    let (is_possible, label, sign) = match deed {
        Deed::Help => (true, "Keyboard shortcuts", Icon::Keyboard),
        Deed::Undo => (can_undo, what, Icon::Reopen),
        Deed::Reply => (is_open, what, Icon::Chat),
        Deed::Note => (is_open, what, Icon::Note),
        Deed::MarkUnread => (is_open, what, Icon::MarkUnread),
        Deed::Panel => (is_open, what, Icon::Panel),
        Deed::Claim => (on(|it| it.claim), "Claim", Icon::Claim),
        Deed::Assign => (on(|it| it.assign), what, Icon::Assign),
        Deed::TakeOver => (on(|it| it.take_over), "Take over", Icon::Claim),
        Deed::GiveBack => (on(|it| it.give_back), "Give back to AI", Icon::Spark),
        Deed::Resolve if on(|it| it.reopen) => (true, "Reopen", Icon::Reopen),
        Deed::Resolve => (on(|it| it.resolve), "Resolve", Icon::Resolved),
        Deed::Filter => (true, what, Icon::Filter),
        Deed::Snooze => (is_open, what, Icon::Snooze),
        Deed::Tags => (is_open, what, Icon::Tag),
        Deed::Priority => (is_open, what, Icon::Flag),
        // The palette leads to queues itself, and moving by it is slower than by the keys.
        Deed::Queue(_)
        | Deed::Next
        | Deed::Previous
        | Deed::Enter
        | Deed::Select
        | Deed::SelectTo
        | Deed::Back => return None,
    };
    is_possible.then_some((label, sign))
}

/// What has none: release, and whom to assign to.
fn without_key(allowed: Allowed, inbox: &Inbox, live: Live) -> Vec<Offer> {
    let offer = |label: String, sign: Icon, act: Act| Offer {
        label,
        about: "Do".to_owned(),
        sign,
        keys: None,
        does: Does::Run(Callback::new(move |()| live.act(act))),
    };
    let release = allowed.release.then(|| offer("Release".to_owned(), Icon::Release, Act::Release));
    let people = inbox.operators.iter().filter(|operator| allowed.assign && operator.enabled);
    let assign = people.map(|operator| {
        offer(format!("Assign to {}", operator.name), Icon::Assign, Act::Assign(operator.id))
    });
    release.into_iter().chain(assign).collect()
}

/// What was said in a conversation, to be saved or mailed.
fn transcripts(id: ConversationId, inbox: &Inbox, desk: Desk) -> Vec<Offer> {
    let offer = |label: &str, sign: Icon, does: Does| Offer {
        label: label.to_owned(),
        about: "Do".to_owned(),
        sign,
        keys: None,
        does,
    };
    let path = routes::transcript(id, desk.clock.minutes_east(desk.since));
    let save = offer("Save transcript", Icon::Download, Does::Go(path));
    let open = Callback::new(move |()| desk.transcript_open.set(true));
    let mail = can_mail(inbox).then(|| offer("Mail transcript", Icon::Mail, Does::Run(open)));
    [save].into_iter().chain(mail).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(allowed: Option<Allowed>, can_undo: bool) -> Vec<String> {
        let owner = Owner::new();
        owner.with(|| {
            let run = Callback::new(|_: Deed| {});
            by_key(allowed, can_undo, run).into_iter().map(|offer| offer.label).collect()
        })
    }

    #[test]
    fn what_cannot_be_done_is_not_offered() {
        assert_eq!(labels(None, false), ["Filter the list", "Keyboard shortcuts"]);
        assert_eq!(labels(None, true), ["Filter the list", "Undo", "Keyboard shortcuts"]);
        let owned = Allowed { release: true, resolve: true, ..Allowed::default() };
        assert_eq!(
            labels(Some(owned), false),
            [
                "Filter the list",
                "Resolve",
                "Snooze",
                "Tags",
                "Priority",
                "Mark as unread",
                "Show the contact",
                "Reply",
                "Note",
                "Keyboard shortcuts",
            ]
        );
        let done = Allowed { reopen: true, ..Allowed::default() };
        assert!(labels(Some(done), false).contains(&"Reopen".to_owned()));
    }
}
