//! Channels as the settings' pages make and change them.

use serde_json::Value;

use super::{NewChannel, ai::with_ai, check_team, checked, connect, credentials, finish};
use crate::{
    domain::{
        AppError, AuditKind, Channel, ChannelId,
        setup::{ChannelForm, JsonObject, Provider, fill, name_of_channel, object_of, only_admins},
    },
    server::{
        actions::audit::{self, Done},
        app::App,
        auth::session::SignedIn,
        error::internal,
        store::{
            channels::{self, ConfiguredChannel, Settings},
            mail_cursors,
        },
    },
};

/// Makes a channel.
///
/// # Errors
/// If the caller is no admin; the first field that cannot be used.
pub async fn connect_by_form(
    app: &App,
    me: &SignedIn,
    provider: Provider,
    form: &ChannelForm,
) -> Result<Channel, AppError> {
    only_admins(me)?;
    name_of_channel(&form.name)?;
    let new = NewChannel {
        provider,
        name: form.name.clone(),
        team_id: form.team_id()?,
        settings: settings(provider, form, &Settings::default())?,
        credentials: fill(provider.credentials(), form, JsonObject::new())?,
    };
    Ok(connect(app, &me.into(), new).await?.channel)
}

/// Changes a channel. Secrets that the form leaves empty stay.
///
/// # Errors
/// If the caller is no admin or there is no such channel; the first field that cannot be used.
pub async fn edit(app: &App, me: &SignedIn, id: ChannelId, form: &ChannelForm) -> Result<(), AppError> {
    only_admins(me)?;
    let mut tx = app.db.begin().await?;
    let mut configured = channels::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let before = credentials::kept(app, &configured);
    change(app, &mut configured, form)?;
    let after = credentials::kept(app, &configured);
    if mailbox(&before) != mailbox(&after) {
        // A place in one mailbox says nothing of another.
        mail_cursors::delete(&mut tx, id).await?;
    }
    configured.settings = with_ai(&mut tx, form, configured.settings).await?;
    check_team(&mut tx, configured.channel.team_id).await?;
    channels::update(&mut tx, &configured).await?;
    let (at, name) = (app.clock.now(), &configured.channel.name);
    audit::record(&mut tx, &me.into(), Done::to(AuditKind::ChannelChanged, id, name), at).await?;
    if before != after {
        audit::record(&mut tx, &me.into(), Done::to(AuditKind::CredentialsChanged, id, name), at).await?;
    }
    finish(app, tx, &configured.channel, at).await
}

/// Switches a channel on or off. Off, it sends nothing and its widget is not there; what providers tell is still taken.
///
/// # Errors
/// If the caller is no admin or there is no such channel.
pub async fn switch(app: &App, me: &SignedIn, id: ChannelId, on: bool) -> Result<Channel, AppError> {
    only_admins(me)?;
    let mut tx = app.db.begin().await?;
    let mut configured = channels::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    configured.channel.enabled = on;
    channels::update(&mut tx, &configured).await?;
    let at = app.clock.now();
    let done = Done::to(AuditKind::ChannelSwitched, id, &configured.channel.name);
    audit::record(&mut tx, &me.into(), done.saying(if on { "on" } else { "off" }), at).await?;
    finish(app, tx, &configured.channel, at).await?;
    Ok(configured.channel)
}

/// Which mailbox is read: all but how to sign in.
fn mailbox(credentials: &JsonObject) -> [Option<Value>; 3] {
    ["host", "username", "folder"].map(|name| credentials.get("imap")?.get(name).cloned())
}

fn change(app: &App, configured: &mut ConfiguredChannel, form: &ChannelForm) -> Result<(), AppError> {
    let channel = &mut configured.channel;
    channel.name = name_of_channel(&form.name)?;
    channel.team_id = form.team_id()?;
    channel.hue = form.hue()?;
    if let Some(provider) = Provider::from_word(&configured.provider) {
        let wanted = settings(provider, form, &configured.settings)?;
        configured.settings = checked(configured.channel.kind, wanted)?;
        configured.channel.address.clone_from(&configured.settings.address);
        let kept = credentials::kept(app, configured);
        let wanted = fill(provider.credentials(), form, kept)?;
        credentials::seal(app, configured, provider, wanted)?;
    }
    if let Some(window) = form.reopen_window()? {
        configured.settings.reopen_window = window;
    }
    Ok(())
}

/// Settings with what a form says about them.
fn settings(provider: Provider, form: &ChannelForm, now: &Settings) -> Result<Settings, AppError> {
    let wanted = fill(provider.settings(), form, object_of(now))?;
    serde_json::from_value(Value::Object(wanted)).map_err(|error| internal(&error))
}
