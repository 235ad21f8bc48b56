//! The calls that the kit makes, in the very shapes of the server's.

use axum::http::StatusCode;
use reqwest::header::CONTENT_TYPE;

use super::Subject;
use crate::{
    domain::{
        ChannelKind, ConversationId, Handler, Priority, SenderKind, Status, Time, WebhookCallId, WebhookKind,
        WireChannel, WireContact, WireConversation, WireMessage, WireTime,
    },
    server::{
        actions::webhooks::{self, Told, WireTurn},
        clock::{Clock, new_id},
    },
};

/// A call, as it is made and made again.
#[derive(Debug, Clone)]
pub struct Call {
    id: WebhookCallId,
    body: String,
}

impl Call {
    /// A bot is to answer this.
    pub fn asked(conversation: ConversationId, control_epoch: i64, text: &str) -> Self {
        let now = Clock::System.now();
        let message = WireMessage {
            id: new_id(),
            seq: 1,
            sender: SenderKind::Contact,
            sender_name: CUSTOMER.to_owned(),
            text: text.to_owned(),
            channel: ChannelKind::Chatbot,
            note: false,
            system: None,
            attachments: Vec::new(),
            delivery: None,
            handoff: None,
            in_reply_to: None,
            sent_at: WireTime(now),
        };
        let turn = WireTurn::Asked {
            id: new_id(),
            control_epoch,
            seq: 1,
            instruction: None,
            transcript: vec![message],
        };
        let shown = shown(conversation, Handler::Bot, control_epoch, now);
        Self::of(WebhookKind::TurnAsked, &shown, Some(&turn), now)
    }

    /// A person has stepped in.
    pub fn ended(conversation: ConversationId, control_epoch: i64) -> Self {
        let now = Clock::System.now();
        let shown = shown(conversation, Handler::Human, control_epoch + 1, now);
        Self::of(WebhookKind::TurnEnded, &shown, Some(&WireTurn::Ended { control_epoch }), now)
    }

    /// That person has given the bot its word back.
    pub fn given_back(conversation: ConversationId, control_epoch: i64) -> Self {
        let now = Clock::System.now();
        let shown = shown(conversation, Handler::Bot, control_epoch, now);
        Self::of(WebhookKind::GivenBack, &shown, None, now)
    }

    fn of(kind: WebhookKind, conversation: &WireConversation, turn: Option<&WireTurn>, now: Time) -> Self {
        let told = Told { kind, at: now, conversation, message: None, turn, actor: None };
        let id = new_id();
        Self { id, body: told.call(id, new_id(), now).call.body }
    }

    /// Makes it, signed with a secret. Gives the status of the answer.
    ///
    /// # Errors
    /// Why there was none.
    pub async fn make(
        &self,
        subject: &Subject,
        client: &reqwest::Client,
        secret: &str,
    ) -> Result<StatusCode, String> {
        let seconds = Clock::System.now().0.div_euclid(Time::SECOND);
        let request = client
            .post(&subject.url)
            .timeout(subject.patience.alive)
            .header(CONTENT_TYPE, "application/json")
            .header(webhooks::TIMESTAMP, seconds)
            .header(webhooks::SIGNATURE, webhooks::signature(secret, seconds, &self.body))
            .header(webhooks::CALL, self.id.to_string())
            .body(self.body.clone());
        match request.send().await {
            Ok(response) => Ok(response.status()),
            Err(error) if error.is_timeout() => {
                Err(format!("it did not answer the call within {:?}", subject.patience.alive))
            }
            Err(error) if error.is_connect() => Err("it cannot be reached".to_owned()),
            Err(error) => Err(format!("the call broke off: {error}")),
        }
    }
}

const CUSTOMER: &str = "Kim";

fn shown(id: ConversationId, handler: Handler, control_epoch: i64, now: Time) -> WireConversation {
    let contact = WireContact {
        id: new_id(),
        name: Some(CUSTOMER.to_owned()),
        email: None,
        phone: None,
        external_id: None,
    };
    let by_bot = handler == Handler::Bot;
    WireConversation {
        id,
        external_id: None,
        channel: WireChannel {
            key: "bot-check".into(),
            kind: ChannelKind::Chatbot,
            name: "Bot check".into(),
        },
        contact,
        status: if by_bot { Status::Open } else { Status::Active },
        handler,
        control_epoch,
        bot: Some("Your bot".to_owned()),
        instruction: None,
        owner: (!by_bot).then(|| "Ann".to_owned()),
        team: None,
        last_seq: 1,
        awaiting_reply_since: None,
        created_at: WireTime(now),
        updated_at: WireTime(now),
        resolved_at: None,
        previous_id: None,
        tags: Vec::new(),
        priority: Priority::None,
        snoozed_until: None,
    }
}
