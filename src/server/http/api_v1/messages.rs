//! Messages: reading them, relaying what customers write, and speaking as the bot.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use serde::Deserialize;

use super::{
    caller::{Asked, Caller, Of, speaker},
    once::{Answer, Posted, once},
    refused::Refused,
    shapes::{Messages, Offered, Said, Taken, Written},
    whole::LARGEST,
};
use crate::{
    domain::{WireConversation, WireMessage},
    server::{
        actions::{
            bots::{self, Said as Became},
            relayed::{self, FromApp},
        },
        app::App,
        queries::api,
    },
};

/// Which messages are asked for.
#[derive(Debug, Deserialize)]
pub struct Listing {
    #[serde(default)]
    after: i64,
    limit: Option<usize>,
}

/// The most messages of one answer, and as many as there are if nothing is said.
const MOST: usize = 200;
const USUAL: usize = 100;

/// Read a conversation's messages
///
/// A token that acts as a bot is given what the customer may see. One that acts as no bot is given the team's notes and
/// lines too.
#[utoipa::path(
    get, path = "/api/v1/conversations/{id}/messages", operation_id = "list_messages", tag = "Messages",
    params(
        ("id" = String, Path, format = "uuid", description = "The conversation."),
        ("after" = Option<i64>, Query, minimum = 0, maximum = 9007199254740991_i64,
            description = "Only messages with a higher `seq`."),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 200,
            description = "How many numbers are looked at, 100 if you do not say: there may be fewer messages for you."),
    ),
    responses((status = 200, description = "A stretch of them.", body = Messages)),
)]
pub async fn list(
    State(app): State<App>,
    Caller(caller): Caller,
    Of(id): Of,
    Asked(listing): Asked<Listing>,
) -> Result<Json<Messages>, Refused> {
    let limit = listing.limit.unwrap_or(USUAL);
    if !(1..=MOST).contains(&limit) {
        return Err(Refused::invalid("limit", format!("From 1 to {MOST}.")));
    }
    if !(0..=LARGEST).contains(&listing.after) {
        return Err(Refused::invalid("after", format!("From 0 to {LARGEST}.")));
    }
    let (messages, next) = api::messages(&app, &caller, id, listing.after, limit).await?;
    Ok(Json(Messages { messages, next }))
}

/// Relay what a customer wrote
///
/// For conversations that your app carries. The message joins the conversation, which is reopened if it was resolved not
/// long ago; later than that it begins another that follows it, and what you relay to the old one afterwards joins that
/// one. If a bot has the word, it is asked: a bot that is told by webhooks is called, and one that acts by this API has five
/// seconds to show a sign of life.
#[utoipa::path(
    post, path = "/api/v1/conversations/{id}/customer-messages", operation_id = "relay_customer_message",
    tag = "Messages",
    params(("id" = String, Path, format = "uuid", description = "The conversation.")),
    request_body = Written,
    responses(
        (status = 201, description = "It is there.", body = Taken),
        (status = 200, description = "It had come before.", body = Taken),
    ),
)]
pub async fn relay(
    State(app): State<App>,
    Caller(caller): Caller,
    Of(id): Of,
    posted: Posted<Written>,
) -> Result<Response, Refused> {
    let Posted { asked, key } = posted;
    let slip = key.of(&caller);
    once(&app, &slip, async {
        let Written { text, external_id } = asked.checked()?;
        let unnamed = slip.message_id();
        let message = FromApp { conversation_id: id, text, external_id, unnamed };
        let taken = relayed::from_customer(&app, &caller, message).await?;
        let conversation: WireConversation = api::shown(&app, &taken.conversation).await?;
        let message = WireMessage::of(&taken.message, &app.config.server.public_url);
        let status = if taken.is_new { StatusCode::CREATED } else { StatusCode::OK };
        Ok(Answer::new(status, &Taken { message, conversation }))
    })
    .await
}

/// Speak as the bot
///
/// The message goes to the customer by the conversation's channel, but only while the bot has the word and under the epoch
/// that it was asked under: anything later is refused as `stale`, whatever was on its way. While a person has the
/// conversation and the channel allows it, the text is offered to them instead, with status 202.
#[utoipa::path(
    post, path = "/api/v1/conversations/{id}/messages", operation_id = "send_message", tag = "Messages",
    params(("id" = String, Path, format = "uuid", description = "The conversation.")),
    request_body = Said,
    responses(
        (status = 201, description = "The customer has it, or will.", body = WireMessage),
        (status = 202, description = "A person has the conversation: it was offered to them.", body = Offered),
    ),
)]
pub async fn say(
    State(app): State<App>,
    Caller(caller): Caller,
    Of(id): Of,
    posted: Posted<Said>,
) -> Result<Response, Refused> {
    let bot = speaker(&caller)?;
    let Posted { asked, key } = posted;
    let slip = key.of(&caller);
    once(&app, &slip, async {
        let answer = bots::Answer {
            conversation_id: id,
            control_epoch: asked.control_epoch,
            client_msg_id: slip.message_id(),
            body: asked.text,
        };
        Ok(match bots::say(&app, bot, answer).await? {
            Became::Sent(message) => {
                let message = WireMessage::of(&message, &app.config.server.public_url);
                Answer::new(StatusCode::CREATED, &message)
            }
            Became::Suggested => Answer::new(StatusCode::ACCEPTED, &Offered { suggested: true }),
        })
    })
    .await
}
