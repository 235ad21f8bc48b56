//! What the composer says before anything is sent: where a reply will go, whether it can, and what it becomes by SMS.

use leptos::prelude::*;

use crate::{
    domain::{
        Channel, ChannelKind, MailThread, Mailbox, NoWay, ReplyRoute, Segments, Thread, clean_text, leave_by,
    },
    ui::{
        components::{Icon, channel_mark, icon},
        live::Live,
    },
};

/// Many carriers refuse a message of more segments.
const MOST: usize = 10;
/// What becomes of a text with files.
const MMS: &str = "Sent as MMS";

/// Where a reply will go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    pub kind: ChannelKind,
    pub text: String,
    /// Who else gets it, by name and address.
    pub copies: Option<String>,
    /// Why nothing can be sent there.
    pub blocked: Option<String>,
}

impl Route {
    /// The way that the server will take, or its reasons against it.
    fn of(channel: &Channel, thread: &Thread, all: &[Channel]) -> Self {
        let kind = channel.kind;
        if kind.is_live() {
            return Self::live(kind, thread, all);
        }
        let route = thread.conversation.reply_route.clone();
        match &leave_by(channel, route, thread.is_opted_out()) {
            Ok(route) => Self::between(kind, route, thread, None),
            // Where it would go is known all the same.
            Err(none @ NoWay::OptedOut(route)) => {
                Self::between(kind, route, thread, Some(none.sentence(channel)))
            }
            Err(none) => Self {
                kind,
                text: none.what(channel),
                copies: None,
                blocked: Some(format!("{} A note to your team is still possible.", none.remedy())),
            },
        }
    }

    /// From one end of a route to the other.
    fn between(kind: ChannelKind, route: &ReplyRoute, thread: &Thread, blocked: Option<String>) -> Self {
        let (ours, peer) = (kind.shown(&route.ours), kind.shown(&route.peer));
        let copied = copied(kind, thread.conversation.mail.as_ref());
        let cc = match copied.len() {
            0 => String::new(),
            1 => ", cc 1 other".to_owned(),
            others => format!(", cc {others} others"),
        };
        let names: Vec<String> = copied.iter().map(in_full).collect();
        Self {
            kind,
            text: format!("{} from {ours} to {peer}{cc}", kind.label()),
            copies: (!names.is_empty()).then(|| format!("Copies to {}", names.join(", "))),
            blocked,
        }
    }

    /// To a live session; to a visitor who has left it, by mail too.
    fn live(kind: ChannelKind, thread: &Thread, all: &[Channel]) -> Self {
        let open = |kind, text| Self { kind, text, copies: None, blocked: None };
        if thread.contact_online {
            return open(kind, "Live session, online now".to_owned());
        }
        let mail = Channel::for_mail(all, thread.conversation.team_id);
        match mail.and_then(|mail| thread.contact.mail_route(mail)) {
            Some(route) => {
                let text = format!("Visitor is away: email from {} to {}", route.ours, route.peer);
                open(ChannelKind::Email, text)
            }
            None => open(kind, "Live session, visitor is away".to_owned()),
        }
    }
}

/// Who else gets a reply. A text message goes to one alone, also where mails came before it.
fn copied(kind: ChannelKind, mail: Option<&MailThread>) -> &[Mailbox] {
    mail.filter(|_| kind == ChannelKind::Email).map_or(&[][..], |mail| &mail.cc)
}

/// A name with its address, or the address alone.
fn in_full(mailbox: &Mailbox) -> String {
    let Mailbox { address, .. } = mailbox;
    match mailbox.label() {
        label if label == address => address.clone(),
        name => format!("{name} <{address}>"),
    }
}

/// Where a reply to the open conversation will go.
pub fn use_route(live: Live) -> Memo<Option<Route>> {
    Memo::new(move |_| {
        live.thread.with(|thread| {
            let thread = thread.as_ref()?;
            let id = thread.conversation.reply_channel_id;
            live.inbox
                .with(|inbox| inbox.channel(id).map(|channel| Route::of(channel, thread, &inbox.channels)))
        })
    })
}

/// Where it goes: to the customer by a route, or as a note to the team.
#[component]
pub fn RouteLine(
    /// The customer's.
    route: Memo<Option<Route>>,
    /// Whether it is a note.
    note: RwSignal<bool>,
) -> impl IntoView {
    let shown = move || {
        if note.get() {
            return view! {
                {icon(Icon::Lock, "icon--small")}
                <span>"Only your team sees it"</span>
            }
            .into_any();
        }
        route
            .get()
            .map(|route| {
                view! {
                    {channel_mark(route.kind, None, "")}
                    <span title=route.copies>{route.text}</span>
                }
            })
            .into_any()
    };
    view! {
        <p class="composer__route" data-testid="route" id="route">
            {shown}
        </p>
    }
}

