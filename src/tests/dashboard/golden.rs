//! A log of what people did, and what it comes to: added up by hand.

use serde_json::json;

use super::{board, days, dismiss_bot, employ_bot, report, same, tallies};
use crate::{
    domain::{
        AppError, ChannelId, Compared, ConversationId, Counted, Day, Figures, OperatorId, Range, Report,
        Role, Spread, Tally, TeamId, Time,
    },
    server::{
        actions::{
            bots::{self, Answer},
            maintain,
        },
        clock::new_id,
        jobs::runner::drain,
        queries::metrics,
    },
    tests::{
        gateway::{Gateway, Mood, tell, text},
        kit::{Actor, TestApp},
        on_both,
    },
};

on_both!(
    what_people_did_comes_to_what_was_added_up_by_hand,
    days_begin_when_the_readers_clock_says_so,
    what_was_before_is_known_as_far_as_it_can_be,
    what_is_taken_back_later_is_counted_no_more,
);

const MINUTE: i64 = Time::MINUTE;

/// Who worked, and since when.
struct Work {
    start: Time,
    ann: Actor,
    ben: Actor,
    sam: Actor,
}

/// Minutes after the start: who does what.
async fn work(app: &TestApp) -> Work {
    let start = app.clock.now();
    let at = |minutes: i64| app.clock.advance(start.plus(minutes * MINUTE).since(app.clock.now()));
    let ann = app.operator("Ann").await;
    let ben = app.operator("Ben").await;
    let sam = app.person("Sam", Role::Supervisor, &[]).await;
    let say = async |actor: &Actor, id: ConversationId| {
        actor.reply(id, "An answer", i64::MAX).await.ok();
    };
    let act = async |actor: &Actor, deed: &str, id: ConversationId| {
        actor.act(deed, id).await.ok();
    };

    let vera = app.visitor();
    let first = vera.say("Hello").await;
    at(4);
    say(&ann, first).await;
    at(10);
    vera.say("And another thing").await;
    at(13);
    say(&ann, first).await;
    at(20);
    act(&ann, "resolve", first).await;

    at(30);
    let second = app.visitor().say("Hello").await;
    at(31);
    act(&ben, "claim", second).await;
    at(40);
    say(&ben, second).await;
    at(70);
    act(&ben, "resolve", second).await;

    at(80);
    let third = app.visitor().say("Hello").await;
    at(95);
    act(&sam, "resolve", third).await;

    let fern = employ_bot(app).await;
    at(100);
    let fourth = app.visitor().say("Hello").await;
    at(101);
    let answer =
        Answer { conversation_id: fourth, control_epoch: 0, client_msg_id: new_id(), body: "Hello!".into() };
    bots::say(app, &fern, answer).await.expect("it is said");
    at(110);
    act(&sam, "resolve", fourth).await;

    at(120);
    let wim = app.visitor();
    let fifth = wim.say("Hello").await;
    at(125);
    wim.post("person", json!({})).await.ok();
    at(131);
    say(&ann, fifth).await;
    at(150);
    act(&ann, "resolve", fifth).await;
    dismiss_bot(app).await;

    at(200);
    assert_eq!(vera.say("It is back").await, first, "it is reopened");
    at(202);
    say(&ann, first).await;
    at(210);
    act(&ann, "resolve", first).await;

    // The next day.
    at(26 * 60);
    app.visitor().say("Hello").await;
    Work { start, ann, ben, sam }
}

fn spread(median: i64, p90: i64) -> Option<Spread> {
    Some(Spread { median: median * MINUTE, p90: p90 * MINUTE })
}

/// What the work above comes to.
fn total() -> Figures {
    Figures {
        began: 6,
        reopened: 1,
        resolved: 6,
        alone: 1,
        handed_off: 1,
        // 4, 10, 6, 2
        first_response: spread(4, 10),
        // 20, 40, 15, 10, 30, 10
        resolution: spread(15, 40),
        // 4 + 3, 10, 15, 0, 6, 2
        waited: spread(6, 15),
    }
}

