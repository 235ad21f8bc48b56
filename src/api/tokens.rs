//! The tokens of the HTTP API. For admins alone.

use leptos::{prelude::*, server_fn::codec::Json};

use crate::domain::{ApiToken, ApiTokenId, AppError, BotId};

/// All tokens, newest first, revoked ones too.
///
/// # Errors
/// If the caller is no admin.
#[server(prefix = "/fn", endpoint = "list_api_tokens", input = Json)]
pub async fn list_api_tokens() -> Result<Vec<ApiToken>, AppError> {
    use crate::server::{actions::api_tokens, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        api_tokens::list(&app, &me).await
    })
    .await
}

/// Makes a token, for a bot if it is to act as one. The token itself is given here and never again.
///
/// # Errors
/// If the caller is no admin, the name cannot be used, or there is no such bot.
#[server(prefix = "/fn", endpoint = "create_api_token", input = Json)]
pub async fn create_api_token(name: String, bot: Option<BotId>) -> Result<(ApiToken, String), AppError> {
    use crate::server::{actions::api_tokens, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        api_tokens::create(&app, &me, &name, bot).await
    })
    .await
}

/// Takes a token's power away.
///
/// # Errors
/// If the caller is no admin, or there is no such token.
#[server(prefix = "/fn", endpoint = "revoke_api_token", input = Json)]
pub async fn revoke_api_token(id: ApiTokenId) -> Result<(), AppError> {
    use crate::server::{actions::api_tokens, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        api_tokens::revoke(&app, &me, id).await
    })
    .await
}
