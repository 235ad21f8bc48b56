//! Makes the adapters of a channel's credentials.

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{
    super::{Adapter, NoAdapter},
    kannel::Kannel,
    telnyx::Telnyx,
    twilio::Twilio,
    vonage::Vonage,
    webhook::Webhook,
};
use crate::server::clock::Clock;

/// The credentials' own fields, and the address of the API where it is not the provider's own: a stand-in's.
fn read<T: DeserializeOwned>(mut credentials: Value) -> Result<(T, Option<String>), NoAdapter> {
    let api = credentials.as_object_mut().and_then(|fields| fields.remove("api"));
    let api = api.and_then(|api| api.as_str().map(str::to_owned));
    let credentials =
        serde_json::from_value(credentials).map_err(|error| NoAdapter::Credentials(error.to_string()))?;
    Ok((credentials, api))
}

/// [Twilio](https://www.twilio.com/docs/messaging).
///
/// # Errors
/// If these are not its credentials.
pub fn twilio(credentials: Value, _: &Clock) -> Result<Arc<dyn Adapter>, NoAdapter> {
    let (credentials, api) = read(credentials)?;
    let adapter = Twilio::new(credentials);
    Ok(Arc::new(match api {
        Some(api) => adapter.at(&api),
        None => adapter,
    }))
}

/// [Telnyx](https://developers.telnyx.com/docs/messaging).
///
/// # Errors
/// If these are not its credentials.
pub fn telnyx(credentials: Value, _: &Clock) -> Result<Arc<dyn Adapter>, NoAdapter> {
    let (credentials, api) = read(credentials)?;
    let adapter = Telnyx::new(credentials)?;
    Ok(Arc::new(match api {
        Some(api) => adapter.at(&api),
        None => adapter,
    }))
}

/// [Vonage](https://developer.vonage.com/messaging/sms/overview)'s SMS API.
///
/// # Errors
/// If these are not its credentials.
pub fn vonage(credentials: Value, clock: &Clock) -> Result<Arc<dyn Adapter>, NoAdapter> {
    let (credentials, api) = read(credentials)?;
    let adapter = Vonage::new(credentials, clock.clone())?;
    Ok(Arc::new(match api {
        Some(api) => adapter.at(&api),
        None => adapter,
    }))
}

/// [Kannel](https://www.kannel.org). It has no address but the one that its owner gives.
///
/// # Errors
/// If these are not its credentials.
pub fn kannel(credentials: Value, _: &Clock) -> Result<Arc<dyn Adapter>, NoAdapter> {
    let credentials =
        serde_json::from_value(credentials).map_err(|error| NoAdapter::Credentials(error.to_string()))?;
    Ok(Arc::new(Kannel::new(credentials)?))
}

/// Any gateway that speaks our own signed webhook.
///
/// # Errors
/// If these are not its credentials.
pub fn webhook(credentials: Value, clock: &Clock) -> Result<Arc<dyn Adapter>, NoAdapter> {
    let (credentials, api) = read(credentials)?;
    let adapter = Webhook::new(credentials, clock.clone())?;
    Ok(Arc::new(match api {
        Some(api) => adapter.at(&api),
        None => adapter,
    }))
}
