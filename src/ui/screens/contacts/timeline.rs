//! Everything that was said with the person, over all channels, by month.

use leptos::{ev::MouseEvent, prelude::*};

use super::desk::Desk;
use crate::{
    api::contacts::LoadTimeline,
    domain::{
        Civil, Conversation, Hue, LastMessage, Queue, SenderKind, Time, Timeline, TimelineEntry, first_name,
    },
    routes,
    ui::components::{channel_mark, date_time, icon, row_time, status_icon},
};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The conversations of one month.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Month {
    label: String,
    entries: Vec<TimelineEntry>,
}

/// The timeline.
#[component]
pub fn Said() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let loaded = Memo::new(move |_| desk.now.with(|page| page.timeline.clone()));
    let shown = RwSignal::new(loaded.get_untracked());
    Effect::new(move |before: Option<Timeline>| {
        let loaded = loaded.get();
        if before.is_some_and(|before| before != loaded) {
            shown.set(loaded.clone());
        }
        loaded
    });
    let more = ServerAction::<LoadTimeline>::new();
    Effect::new(move |_| {
        if let Some(Ok(stretch)) = more.value().get() {
            shown.update(|shown| shown.extend(stretch));
        }
    });
    let next = Memo::new(move |_| shown.with(|shown| shown.next));
    let ask = move |_: MouseEvent| {
        if let Some(from) = next.get_untracked() {
            let id = desk.now.with_untracked(|page| page.person.contact.id);
            more.dispatch(LoadTimeline { id, from });
        }
    };
    let months =
        Memo::new(move |_| shown.with(|shown| by_month(&shown.entries, |time| desk.clock.civil(time))));
    let list = move || months.get().into_iter().map(|it| month(desk, it)).collect_view();
    let hidden = move || desk.now.with(|page| elsewhere(page.hidden));
    let busy = more.pending();
    let error = move || more.value().get().and_then(Result::err);
    view! {
        <section class="settings__section" aria-labelledby="timeline">
            <h2 class="settings__part" id="timeline">"Conversations"</h2>
            <Show
                when=move || !months.with(Vec::is_empty)
                fallback=|| view! { <p class="settings__lead">"What is said with them will stand here."</p> }
            >
                <div class="timeline" data-testid="timeline">{list}</div>
            </Show>
            {move || {
                error().map(|error| view! { <p class="field__error" role="alert">{error.to_string()}</p> })
            }}
            <Show when=move || next.get().is_some()>
                <button class="button timeline__more" type="button" disabled=move || busy.get() on:click=ask>
                    {move || if busy.get() { "Loading…" } else { "Show earlier conversations" }}
                </button>
            </Show>
            {move || {
                hidden().map(|text| view! { <p class="settings__lead" data-testid="elsewhere">{text}</p> })
            }}
        </section>
    }
}

/// Puts what is in order under the months of a calendar.
fn by_month(entries: &[TimelineEntry], calendar: impl Fn(Time) -> Civil) -> Vec<Month> {
    let mut months: Vec<Month> = Vec::new();
    for entry in entries {
        let date = calendar(entry.conversation.last_activity_at);
        let place = usize::try_from(date.month - 1).unwrap_or_default();
        let label = format!("{} {}", MONTHS.get(place).copied().unwrap_or_default(), date.year);
        match months.last_mut() {
            Some(month) if month.label == label => month.entries.push(entry.clone()),
            _ => months.push(Month { label, entries: vec![entry.clone()] }),
        }
    }
    months
}

/// How many conversations the reader may not see, if any.
fn elsewhere(hidden: i64) -> Option<String> {
    (hidden > 0).then(|| format!("{hidden} more in other teams"))
}

fn month(desk: Desk, month: Month) -> impl IntoView {
    let Month { label, entries } = month;
    let entries = entries.into_iter().map(|it| entry(desk, it)).collect_view();
    let name = label.clone();
    view! {
        <section aria-label=name>
            <h3 class="timeline__month">{label}</h3>
            <ol class="timeline__list">{entries}</ol>
        </section>
    }
}

