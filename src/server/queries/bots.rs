//! Bots as those see them who look after them. Secrets never leave by here.

use std::collections::BTreeMap;

use crate::{
    domain::{
        AppError, BotId, ChannelKind, Me, Role, Time,
        setup::{
            BotCounts, BotList, BotSetup, BotState, Shown, object_of, only_admins, only_supervisors, shown,
        },
    },
    server::{
        app::App,
        store::{
            bots::{self, ConfiguredBot},
            channels, episodes, turns,
        },
    },
};

/// All bots and how they have been doing. Five queries, however many there are.
///
/// # Errors
/// If the caller is neither supervisor nor admin, or the database fails.
pub async fn list(app: &App, me: &Me) -> Result<BotList, AppError> {
    only_supervisors(me)?;
    let since = app.clock.now().plus(-BotCounts::DAYS * Time::DAY);
    let mut tx = app.db.snapshot().await?;
    let configured = bots::list(&mut tx).await?;
    let held = bots::count_held(&mut tx).await?;
    let handoffs = episodes::count_handoffs(&mut tx, since).await?;
    let answered = turns::count_answered(&mut tx, since).await?;
    let resolved = episodes::count_alone(&mut tx, since).await?;
    tx.commit().await?;
    let mut counts: BTreeMap<BotId, BotCounts> = BTreeMap::new();
    for (bot, count) in held {
        counts.entry(bot).or_default().holds = count;
    }
    for (bot, count) in answered {
        counts.entry(bot).or_default().answered = count;
    }
    for (bot, count) in resolved {
        counts.entry(bot).or_default().resolved = count;
    }
    for (bot, is_failure, count) in handoffs {
        let of_bot = counts.entry(bot).or_default();
        *(if is_failure { &mut of_bot.failed } else { &mut of_bot.handed_off }) += count;
    }
    let state = |ConfiguredBot { bot, .. }: ConfiguredBot| BotState {
        counts: counts.get(&bot.id).copied().unwrap_or_default(),
        bot,
    };
    Ok(BotList { bots: configured.into_iter().map(state).collect(), may_change: me.role == Role::Admin })
}

/// One bot with everything that its page shows.
///
/// # Errors
/// If the caller is no admin, there is no such bot, or the database fails.
pub async fn open(app: &App, me: &Me, id: BotId) -> Result<BotSetup, AppError> {
    only_admins(me)?;
    let mut tx = app.db.snapshot().await?;
    let configured = bots::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let mut serves = Vec::new();
    for kind in ChannelKind::ALL {
        let channels = channels::list_configured(&mut tx, *kind).await?;
        serves.extend(channels.into_iter().filter(|channel| channel.settings.bot == Some(id)));
    }
    tx.commit().await?;
    let trouble = configured
        .secret
        .as_ref()
        .and_then(|sealed| app.vault.open(&configured.secret_place(), sealed).err())
        .map(|error| error.to_string());
    Ok(BotSetup {
        shown: shown_of(&configured),
        bot: configured.bot,
        serves: serves.into_iter().map(|channel| channel.channel).collect(),
        trouble,
    })
}

/// What its fields hold.
fn shown_of(configured: &ConfiguredBot) -> Shown {
    let mut shown = shown(configured.bot.kind.settings(), &object_of(&configured.settings));
    if configured.secret.is_some() {
        shown.secrets.insert("key".to_owned());
    }
    shown
}
