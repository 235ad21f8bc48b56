//! What a call says.

use serde::Serialize;

use crate::{
    domain::{
        CallState, Time, TurnId, WebhookCall, WebhookCallId, WebhookId, WebhookKind, WireConversation,
        WireMessage, WireTime,
    },
    server::store::webhooks::calls::Kept,
};

/// Something that happened, in the shapes that sibling apps read.
pub struct Told<'t> {
    pub kind: WebhookKind,
    pub at: Time,
    pub conversation: &'t WireConversation,
    pub message: Option<&'t WireMessage>,
    pub turn: Option<&'t WireTurn>,
    /// The name of who did it.
    pub actor: Option<&'t str>,
}

/// What a bot has to do, or no longer.
#[derive(Serialize)]
#[serde(untagged)]
pub enum WireTurn {
    /// It is to answer.
    Asked {
        id: TurnId,
        /// What the answer must echo.
        control_epoch: i64,
        /// The number of the message that it is to answer.
        seq: i64,
        /// What the person who gave the conversation back wants it to mind.
        instruction: Option<String>,
        /// What the customer has seen of the conversation, oldest first; of a long one the newest part.
        transcript: Vec<WireMessage>,
    },
    /// What it was asked under this epoch, nobody waits for any more.
    Ended { control_epoch: i64 },
}

#[derive(Serialize)]
struct Body<'b> {
    id: WebhookCallId,
    kind: WebhookKind,
    at: WireTime,
    conversation: &'b WireConversation,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'b WireMessage>,
    #[serde(skip_serializing_if = "Option::is_none")]
    turn: Option<&'b WireTurn>,
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<&'b str>,
}

impl Told<'_> {
    /// The call that tells it to a webhook.
    pub fn call(&self, id: WebhookCallId, webhook_id: WebhookId, now: Time) -> Kept {
        let body = Body {
            id,
            kind: self.kind,
            at: WireTime(self.at),
            conversation: self.conversation,
            message: self.message,
            turn: self.turn,
            actor: self.actor,
        };
        let body = serde_json::to_string(&body);
        let call = WebhookCall {
            id,
            conversation_id: self.conversation.id,
            kind: self.kind,
            body: body.expect("wire shapes have string keys and no failing serialisers"),
            state: CallState::Waiting,
            attempts: 0,
            status: None,
            words: None,
            created_at: now,
            ended_at: None,
        };
        Kept { call, webhook_id, call_id: id }
    }
}
