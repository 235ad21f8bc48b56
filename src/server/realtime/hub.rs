//! Hands what happens to the streams that are open on this server.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, broadcast, mpsc, watch};

use uuid::Uuid;

use crate::{
    domain::{ContactId, ConversationId, Event, Facts, OperatorId, Position, Push, ReadMark, Signal},
    server::clock::new_id,
};

/// Items that a stream may fall behind before it is cut; it then resumes from the log.
const OPERATORS_BEHIND: usize = 2048;
const VISITOR_BEHIND: usize = 64;

/// An event of the log on its way to clients, serialised once for all of them.
#[derive(Debug)]
pub struct Published {
    pub at: Position,
    pub event: Event,
    /// `event` as JSON.
    pub json: String,
    /// The marks that operators keep in the conversation that it is about.
    pub marks: BTreeMap<OperatorId, ReadMark>,
}

/// A signal with what decides who may hear it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heard {
    pub signal: Signal,
    pub facts: Facts,
    pub contact_id: ContactId,
}

/// What streams take from the hub.
#[derive(Debug, Clone)]
pub enum Item {
    Event(Arc<Published>),
    Signal(Arc<Heard>),
}

/// The operators who have a page open, on whichever server.
#[derive(Debug, Clone)]
pub struct Here {
    pub operators: BTreeSet<OperatorId>,
    /// The same as streams tell it, made once for all of them.
    pub json: Arc<str>,
}

impl Here {
    fn of(operators: BTreeSet<OperatorId>) -> Self {
        let push = Push::Here { operators: operators.clone() };
        Self { operators, json: serde_json::to_string(&push).unwrap_or_default().into() }
    }
}

/// The meeting place of one server's writers and streams.
pub struct Hub {
    /// Tells this server's notices from others'.
    server_id: Uuid,
    operators: broadcast::Sender<Item>,
    visitors: Mutex<HashMap<ContactId, broadcast::Sender<Item>>>,
    operators_here: AtomicUsize,
    /// How many streams each of them has open on this server.
    seats: Mutex<HashMap<OperatorId, usize>>,
    here: watch::Sender<Here>,
    /// Whether an operator has a stream open, here or on another server.
    staffed: watch::Sender<bool>,
    /// Tells the tailer that there is something new.
    wake: Notify,
    /// Up to where the log has been handed out.
    position: watch::Sender<Position>,
    /// Signals that other servers should hear too, if there are others.
    outward: Mutex<Option<mpsc::Sender<Heard>>>,
    /// Tells that a local write has committed, for the other servers.
    announce: Notify,
    stop: watch::Sender<bool>,
}

impl Hub {
    #[must_use]
    pub fn new() -> Self {
        Self {
            server_id: new_id(),
            operators: broadcast::Sender::new(OPERATORS_BEHIND),
            visitors: Mutex::default(),
            operators_here: AtomicUsize::new(0),
            seats: Mutex::default(),
            here: watch::Sender::new(Here::of(BTreeSet::new())),
            staffed: watch::Sender::new(false),
            wake: Notify::new(),
            position: watch::Sender::new(Position::default()),
            outward: Mutex::default(),
            announce: Notify::new(),
            stop: watch::Sender::new(false),
        }
    }

    pub(super) const fn server_id(&self) -> Uuid {
        self.server_id
    }

    /// Called after a commit: the log has grown.
    pub fn committed(&self) {
        self.wake.notify_one();
        self.announce.notify_one();
    }

    /// Called when another server says that the log has grown.
    pub(super) fn heard_of_commit(&self) {
        self.wake.notify_one();
    }

    pub(super) async fn woken(&self) {
        self.wake.notified().await;
    }

    pub(super) async fn announced(&self) {
        self.announce.notified().await;
    }

    /// Opens the way for signals to other servers.
    pub(super) fn connect_outward(&self) -> mpsc::Receiver<Heard> {
        let (sender, receiver) = mpsc::channel(256);
        *lock(&self.outward) = Some(sender);
        receiver
    }

