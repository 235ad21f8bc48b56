//! One change of one conversation: everything that it writes, in one transaction.

mod standing;

use std::collections::BTreeSet;

use uuid::Uuid;

use super::{
    deliver::lane,
    episodes, letters,
    notify::{self, Change},
};
use crate::{
    domain::{
        Action, Answered, AppError, Attachment, AwaitedFile, ChannelId, ChannelKind, ClientMsgId, Conflict,
        Conversation, ConversationId, Deed, Delivery, DeliveryState, Event, Facts, FileId, Handler, Handoff,
        MailFacts, Me, MediaLink, Mention, Message, MessageId, OperatorId, ReadMark, Refusal, ReplyRoute,
        SenderKind, Status, SystemLine, Time, Turn, TurnState, may, step,
    },
    server::{
        app::App,
        clock::new_id,
        store::{
            Tx,
            awaited_files::{self, Awaited},
            channel_counts, conversation_tags, conversations,
            deliveries::{self, Kept},
            events, files,
            history::{self, OwnershipChange},
            jobs::{self, Work},
            mails::{self, Mail},
            messages, operators, queue_counts, read_marks, turns, unread, written,
        },
    },
};

/// A bot that shows no sign of life for so long has failed.
pub const SIGN_OF_LIFE: i64 = 5 * Time::SECOND;

/// What is said, before it has its place in the thread.
pub struct Words {
    pub sender: SenderKind,
    pub sender_id: Option<Uuid>,
    pub sender_name: String,
    pub channel_id: ChannelId,
    pub channel_kind: ChannelKind,
    pub body: String,
    pub note: bool,
    pub client_msg_id: Option<ClientMsgId>,
    pub delivery: Option<Delivery>,
    /// The provider's id of what came in by one.
    pub provider_id: Option<String>,
    pub attachments: Vec<Attachment>,
    /// Files that its provider still has.
    pub awaited: Vec<AwaitedFile>,
    pub mail: Option<Box<MailFacts>>,
}

/// A message of this change.
struct Said {
    message: Message,
    provider_id: Option<String>,
}

/// A conversation under its row lock, with the changes made so far. Nothing is kept unless [`Edit::save`] is called.
pub struct Edit {
    pub tx: Tx,
    pub now: Conversation,
    /// What it was before; none for a new one.
    was: Option<Conversation>,
    said: Vec<Said>,
    deliveries: Vec<Kept>,
    mails: Vec<Mail>,
    /// Mails of earlier messages that are now a message's of this change, with their files.
    moved: Vec<(MessageId, MessageId)>,
    /// What was written of messages in which macros were filled.
    written: Vec<(MessageId, String)>,
    /// Files that came with a message.
    files: Vec<(Attachment, MessageId)>,
    /// Files that were uploaded before, and are now a message's.
    sent_files: Vec<(FileId, MessageId)>,
    /// What a bot is to do about it.
    turn: Option<Turn>,
    /// Files that their provider still has.
    awaited: Vec<Awaited>,
    at: Time,
    by: Option<OperatorId>,
    /// Why the owner or the team changes, if not for the reason of the whole.
    because: Option<&'static str>,
}

/// A change that is written and not yet committed.
pub struct Written {
    pub tx: Tx,
    pub now: Conversation,
    /// Whether a job was made.
    pub work: bool,
}

impl Edit {
    /// Locks a conversation for an operator who may do this to it.
    pub async fn open(app: &App, me: &Me, id: ConversationId, deed: Deed) -> Result<Self, AppError> {
        let mut tx = app.db.begin().await?;
        let now = conversations::lock(&mut tx, id).await?.ok_or(AppError::NotFound)?;
        let facts = now.facts();
        if !me.sees(&facts) {
            return Err(AppError::NotFound);
        }
        if !may(me, deed, &facts) {
            return Err(AppError::Forbidden);
        }
        Ok(Self { by: Some(me.id), ..Self::of(tx, now, app.clock.now()) })
    }

