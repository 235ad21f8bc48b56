//! The settings of channels. For admins alone; what changes something is a plain form, which works without JavaScript.

use leptos::{prelude::*, server_fn::codec::Json};

use crate::domain::{
    AppError, Channel, ChannelId, HookId, Team,
    setup::{ChannelForm, ChannelList, ChannelSetup, DnsCheck, Provider, Tested, UnreadList},
};

/// All channels and how they have been doing.
///
/// # Errors
/// If the caller is no admin.
#[server(prefix = "/fn", endpoint = "load_channels", input = Json)]
pub async fn load_channels() -> Result<ChannelList, AppError> {
    use crate::server::{http::guard, queries::channels};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        channels::list(&app, &me).await
    })
    .await
}

/// What the form of a new channel chooses from.
///
/// # Errors
/// If the caller is no admin.
#[server(prefix = "/fn", endpoint = "load_new_channel", input = Json)]
pub async fn load_new_channel() -> Result<Vec<Team>, AppError> {
    use crate::server::{http::guard, queries::channels};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        channels::teams(&app, &me).await
    })
    .await
}

/// One channel with everything that its page shows. No secret comes with it.
///
/// # Errors
/// If the caller is no admin, or there is no such channel.
#[server(prefix = "/fn", endpoint = "load_channel", input = Json)]
pub async fn load_channel(id: ChannelId) -> Result<ChannelSetup, AppError> {
    use crate::server::{http::guard, queries::channels};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        channels::open(&app, &me, id).await
    })
    .await
}

/// What could not be read, newest first.
///
/// # Errors
/// If the caller is no admin.
#[server(prefix = "/fn", endpoint = "load_unread", input = Json)]
pub async fn load_unread() -> Result<UnreadList, AppError> {
    use crate::server::{http::guard, queries::channels};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        channels::unreadable(&app, &me).await
    })
    .await
}

/// Makes a channel and goes on to its page.
///
/// # Errors
/// If the caller is no admin; the first field that cannot be used.
#[server(prefix = "/fn", endpoint = "connect_channel")]
pub async fn connect_channel(provider: Provider, form: ChannelForm) -> Result<Channel, AppError> {
    use crate::{
        routes,
        server::{actions::connect, http::guard},
    };
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        let channel = connect::connect_by_form(&app, &me, provider, &form).await?;
        guard::go_to(&routes::channel(channel.id));
        Ok(channel)
    })
    .await
}

/// Changes a channel. Secrets that are left empty stay.
///
/// # Errors
/// If the caller is no admin or there is no such channel; the first field that cannot be used.
#[server(prefix = "/fn", endpoint = "edit_channel")]
pub async fn edit_channel(id: ChannelId, form: ChannelForm) -> Result<ChannelSetup, AppError> {
    use crate::server::{actions::connect, http::guard, queries::channels};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        connect::edit(&app, &me, id, &form).await?;
        channels::open(&app, &me, id).await
    })
    .await
}

/// Switches a channel on or off.
///
/// # Errors
/// If the caller is no admin, or there is no such channel.
#[server(prefix = "/fn", endpoint = "switch_channel")]
pub async fn switch_channel(id: ChannelId, on: bool) -> Result<Channel, AppError> {
    use crate::server::{actions::connect, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        connect::switch(&app, &me, id, on).await
    })
    .await
}

/// Makes a key that signs the mails of a channel that has none.
///
/// # Errors
/// If the caller is no admin, or the channel cannot have one.
#[server(prefix = "/fn", endpoint = "make_dkim_key")]
pub async fn make_dkim_key(id: ChannelId) -> Result<ChannelSetup, AppError> {
    use crate::server::{actions::connect, http::guard, queries::channels};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        connect::make_dkim_key(&app, &me, id).await?;
        channels::open(&app, &me, id).await
    })
    .await
}

/// Looks up the records that a mail channel needs in DNS.
///
/// # Errors
/// If the caller is no admin, or the channel is none for mail.
#[server(prefix = "/fn", endpoint = "check_dns")]
pub async fn check_dns(id: ChannelId) -> Result<Vec<DnsCheck>, AppError> {
    use crate::server::{actions::connect, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        connect::check_dns(&app, &me, id).await
    })
    .await
}

/// Sends a test by a channel.
///
/// # Errors
/// If the caller is no admin, or the channel cannot write to this address.
#[server(prefix = "/fn", endpoint = "send_test")]
pub async fn send_test(id: ChannelId, to: String) -> Result<Tested, AppError> {
    use crate::server::{actions::connect, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        connect::send_test(&app, &me, id, &to).await
    })
    .await
}

/// Has something read once more that could not be read.
///
/// # Errors
/// If the caller is no admin, or there is nothing by this id.
#[server(prefix = "/fn", endpoint = "read_again")]
pub async fn read_again(id: HookId) -> Result<(), AppError> {
    use crate::server::{actions::connect, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        connect::read_again(&app, &me, id).await
    })
    .await
}
