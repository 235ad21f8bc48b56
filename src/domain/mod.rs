//! The product's words and rules, shared by the server and the browser.
//!
//! Plain data and pure functions: no I/O, no framework, no clock. Everything that both halves must agree on
//! (the status machine, who may do what, the queues, the reducer over events) lives here once.

mod api_token;
mod audit;
mod board;
mod bot;
mod bulk;
pub mod canned;
mod channel;
mod contact;
mod conversation;
mod cursor;
mod day;
mod delivery;
mod episode;
mod error;
mod event;
mod faq;
mod file;
mod filter;
mod ids;
mod imported;
mod inbox;
pub mod macros;
mod mail;
mod mention;
mod message;
mod metrics;
mod notification;
mod operator;
mod people;
mod permission;
mod priority;
mod profile;
mod provider;
mod queue;
mod read_mark;
mod reply;
mod search;
mod service_mail;
pub mod setup;
mod sms;
mod staff;
mod tag;
mod tally;
mod team;
mod text;
mod thread;
mod time;
mod transcript;
mod view;
mod visitor;
mod waiting;
mod way_out;
mod webhook;
mod wire;

pub use api_token::{ApiCaller, ApiToken};
pub use audit::{AuditEntry, AuditFilter, AuditKind, AuditPage, AuditQuery};
pub use board::{Board, ChannelCell, Load, Scope};
pub use bot::{AiThread, Bot, BotKind, Control, Fact, Handoff, HandoffReason, Suggestion, Turn, TurnState};
pub use bulk::{Before, BulkAction, BulkItem, BulkOutcome, BulkUndo, MOST_AT_ONCE, Reversal, reversals};
pub use canned::{Canned, CannedForm, CannedList, CannedRow, CannedScope};
pub use channel::{Channel, ChannelHealth, ChannelKind, Hue, Prechat};
pub use contact::{
    About, Address, Attribute, Block, Candidate, Contact, ContactGroup, ContactNote, ContactPage, Identity,
    IdentityKind, MergedFrom, Person, Shared, Timeline, TimelineEntry, Undo,
};
pub use conversation::{
    Action, Conversation, Handler, LastMessage, OwnerIs, Refusal, ReplyRoute, State, Status, step,
};
pub use cursor::{AsOf, Position};
pub use day::Day;
pub use delivery::{Delivery, DeliveryState, HookState};
pub use episode::{End, Episode, FirstAnswer, Moment};
pub use error::{AppError, Conflict};
pub use event::{Event, Push, Signal, Typist};
pub use faq::{FaqEntry, FaqQuestion};
pub use file::{Attachment, AwaitedFile, Dimensions, kind_label, size_label};
pub use filter::{Asking, Condition, Created, Filter, Folded, Listing, Minutes, Whose, WrongCondition};
pub use ids::{
    ApiTokenId, AwaitedFileId, BotId, CannedId, ChannelId, ClientMsgId, ContactId, ContactNoteId,
    ConversationId, DeliveryId, EventId, FaqEntryId, FileId, HookId, InvitationId, MessageId, NotificationId,
    OperatorId, ParseIdError, ServiceMailId, SessionId, SuggestionId, TagId, TeamId, TurnId, ViewId,
    VisitorSessionId, WebhookCallId, WebhookId,
};
pub use imported::{Imported, Skipped};
pub use inbox::{Inbox, PAGE_ROWS, Page, PageKey, Row};
pub use macros::ReplyPreview;
pub use mail::{
    Fold, InboundFile, InboundMail, MailFacts, MailThread, Mailbox, OutboundFile, OutboundMail, Quoted, Why,
};
pub use mention::{Mention, Mentioned, find_mentions, open_mention};
pub use message::{Message, SenderKind, SystemLine};
pub use metrics::{Compared, Figures, Group, Period, Range, Report, Spread, check_minutes_east};
pub use notification::{
    Notification, NotificationKind, NotificationList, NotificationRule, NotificationRules,
};
pub use operator::{Me, Operator, Role};
pub use people::{
    Invitation, InvitationForm, Invited, Leaving, OneTimeLink, PeopleList, PersonState, Welcome,
};
pub use permission::{Deed, may, may_block, may_meet, may_merge};
pub use priority::Priority;
pub use profile::{
    Enrolment, LONGEST_PASSWORD, OpenSession, Profile, SHORTEST_PASSWORD, SecondStep, Viewer, name_of_person,
};
pub use provider::{
    Failure, FailureClass, Inbound, InboundMessage, MediaLink, Outbound, Outcome, Part, Reported,
    StatusReport,
};
pub use queue::{Counts, Facts, Queue, QueueCell};
pub use read_mark::ReadMark;
pub use reply::{Answered, ReplyBeside};
pub use search::{
    ContactList, FoundContact, FoundMessage, FoundThread, Palette, Piece, Search, SearchKey, SearchPage, Term,
};
pub use service_mail::{ServiceMail, ServiceMailKind, ServiceMailState, TranscriptMail};
pub use sms::{ConsentWord, Encoding, Segments, consent_word};
pub use staff::{Availability, Staff, Workload};
pub use tag::Tag;
pub use tally::{Counted, Tally};
pub use team::{ArchivedTeam, Team};
pub use text::{clean_line, clean_text, first_name, given_name, initials, preview};
pub use thread::{Draft, PAGE_MESSAGES, Thread};
pub use time::{Civil, Time};
pub use transcript::Transcript;
pub use view::{Audience, View, ViewForm};
pub use visitor::{
    VisitorAnswered, VisitorChat, VisitorContact, VisitorConversation, VisitorMessage, VisitorOwner,
};
pub use waiting::look_back;
pub use way_out::{NoWay, leave_by};
pub use webhook::{CallState, SavedWebhook, Webhook, WebhookCall, WebhookForm, WebhookKind, WebhookList};
pub use wire::{
    WireBeside, WireChannel, WireContact, WireConversation, WireDelivery, WireFact, WireFile, WireHandoff,
    WireMessage, WireTime,
};
