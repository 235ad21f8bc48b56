//! What a bot does beside speaking: showing that it is at work, and asking for a person.

use axum::{extract::State, http::StatusCode, response::Response};

use super::{
    caller::{Caller, Of, speaker},
    once::{Answer, Posted, once},
    refused::Refused,
    shapes::{Growing, HandingOff, Typing},
};
use crate::{
    domain::WireConversation,
    server::{actions::bots, app::App, queries::api},
};

/// Show what the bot has written so far
///
/// Customer and team see it grow. It is not kept, and withdrawn when a person steps in. At most ten times a second in one
/// conversation. Nothing lasts of it, so the Idempotency-Key is looked at and not remembered.
#[utoipa::path(
    post, path = "/api/v1/conversations/{id}/partial", operation_id = "send_partial", tag = "Bots",
    params(("id" = String, Path, format = "uuid", description = "The conversation.")),
    request_body = Growing,
    responses((status = 204, description = "It is shown.")),
)]
pub async fn partial(
    State(app): State<App>,
    Caller(caller): Caller,
    Of(id): Of,
    Posted { asked, .. }: Posted<Growing>,
) -> Result<StatusCode, Refused> {
    let bot = speaker(&caller)?;
    let text = asked.checked()?;
    app.limits.partial(caller.token, id)?;
    bots::write(&app, bot, id, asked.control_epoch, Some(text), true).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Show that the bot is at work
///
/// A sign of life: without one for five seconds after it was asked, the bot counts as failed and people take over. The
/// Idempotency-Key is looked at and not remembered.
#[utoipa::path(
    post, path = "/api/v1/conversations/{id}/typing", operation_id = "send_typing", tag = "Bots",
    params(("id" = String, Path, format = "uuid", description = "The conversation.")),
    request_body = Typing,
    responses((status = 204, description = "It is shown.")),
)]
pub async fn typing(
    State(app): State<App>,
    Caller(caller): Caller,
    Of(id): Of,
    Posted { asked, .. }: Posted<Typing>,
) -> Result<StatusCode, Refused> {
    let bot = speaker(&caller)?;
    app.limits.partial(caller.token, id)?;
    bots::write(&app, bot, id, asked.control_epoch, None, asked.on).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ask for a person
///
/// The bot gives the word away: the conversation waits for a person, who is shown the reason and what is known, and the
/// customer is told in the channel's words.
#[utoipa::path(
    post, path = "/api/v1/conversations/{id}/handoff", operation_id = "hand_off", tag = "Bots",
    params(("id" = String, Path, format = "uuid", description = "The conversation.")),
    request_body = HandingOff,
    responses((status = 200, description = "People have it.", body = WireConversation)),
)]
pub async fn hand_off(
    State(app): State<App>,
    Caller(caller): Caller,
    Of(id): Of,
    posted: Posted<HandingOff>,
) -> Result<Response, Refused> {
    let bot = speaker(&caller)?;
    let Posted { asked, key } = posted;
    let slip = key.of(&caller);
    once(&app, &slip, async {
        let control_epoch = asked.control_epoch;
        let (handoff, team) = asked.checked()?;
        let conversation = bots::hand_off_to(&app, bot, id, control_epoch, handoff, team.as_deref()).await?;
        Ok(Answer::new(StatusCode::OK, &api::shown(&app, &conversation).await?))
    })
    .await
}