    /// All that operators' streams hear, for whoever works for nobody's eyes.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<Item> {
        self.operators.subscribe()
    }

    /// Hands an event of the log to every stream that it may concern.
    pub(super) fn publish(&self, published: Published) {
        let at = published.at;
        let contact = match &published.event {
            Event::ConversationChanged { conversation, .. } => Some(conversation.contact_id),
            _ => None,
        };
        let item = Item::Event(Arc::new(published));
        if let Some(contact) = contact {
            self.to_visitor(contact, &item);
        }
        // Nobody listening is not an error.
        let _ = self.operators.send(item);
        self.position.send_replace(at);
    }

    /// Lets a signal be heard here and on the other servers.
    pub fn signal(&self, heard: Heard) {
        if let Some(outward) = lock(&self.outward).as_ref() {
            // A full queue loses a typing mark: nothing that matters.
            let _ = outward.try_send(heard.clone());
        }
        self.hear(heard);
    }

    /// Lets a signal be heard here.
    pub(super) fn hear(&self, heard: Heard) {
        let contact = heard.contact_id;
        let item = Item::Signal(Arc::new(heard));
        self.to_visitor(contact, &item);
        let _ = self.operators.send(item);
    }

    fn to_visitor(&self, contact: ContactId, item: &Item) {
        if let Some(sender) = lock(&self.visitors).get(&contact) {
            let _ = sender.send(item.clone());
        }
    }

    /// Starts to listen to what operators may hear.
    #[must_use]
    pub fn join_as_operator(self: &Arc<Self>, operator: OperatorId) -> OperatorSeat {
        self.operators_here.fetch_add(1, Ordering::SeqCst);
        *lock(&self.seats).entry(operator).or_default() += 1;
        self.look_who_is_here(false);
        OperatorSeat { items: self.operators.subscribe(), operator, hub: self.clone() }
    }

    /// Starts to listen to what concerns a contact.
    #[must_use]
    pub fn join_as_visitor(self: &Arc<Self>, contact: ContactId) -> VisitorSeat {
        let items = lock(&self.visitors)
            .entry(contact)
            .or_insert_with(|| broadcast::Sender::new(VISITOR_BEHIND))
            .subscribe();
        VisitorSeat { items, contact, hub: self.clone() }
    }

    /// Whether any operator has a stream open on this server.
    pub(super) fn has_operators(&self) -> bool {
        self.operators_here.load(Ordering::SeqCst) > 0
    }

    /// The operators who have a stream open on this server.
    pub(super) fn seated(&self) -> BTreeSet<OperatorId> {
        lock(&self.seats).keys().copied().collect()
    }

    /// The operators who have a page open; a receiver that tells of changes.
    #[must_use]
    pub fn here(&self) -> watch::Receiver<Here> {
        self.here.subscribe()
    }

    /// Brings [`Hub::here`] up to date. From time to time is enough, and costs no more however many come and go.
    pub(super) fn show_here(&self, operators: BTreeSet<OperatorId>) {
        self.here.send_if_modified(|now| {
            let is_news = now.operators != operators;
            if is_news {
                *now = Here::of(operators);
            }
            is_news
        });
    }

    /// Whether an operator is there for visitors, on whichever server; a receiver that tells of changes.
    #[must_use]
    pub fn staffed(&self) -> watch::Receiver<bool> {
        self.staffed.subscribe()
    }

    /// Brings [`Hub::staffed`] up to date. The count is read while the value is held, so that somebody who comes
    /// meanwhile is not overlooked.
    pub(super) fn look_who_is_here(&self, elsewhere: bool) {
        self.staffed.send_if_modified(|now| {
            let staffed = elsewhere || self.has_operators();
            std::mem::replace(now, staffed) != staffed
        });
    }

    /// Whether a contact has a live session open here.
    #[must_use]
    pub fn is_online(&self, contact: ContactId) -> bool {
        lock(&self.visitors).contains_key(&contact)
    }

    /// Waits until the log has been handed out up to a place.
    pub async fn reached(&self, at: Position) {
        let mut position = self.position.subscribe();
        // The sender lives as long as the hub.
        let _ = position.wait_for(|reached| *reached >= at).await;
    }

    /// Ends all streams: the server is going down.
    pub fn shut_down(&self) {
        self.stop.send_replace(true);
    }

    /// Resolves when the server is going down.
    pub async fn stopped(&self) {
        let mut stop = self.stop.subscribe();
        let _ = stop.wait_for(|stopped| *stopped).await;
    }
}

impl Default for Hub {
    fn default() -> Self {
        Self::new()
    }
}

/// An operator's place at the hub; leaving is dropping it.
pub struct OperatorSeat {
    pub items: broadcast::Receiver<Item>,
    operator: OperatorId,
    hub: Arc<Hub>,
}

impl Drop for OperatorSeat {
    fn drop(&mut self) {
        let mut seats = lock(&self.hub.seats);
        if let Some(count) = seats.get_mut(&self.operator) {
            *count -= 1;
            if *count == 0 {
                seats.remove(&self.operator);
            }
        }
        self.hub.operators_here.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A visitor's place at the hub; leaving is dropping it.
pub struct VisitorSeat {
    pub items: broadcast::Receiver<Item>,
    contact: ContactId,
    hub: Arc<Hub>,
}

impl VisitorSeat {
    /// Whether nobody else sits here for the same contact.
    #[must_use]
    pub fn is_only(&self) -> bool {
        lock(&self.hub.visitors).get(&self.contact).is_none_or(|sender| sender.receiver_count() <= 1)
    }
}

impl Drop for VisitorSeat {
    fn drop(&mut self) {
        let mut visitors = lock(&self.hub.visitors);
        // This seat's receiver still counts while it is being dropped.
        if visitors.get(&self.contact).is_some_and(|sender| sender.receiver_count() <= 1) {
            visitors.remove(&self.contact);
        }
    }
}

/// How a signal's conversation is named, for those who filter by it.
impl Heard {
    #[must_use]
    pub const fn conversation_id(&self) -> ConversationId {
        match &self.signal {
            Signal::Typing { conversation_id, .. }
            | Signal::Answering { conversation_id, .. }
            | Signal::Looking { conversation_id, .. }
            | Signal::ContactPresence { conversation_id, .. } => *conversation_id,
        }
    }
}

/// Nothing that is done under these locks can leave the data half changed.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
