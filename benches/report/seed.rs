//! A workplace with a past, written through the store: the same for the same number of conversations.
//!
//! Nine conversations in ten are resolved; the others are spread over all teams, owners and statuses, and over the
//! same stretch of time. What only accountability reads (owners of old, resolutions, events) is left out; what the
//! dashboard reads is there.

use std::collections::BTreeMap;

use futures::future::try_join_all;
use live_operator::{
    domain::{
        Channel, ChannelId, ChannelKind, Contact, Conversation, Day, Delivery, DeliveryState, End, Episode,
        Facts, FirstAnswer, Handler, Message, Moment, Operator, OperatorId, Prechat, Priority, ReadMark,
        Role, SenderKind, Status, Team, TeamId, Time,
    },
    server::{
        auth::password::Passwords,
        store::{
            Db, Tx, channel_counts,
            channels::{self, ConfiguredChannel, Settings},
            contacts, conversations, episodes, measured_days, messages,
            operators::{self, Account},
            queue_counts, read_marks, teams, unread,
        },
    },
};
use uuid::Uuid;

use crate::error::{Context, Result};

/// Raised when other data is made, so that what was kept is made anew.
pub const VERSION: u32 = 2;

/// The public key of the live-chat channel.
pub const WIDGET_KEY: &str = "bench";
/// The password of everybody.
pub const PASSWORD: &str = "bench-bench-bench";
/// A team, and an operator who is in this one alone.
pub const TEAM: &str = "Team 0";
pub const OPERATOR: &str = "operator-0@bench.test";
/// Somebody who sees everything.
pub const SUPERVISOR: &str = "supervisor@bench.test";

const TEAMS: usize = 4;
const OPERATORS: usize = 20;
const MESSAGES: i64 = 5;
/// How far the past reaches.
const PAST: i64 = 365 * Time::DAY;
/// Conversations that one transaction writes.
const AT_ONCE: usize = 250;
/// Where the past ends, before any day on which this runs: 1 January 2026.
const NOW: Time = Time(1_767_225_600_000_000);

const FILLING: &str = "The parcel that you sent on Monday has not come yet, and the page that shows where it is has \
    said the same thing since then. Could you look into it and tell me when I may expect it? I shall be away from \
    Thursday on, so it would help me a lot to know before that. Thank you very much for your help with this.";

/// A text of so many bytes.
pub fn words(length: usize) -> &'static str {
    // The filling is plain ASCII, so every byte begins a character.
    FILLING.get(..length).unwrap_or(FILLING)
}

/// What only the conversation with this number says, in its first message.
pub fn number_of(place: usize) -> String {
    format!("K{place}")
}

/// What the message with a number says, in the conversation with a number.
fn body(place: usize, number: i64) -> String {
    let said = words(80 + place * 37 % 200);
    if number == 0 { format!("{said} My order is {}.", number_of(place)) } else { said.to_owned() }
}

/// Fills an empty, migrated database.
pub async fn fill(db: &Db, count: usize) -> Result {
    let hash = Passwords::new().hash(PASSWORD).await.context("cannot hash a password")?;
    let mut tx = db.begin().await.context("cannot begin")?;
    people(&mut tx, &hash).await?;
    tx.commit().await.context("cannot commit")?;
    // PostgreSQL takes several writers; SQLite has one.
    let writers = if db.is_shared() { 6 } else { 1 };
    try_join_all((0..writers).map(|writer| write(db, count, writer, writers))).await?;
    count_queues(db, count).await?;
    pack_days(db).await
}

/// When the conversation with a number begins, out of so many.
pub fn beginning_of(place: usize, count: usize) -> Time {
    let step = PAST / i64::try_from(count.max(1)).unwrap_or(i64::MAX);
    NOW.plus(-PAST + step * i64::try_from(place).unwrap_or_default())
}

/// The last day of the past.
pub const fn last_day() -> Day {
    Day::of(NOW, 0).plus(-1)
}

/// Packs what is counted of each day, as the server does once a day is over.
async fn pack_days(db: &Db) -> Result {
    let first = Day::of(NOW.plus(-PAST), 0);
    for place in 0..=last_day().0 - first.0 {
        let mut tx = db.begin().await.context("cannot begin")?;
        measured_days::pack(&mut tx, first.plus(place)).await.context("cannot pack a day")?;
        tx.commit().await.context("cannot commit")?;
    }
    Ok(())
}

/// Writes every so many-th batch of conversations.
async fn write(db: &Db, count: usize, writer: usize, writers: usize) -> Result {
    for start in (writer * AT_ONCE..count).step_by(writers * AT_ONCE) {
        let mut tx = db.begin().await.context("cannot begin")?;
        for place in start..count.min(start + AT_ONCE) {
            Made::new(place, count).write(&mut tx).await?;
        }
        tx.commit().await.context("cannot commit")?;
    }
    Ok(())
}