    /// Goes on with a conversation that is locked already.
    pub fn of(tx: Tx, conversation: Conversation, at: Time) -> Self {
        Self { was: Some(conversation.clone()), ..Self::new(tx, conversation, at) }
    }

    /// A conversation that this very transaction has begun.
    pub const fn new(tx: Tx, conversation: Conversation, at: Time) -> Self {
        Self {
            tx,
            was: None,
            now: conversation,
            said: Vec::new(),
            deliveries: Vec::new(),
            mails: Vec::new(),
            moved: Vec::new(),
            written: Vec::new(),
            files: Vec::new(),
            sent_files: Vec::new(),
            turn: None,
            awaited: Vec::new(),
            at,
            by: None,
            because: None,
        }
    }

    /// Says who makes this change.
    pub fn by(self, operator: Option<OperatorId>) -> Self {
        Self { by: operator, ..self }
    }

    /// Whether the conversation begins with this change.
    pub const fn is_new(&self) -> bool {
        self.was.is_none()
    }

    /// When this change happens.
    pub const fn at(&self) -> Time {
        self.at
    }

    /// Moves the status machine.
    pub async fn step(&mut self, action: Action) -> Result<(), AppError> {
        let owner = self.owner_is(action).await?;
        match step(&self.now.state(owner), action, self.at) {
            Ok(state) => {
                self.now.set_state(&state);
                if action == Action::CustomerWrote && self.now.snoozed_until.take().is_some() {
                    let name = self.now.contact_name.clone();
                    self.line(SystemLine::Woke, &name, format!("{name} wrote: the snooze has ended"));
                }
                if let (Some(ai), Action::Reply(_) | Action::GiveBack | Action::Resolve(_)) =
                    (&mut self.now.ai, action)
                {
                    // What was offered has been used, or is of no use any more.
                    ai.suggestion = None;
                }
                Ok(())
            }
            Err(Refusal::Status(status)) => Err(Conflict::Status { status }.into()),
            Err(Refusal::OwnedBy(owner_id)) => {
                let owner_name =
                    operators::find_name(&mut self.tx, Some(owner_id)).await?.unwrap_or_default();
                Err(Conflict::Owned { owner_id, owner_name }.into())
            }
        }
    }

    /// Adds a message.
    pub fn say(&mut self, words: Words) -> Message {
        self.add(words, Vec::new(), None)
    }

    /// Adds a note in which somebody is named.
    pub fn say_naming(&mut self, words: Words, mentions: Vec<Mention>) -> Message {
        self.add(words, mentions, None)
    }

    /// Adds a reply that may name the message that it answers.
    pub fn say_answering(&mut self, words: Words, in_reply_to: Option<Box<Answered>>) -> Message {
        self.add(words, Vec::new(), in_reply_to)
    }

    fn add(&mut self, words: Words, mentions: Vec<Mention>, in_reply_to: Option<Box<Answered>>) -> Message {
        let from_customer = words.sender == SenderKind::Contact;
        let message = Message {
            id: new_id(),
            seq: self.now.last_seq + 1,
            sender: words.sender,
            sender_id: words.sender_id,
            sender_name: words.sender_name,
            channel_id: words.channel_id,
            channel_kind: words.channel_kind,
            body: words.body,
            note: words.note,
            system: None,
            client_msg_id: words.client_msg_id,
            in_reply_to,
            delivery: words.delivery,
            attachments: words.attachments,
            awaited: words.awaited,
            mail: words.mail,
            handoff: None,
            mentions,
            customer_messages: self.now.customer_messages + i64::from(from_customer),
            created_at: self.at,
        };
        self.push(message.clone(), words.provider_id);
        message
    }

    /// Adds a system line about what somebody did.
    pub fn line(&mut self, line: SystemLine, actor: &str, text: String) {
        self.record(line, actor, text, None);
    }

