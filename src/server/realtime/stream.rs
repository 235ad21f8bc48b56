//! Streams: what one client is sent, first what it missed and then what happens, each event once and in order.
//!
//! A stream is a task that fills a small channel of finished server-sent events (WHATWG HTML, "Server-sent events").
//! A client that does not read fills its channel, then falls behind the hub, and is cut; it resumes from the log.

use std::time::Duration;

use bytes::Bytes;
use serde::Serialize;
use serde_json::{Value, json};
use tokio::{
    sync::{
        broadcast::{self, error::RecvError},
        mpsc, watch,
    },
    time::{Instant, interval_at},
};

use super::{Item, Published, hub::Here, tail::publish_form};
use crate::{
    domain::{
        AppError, ChannelId, ContactId, Conversation, ConversationId, Event, Handler, Position, Push, Signal,
        Typist, VisitorMessage,
    },
    server::{
        app::App,
        auth::session::SignedIn,
        store::{StoreError, contact_blocks, conversations, events, visitor_sessions::VisitorSession},
    },
};

const HEARTBEAT: Duration = Duration::from_secs(15);
const BACKLOG: i64 = 200;
/// Frames that wait for a client to read.
const WAITING: usize = 32;

/// Frames on their way to a client.
pub type Frames = mpsc::Receiver<Bytes>;

/// The client is gone, or is to be cut: either way the stream ends.
struct Over;

impl<T> From<mpsc::error::SendError<T>> for Over {
    fn from(_: mpsc::error::SendError<T>) -> Self {
        Self
    }
}

impl From<StoreError> for Over {
    fn from(error: StoreError) -> Self {
        tracing::warn!(%error, "a stream was cut");
        Self
    }
}

