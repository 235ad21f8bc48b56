//! Channels as those see them who look after them. Secrets never leave by here.

use std::{collections::BTreeMap, slice};

use crate::{
    domain::{
        AppError, ChannelHealth, ChannelId, ChannelKind, HookId, HookState, Me, Team, Time,
        setup::{
            CHANNEL_AI, CHANNEL_BOT, ChannelList, ChannelSetup, ChannelState, JsonObject, Paste, Provider,
            Shown, UnreadList, object_of, only_admins, pastes, shown,
        },
    },
    server::{
        app::App,
        dns,
        store::{
            Conn, bots,
            channels::{self, ConfiguredChannel, Settings},
            health, hooks, teams,
        },
    },
};

/// All channels and how they have been doing.
///
/// # Errors
/// If the caller is no admin, or the database fails.
pub async fn list(app: &App, me: &Me) -> Result<ChannelList, AppError> {
    only_admins(me)?;
    let mut tx = app.db.snapshot().await?;
    let unreadable: BTreeMap<ChannelId, i64> = hooks::count_unreadable(&mut tx).await?.into_iter().collect();
    let mut states = Vec::new();
    for kind in ChannelKind::ALL {
        for channel in channels::list_configured(&mut tx, *kind).await? {
            states.push(state(&mut tx, channel, &unreadable).await?);
        }
    }
    states.sort_by_key(|state| state.channel.name.to_lowercase());
    let teams = teams::list(&mut tx).await?;
    tx.commit().await?;
    Ok(ChannelList { channels: states, teams, now: app.clock.now() })
}

/// What the form of a new channel chooses from.
///
/// # Errors
/// If the caller is no admin, or the database fails.
pub async fn teams(app: &App, me: &Me) -> Result<Vec<Team>, AppError> {
    only_admins(me)?;
    Ok(teams::list(&mut app.db.conn().await?).await?)
}

/// One channel with everything that its page shows.
///
/// # Errors
/// If the caller is no admin, there is no such channel, or the database fails.
pub async fn open(app: &App, me: &Me, id: ChannelId) -> Result<ChannelSetup, AppError> {
    only_admins(me)?;
    let mut tx = app.db.snapshot().await?;
    let channel = channels::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let unreadable = hooks::count_unreadable(&mut tx).await?.into_iter().collect();
    let state = state(&mut tx, channel.clone(), &unreadable).await?;
    let teams = teams::list(&mut tx).await?;
    let bots = bots::list(&mut tx).await?;
    tx.commit().await?;
    let mut setup = ChannelSetup {
        state,
        shown: shown_of_ai(&channel.settings),
        reopen_days: channel.settings.reopen_window / Time::DAY,
        pastes: Vec::new(),
        trouble: None,
        teams,
        bots: bots.into_iter().map(|configured| configured.bot).collect(),
        now: app.clock.now(),
    };
    if let Some(provider) = setup.state.provider {
        describe(app, &channel, provider, &mut setup);
    }
    Ok(setup)
}

/// What could not be read, newest first.
///
/// # Errors
/// If the caller is no admin, or the database fails.
pub async fn unreadable(app: &App, me: &Me) -> Result<UnreadList, AppError> {
    only_admins(me)?;
    let mut tx = app.db.snapshot().await?;
    let items = hooks::list_unreadable(&mut tx, UnreadList::MOST).await?;
    let channels = channels::list(&mut tx).await?;
    tx.commit().await?;
    Ok(UnreadList { items, channels, now: app.clock.now() })
}

/// One of them as it came.
///
/// # Errors
/// If the caller is no admin; [`AppError::NotFound`] also for what could be read: that is its conversation's affair.
pub async fn as_it_came(app: &App, me: &Me, id: HookId) -> Result<Vec<u8>, AppError> {
    only_admins(me)?;
    let hook = hooks::find(&mut app.db.conn().await?, id).await?;
    hook.filter(|hook| hook.state == HookState::Unreadable).map(|hook| hook.body).ok_or(AppError::NotFound)
}

async fn state(
    conn: &mut Conn,
    channel: ConfiguredChannel,
    unreadable: &BTreeMap<ChannelId, i64>,
) -> Result<ChannelState, AppError> {
    let id = channel.channel.id;
    let health: Option<ChannelHealth> = health::find(conn, id).await?;
    Ok(ChannelState {
        provider: Provider::from_word(&channel.provider),
        channel: channel.channel,
        address: channel.settings.address,
        health: health.unwrap_or_default(),
        unreadable: unreadable.get(&id).copied().unwrap_or_default(),
    })
}

/// What the fields about the channel's bot hold.
fn shown_of_ai(settings: &Settings) -> Shown {
    let mut shown = shown(slice::from_ref(CHANNEL_AI), &object_of(settings));
    let bot = settings.bot.map(|bot| bot.to_string()).unwrap_or_default();
    shown.values.insert(CHANNEL_BOT.to_owned(), bot);
    shown
}

/// Adds what the fields hold, and what is to be pasted where.
fn describe(app: &App, channel: &ConfiguredChannel, provider: Provider, setup: &mut ChannelSetup) {
    let mut credentials = JsonObject::new();
    if provider != Provider::Session {
        match app.credentials(channel) {
            Ok(text) => credentials = serde_json::from_str(&text).unwrap_or_default(),
            Err(words) => setup.trouble = Some(words),
        }
    }
    let of_settings = shown(provider.settings(), &object_of(&channel.settings));
    for Shown { values, secrets } in [of_settings, shown(provider.credentials(), &credentials)] {
        setup.shown.values.extend(values);
        setup.shown.secrets.extend(secrets);
    }
    setup.pastes = pastes(provider, &app.config.server.public_url, &channel.key);
    let records = dns::wanted(provider, &channel.settings.address, &credentials);
    setup.pastes.extend(records.iter().map(Paste::from));
}