    /// Adds a system line with what whoever takes over has to know.
    pub fn card(&mut self, line: SystemLine, actor: &str, text: String, handoff: Handoff) {
        self.record(line, actor, text, Some(Box::new(handoff)));
    }

    fn record(&mut self, line: SystemLine, actor: &str, text: String, handoff: Option<Box<Handoff>>) {
        let message = Message {
            id: new_id(),
            seq: self.now.last_seq + 1,
            sender: SenderKind::System,
            sender_id: self.by.map(Into::into),
            sender_name: actor.to_owned(),
            channel_id: self.now.reply_channel_id,
            channel_kind: self.now.channel_kind,
            body: text,
            note: false,
            system: Some(line),
            client_msg_id: None,
            in_reply_to: None,
            delivery: None,
            attachments: Vec::new(),
            awaited: Vec::new(),
            mail: None,
            handoff,
            mentions: Vec::new(),
            customer_messages: self.now.customer_messages,
            created_at: self.at,
        };
        self.push(message, None);
    }

    fn push(&mut self, message: Message, provider_id: Option<String>) {
        self.now.add(&message);
        self.said.push(Said { message, provider_id });
    }

    /// Has the conversation's bot work on what the customer wrote last: to answer it, or, where a person has the word, to
    /// offer an answer to them.
    pub fn ask_bot(&mut self) {
        self.turn = self.now.ai.as_ref().map(|ai| Turn {
            id: new_id(),
            conversation_id: self.now.id,
            bot_id: ai.bot_id,
            control_epoch: self.now.control_epoch,
            seq: self.now.last_seq,
            state: TurnState::Waiting,
            alive_at: None,
            created_at: self.at,
        });
    }

    /// Keeps what only a mail has, with a message of this change.
    pub fn keep_mail(&mut self, mail: Mail) {
        self.mails.push(mail);
    }

    /// Makes the mail and the files of an earlier message those of a message of this change.
    pub fn move_mail(&mut self, from: MessageId, to: MessageId) {
        self.moved.push((from, to));
    }

    /// Keeps what was written for a message of this change that says something else.
    pub fn keep_written(&mut self, message: MessageId, text: String) {
        self.written.push((message, text));
    }

    /// Keeps files that came with a message of this change.
    pub fn keep_files(&mut self, files: impl IntoIterator<Item = Attachment>, message: MessageId) {
        self.files.extend(files.into_iter().map(|file| (file, message)));
    }

    /// Makes uploaded files a message's of this change.
    pub fn send_files(&mut self, files: impl IntoIterator<Item = FileId>, message: MessageId) {
        self.sent_files.extend(files.into_iter().map(|file| (file, message)));
    }

    /// Has the files fetched that a message of this change waits for; they lie where these links say, in their order.
    pub fn await_files(&mut self, message: &Message, links: &[MediaLink]) {
        let awaited = message.awaited.iter().zip(links).map(|(file, link)| Awaited {
            id: file.id,
            message_id: message.id,
            channel_id: message.channel_id,
            url: link.url.clone(),
            content_type: link.content_type.clone(),
        });
        self.awaited.extend(awaited);
    }

    /// Sends a message of this change on its way, in the state that the message itself shows.
    pub fn deliver(&mut self, message: &Message, route: ReplyRoute) {
        let state = message.delivery.as_ref().map_or(DeliveryState::Queued, |delivery| delivery.state);
        let id = new_id();
        if message.mail.is_some() {
            self.mails.push(letters::of_ours(message, id, &route.ours));
        }
        self.deliveries.push(Kept {
            id,
            message_id: message.id,
            conversation_id: self.now.id,
            channel_id: message.channel_id,
            ours: route.ours,
            peer: route.peer,
            state,
            attempts: 0,
            provider_id: None,
            code: None,
            words: None,
            created_at: self.at,
            updated_at: self.at,
            control_epoch: (message.sender == SenderKind::Bot).then_some(self.now.control_epoch),
        });
    }

