//! What filters mean, and that they are read as they are written.

use proptest::{collection::btree_set, option, prelude::*, sample::select};
use uuid::Uuid;

use super::*;
use crate::domain::{
    ChannelKind, ContactId, ConversationId, Handler, MailThread, ReplyRoute, filter::query::NoValue,
};

const NOW: Time = Time(1_795_390_200 * Time::SECOND);
const OLGA: OperatorId = OperatorId(Uuid::from_u128(1));
const OMAR: OperatorId = OperatorId(Uuid::from_u128(2));
const VIP: TagId = TagId(Uuid::from_u128(20));
const CHANNEL: ChannelId = ChannelId(Uuid::from_u128(70));

fn asking() -> Asking {
    Asking { me: Some(OLGA), now: NOW }
}

fn conversation() -> Conversation {
    Conversation {
        id: ConversationId(Uuid::from_u128(50)),
        contact_id: ContactId(Uuid::from_u128(60)),
        contact_name: "Zoë ÅNGSTRÖM".into(),
        channel_id: CHANNEL,
        channel_kind: ChannelKind::Email,
        reply_channel_id: CHANNEL,
        reply_route: Some(ReplyRoute { ours: "help@acme.test".into(), peer: "Zoe@Example.test".into() }),
        mail: Some(MailThread { subject: "Order 4711 is late".into(), cc: Vec::new() }),
        ai: None,
        team_id: None,
        owner_id: None,
        status: Status::Waiting,
        handler: Handler::Human,
        control_epoch: 0,
        last_seq: 1,
        customer_messages: 1,
        last_message: None,
        last_activity_at: NOW.plus(-Time::HOUR),
        awaiting_reply_since: Some(NOW.plus(-Time::HOUR)),
        created_at: NOW.plus(-Time::DAY),
        resolved_at: None,
        resolved_by: None,
        previous_id: None,
        tags: [VIP].into(),
        priority: Priority::High,
        snoozed_until: None,
    }
}

fn filter(pairs: &[(Condition, &str)]) -> Filter {
    let mut filter = Filter::default();
    for (condition, text) in pairs {
        filter.set(*condition, text).expect("it can be read");
    }
    filter
}

#[test]
fn each_condition_is_met_or_not() {
    use Condition::{Channel, Created, Owner, Priority, Status, Tag, Team, Text, Waiting};
    let (channel, other) = (CHANNEL.to_string(), Uuid::from_u128(9).to_string());
    let (channel, other) = (channel.as_str(), other.as_str());
    let vip = format!("{other},{VIP}");
    let between = format!("{}..{}", NOW.plus(-2 * Time::DAY).rfc3339(), NOW.rfc3339());
    let until = format!("..{}", NOW.plus(-Time::DAY).rfc3339());
    let (vip, between, until) = (vip.as_str(), between.as_str(), until.as_str());
    for (condition, text, want) in [
        (Status, "waiting", true),
        (Status, "active,resolved", false),
        (Channel, channel, true),
        (Channel, other, false),
        (Team, "none", true),
        (Team, other, false),
        (Owner, "nobody", true),
        (Owner, "me", false),
        (Tag, vip, true),
        (Tag, other, false),
        (Priority, "high,urgent", true),
        (Priority, "none", false),
        (Waiting, "59m", true),
        (Waiting, "1h", true),
        (Waiting, "61m", false),
        (Created, "1d", true),
        (Created, "23h", false),
        (Created, between, true),
        (Created, until, false),
        (Text, "zoë", true),
        (Text, "ångström 4711", true),
        (Text, "EXAMPLE.test late", true),
        (Text, "help@acme.test", false),
        (Text, "4711 early", false),
    ] {
        let filter = filter(&[(condition, text)]);
        assert_eq!(filter.matches(&conversation(), &asking()), want, "{condition:?} {text}");
        assert!(!filter.is_empty());
    }
    assert!(Filter::default().matches(&conversation(), &asking()));
}

#[test]
fn all_conditions_must_be_met() {
    use Condition::{Priority, Status};
    assert!(filter(&[(Status, "waiting"), (Priority, "high")]).matches(&conversation(), &asking()));
    assert!(!filter(&[(Status, "waiting"), (Priority, "low")]).matches(&conversation(), &asking()));
}

#[test]
fn me_is_whoever_looks() {
    let mut mine = conversation();
    mine.owner_id = Some(OLGA);
    let filter = filter(&[(Condition::Owner, "me")]);
    assert!(filter.matches(&mine, &asking()));
    assert!(!filter.matches(&mine, &Asking { me: Some(OMAR), ..asking() }));
    assert!(!filter.matches(&mine, &Asking { me: None, ..asking() }), "an app owns nothing");
}

