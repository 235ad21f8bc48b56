//! Looking whether what a mail channel needs is in DNS.

use futures::future::join_all;

use super::credentials;
use crate::{
    domain::{
        AppError, ChannelId, ChannelKind, Me,
        setup::{DnsCheck, Provider, only_admins},
    },
    server::{app::App, dns, store::channels},
};

/// Looks up the records that a mail channel needs, all at once.
///
/// # Errors
/// If the caller is no admin, or there is no such mail channel.
pub async fn check_dns(app: &App, me: &Me, id: ChannelId) -> Result<Vec<DnsCheck>, AppError> {
    only_admins(me)?;
    let channel = channels::find(&mut app.db.conn().await?, id).await?.ok_or(AppError::NotFound)?;
    let provider = Provider::from_word(&channel.provider)
        .filter(|provider| provider.kind() == ChannelKind::Email)
        .ok_or_else(|| AppError::invalid("id", "Only mail channels have records in DNS."))?;
    let wanted = dns::wanted(provider, &channel.settings.address, &credentials::kept(app, &channel));
    Ok(join_all(wanted.into_iter().map(|record| app.dns.check(record))).await)
}