    /// Writes it all and commits. `reason` is kept with a change of owner or of team.
    pub async fn save(mut self, app: &App, reason: &str) -> Result<Conversation, AppError> {
        self.settle_team().await?;
        if self.was.as_ref() == Some(&self.now) {
            return Ok(self.now);
        }
        let Written { tx, now, work } = self.write_settled(reason).await?;
        tx.commit().await?;
        app.hub.committed();
        if work {
            app.work.notify_one();
        }
        Ok(now)
    }

    /// Writes it all, to be committed with more.
    pub async fn write(mut self, reason: &str) -> Result<Written, AppError> {
        self.settle_team().await?;
        self.write_settled(reason).await
    }

    async fn write_settled(mut self, reason: &str) -> Result<Written, AppError> {
        self.hold_owner().await?;
        let reason = self.because.unwrap_or(reason);
        let tx = &mut self.tx;
        conversations::update(tx, &self.now).await?;
        for Said { message, provider_id } in &self.said {
            messages::insert(tx, self.now.id, message, provider_id.as_deref()).await?;
        }
        for mail in &self.mails {
            mails::insert(tx, mail).await?;
        }
        for (from, to) in &self.moved {
            mails::update_message(tx, *from, *to).await?;
            files::update_all_of_message(tx, *from, *to).await?;
        }
        for (message, text) in &self.written {
            written::insert(tx, *message, text).await?;
        }
        for (file, message) in &self.files {
            files::insert(tx, file, Some(*message), None, self.at).await?;
        }
        for (file, message) in &self.sent_files {
            if !files::update_message(tx, *file, *message).await? {
                return Err(AppError::invalid(
                    "files",
                    "One of these files was sent already. Attach it again.",
                ));
            }
        }
        let mut work = !self.awaited.is_empty();
        for file in &self.awaited {
            awaited_files::insert(tx, file, self.at).await?;
            jobs::insert(tx, Work::FetchMedia(file.id), None, self.at, self.at).await?;
        }
        for delivery in &self.deliveries {
            deliveries::insert(tx, delivery).await?;
            if delivery.state == DeliveryState::Queued {
                jobs::insert(tx, Work::Deliver(delivery.id), Some(lane(self.now.id)), self.at, self.at)
                    .await?;
                work = true;
            }
        }
        work |= self.keep_turn().await?;
        work |= self.keep_snooze().await?;
        self.keep_tags().await?;
        self.keep_history(reason).await?;
        self.keep_team_change(reason).await?;
        let was: Option<Facts> = self.was.as_ref().map(Conversation::facts);
        queue_counts::shift(&mut self.tx, was.as_ref(), &self.now.facts()).await?;
        channel_counts::shift(&mut self.tx, self.now.channel_id, was.as_ref(), &self.now.facts()).await?;
        self.keep_episode().await?;
        self.keep_unread().await?;
        let said = std::mem::take(&mut self.said);
        let messages: Vec<Message> = said.into_iter().map(|said| said.message).collect();
        let event = Event::ConversationChanged {
            conversation: Box::new(self.now.clone()),
            was,
            messages: messages.clone(),
        };
        events::append(&mut self.tx, &event, Some(self.now.contact_id), self.at).await?;
        let (was, now, said) = (self.was.as_ref(), &self.now, &messages);
        notify::tell(&mut self.tx, &Change { was, now, said, by: self.by, at: self.at }).await?;
        Ok(Written { tx: self.tx, now: self.now, work })
    }

    async fn keep_tags(&mut self) -> Result<(), AppError> {
        let none = BTreeSet::new();
        let was = self.was.as_ref().map_or(&none, |was| &was.tags);
        Ok(conversation_tags::update(&mut self.tx, self.now.id, was, &self.now.tags).await?)
    }