fn expect_by_hand(report: &Report, work: &Work) {
    assert_eq!(report.total, Compared { now: total(), before: Figures::default() });
    assert_eq!((report.total.now.reopen_rate(), report.total.now.ai_share()), (Some(17), Some(17)));
    let by_day: Vec<(i64, i64)> = report.days.iter().map(|day| (day.began, day.resolved)).collect();
    assert_eq!(by_day, [(5, 6), (1, 0)]);

    let of_ann = Figures {
        reopened: 1,
        resolved: 3,
        first_response: spread(4, 6),
        resolution: spread(20, 30),
        waited: spread(6, 7),
        ..Figures::default()
    };
    let of_ben = Figures {
        resolved: 1,
        first_response: spread(10, 10),
        resolution: spread(40, 40),
        waited: spread(10, 10),
        ..Figures::default()
    };
    let of_nobody = Figures {
        resolved: 2,
        alone: 1,
        resolution: spread(10, 15),
        waited: spread(0, 15),
        ..Figures::default()
    };
    let told: Vec<(Option<OperatorId>, Option<&str>, Figures)> =
        report.operators.iter().map(|group| (group.id, group.name.as_deref(), group.figures.now)).collect();
    let want = [
        (Some(work.ann.id), Some("Ann"), of_ann),
        (Some(work.ben.id), Some("Ben"), of_ben),
        (None, None, of_nobody),
    ];
    assert_eq!(told, want);
}

fn expect_of_one_team_and_channel(report: &Report, team: TeamId, channel: ChannelId) {
    let [of_team] = report.teams.as_slice() else { panic!("one team: {:?}", report.teams) };
    let [of_channel] = report.channels.as_slice() else { panic!("one channel: {:?}", report.channels) };
    assert_eq!((of_team.id, of_team.figures.now), (Some(team), total()));
    assert_eq!((of_channel.id, of_channel.figures.now), (Some(channel), total()));
}

async fn what_people_did_comes_to_what_was_added_up_by_hand(app: TestApp) {
    let work = work(&app).await;
    let told = report(&work.sam, days(work.start, 2), 0).await;
    expect_by_hand(&told, &work);
    expect_of_one_team_and_channel(&told, app.support, app.channel);

    // The days that follow are compared with these.
    app.clock.advance(2 * Time::DAY);
    let later = report(&work.sam, Range::Last(2), 0).await;
    assert_eq!(later.total, Compared { now: Figures::default(), before: total() });

    // Days that are over are packed, and say the same.
    maintain::pack_days(&app).await.expect("packed");
    assert_eq!(report(&work.sam, days(work.start, 2), 0).await, told);
    assert_eq!(report(&work.sam, Range::Last(2), 0).await, later);
    assert!(app.clock.now() > work.start.plus(3 * Time::DAY), "or nothing was packed");
}

/// The work began at 08:53 UTC.
async fn days_begin_when_the_readers_clock_says_so(app: TestApp) {
    let work = work(&app).await;
    let east = 14 * 60;
    let first = Day::of(work.start, east);
    let began = async |day: Day| {
        let told = report(&work.sam, Range::Between { first: day, last: day }, east).await;
        told.total.now.began
    };
    // There it is 22:53 then.
    assert_eq!([began(first).await, began(first.plus(1)).await, began(first.plus(2)).await], [2, 3, 1]);
    let me = work.sam.me().await;
    for (range, minutes_east) in [
        (Range::Last(7), 15 * 60),
        (Range::Last(7), i64::MIN),
        (Range::Last(0), 0),
        (Range::Last(i64::MAX), 0),
        (Range::Between { first, last: first.plus(-1) }, 0),
        (Range::Between { first: Day(i64::MIN), last: Day(i64::MAX) }, 0),
    ] {
        let refused = metrics::report(&app, &me, range, minutes_east).await;
        assert!(matches!(refused, Err(AppError::Invalid { .. })), "{range:?} {minutes_east}");
    }
    // Days that are far away are days like others.
    let far = Range::Between { first: Day(i64::MAX - 1), last: Day(i64::MAX - 1) };
    assert_eq!(report(&work.sam, far, 0).await.total, Compared::default());
}

