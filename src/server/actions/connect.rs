//! Connecting channels to providers.

use crate::{
    domain::{AppError, Channel, ChannelKind, Event, TeamId, clean_line},
    server::{
        app::App,
        auth::token::new_token,
        channels::sms,
        clock::new_id,
        error::internal,
        store::{
            Conn,
            channels::{self, ConfiguredChannel, Settings},
            events, teams,
        },
    },
};

/// A channel to make.
#[derive(Debug, Clone)]
pub struct NewChannel {
    /// A name that the channels' registry knows.
    pub provider: String,
    pub name: String,
    /// The number that customers write to.
    pub address: String,
    /// Where its new conversations go, by name; the team of nobody if it is not given.
    pub team: Option<String>,
    /// Whose numbers are meant where a number names no country, as ISO 3166 has it.
    pub region: String,
    /// What the provider knows us by, as JSON; its fields are the provider's affair.
    pub credentials: String,
    /// What one number may send in a minute; 0: as much as it likes.
    pub sends_per_minute: u32,
}

/// Makes an SMS channel. Its hook is at `/hooks/{provider}/{key}`.
///
/// # Errors
/// If the provider is unknown, or something cannot be used.
pub async fn add_sms(app: &App, new: NewChannel) -> Result<ConfiguredChannel, AppError> {
    let name = clean_line(&new.name);
    if name.is_empty() || name.chars().count() > 120 {
        return Err(AppError::invalid("name", "Give a name of at most 120 characters."));
    }
    let address = sms::normalise(&new.address, &new.region);
    if address.is_empty() {
        return Err(AppError::invalid("address", "Give the number that customers write to."));
    }
    app.channels
        .adapter(&new.provider, &new.credentials, &app.clock)
        .map_err(|error| AppError::invalid("credentials", error.to_string()))?;
    let key = new_token().map_err(|error| internal(&error))?[..KEY_LENGTH].to_owned();
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let team_id = match new.team {
        None => None,
        Some(wanted) => Some(find_team(&mut tx, &wanted).await?),
    };
    let channel = Channel {
        id: new_id(),
        kind: ChannelKind::Sms,
        name,
        hue: None,
        team_id,
        enabled: true,
        connected: true,
    };
    let mut configured = ConfiguredChannel {
        channel: channel.clone(),
        key,
        provider: new.provider,
        credentials: None,
        settings: Settings {
            address,
            region: new.region,
            sends_per_minute: new.sends_per_minute,
            ..Settings::default()
        },
        created_at: now,
    };
    let sealed = app
        .vault
        .seal(&configured.credentials_place(), &new.credentials)
        .map_err(|error| AppError::invalid("credentials", error.to_string()))?;
    configured.credentials = Some(sealed);
    channels::insert(&mut tx, &configured).await?;
    events::append(&mut tx, &Event::ChannelChanged { channel }, None, now).await?;
    tx.commit().await?;
    app.hub.committed();
    Ok(configured)
}

/// Characters of a key: it stands in the hook's address, and is no secret.
const KEY_LENGTH: usize = 16;

async fn find_team(conn: &mut Conn, name: &str) -> Result<TeamId, AppError> {
    let all = teams::list(conn).await?;
    let found = all.iter().find(|team| team.name.to_lowercase() == name.trim().to_lowercase());
    found.map(|team| team.id).ok_or_else(|| {
        let names: Vec<&str> = all.iter().map(|team| team.name.as_str()).collect();
        AppError::invalid("team", format!("There is no team {name:?}; there are: {}.", names.join(", ")))
    })
}