/// Keeps the queues' counts as the product would have.
async fn count_queues(db: &Db, count: usize) -> Result {
    let facts: Vec<(ChannelId, Facts)> = (0..count)
        .map(|place| Made::new(place, count).conversation)
        .map(|conversation| (conversation.channel_id, conversation.facts()))
        .collect();
    for batch in facts.chunks(AT_ONCE) {
        let mut tx = db.begin().await.context("cannot begin")?;
        for (channel, facts) in batch {
            queue_counts::shift(&mut tx, None, facts).await.context("cannot count")?;
            channel_counts::shift(&mut tx, *channel, None, facts).await.context("cannot count")?;
        }
        tx.commit().await.context("cannot commit")?;
    }
    Ok(())
}

async fn people(tx: &mut Tx, password_hash: &str) -> Result {
    let doing = "cannot write the people";
    let made = NOW.plus(-PAST);
    for number in 0..TEAMS {
        let team = Team { id: team_id(number), name: format!("Team {number}") };
        teams::insert(tx, &team, made).await.context(doing)?;
    }
    for number in 0..=OPERATORS {
        let operator = operator(number);
        let id = operator.id;
        let account =
            Account { operator, password_hash: password_hash.to_owned(), auth_epoch: 0, created_at: made };
        operators::insert(tx, &account).await.context(doing)?;
        if number < OPERATORS {
            teams::insert_member(tx, team_id(number % TEAMS), id).await.context(doing)?;
        }
    }
    for kind in ChannelKind::ALL {
        channels::insert(tx, &channel(*kind)).await.context(doing)?;
    }
    Ok(())
}

/// The last one is the supervisor.
fn operator(number: usize) -> Operator {
    let (role, email) = if number < OPERATORS {
        (Role::Operator, format!("operator-{number}@bench.test"))
    } else {
        (Role::Supervisor, SUPERVISOR.to_owned())
    };
    Operator { id: operator_id(number), name: format!("Person {number}"), email, role, enabled: true }
}

fn channel(kind: ChannelKind) -> ConfiguredChannel {
    let live = kind == ChannelKind::LiveChat;
    ConfiguredChannel {
        channel: Channel {
            id: id_at(NOW.plus(-PAST), Kind::Channel, kind as usize),
            kind,
            name: kind.label().to_owned(),
            hue: None,
            team_id: live.then(|| team_id(0)),
            enabled: true,
            connected: true,
            address: String::new(),
        },
        key: if live { WIDGET_KEY.to_owned() } else { format!("{WIDGET_KEY}-{}", kind.as_str()) },
        provider: channels::SESSION.to_owned(),
        credentials: None,
        settings: Settings { prechat: Prechat::None, ..Settings::default() },
        created_at: NOW.plus(-PAST),
    }
}

fn team_id(number: usize) -> TeamId {
    id_at(NOW.plus(-PAST), Kind::Team, number)
}

fn operator_id(number: usize) -> OperatorId {
    id_at(NOW.plus(-PAST), Kind::Operator, number)
}

/// Tells the ids of one moment apart.
#[derive(Clone, Copy)]
enum Kind {
    Team,
    Operator,
    Channel,
    Contact,
    Conversation,
    Message,
}

/// The UUIDv7 that something would have got at a time: ids of one kind lie in the index by age, as they do in life.
fn id_at<T: From<Uuid>>(time: Time, kind: Kind, number: usize) -> T {
    let millis = u128::from(time.millis().unsigned_abs());
    let tail = (kind as u128) << 48 | number as u128;
    T::from(Uuid::from_u128(millis << 80 | 7 << 76 | 2 << 62 | tail))
}

/// A conversation of the past with everything in it.
struct Made {
    contact: Contact,
    conversation: Conversation,
    messages: Vec<Message>,
    /// Who has read how far.
    marks: BTreeMap<OperatorId, ReadMark>,
}

impl Made {
    /// The conversation with a number, out of so many.
    fn new(place: usize, count: usize) -> Self {
        let begin = beginning_of(place, count);
        let contact = Contact {
            id: id_at(begin, Kind::Contact, place),
            name: Some(format!("Customer {place}")),
            email: Some(format!("customer-{place}@example.test")),
            phone: None,
            created_at: begin,
            merged_into: None,
        };
        let conversation = beginning(place, &contact, begin);
        let mut made = Self { contact, conversation, messages: Vec::new(), marks: BTreeMap::new() };
        for number in 0..MESSAGES {
            made.say(place, number);
        }
        made.finish(place);
        made
    }