/// The migration makes of what was there what the actions would have kept; only waits after the first are not known.
async fn what_was_before_is_known_as_far_as_it_can_be(app: TestApp) {
    let work = work(&app).await;
    let without_waits = |tallies: Vec<Tally>| -> Vec<Tally> {
        let what = |what| match what {
            Counted::Resolved { after, alone, .. } => Counted::Resolved { after, waited: 0, alone },
            other => other,
        };
        tallies.into_iter().map(|tally| Tally { what: what(tally.what), ..tally }).collect()
    };
    let (kept, shown) = (tallies(&app).await, board(&work.sam).await);
    again(&app).await;
    assert_eq!(without_waits(tallies(&app).await), without_waits(kept));
    assert!(same(&shown, &board(&work.sam).await));
}

/// Takes the migration back, and makes it again.
async fn again(app: &TestApp) {
    macro_rules! migration {
        ($database:literal, $file:literal) => {
            include_str!(concat!("../../../migrations/", $database, "/2026-11-27-000011_metrics/", $file))
        };
    }
    if app.db.is_shared() {
        use diesel_async::{AsyncConnection as _, SimpleAsyncConnection as _};
        let mut conn = diesel_async::AsyncPgConnection::establish(&app.url).await.expect("it answers");
        conn.batch_execute(migration!("postgres", "down.sql")).await.expect("taken back");
        conn.batch_execute(migration!("postgres", "up.sql")).await.expect("made again");
    } else {
        use diesel::{Connection as _, connection::SimpleConnection as _};
        let path = app.url.strip_prefix("sqlite://").expect("a file");
        let mut conn = diesel::SqliteConnection::establish(path).expect("it opens");
        conn.batch_execute("PRAGMA busy_timeout = 10000").expect("it waits");
        conn.batch_execute(migration!("sqlite", "down.sql")).expect("taken back");
        conn.batch_execute(migration!("sqlite", "up.sql")).expect("made again");
    }
}

/// A reply waits for days because its provider is away; then it is taken back.
async fn what_is_taken_back_later_is_counted_no_more(app: TestApp) {
    const OURS: &str = "+15550100";
    let start = app.clock.now();
    let ann = app.operator("Ann").await;
    let sam = app.person("Sam", Role::Supervisor, &[]).await;
    let gateway = Gateway::start().await;
    gateway.connect(&app, "sms", OURS, "webhook").await;
    tell(&app, "sms", &text("m1", "+14155550123", OURS, "Is it open on Sunday?")).await.ok();
    drain(&app).await;
    let id = sam.inbox("all").await.rows[0].conversation.id;
    gateway.set(Mood::Down);
    app.clock.advance(5 * MINUTE);
    ann.reply(id, "From ten to five.", i64::MAX).await.ok();
    let answers = async || report(&sam, days(start, 1), 0).await.total.now.first_response;
    assert_eq!(answers().await, spread(5, 5));
    app.clock.advance(3 * Time::DAY);
    maintain::pack_days(&app).await.expect("packed");
    assert_eq!(answers().await, spread(5, 5));
    let reply = ann.thread(id).await.messages.into_iter().find(|said| said.is_public_reply());
    let seq = reply.expect("a reply").seq;
    ann.call("cancel_message", json!({ "conversation_id": id, "seq": seq })).await.ok();
    assert_eq!(answers().await, None);
    maintain::pack_days(&app).await.expect("packed");
    assert_eq!(answers().await, None);
}