fn entry(desk: Desk, entry: TimelineEntry) -> impl IntoView {
    let about = about(&entry).to_owned();
    let TimelineEntry { conversation, messages, .. } = entry;
    let Conversation { id, channel_id, channel_kind, status, owner_id, created_at, last_activity_at, .. } =
        conversation;
    let (hue, channel, owner) = desk.now.with_untracked(|page| {
        let channel = page.channels.iter().find(|channel| channel.id == channel_id);
        let owner = page.operators.iter().find(|operator| Some(operator.id) == owner_id);
        let name = channel.map_or_else(|| channel_kind.label().to_owned(), |channel| channel.name.clone());
        (channel.and_then(|channel| channel.hue), name, owner.map(|owner| owner.name.clone()))
    });
    let last = conversation.last_message.filter(|last| last.text != about).map(|last| {
        let who = speaker(&last);
        view! {
            <p class="timeline__last">
                <span class="timeline__who">{who}</span>
                <bdi>{last.text}</bdi>
            </p>
        }
    });
    let time = move |at: Time| {
        let in_full = move || date_time(desk.clock.civil(at));
        let shown = move || row_time(desk.clock.civil(at), desk.clock.civil(desk.clock.now()));
        view! {
            <time datetime=at.rfc3339() title=in_full>
                {shown}
            </time>
        }
    };
    view! {
        <li
            class="timeline__entry"
            data-testid="timeline-entry"
            data-conversation-id=id.to_string()
            data-channel=channel_kind.as_str()
            data-hue=hue.map(Hue::as_str)
            data-status=status.as_str()
        >
            {channel_mark(channel_kind, hue, "mark--large")}
            <div class="contact__text">
                <p class="timeline__top">
                    <a
                        class="timeline__link"
                        href=routes::inbox(Queue::All, Some(id))
                        rel="external"
                    >
                        <bdi>{about}</bdi>
                    </a>
                    {time(last_activity_at)}
                </p>
                {last}
                <p class="timeline__facts">
                    <span class="status" data-status=status.as_str()>
                        {icon(status_icon(status), "icon--tiny status__icon")}
                        {status.label()}
                    </span>
                    <span>{owner.unwrap_or_else(|| "No owner".to_owned())}</span>
                    <span>{counted(messages)}</span>
                    <span>
                        <bdi>{channel}</bdi>
                    </span>
                    <span>"Began " {time(created_at)}</span>
                </p>
            </div>
        </li>
    }
}

/// What a conversation is about, in a line: its subject, else what the customer said first, else what was said last.
fn about(entry: &TimelineEntry) -> &str {
    let TimelineEntry { conversation, first_words, .. } = entry;
    let subject = conversation.mail.as_ref().map(|mail| mail.subject.as_str());
    let last = conversation.last_message.as_ref().map(|last| last.text.as_str());
    let lines = [subject, Some(first_words.as_str()), last];
    lines.into_iter().flatten().find(|line| !line.trim().is_empty()).unwrap_or("No words")
}

/// Who said the last thing.
fn speaker(last: &LastMessage) -> Option<String> {
    match last.sender {
        _ if last.note => Some("Note: ".to_owned()),
        SenderKind::Operator => Some(format!("{}: ", first_name(&last.sender_name))),
        SenderKind::Bot => Some("AI: ".to_owned()),
        SenderKind::Contact | SenderKind::System => None,
    }
}

fn counted(messages: i64) -> String {
    if messages == 1 { "1 message".to_owned() } else { format!("{messages} messages") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::MailThread, ui::live::samples::conversation};

    /// Sunday 22 November 2026, 23:30 UTC.
    const NOVEMBER: Time = Time(1_795_390_200 * Time::SECOND);

    fn entry(number: u128, at: Time) -> TimelineEntry {
        TimelineEntry { conversation: conversation(number, at), first_words: String::new(), messages: 2 }
    }

    #[test]
    fn months_are_those_of_the_readers_calendar() {
        let last_evening = NOVEMBER.plus(8 * Time::DAY);
        let entries = [entry(3, last_evening), entry(2, NOVEMBER), entry(1, NOVEMBER.plus(-30 * Time::DAY))];
        let labels = |minutes_east: i64| -> Vec<(String, usize)> {
            let months = by_month(&entries, |time| time.civil(minutes_east));
            months.into_iter().map(|month| (month.label, month.entries.len())).collect()
        };
        let want = |list: &[(&str, usize)]| -> Vec<(String, usize)> {
            list.iter().map(|(label, count)| ((*label).to_owned(), *count)).collect()
        };
        assert_eq!(labels(0), want(&[("November 2026", 2), ("October 2026", 1)]));
        assert_eq!(labels(60), want(&[("December 2026", 1), ("November 2026", 1), ("October 2026", 1)]));
        assert!(by_month(&[], |time| time.civil(0)).is_empty());
    }

    #[test]
    fn a_line_says_what_it_is_about() {
        let mut entry = entry(1, NOVEMBER);
        assert_eq!(about(&entry), "No words");
        entry.conversation.last_message = Some(LastMessage {
            sender: SenderKind::Operator,
            sender_id: None,
            sender_name: "Olga Ortiz".into(),
            text: "It is on its way.".into(),
            note: false,
        });
        assert_eq!(about(&entry), "It is on its way.");
        entry.first_words = "Where is it?".into();
        assert_eq!(about(&entry), "Where is it?");
        entry.conversation.mail = Some(MailThread { subject: "Order 12".into(), cc: Vec::new() });
        assert_eq!(about(&entry), "Order 12");
    }

    #[test]
    fn a_line_says_who_said_it() {
        let mut last = LastMessage {
            sender: SenderKind::Operator,
            sender_id: None,
            sender_name: "Olga Ortiz".into(),
            text: "It is on its way.".into(),
            note: false,
        };
        assert_eq!(speaker(&last).as_deref(), Some("Olga: "));
        last.note = true;
        assert_eq!(speaker(&last).as_deref(), Some("Note: "));
        (last.note, last.sender) = (false, SenderKind::Contact);
        assert_eq!(speaker(&last), None);
    }

    #[test]
    fn what_is_out_of_sight_is_counted() {
        assert_eq!((elsewhere(0), elsewhere(2)), (None, Some("2 more in other teams".into())));
        assert_eq!((counted(1), counted(12)), ("1 message".into(), "12 messages".into()));
    }
}
