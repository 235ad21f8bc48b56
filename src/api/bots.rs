//! Bots and their settings. Supervisors see how they do; all else is for admins alone.

use leptos::{prelude::*, server_fn::codec::Json};

use crate::domain::{
    AppError, BotId, BotKind,
    setup::{BotList, BotSetup, BotTrial, ChannelForm},
};

/// All bots and how they have been doing.
///
/// # Errors
/// If the caller is neither supervisor nor admin.
#[server(prefix = "/fn", endpoint = "list_bots", input = Json)]
pub async fn list_bots() -> Result<BotList, AppError> {
    use crate::server::{http::guard, queries::bots};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        bots::list(&app, &me).await
    })
    .await
}

/// One bot with everything that its page shows. No secret comes with it.
///
/// # Errors
/// If the caller is no admin, or there is no such bot.
#[server(prefix = "/fn", endpoint = "load_bot", input = Json)]
pub async fn load_bot(id: BotId) -> Result<BotSetup, AppError> {
    use crate::server::{http::guard, queries::bots};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        bots::open(&app, &me, id).await
    })
    .await
}

/// Makes a bot of a kind and goes on to its page, or changes the one with this id. A key that is left empty stays.
///
/// # Errors
/// If the caller is no admin or there is no such bot; the first field that cannot be used.
#[server(prefix = "/fn", endpoint = "save_bot")]
pub async fn save_bot(
    id: Option<BotId>,
    kind: BotKind,
    enabled: bool,
    form: ChannelForm,
) -> Result<BotSetup, AppError> {
    use crate::{
        routes,
        server::{actions, http::guard, queries},
    };
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        let saved = actions::bots::save(&app, &me, id, kind, enabled, &form).await?;
        if id.is_none() {
            guard::go_to(&routes::bot(saved));
        }
        queries::bots::open(&app, &me, saved).await
    })
    .await
}

/// Asks a bot something in no conversation.
///
/// # Errors
/// If the caller is no admin, there is no such bot, or it cannot be asked so.
#[server(prefix = "/fn", endpoint = "try_bot")]
pub async fn try_bot(id: BotId, question: String) -> Result<BotTrial, AppError> {
    use crate::server::{actions::bots, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        bots::try_out(&app, &me, id, &question).await
    })
    .await
}