    /// Has the conversation woken when its snooze is over. What was to wake it before finds it asleep, or awake, and lets
    /// it be. True if there is work.
    async fn keep_snooze(&mut self) -> Result<bool, AppError> {
        let was = self.was.as_ref().and_then(|was| was.snoozed_until);
        let Some(until) = self.now.snoozed_until.filter(|until| was != Some(*until)) else {
            return Ok(false);
        };
        jobs::insert(&mut self.tx, Work::EndSnooze(self.now.id), None, until, self.at).await?;
        Ok(true)
    }

    /// Whoever comes to own it can still work when this is committed. Who was disabled a moment ago is seen by another
    /// attempt.
    async fn hold_owner(&mut self) -> Result<(), AppError> {
        let owner_of = |of: &Conversation| of.owner_id.filter(|_| of.status == Status::Active);
        let (was, now) = (self.was.as_ref().and_then(owner_of), owner_of(&self.now));
        match now {
            Some(owner) if was != now && !operators::hold_enabled(&mut self.tx, owner).await? => {
                Err(AppError::Unavailable)
            }
            _ => Ok(()),
        }
    }

    /// Ends the turn that was waited for, if the bot has lost the word or has more to answer, and begins the next. True
    /// if there is work.
    async fn keep_turn(&mut self) -> Result<bool, AppError> {
        let (tx, now) = (&mut self.tx, &self.now);
        let lost_word = self.was.as_ref().is_some_and(|was| was.control_epoch != now.control_epoch);
        if self.was.is_some() && now.ai.is_some() && (lost_word || self.turn.is_some()) {
            turns::update_waiting(tx, now.id, TurnState::Overtaken, None, self.at).await?;
        }
        let Some(turn) = &self.turn else { return Ok(false) };
        turns::insert(tx, turn).await?;
        jobs::insert(tx, Work::AnswerTurn(turn.id), None, self.at, self.at).await?;
        // Nobody waits for what is merely offered.
        if now.handler == Handler::Bot {
            let look = self.at.plus(SIGN_OF_LIFE);
            jobs::insert(tx, Work::WatchTurn(turn.id), None, look, self.at).await?;
        }
        Ok(true)
    }

    async fn keep_episode(&mut self) -> Result<(), AppError> {
        let said: Vec<&Message> = self.said.iter().map(|said| &said.message).collect();
        Ok(episodes::keep(&mut self.tx, self.was.as_ref(), &self.now, &said, self.at).await?)
    }

    async fn keep_unread(&mut self) -> Result<(), AppError> {
        let (tx, now) = (&mut self.tx, &self.now);
        let audience = |of: &Conversation| (of.team_id, of.owner_id, of.status == Status::Resolved);
        match &self.was {
            Some(was) if audience(was) != audience(now) => unread::refresh(tx, now).await?,
            Some(was) if was.customer_messages == now.customer_messages => {}
            _ => unread::add(tx, now).await?,
        }
        Ok(())
    }

    async fn keep_history(&mut self, reason: &str) -> Result<(), AppError> {
        let (tx, now) = (&mut self.tx, &self.now);
        let was_owner = self.was.as_ref().and_then(|was| was.owner_id);
        if was_owner != now.owner_id {
            let change = OwnershipChange {
                conversation_id: now.id,
                from: was_owner,
                to: now.owner_id,
                by: self.by,
                reason: reason.to_owned(),
                at: self.at,
            };
            history::insert_ownership_change(tx, &change).await?;
        }
        let was_resolved = self.was.as_ref().is_some_and(|was| was.status == Status::Resolved);
        match (was_resolved, now.status == Status::Resolved) {
            (false, true) => history::insert_resolution(tx, now.id, self.at, now.resolved_by).await?,
            (true, false) => {
                history::update_reopened(tx, now.id, self.at).await?;
                // Accounts made since then start as having read what was there.
                if let Some(was) = &self.was {
                    let mark = ReadMark { seq: was.last_seq, customer_messages: was.customer_messages };
                    for operator in operators::list_younger_than(tx, was.created_at).await? {
                        read_marks::put_if_missing(tx, operator, now.id, mark).await?;
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }
}