/// An event of a stream in its wire form.
fn frame(name: Option<&str>, id: Option<Position>, data: &str) -> Bytes {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(data.len() + 64);
    // Writing to a string cannot fail.
    if let Some(id) = id {
        let _ = writeln!(text, "id: {id}");
    }
    if let Some(name) = name {
        let _ = writeln!(text, "event: {name}");
    }
    // JSON has no raw line breaks.
    let _ = write!(text, "data: {data}\n\n");
    text.into()
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// Opens an operator's stream after a place in the log.
///
/// # Errors
/// If the log cannot be read.
pub async fn open_for_operator(app: &App, me: SignedIn, after: Position) -> Result<Frames, AppError> {
    // First the seat, then the log: nothing can fall between.
    let mut seat = app.hub.join_as_operator(me.id);
    let can_resume = events::can_resume(&mut app.db.conn().await?, after).await?;
    let (frames, receiver) = mpsc::channel(WAITING);
    let app = app.clone();
    tokio::spawn(async move {
        let gone = frames.clone();
        let mut stream = OperatorStream { me, at: after, frames };
        let work = async {
            if !can_resume {
                return stream.reset().await;
            }
            stream.frames.send(Bytes::from_static(b": hello\n\n")).await?;
            stream.catch_up(&app).await?;
            stream.follow(&mut seat.items, app.hub.here()).await
        };
        tokio::select! {
            _ = work => {}
            () = gone.closed() => {}
            () = app.hub.stopped() => {}
        }
    });
    Ok(receiver)
}

struct OperatorStream {
    me: SignedIn,
    at: Position,
    frames: mpsc::Sender<Bytes>,
}

impl OperatorStream {
    async fn reset(&self) -> Result<(), Over> {
        Ok(self.frames.send(frame(None, None, r#""reset""#)).await?)
    }

    async fn catch_up(&mut self, app: &App) -> Result<(), Over> {
        loop {
            let mut conn = app.db.conn().await?;
            let missed = events::list_after(&mut conn, self.at, BACKLOG).await?;
            let missed = publish_form(&mut conn, missed).await?;
            drop(conn);
            if missed.is_empty() {
                return Ok(());
            }
            for published in &missed {
                self.event(published).await?;
            }
        }
    }

    async fn follow(
        &mut self,
        items: &mut broadcast::Receiver<Item>,
        mut here: watch::Receiver<Here>,
    ) -> Result<(), Over> {
        here.mark_changed();
        let mut heartbeat = interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
        loop {
            tokio::select! {
                // The hub outlives its streams.
                Ok(()) = here.changed() => self.here(&mut here).await?,
                item = items.recv() => match item {
                    Ok(Item::Event(published)) => self.event(&published).await?,
                    Ok(Item::Signal(heard)) if self.me.sees(&heard.facts) => {
                        let data = format!(r#"{{"signal":{{"signal":{}}}}}"#, json(&heard.signal));
                        self.frames.send(frame(None, None, &data)).await?;
                    }
                    Ok(Item::Signal(_)) => {}
                    Err(RecvError::Lagged(_) | RecvError::Closed) => return Err(Over),
                },
                _ = heartbeat.tick() => self.frames.send(Bytes::from_static(b":\n\n")).await?,
            }
        }
    }

    /// Tells who has a page open.
    async fn here(&self, here: &mut watch::Receiver<Here>) -> Result<(), Over> {
        let data = here.borrow_and_update().json.clone();
        Ok(self.frames.send(frame(None, None, &data)).await?)
    }

    async fn event(&mut self, published: &Published) -> Result<(), Over> {
        if published.at <= self.at {
            return Ok(());
        }
        self.at = published.at;
        if changes_access(&published.event, &self.me) {
            // What this operator may see is another now: they load everything again, if they still may.
            self.reset().await?;
            return Err(Over);
        }
        if !published.event.is_for(&self.me) {
            return Ok(());
        }
        let redacted = published.event.redacted(&self.me).map(|event| json(&event));
        let event = redacted.as_ref().unwrap_or(&published.json);
        let mark = json(&published.marks.get(&self.me.id));
        let at = json(&published.at);
        let data = format!(r#"{{"event":{{"at":{at},"event":{event},"mark":{mark}}}}}"#);
        Ok(self.frames.send(frame(None, Some(published.at), &data)).await?)
    }
}

/// What an operator missed after a place, in one go, for a tab that then listens to another tab's stream. None if the
/// place is too old, or what the operator may see has changed: everything is to be loaded again.
///
/// # Errors
/// If the log cannot be read.
pub async fn missed_by_operator(
    app: &App,
    me: &SignedIn,
    after: Position,
) -> Result<Option<Vec<Push>>, AppError> {
    let mut conn = app.db.conn().await?;
    if !events::can_resume(&mut conn, after).await? {
        return Ok(None);
    }
    let mut pushes = Vec::new();
    let mut at = after;
    loop {
        let batch = events::list_after(&mut conn, at, BACKLOG).await?;
        let Some((last, _)) = batch.last() else { return Ok(Some(pushes)) };
        at = *last;
        for published in publish_form(&mut conn, batch).await? {
            if changes_access(&published.event, me) {
                return Ok(None);
            }
            if published.event.is_for(me) {
                pushes.push(Push::Event {
                    at: published.at,
                    mark: published.marks.get(&me.id).copied(),
                    event: published.event.redacted(me).unwrap_or(published.event),
                });
            }
        }
    }
}

/// Whether an event changes what an operator may see or do, or whether they are still signed in.
fn changes_access(event: &Event, me: &SignedIn) -> bool {
    match event {
        Event::OperatorChanged { operator } => {
            operator.id == me.id && (operator.role != me.role || !operator.enabled)
        }
        // What the client was loaded with counts, and not what has become of it since.
        Event::TeamChanged { members, was, .. } => members.contains(&me.id) != was.contains(&me.id),
        Event::SessionsEnded { operator_id, sessions } => {
            *operator_id == me.id && sessions.contains(&me.session)
        }
        _ => false,
    }
}

/// Opens a visitor's stream: what is public of one conversation.
///
/// # Errors
/// If the log cannot be read.
pub async fn open_for_visitor(
    app: &App,
    session: &VisitorSession,
    conversation: ConversationId,
    after: Position,
) -> Result<Frames, AppError> {
    let (contact, channel) = (session.contact_id, session.channel_id);
    // First the seat: whoever takes the word from the bot after that is heard of.
    let seat = app.hub.join_as_visitor(contact);
    let mut conn = app.db.conn().await?;
    let can_resume = events::can_resume(&mut conn, after).await?;
    let bot_epoch = conversations::find(&mut conn, conversation).await?.as_ref().and_then(bot_epoch);
    drop(conn);
    let (frames, receiver) = mpsc::channel(WAITING);
    let app = app.clone();
    tokio::spawn(async move {
        if seat.is_only() {
            super::contact_presence(&app, conversation, true).await;
        }
        let mut seat = seat;
        let gone = frames.clone();
        let mut stream =
            VisitorStream { app: app.clone(), contact, channel, conversation, bot_epoch, at: after, frames };
        let work = async {
            if !can_resume {
                stream.frames.send(frame(Some("reset"), None, "{}")).await?;
                return Err(Over);
            }
            let mut staffed = app.hub.staffed();
            stream.staffed(&mut staffed).await?;
            stream.catch_up().await?;
            stream.follow(&mut seat.items, staffed).await
        };
        tokio::select! {
            _ = work => {}
            () = gone.closed() => {}
            () = app.hub.stopped() => {}
        }
        let was_only = seat.is_only();
        drop(seat);
        if was_only {
            super::contact_presence(&app, conversation, false).await;
        }
    });
    Ok(receiver)
}

struct VisitorStream {
    app: App,
    contact: ContactId,
    channel: ChannelId,
    /// The one that the widget shows; a fresh start changes it.
    conversation: ConversationId,
    /// The epoch under which a bot has the word there; none while a person has it.
    bot_epoch: Option<i64>,
    at: Position,
    frames: mpsc::Sender<Bytes>,
}

/// The epoch under which a bot has the word, if it has.
fn bot_epoch(conversation: &Conversation) -> Option<i64> {
    (conversation.handler == Handler::Bot).then_some(conversation.control_epoch)
}

impl VisitorStream {
    /// Tells whether somebody is there to answer.
    async fn staffed(&self, staffed: &mut watch::Receiver<bool>) -> Result<(), Over> {
        let online = format!(r#"{{"online":{}}}"#, *staffed.borrow_and_update());
        Ok(self.frames.send(frame(Some("presence"), None, &online)).await?)
    }

    async fn catch_up(&mut self) -> Result<(), Over> {
        loop {
            let mut conn = self.app.db.conn().await?;
            let missed = events::list_of_contact_after(&mut conn, self.contact, self.at, BACKLOG).await?;
            drop(conn);
            if missed.is_empty() {
                return Ok(());
            }
            for (at, event) in missed {
                self.event(at, &event).await?;
            }
        }
    }

    async fn follow(
        &mut self,
        items: &mut broadcast::Receiver<Item>,
        mut staffed: watch::Receiver<bool>,
    ) -> Result<(), Over> {
        let mut heartbeat = interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
        loop {
            tokio::select! {
                // The hub outlives its streams.
                Ok(()) = staffed.changed() => self.staffed(&mut staffed).await?,
                item = items.recv() => match item {
                    Ok(Item::Event(published)) => self.event(published.at, &published.event).await?,
                    Ok(Item::Signal(heard)) => self.signal(&heard.signal).await?,
                    Err(RecvError::Lagged(_) | RecvError::Closed) => return Err(Over),
                },
                _ = heartbeat.tick() => self.frames.send(Bytes::from_static(b":\n\n")).await?,
            }
        }
    }

    async fn event(&mut self, at: Position, event: &Event) -> Result<(), Over> {
        if at <= self.at {
            return Ok(());
        }
        self.at = at;
        let Event::ConversationChanged { conversation, was, messages } = event else { return Ok(()) };
        if was.is_none() && conversation.channel_id == self.channel {
            self.conversation = conversation.id;
        }
        if conversation.id != self.conversation {
            return Ok(());
        }
        self.bot_epoch = bot_epoch(conversation);
        let mut conn = self.app.db.conn().await?;
        let view = contact_blocks::shown_to_visitor(&mut conn, conversation).await?;
        drop(conn);
        let mut parts = vec![("conversation", json(&view))];
        parts.extend(
            messages.iter().filter_map(VisitorMessage::of).map(|message| ("message", json(&message))),
        );
        // The id comes with the last part: a client that has it has all of the event.
        let last = parts.len() - 1;
        for (place, (name, data)) in parts.into_iter().enumerate() {
            let id = (place == last).then_some(at);
            self.frames.send(frame(Some(name), id, &data)).await?;
        }
        Ok(())
    }

    async fn signal(&self, signal: &Signal) -> Result<(), Over> {
        let Some((name, data)) = self.heard(signal) else { return Ok(()) };
        Ok(self.frames.send(frame(Some(name), None, &data.to_string())).await?)
    }

    /// What the widget is told of a signal, if it is about what it shows. What a bot wrote before it lost the word may
    /// come late; nobody sees it any more.
    fn heard(&self, signal: &Signal) -> Option<(&'static str, Value)> {
        match signal {
            Signal::Typing { conversation_id, typist, on, .. } if *conversation_id == self.conversation => {
                let (who, name) = match typist {
                    Typist::Operator { name, .. } => ("operator", name),
                    Typist::Bot { name } => ("bot", name),
                    Typist::Contact => return None,
                };
                Some(("typing", json!({ "who": who, "name": name, "on": on })))
            }
            Signal::Answering { conversation_id, control_epoch, bot, text, on }
                if *conversation_id == self.conversation && self.bot_epoch == Some(*control_epoch) =>
            {
                let data = json!({ "bot": bot, "control_epoch": control_epoch, "text": text, "on": on });
                Some(("answering", data))
            }
            _ => None,
        }
    }
}
