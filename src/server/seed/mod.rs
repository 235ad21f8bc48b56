//! Demo data: deterministic, so that tests and screenshots can rely on it. It is written through the store with made-up
//! times in the past; what it leaves behind is what the actions would have left.

mod canned;
mod connect;
mod faq;
mod fern;
mod past;
mod play;
mod reach;
mod script;
mod tags;

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

pub use self::connect::{
    EMAIL_ADDRESS, EMAIL_HOOK_SECRET, EMAIL_KEY, SMS_KEY, SMS_MEDIA_TOKEN, SMS_NUMBER, SMS_SECRET,
    connect_demo,
};
use self::{
    fern::Fern,
    play::play,
    script::{CONVERSATIONS, PEOPLE, Scripted},
};
use super::{
    app::App,
    auth::{password::Passwords, vault::VaultError},
    store::{
        self, StoreError, Tx, channel_counts,
        channels::{ConfiguredChannel, SESSION, Settings, UNCONNECTED},
        contacts, conversations, episodes, events, faq as questions,
        history::{self, OwnershipChange},
        messages,
        operators::Account,
        participants, queue_counts, read_marks, unread,
    },
};
use crate::domain::{
    AiThread, AppError, Channel, ChannelId, ChannelKind, Contact, Conversation, Event, Handler, Hue,
    IdentityKind, Operator, OperatorId, Prechat, ReadMark, Status, Team, TeamId, Time,
};

/// The public key of the demo shop's widget.
pub const WIDGET_KEY: &str = "demo-shop";

/// The same of the widget in which the shop's bot answers.
pub const HELPER_KEY: &str = "demo-helper";

/// The password of everybody in the demo.
pub const PASSWORD: &str = "demo-demo-demo";

/// Why the demo was not seeded.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    #[error("the demo is already there")]
    Already,
    #[error("this database holds other data; the demo goes into an empty one")]
    OtherData,
    #[error("the demo is only for a public URL on this machine (127.0.0.1, localhost)")]
    NotLoopback,
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    App(#[from] AppError),
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// Fills an empty database with the demo.
///
/// # Errors
/// If it is not empty, or the installation is not on this machine.
pub async fn demo(app: &App) -> Result<(), SeedError> {
    if !app.config.is_loopback() {
        return Err(SeedError::NotLoopback);
    }
    let mut conn = app.db.conn().await?;
    if store::channels::find_by_key(&mut conn, WIDGET_KEY).await?.is_some() {
        return Err(SeedError::Already);
    }
    if !store::operators::list(&mut conn).await?.is_empty() || conversations::count(&mut conn).await? > 0 {
        return Err(SeedError::OtherData);
    }
    drop(conn);
    let password_hash = Passwords::new().hash(PASSWORD).await?;
    let mut tx = app.db.begin().await?;
    let now = app.clock.now();
    let fern = Fern::new(now.plus(-90 * Time::DAY));
    let mut seeder = Seeder { tx: &mut tx, now, next_id: 0, channels: BTreeMap::new(), fern };
    seeder.people(&password_hash).await?;
    seeder.helper().await?;
    seeder.channels().await?;
    seeder.canned().await?;
    seeder.tags().await?;
    for (place, scripted) in CONVERSATIONS.iter().enumerate() {
        seeder.conversation(place, scripted).await?;
    }
    tx.commit().await?;
    app.hub.committed();
    Ok(())
}

/// The id of a person or team of the demo: the same in every installation.
#[must_use]
pub fn demo_id<T: From<Uuid>>(number: u16) -> T {
    // A UUIDv7 of the year 2026 with the number as its end.
    T::from(Uuid::from_u128(0x019b_0000_0000_7000_8000_0000_0000_0000 | u128::from(number)))
}

const SUPPORT: u16 = 1;
const SALES: u16 = 2;

struct Seeder<'a> {
    tx: &'a mut Tx,
    now: Time,
    next_id: u16,
    channels: BTreeMap<ChannelKind, Channel>,
    fern: Fern,
}