    /// The customer begins; nobody answers while it waits, a bot while it is open, else the owner in turn.
    fn say(&mut self, place: usize, number: i64) {
        let at = self.conversation.created_at.plus(number * 2 * Time::MINUTE);
        let last_word_is_ours = !place.is_multiple_of(20) || self.conversation.status == Status::Resolved;
        let ours = number % 2 == 1 || (number == MESSAGES - 1 && last_word_is_ours);
        let sender = match self.conversation.status {
            _ if !ours => SenderKind::Contact,
            Status::Waiting => SenderKind::Contact,
            Status::Open => SenderKind::Bot,
            Status::Active | Status::Resolved => SenderKind::Operator,
        };
        let from_customer = sender == SenderKind::Contact;
        let conversation = &mut self.conversation;
        if from_customer {
            conversation.awaiting_reply_since.get_or_insert(at);
        } else {
            conversation.awaiting_reply_since = None;
        }
        let message = Message {
            id: id_at(at, Kind::Message, place * 10 + usize::try_from(number).unwrap_or_default()),
            seq: conversation.last_seq + 1,
            sender,
            sender_id: match sender {
                SenderKind::Contact => Some(self.contact.id.0),
                SenderKind::Operator => conversation.owner_id.map(|id| id.0),
                SenderKind::Bot | SenderKind::System => None,
            },
            sender_name: if from_customer { conversation.contact_name.clone() } else { "Person".to_owned() },
            channel_id: conversation.channel_id,
            channel_kind: conversation.channel_kind,
            body: body(place, number),
            note: false,
            system: None,
            client_msg_id: None,
            in_reply_to: None,
            delivery: (!from_customer).then_some(Delivery::new(DeliveryState::Sent, at)),
            attachments: Vec::new(),
            awaited: Vec::new(),
            mail: None,
            handoff: None,
            mentions: Vec::new(),
            customer_messages: conversation.customer_messages + i64::from(from_customer),
            created_at: at,
        };
        conversation.add(&message);
        self.messages.push(message);
    }

    /// Half of what is in work has been read by the people of the first team; of the rest a message is unread.
    fn finish(&mut self, place: usize) {
        let conversation = &mut self.conversation;
        if conversation.status == Status::Resolved {
            conversation.awaiting_reply_since = None;
            conversation.resolved_at = Some(conversation.last_activity_at.plus(Time::MINUTE));
            conversation.resolved_by = conversation.owner_id;
            return;
        }
        let unread = i64::from(place.is_multiple_of(4));
        let mark = ReadMark {
            seq: conversation.last_seq - unread,
            customer_messages: conversation.customer_messages - unread,
        };
        let readers = conversation.owner_id.into_iter().chain([operator_id(0), operator_id(TEAMS)]);
        self.marks.extend(readers.map(|reader| (reader, mark)));
    }

    async fn write(&self, tx: &mut Tx) -> Result {
        let doing = "cannot write a conversation";
        contacts::insert(tx, &self.contact).await.context(doing)?;
        conversations::insert(tx, &self.conversation).await.context(doing)?;
        for message in &self.messages {
            messages::insert(tx, self.conversation.id, message, None).await.context(doing)?;
        }
        for (reader, mark) in &self.marks {
            read_marks::put(tx, *reader, self.conversation.id, *mark).await.context(doing)?;
        }
        unread::add(tx, &self.conversation).await.context(doing)?;
        episodes::insert(tx, &self.episode()).await.context(doing)?;
        Ok(())
    }

    /// What the actions would have kept of it.
    fn episode(&self) -> Episode {
        let conversation = &self.conversation;
        let moment = |at: Time| Moment { at, team_id: conversation.team_id };
        let answer = self.messages.iter().find(|message| message.sender == SenderKind::Operator);
        let answered = answer.map(|answer| FirstAnswer {
            moment: moment(answer.created_at),
            by: conversation.owner_id,
            after: answer.created_at.since(conversation.created_at),
        });
        let waited = answered.map_or(0, |answer| answer.after);
        Episode {
            with_people: conversation.status != Status::Open,
            answered,
            waited,
            last_wait: waited,
            ended: conversation
                .resolved_at
                .map(|at| End { moment: moment(at), owner_id: conversation.owner_id }),
            ..Episode::first(conversation)
        }
    }
}

/// A conversation before anything was said.
fn beginning(place: usize, contact: &Contact, at: Time) -> Conversation {
    // Every tenth is in work, and of those four wait, five have an owner and one a bot.
    let status = match (place % 10, place / 10 % 10) {
        (1.., _) => Status::Resolved,
        (0, 0..4) => Status::Waiting,
        (0, 4..9) => Status::Active,
        (0, _) => Status::Open,
    };
    let owned = matches!(status, Status::Active | Status::Resolved);
    let kind = ChannelKind::ALL[place / 3 % ChannelKind::ALL.len()];
    let team = place / 7 % (TEAMS + 1);
    Conversation {
        id: id_at(at, Kind::Conversation, place),
        contact_id: contact.id,
        contact_name: contact.display_name(),
        channel_id: channel(kind).channel.id,
        channel_kind: kind,
        reply_channel_id: channel(kind).channel.id,
        reply_route: None,
        mail: None,
        ai: None,
        team_id: (team < TEAMS).then(|| team_id(team)),
        owner_id: owned.then(|| operator_id(place / 11 % OPERATORS)),
        status,
        handler: if status == Status::Open { Handler::Bot } else { Handler::Human },
        control_epoch: 0,
        last_seq: 0,
        customer_messages: 0,
        last_message: None,
        last_activity_at: at,
        awaiting_reply_since: None,
        created_at: at,
        resolved_at: None,
        resolved_by: None,
        previous_id: None,
        tags: [].into(),
        priority: Priority::None,
        snoozed_until: None,
    }
}