/// What a text becomes by SMS. It changes with each key and is read out only when it becomes more than one message.
#[component]
pub fn SmsCount(
    /// What will be sent.
    #[prop(into)]
    text: Signal<String>,
    /// With files it is no text message any more, and has no segments.
    has_files: Memo<bool>,
) -> impl IntoView {
    // As it will be sent: without blank edges.
    let segments = Memo::new(move |_| text.with(|text| Segments::of(&clean_text(text))));
    let shown = move || if has_files.get() { MMS.to_owned() } else { in_words(segments.get()) };
    let heard = Memo::new(move |_| if has_files.get() { MMS } else { announcement(segments.get().count) });
    view! {
        <p
            class="composer__segments"
            data-testid="segments"
            data-many=move || (!has_files.get() && segments.get().count > MOST).then_some("true")
        >
            {shown}
        </p>
        <p class="visually-hidden" role="status">
            {move || heard.get()}
        </p>
    }
}

/// What a text becomes by SMS, in words.
pub fn in_segments(text: &str) -> String {
    in_words(Segments::of(text))
}

/// "1 segment · 35 of 160", or what makes them more than they need be. Nothing is said of nothing.
fn in_words(segments: Segments) -> String {
    let Segments { units, count, per_segment, forced_by, .. } = segments;
    let (noun, them) = if count == 1 { ("segment", "it") } else { ("segments", "them") };
    match forced_by {
        _ if count == 0 => String::new(),
        _ if count > MOST => format!("{count} {noun} · many carriers refuse more than {MOST}"),
        Some(c) => format!("{count} {noun} · {} makes {them} shorter", named(c)),
        None => format!("{count} {noun} · {units} of {}", count * per_segment),
    }
}

/// What is read out of so many segments. It stays the same while it is of the same consequence.
const fn announcement(segments: usize) -> &'static str {
    match segments {
        0 | 1 => "",
        2..=MOST => "Longer than one segment",
        _ => "Longer than many carriers take",
    }
}

/// A character as a sentence can point at it: in quotes, or what it is where there is nothing to see.
fn named(c: char) -> String {
    let name = match c {
        '\t' => "a tab",
        '\u{a0}' | '\u{202f}' => "a no-break space",
        '\u{ad}' => "a soft hyphen",
        '\u{200b}' => "a zero-width space",
        '\u{200d}' => "a zero-width joiner",
        '\u{fe0e}' | '\u{fe0f}' => "a variation selector",
        '\u{feff}' => "a byte order mark",
        _ if is_unseen(c) => return format!("the character U+{:04X}", u32::from(c)),
        _ => return format!("“{c}”"),
    };
    name.to_owned()
}

