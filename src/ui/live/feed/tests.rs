use super::*;
use crate::{
    domain::{Conversation, PageKey, Push, Queue, Row, Status, Time},
    ui::live::samples::{at, changed, conversation, inbox, message, push, thread},
};

fn kept(id: i64, event: Event) -> Kept {
    Kept { at: at(id), event, mark: None }
}

fn plain(id: i64) -> Kept {
    match push(id) {
        Push::Event { at, event, mark } => Kept { at, event, mark },
        other => unreachable!("{other:?}"),
    }
}

fn row(conversation: Conversation) -> Row {
    Row { conversation, mark: None }
}

fn ids(rows: &[Row]) -> Vec<u128> {
    rows.iter().map(|row| row.conversation.id.0.as_u128()).collect()
}

#[test]
fn only_news_comes_through_and_in_order() {
    let mut feed = Feed::starting_at(at(3));
    let fresh: Vec<_> = feed.admit([plain(3), plain(4), plain(4), plain(6)]).map(|kept| kept.at).collect();
    assert_eq!(fresh, [at(4), at(6)]);
    assert_eq!(feed.admit([plain(5), plain(6)]).count(), 0);
    assert_eq!(feed.position(), at(6));
}

#[test]
fn what_is_dropped_raises_the_floor() {
    let mut feed = Feed::starting_at(at(0));
    let most = i64::try_from(Feed::MOST).expect("small");
    assert_eq!(feed.admit((1..=most + 7).map(plain)).count(), Feed::MOST + 7);
    feed.trim();
    assert_eq!(feed.reaches(&AsOf::at(at(6))), Err(TooOld));
    assert_eq!(feed.reaches(&AsOf::at(at(7))), Ok(()));
    assert_eq!(feed.position(), at(most + 7));
}

#[test]
fn a_thread_that_comes_late_gets_exactly_what_it_lacks() {
    let mut feed = Feed::starting_at(at(0));
    let mut now = conversation(1, Time(1));
    let events: Vec<Kept> = (1..=5)
        .map(|seq| {
            now.last_seq = seq;
            kept(seq, changed(&now, vec![message(seq)]))
        })
        .collect();
    let _ = feed.admit(events).count();
    let mut late = thread(1);
    late.as_of = AsOf::at(at(2));
    late.messages = vec![message(1), message(2)];
    feed.bring_thread(&mut late, &inbox().me).expect("kept");
    assert_eq!(late.messages, (1..=5).map(message).collect::<Vec<_>>());
    assert_eq!(late.conversation, now);

    let known = late.clone();
    feed.bring_thread(&mut late, &inbox().me).expect("kept");
    assert_eq!(late, known, "nothing is applied twice");
}

#[test]
fn a_page_that_comes_late_loses_and_gains_rows() {
    let mut feed = Feed::starting_at(at(0));
    let mut resolved = conversation(2, Time(20));
    resolved.status = Status::Resolved;
    let arrived = conversation(4, Time(25));
    let _ = feed
        .admit([kept(11, changed(&resolved, Vec::new())), kept(12, changed(&arrived, Vec::new()))])
        .count();
    let page = Page {
        rows: vec![
            row(conversation(1, Time(30))),
            row(conversation(2, Time(20))),
            row(conversation(3, Time(10))),
        ],
        next: None,
        as_of: AsOf::at(at(10)),
        now: Time(0),
    };
    let brought = feed.bring_page(page, &Queue::Unassigned.into(), &inbox()).expect("kept");
    assert_eq!(ids(&brought.rows), [1, 4, 3]);
}

/// Whatever the order of answer and events, the list ends as the server has it.
#[test]
fn next_page_and_stream_meet_without_double_or_gap() {
    let moved = conversation(3, Time(40));
    let event = kept(11, changed(&moved, Vec::new()));
    let start = || {
        let mut inbox = inbox();
        inbox.rows = vec![row(conversation(1, Time(30))), row(conversation(2, Time(20)))];
        inbox.next = Some(PageKey::of(&conversation(3, Time(10)), Queue::All));
        inbox.as_of = AsOf::at(at(10));
        (inbox, Feed::starting_at(at(10)))
    };
    let page = |as_of| Page {
        rows: vec![row(conversation(3, Time(10))), row(conversation(4, Time(5)))],
        next: None,
        as_of: AsOf::at(at(as_of)),
        now: Time(0),
    };

    let (mut event_first, mut feed) = start();
    event_first.apply(event.at, &event.event, None);
    let _ = feed.admit([event.clone()]).count();
    event_first.extend(feed.bring_page(page(10), &Listing::default(), &event_first).expect("kept"));

    let (mut page_first, feed) = start();
    page_first.extend(feed.bring_page(page(10), &Listing::default(), &page_first).expect("kept"));
    page_first.apply(event.at, &event.event, None);

    // The answer is ahead of the stream: it has moved already.
    let (mut ahead, feed) = start();
    let moved_page = Page { rows: vec![row(conversation(4, Time(5)))], ..page(11) };
    ahead.extend(feed.bring_page(moved_page, &Listing::default(), &ahead).expect("kept"));
    ahead.apply(event.at, &event.event, None);

    for inbox in [event_first, page_first, ahead] {
        assert_eq!(ids(&inbox.rows), [3, 1, 2, 4]);
        assert_eq!(inbox.rows[0].conversation, moved);
    }
}
