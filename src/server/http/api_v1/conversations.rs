//! Conversations: opening them, and reading how they stand.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use serde::Deserialize;

use super::{
    caller::{Asked, Caller, Of},
    once::{Answer, Posted, once},
    refused::Refused,
    shapes::{Conversations, Opening},
};
use crate::{
    domain::{Condition, PageKey, Time, WireConversation},
    server::{
        actions::import,
        app::App,
        channels::sms::dates,
        queries::{api, filter},
    },
};

/// Open a conversation
///
/// Begins a conversation on a channel for chats, or brings in one that has been going on in your app, with what was said in
/// it. A conversation that you have opened before under the same `external_id` is answered as it stands, with status 200,
/// and nothing of the request is used.
#[utoipa::path(
    post, path = "/api/v1/conversations", operation_id = "open_conversation", tag = "Conversations",
    request_body = Opening,
    responses(
        (status = 201, description = "It is open.", body = WireConversation),
        (status = 200, description = "It was open before.", body = WireConversation),
    ),
)]
pub async fn open(
    State(app): State<App>,
    Caller(caller): Caller,
    posted: Posted<Opening>,
) -> Result<Response, Refused> {
    let Posted { asked, key } = posted;
    let slip = key.of(&caller);
    once(&app, &slip, async {
        let opening = asked.checked()?;
        let opened = import::open(&app, &caller, slip.conversation_id(), opening).await?;
        let status = if opened.is_new { StatusCode::CREATED } else { StatusCode::OK };
        Ok(Answer::new(status, &api::shown(&app, &opened.conversation).await?))
    })
    .await
}

/// Which conversations are asked for.
#[derive(Debug, Deserialize)]
pub struct Listing {
    updated_after: Option<String>,
    after: Option<String>,
    limit: Option<usize>,
    status: Option<String>,
    channel: Option<String>,
    team: Option<String>,
    owner: Option<String>,
    tag: Option<String>,
    priority: Option<String>,
    waiting: Option<String>,
    created: Option<String>,
    text: Option<String>,
}

impl Listing {
    /// The conditions that it names.
    fn conditions(&mut self) -> Vec<(Condition, String)> {
        let conditions = [
            (Condition::Status, self.status.take()),
            (Condition::Channel, self.channel.take()),
            (Condition::Team, self.team.take()),
            (Condition::Owner, self.owner.take()),
            (Condition::Tag, self.tag.take()),
            (Condition::Priority, self.priority.take()),
            (Condition::Waiting, self.waiting.take()),
            (Condition::Created, self.created.take()),
            (Condition::Text, self.text.take()),
        ];
        conditions.into_iter().filter_map(|(condition, text)| Some((condition, text?))).collect()
    }
}

/// The most conversations of one answer, and as many as there are if nothing is said.
const MOST: usize = 100;
const USUAL: usize = 50;

/// List conversations
///
/// Those in which nothing was said for the longest time come first. To keep up, ask from time to time with the latest
/// `updated_at` that you have: you are given that one again, and everything since. A token that acts as a bot is given the
/// conversations that this bot answers, or did.
///
/// The other parameters are the conditions of the inbox's filter. Each that you name must be met; of several values, with
/// commas between them, any. Names stand for ids where both are there.
#[utoipa::path(
    get, path = "/api/v1/conversations", operation_id = "list_conversations", tag = "Conversations",
    params(
        ("updated_after" = Option<String>, Query, format = DateTime,
            description = "Only conversations in which something was said at this time or later."),
        ("after" = Option<String>, Query, pattern = r"^-?[0-9]{1,18}\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
            description = "The `next` of the stretch before this one."),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 100, description = "50 if you do not say."),
        ("status" = Option<String>, Query, description = "`open`, `waiting`, `active`, `resolved`."),
        ("channel" = Option<String>, Query,
            description = "Keys or ids of channels: those that the conversations began on."),
        ("team" = Option<String>, Query, description = "Names or ids of teams; `none` for no team."),
        ("owner" = Option<String>, Query,
            description = "Email addresses or ids of operators; `nobody` for what has no owner."),
        ("tag" = Option<String>, Query, description = "Names or ids of tags."),
        ("priority" = Option<String>, Query, description = "`none`, `low`, `normal`, `high`, `urgent`."),
        ("waiting" = Option<String>, Query,
            description = "The customer has waited for a person at least so long: `15m`, `2h`, `3d`."),
        ("created" = Option<String>, Query,
            description = "Within the last `7d`, or from a time on and before another, either of which may be missing: \
                           `2026-11-01T00:00:00Z..2026-11-08T00:00:00Z`."),
        ("text" = Option<String>, Query, max_length = 100,
            description = "Words that stand in the customer's name or address, or in the subject."),
    ),
    responses((status = 200, description = "A stretch of them.", body = Conversations)),
)]
pub async fn list(
    State(app): State<App>,
    Caller(caller): Caller,
    Asked(mut listing): Asked<Listing>,
) -> Result<Json<Conversations>, Refused> {
    let limit = listing.limit.unwrap_or(USUAL);
    if !(1..=MOST).contains(&limit) {
        return Err(Refused::invalid("limit", format!("From 1 to {MOST}.")));
    }
    let since = listing.updated_after.as_deref().map(time).transpose()?;
    let after = listing.after.as_deref().map(place).transpose()?;
    let filter = filter::read(&app, &listing.conditions()).await?;
    let asked = api::Asked { filter, since, after, limit };
    let (conversations, next) = api::conversations(&app, &caller, asked).await?;
    Ok(Json(Conversations { conversations, next: next.map(place_text) }))
}

/// Read a conversation
#[utoipa::path(
    get, path = "/api/v1/conversations/{id}", operation_id = "get_conversation", tag = "Conversations",
    params(("id" = String, Path, format = "uuid", description = "The conversation.")),
    responses((status = 200, description = "How it stands.", body = WireConversation)),
)]
pub async fn show(
    State(app): State<App>,
    Caller(caller): Caller,
    Of(id): Of,
) -> Result<Json<WireConversation>, Refused> {
    Ok(Json(api::conversation(&app, &caller, id).await?))
}

fn time(text: &str) -> Result<Time, Refused> {
    dates::iso(text).ok_or_else(|| Refused::invalid("updated_after", "This is no time of RFC 3339."))
}

fn place_text(key: PageKey) -> String {
    format!("{}.{}", key.at.0, key.id)
}

fn place(text: &str) -> Result<PageKey, Refused> {
    let read = || {
        let (at, id) = text.split_once('.')?;
        Some(PageKey { at: Time(at.parse().ok()?), id: id.parse().ok()? })
    };
    read().ok_or_else(|| Refused::invalid("after", "This is the `next` of no answer."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::clock::new_id;

    #[test]
    fn places_are_read_as_they_are_written() {
        for at in [Time(0), Time(-5), Time(1_760_000_000_000_000)] {
            let key = PageKey { at, id: new_id() };
            assert_eq!(place(&place_text(key)).ok(), Some(key));
        }
        // The ends of what the document lets pass.
        for good in [
            "0.00000000-0000-0000-0000-000000000000",
            "-999999999999999999.ffffffff-ffff-ffff-ffff-ffffffffffff",
        ] {
            assert_eq!(place(good).ok().map(place_text).as_deref(), Some(good));
        }
        for wrong in ["", "5", "5.", "a.00000000-0000-0000-0000-000000000000", "5.x"] {
            assert!(place(wrong).is_err(), "{wrong:?}");
        }
    }
}