/// Whether a character alone shows nothing: spaces, controls, what joins or marks others, what fonts do not have.
fn is_unseen(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(
            c,
            '\u{300}'..='\u{36f}'
                | '\u{61c}'
                | '\u{115f}'..='\u{1160}'
                | '\u{180b}'..='\u{180f}'
                | '\u{1ab0}'..='\u{1aff}'
                | '\u{1dc0}'..='\u{1dff}'
                | '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{20d0}'..='\u{20ff}'
                | '\u{3164}'
                | '\u{e000}'..='\u{f8ff}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{fe20}'..='\u{fe2f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::live::samples::{CHANNEL, thread};

    fn channel(kind: ChannelKind) -> Channel {
        Channel {
            id: CHANNEL,
            kind,
            name: "Shop line".into(),
            hue: None,
            team_id: None,
            enabled: true,
            connected: true,
            address: String::new(),
        }
    }

    /// A thread with somebody who writes by SMS.
    fn texted() -> Thread {
        let mut thread = thread(1);
        let (ours, peer) = ("+15550100".to_owned(), "+14155550123".to_owned());
        thread.conversation.reply_route = Some(ReplyRoute { ours, peer });
        thread
    }

    #[test]
    fn the_route_names_both_ends() {
        let route = Route::of(&channel(ChannelKind::Sms), &texted(), &[]);
        assert_eq!(route.text, "SMS from +1 555 0100 to +1 415 555 0123");
        assert_eq!(route.blocked, None);
    }

    #[test]
    fn who_gets_a_copy_is_said_before_anything_is_sent() {
        let mailbox = |name: Option<&str>, address: &str| Mailbox {
            address: address.to_owned(),
            name: name.map(str::to_owned),
        };
        let ana = mailbox(Some("Ana Kovač"), "ana@x.test");
        let bob = mailbox(None, "bob@x.test");
        let route_with = |kind: ChannelKind, cc: Vec<Mailbox>| {
            let mut thread = thread(1);
            let (ours, peer) = ("support@acme.test".to_owned(), "vera@x.test".to_owned());
            thread.conversation.reply_route = Some(ReplyRoute { ours, peer });
            thread.conversation.mail = Some(MailThread { subject: "Pots".to_owned(), cc });
            Route::of(&channel(kind), &thread, &[])
        };
        for (cc, text, copies) in [
            (vec![], "Email from support@acme.test to vera@x.test", None),
            (
                vec![bob.clone()],
                "Email from support@acme.test to vera@x.test, cc 1 other",
                Some("Copies to bob@x.test"),
            ),
            (
                vec![ana.clone(), bob],
                "Email from support@acme.test to vera@x.test, cc 2 others",
                Some("Copies to Ana Kovač <ana@x.test>, bob@x.test"),
            ),
        ] {
            let route = route_with(ChannelKind::Email, cc);
            assert_eq!((route.text.as_str(), route.copies.as_deref()), (text, copies));
        }
        assert_eq!(route_with(ChannelKind::Sms, vec![ana]).copies, None, "the customer goes on by SMS");
    }

    #[test]
    fn a_live_session_is_always_open() {
        let mut channel = channel(ChannelKind::LiveChat);
        channel.enabled = false;
        let mut thread = thread(1);
        let away = Route::of(&channel, &thread, &[]);
        assert_eq!((away.text.as_str(), away.blocked), ("Live session, visitor is away", None));
        thread.contact_online = true;
        assert_eq!(Route::of(&channel, &thread, &[]).text, "Live session, online now");
    }

    #[test]
    fn what_cannot_be_sent_says_why() {
        let good = channel(ChannelKind::Sms);
        let off = Channel { enabled: false, ..good.clone() };
        let unconnected = Channel { connected: false, ..off.clone() };
        let nowhere = thread(1);
        for (channel, thread, text, why) in [
            (
                &unconnected,
                &texted(),
                "Shop line has no provider connected",
                "until a provider is connected.",
            ),
            (&off, &texted(), "Shop line is switched off", "until it is switched on."),
            (&good, &nowhere, "Shop line knows no address of this customer", "has written by it."),
        ] {
            let route = Route::of(channel, thread, &[]);
            assert_eq!(route.text, text);
            let blocked = route.blocked.expect("a reason");
            assert!(blocked.contains(why) && blocked.ends_with("A note to your team is still possible."));
        }
    }

    #[test]
    fn who_asked_for_silence_is_left_in_peace() {
        let mut thread = texted();
        thread.opted_out.extend(thread.conversation.reply_route.clone());
        let route = Route::of(&channel(ChannelKind::Sms), &thread, &[]);
        assert_eq!(route.text, "SMS from +1 555 0100 to +1 415 555 0123");
        assert_eq!(
            route.blocked.as_deref(),
            Some(
                "+1 415 555 0123 asked for no more messages from +1 555 0100. They can undo that by writing START."
            )
        );
        // The same customer by another number of ours.
        if let Some(route) = &mut thread.conversation.reply_route {
            route.ours = "+15550200".to_owned();
        }
        assert_eq!(Route::of(&channel(ChannelKind::Sms), &thread, &[]).blocked, None);
    }

    #[test]
    fn segments_are_counted_in_words() {
        let long = |length: usize| "a".repeat(length);
        for (text, words) in [
            (String::new(), ""),
            (long(35), "1 segment · 35 of 160"),
            (long(160), "1 segment · 160 of 160"),
            (long(161), "2 segments · 161 of 306"),
            ("Jó étvágyat, főúr".into(), "1 segment · “ó” makes it shorter"),
            (format!("{}ő", long(80)), "2 segments · “ő” makes them shorter"),
            (long(153 * 10), "10 segments · 1530 of 1530"),
            (long(153 * 10 + 1), "11 segments · many carriers refuse more than 10"),
            ("ж".repeat(671), "11 segments · many carriers refuse more than 10"),
        ] {
            assert_eq!(in_words(Segments::of(&text)), words);
        }
    }

    #[test]
    fn only_what_changes_the_matter_is_read_out() {
        assert_eq!((announcement(0), announcement(1)), ("", ""));
        assert_eq!(announcement(2), announcement(MOST));
        assert_ne!(announcement(MOST), announcement(MOST + 1));
    }

    #[test]
    fn characters_that_cannot_be_seen_have_a_name() {
        for (c, name) in [
            ('ő', "“ő”"),
            ('’', "“’”"),
            ('🙂', "“🙂”"),
            ('\t', "a tab"),
            ('\u{a0}', "a no-break space"),
            ('\u{200b}', "a zero-width space"),
            ('\u{2009}', "the character U+2009"),
            ('\u{301}', "the character U+0301"),
            ('\u{e0001}', "the character U+E0001"),
        ] {
            assert_eq!(named(c), name);
        }
    }
}
