//! Small values for the tests of the operators' app.

use uuid::Uuid;

use crate::domain::{
    About, AsOf, ChannelId, ChannelKind, ClientMsgId, Contact, ContactId, Conversation, ConversationId,
    Counts, Draft, Event, Filter, Handler, Inbox, Me, Message, MessageId, OperatorId, Position, Priority,
    Push, Queue, ReadMark, Role, SenderKind, Staff, Status, Thread, Time,
};

pub const CHANNEL: ChannelId = ChannelId(Uuid::from_u128(70));

pub const fn at(id: i64) -> Position {
    Position { xid: 0, id }
}

pub fn inbox() -> Inbox {
    Inbox {
        me: Me {
            id: OperatorId(Uuid::from_u128(1)),
            name: "Olga".into(),
            email: "olga@demo.test".into(),
            role: Role::Operator,
            teams: Vec::new(),
            created_at: Time(0),
        },
        queue: Queue::All,
        filter: Filter::default(),
        rows: Vec::new(),
        next: None,
        now: Time(0),
        counts: Counts::default(),
        unread: [].into(),
        notifications: 0,
        channels: Vec::new(),
        teams: Vec::new(),
        operators: Vec::new(),
        staff: Staff::default(),
        tags: Vec::new(),
        views: Vec::new(),
        as_of: AsOf::at(at(0)),
    }
}

/// A waiting conversation with its last activity at a time.
pub fn conversation(n: u128, last_activity_at: Time) -> Conversation {
    Conversation {
        id: ConversationId(Uuid::from_u128(n)),
        contact_id: ContactId(Uuid::from_u128(100 + n)),
        contact_name: format!("Customer {n}"),
        channel_id: CHANNEL,
        channel_kind: ChannelKind::LiveChat,
        reply_channel_id: CHANNEL,
        reply_route: None,
        mail: None,
        ai: None,
        team_id: None,
        owner_id: None,
        status: Status::Waiting,
        handler: Handler::Human,
        control_epoch: 0,
        last_seq: 0,
        customer_messages: 0,
        last_message: None,
        last_activity_at,
        awaiting_reply_since: None,
        created_at: Time(1),
        resolved_at: None,
        resolved_by: None,
        previous_id: None,
        tags: [].into(),
        priority: Priority::None,
        snoozed_until: None,
    }
}

pub fn message(seq: i64) -> Message {
    Message {
        id: MessageId(Uuid::from_u128(seq.unsigned_abs().into())),
        seq,
        sender: SenderKind::Contact,
        sender_id: None,
        sender_name: String::new(),
        channel_id: CHANNEL,
        channel_kind: ChannelKind::LiveChat,
        body: format!("Message {seq}"),
        note: false,
        system: None,
        client_msg_id: None,
        in_reply_to: None,
        delivery: None,
        attachments: Vec::new(),
        awaited: Vec::new(),
        mail: None,
        handoff: None,
        mentions: Vec::new(),
        customer_messages: seq,
        created_at: Time(seq),
    }
}

/// An own reply with a client id.
pub fn reply(seq: i64, id: ClientMsgId) -> Message {
    Message { sender: SenderKind::Operator, client_msg_id: Some(id), ..message(seq) }
}

/// The thread of conversation `n`, empty.
pub fn thread(n: u128) -> Thread {
    let conversation = conversation(n, Time(1));
    Thread {
        me: OperatorId(Uuid::from_u128(1)),
        contact: Contact {
            id: conversation.contact_id,
            name: None,
            email: None,
            phone: None,
            created_at: Time(0),
            merged_into: None,
        },
        also: Vec::new(),
        about: About::default(),
        conversation,
        messages: Vec::new(),
        mark: ReadMark { seq: 0, customer_messages: 0 },
        draft: Draft::default(),
        others: Vec::new(),
        contact_online: false,
        opted_out: Vec::new(),
        as_of: AsOf::at(at(0)),
    }
}

/// A change of a conversation, with the messages that it added.
pub fn changed(conversation: &Conversation, messages: Vec<Message>) -> Event {
    Event::ConversationChanged {
        conversation: Box::new(conversation.clone()),
        was: Some(conversation.facts()),
        messages,
    }
}

/// What the stream brings at a place: conversation 1, active at that time.
pub fn push(id: i64) -> Push {
    Push::Event { at: at(id), event: changed(&conversation(1, Time(id)), Vec::new()), mark: None }
}