#[test]
fn nobody_waits_where_a_bot_answers() {
    let mut open = conversation();
    open.status = Status::Open;
    assert!(!filter(&[(Condition::Waiting, "1m")]).matches(&open, &asking()));
}

#[test]
fn what_cannot_be_read_is_named_or_left_out() {
    let long = "x".repeat(101);
    for (condition, text) in [
        (Condition::Status, "waiting,done"),
        (Condition::Channel, "shop"),
        (Condition::Owner, "olga"),
        (Condition::Waiting, "soon"),
        (Condition::Waiting, "0m"),
        (Condition::Waiting, "400d"),
        (Condition::Waiting, "é"),
        (Condition::Created, ".."),
        (Condition::Created, "2026-11-01..2026-11-02"),
        (Condition::Text, long.as_str()),
    ] {
        let get = |key: &str| (key == condition.as_str()).then(|| text.to_owned());
        assert_eq!(Filter::read(get), Err(WrongCondition(condition)), "{text}");
        assert_eq!(Listing::read(get), Listing::default(), "{text}");
    }
}

#[test]
fn spans_are_written_in_their_largest_unit() {
    for (text, minutes, written) in [("90m", 90, "90m"), ("120m", 120, "2h"), ("48h", 2_880, "2d")] {
        let read: Minutes = text.parse().expect("a span");
        assert_eq!((read.get(), read.to_string().as_str()), (minutes, written));
    }
    assert_eq!("m".parse::<Minutes>(), Err(NoValue));
}

#[test]
fn too_much_is_refused() {
    let many = (0..51).map(|n| TagId(Uuid::from_u128(n))).collect();
    assert!(Filter { tag: many, ..Filter::default() }.check().is_err());
    assert!(Filter { text: "x".repeat(101), ..Filter::default() }.check().is_err());
    assert!(filter(&[(Condition::Text, "vera")]).check().is_ok());
}

/// Any filter that can be chosen.
pub fn any_filter() -> impl Strategy<Value = Filter> {
    let id = || (0..4_u128).prop_map(Uuid::from_u128);
    let whose = prop_oneof![
        Just(Whose::Me),
        Just(Whose::Nobody),
        id().prop_map(|id| Whose::Operator(OperatorId(id))),
    ];
    let time = || (0..2_000_000_000_i64).prop_map(|seconds| Time(seconds * Time::SECOND));
    let minutes = || (1..=366 * Minutes::DAY).prop_map(Minutes);
    let created = prop_oneof![
        minutes().prop_map(Created::Within),
        (time(), option::of(time())).prop_map(|(from, to)| Created::Between { from: Some(from), to }),
        time().prop_map(|to| Created::Between { from: None, to: Some(to) }),
    ];
    let sets = (
        btree_set(select(Status::ALL), 0..4),
        btree_set(id().prop_map(ChannelId), 0..3),
        btree_set(option::of(id().prop_map(TeamId)), 0..3),
        btree_set(whose, 0..3),
        btree_set(id().prop_map(TagId), 0..3),
        btree_set(select(Priority::ALL), 0..4),
    );
    let rest = (option::of(minutes()), option::of(created), "[a-zA-Zäß%&=+,? ]{0,12}");
    (sets, rest).prop_map(|((status, channel, team, owner, tag, priority), (waiting, created, text))| {
        Filter { status, channel, team, owner, tag, priority, waiting, created, text: text.trim().to_owned() }
    })
}

proptest! {
    #[test]
    fn a_filter_is_read_as_it_is_written(filter in any_filter(), queue in select(Queue::FIXED.to_vec())) {
        let listing = Listing { queue, filter };
        let pairs = listing.pairs();
        let get = |key: &str| pairs.iter().find(|(name, _)| *name == key).map(|(_, text)| text.clone());
        prop_assert_eq!(&Filter::read(get), &Ok(listing.filter.clone()));
        prop_assert_eq!(&Listing::read(get), &listing);
        let json = serde_json::to_string(&listing).expect("it has string keys");
        prop_assert_eq!(serde_json::from_str::<Listing>(&json).expect("it was just written"), listing);
    }

    #[test]
    fn a_condition_that_is_cleared_is_not_set(filter in any_filter(), condition in select(Condition::ALL)) {
        let mut rest = filter.clone();
        rest.clear(condition);
        prop_assert_eq!(rest.get(condition), None);
        for other in Condition::ALL.iter().filter(|other| **other != condition) {
            prop_assert_eq!(rest.get(*other), filter.get(*other));
        }
    }
}