impl Seeder<'_> {
    fn id<T: From<Uuid>>(&mut self) -> T {
        self.next_id += 1;
        demo_id(10_000 + self.next_id)
    }

    async fn people(&mut self, password_hash: &str) -> Result<(), SeedError> {
        let made = self.now.plus(-90 * Time::DAY);
        for (number, name) in [(SUPPORT, "Support"), (SALES, "Sales")] {
            let team = Team { id: demo_id::<TeamId>(number), name: name.into() };
            store::teams::insert(self.tx, &team, made).await?;
        }
        for person in PEOPLE {
            let operator = Operator {
                id: demo_id(person.number),
                name: person.name.into(),
                email: person.email.into(),
                role: person.role,
                enabled: true,
            };
            let account = Account {
                operator,
                password_hash: password_hash.to_owned(),
                auth_epoch: 0,
                created_at: made,
            };
            store::operators::insert(self.tx, &account).await?;
            if let Some(team) = person.team {
                store::teams::insert_member(self.tx, demo_id(team), demo_id(person.number)).await?;
            }
        }
        Ok(())
    }

    async fn channels(&mut self) -> Result<(), SeedError> {
        let made = self.now.plus(-90 * Time::DAY);
        for (number, kind, key, name, hue, address) in [
            (101, ChannelKind::LiveChat, WIDGET_KEY, "Kiln & Fern shop", Some(Hue::Teal), ""),
            (102, ChannelKind::Chatbot, HELPER_KEY, "Fern, the helper", None, ""),
            (103, ChannelKind::Sms, SMS_KEY, "SMS +1 555 0100", None, SMS_NUMBER),
            (104, ChannelKind::Email, EMAIL_KEY, EMAIL_ADDRESS, None, EMAIL_ADDRESS),
        ] {
            let channel = Channel {
                id: demo_id::<ChannelId>(number),
                kind,
                name: name.into(),
                hue,
                team_id: Some(demo_id(SUPPORT)),
                enabled: true,
                connected: kind.is_live(),
                address: String::new(),
            };
            let words = if kind == ChannelKind::Chatbot {
                self.fern.channel()
            } else {
                let greeting = "Hello from Kiln & Fern. What can we do for you?".into();
                Settings { greeting, ..Settings::default() }
            };
            let settings = Settings { prechat: Prechat::Optional, address: address.into(), ..words };
            let provider = if kind.is_live() { SESSION } else { UNCONNECTED };
            let configured = ConfiguredChannel {
                channel: channel.clone(),
                key: key.into(),
                provider: provider.into(),
                credentials: None,
                settings,
                created_at: made,
            };
            store::channels::insert(self.tx, &configured).await?;
            self.channels.insert(kind, channel);
        }
        Ok(())
    }

    async fn conversation(&mut self, place: usize, scripted: &Scripted) -> Result<(), SeedError> {
        let started = self.now.plus(-scripted.minutes_ago * Time::MINUTE);
        let contact = Contact {
            id: self.id(),
            name: some(scripted.name),
            email: some(scripted.email),
            phone: some(scripted.phone),
            created_at: started,
            merged_into: None,
        };
        contacts::insert(self.tx, &contact).await?;
        let first =
            self.channel(scripted.lines.first().map_or(scripted.kind, |line| line.kind(scripted.kind)));
        let team = if place % 7 == 3 { SALES } else { SUPPORT };
        let by_bot = scripted.kind == ChannelKind::Chatbot;
        let mut conversation = Conversation {
            id: self.id(),
            contact_id: contact.id,
            contact_name: contact.display_name(),
            channel_id: first.id,
            channel_kind: first.kind,
            reply_channel_id: first.id,
            reply_route: None,
            mail: reach::mail_thread(scripted),
            ai: by_bot.then(|| Box::new(AiThread::of(self.fern.bot()))),
            team_id: Some(demo_id(team)),
            owner_id: scripted.owner.map(demo_id::<OperatorId>),
            status: scripted.status,
            handler: if by_bot { Handler::Bot } else { Handler::Human },
            control_epoch: 0,
            last_seq: 0,
            customer_messages: 0,
            last_message: None,
            last_activity_at: started,
            awaiting_reply_since: None,
            created_at: started,
            resolved_at: None,
            resolved_by: None,
            previous_id: None,
            tags: tags::of(place),
            priority: tags::priority_of(place, scripted.status),
            snoozed_until: None,
        };
        let played = play(self, scripted, &contact, &mut conversation);
        let reached = reach::reached_at(scripted);
        if let Some((kind, route)) = &reached {
            self.reach(*kind, route, &mut conversation).await?;
        }
        if scripted.status == Status::Resolved {
            conversation.resolved_at = Some(conversation.last_activity_at.plus(Time::MINUTE));
            conversation.resolved_by = conversation.owner_id;
            conversation.awaiting_reply_since = None;
        }
        conversations::insert(self.tx, &conversation).await?;
        store::conversation_tags::update(self.tx, conversation.id, &BTreeSet::new(), &conversation.tags)
            .await?;
        if let Some((IdentityKind::Email, route)) = &reached {
            participants::put(self.tx, conversation.id, &route.peer).await?;
        }
        for message in &played.thread {
            messages::insert(self.tx, conversation.id, message, None).await?;
        }
        for question in &played.asked {
            questions::insert_question(self.tx, conversation.id, question).await?;
        }
        self.history(&conversation).await?;
        self.marks(place, &conversation).await?;
        queue_counts::shift(self.tx, None, &conversation.facts()).await?;
        channel_counts::shift(self.tx, conversation.channel_id, None, &conversation.facts()).await?;
        episodes::insert(self.tx, &past::episode(&conversation, &played.thread)).await?;
        unread::add(self.tx, &conversation).await?;
        let at = conversation.last_activity_at;
        let contact_id = Some(conversation.contact_id);
        let event = Event::ConversationChanged {
            conversation: Box::new(conversation),
            was: None,
            messages: played.thread,
        };
        events::append(self.tx, &event, contact_id, at).await?;
        Ok(())
    }

    async fn history(&mut self, conversation: &Conversation) -> Result<(), SeedError> {
        if conversation.owner_id.is_some() {
            let change = OwnershipChange {
                conversation_id: conversation.id,
                from: None,
                to: conversation.owner_id,
                by: conversation.owner_id,
                reason: "replied".into(),
                at: conversation.created_at,
            };
            history::insert_ownership_change(self.tx, &change).await?;
        }
        if let Some(at) = conversation.resolved_at {
            history::insert_resolution(self.tx, conversation.id, at, conversation.resolved_by).await?;
        }
        Ok(())
    }

    /// Most have been read by everybody; where an answer is due, the last message has not.
    async fn marks(&mut self, place: usize, conversation: &Conversation) -> Result<(), SeedError> {
        let fresh = conversation.needs_answer() && !place.is_multiple_of(3);
        let mark = ReadMark {
            seq: conversation.last_seq - i64::from(fresh),
            customer_messages: conversation.customer_messages - i64::from(fresh),
        };
        for person in PEOPLE {
            read_marks::put(self.tx, demo_id(person.number), conversation.id, mark).await?;
        }
        Ok(())
    }

    fn channel(&self, kind: ChannelKind) -> Channel {
        self.channels
            .get(&kind)
            .cloned()
            .unwrap_or_else(|| unreachable!("every kind has a channel in the demo"))
    }
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn name_of(number: u16) -> &'static str {
    PEOPLE.iter().find(|person| person.number == number).map_or("", |person| person.name)
}

const SAM: u16 = 12;
