//! Connecting channels to their providers, and changing them. Everybody who is signed in learns of each change;
//! of credentials nobody learns anything.

mod ai;
mod credentials;
mod dkim;
mod dns;
mod form;
mod named;
mod trial;
mod unread;

pub use dkim::make_dkim_key;
pub use dns::check_dns;
pub use form::{connect_by_form, edit, switch};
pub use named::{NamedChannel, connect_named};
pub use trial::send_test;
pub use unread::read_again;

use super::audit::{self, Doer, Done};
use crate::{
    domain::{
        AppError, AuditKind, Channel, ChannelKind, Event, TeamId, Time,
        setup::{JsonObject, Provider, mail_address, name_of_channel},
    },
    server::{
        app::App,
        auth::token::new_token,
        channels::sms,
        clock::new_id,
        error::internal,
        store::{
            Conn, Tx,
            channels::{self, ConfiguredChannel, Settings},
            events, teams,
        },
    },
};

/// A channel to make.
struct NewChannel {
    provider: Provider,
    name: String,
    /// Where its new conversations go.
    team_id: Option<TeamId>,
    settings: Settings,
    credentials: JsonObject,
}

/// Characters of a key: it stands in the hook's address, and is no secret.
const KEY_LENGTH: usize = 16;

/// Makes a channel. Its hook is at `/hooks/{provider}/{key}`.
async fn connect(app: &App, by: &Doer, new: NewChannel) -> Result<ConfiguredChannel, AppError> {
    let now = app.clock.now();
    let settings = checked(new.provider.kind(), new.settings)?;
    let channel = Channel {
        id: new_id(),
        kind: new.provider.kind(),
        name: name_of_channel(&new.name)?,
        hue: None,
        team_id: new.team_id,
        enabled: true,
        connected: true,
        address: settings.address.clone(),
    };
    let mut configured = ConfiguredChannel {
        channel,
        key: new_token().map_err(|error| internal(&error))?[..KEY_LENGTH].to_owned(),
        provider: new.provider.as_str().to_owned(),
        credentials: None,
        settings,
        created_at: now,
    };
    credentials::seal(app, &mut configured, new.provider, new.credentials)?;
    let mut tx = app.db.begin().await?;
    check_team(&mut tx, configured.channel.team_id).await?;
    channels::insert(&mut tx, &configured).await?;
    let done = Done::to(AuditKind::ChannelConnected, configured.channel.id, &configured.channel.name);
    audit::record(&mut tx, by, done.saying(new.provider.label()), now).await?;
    finish(app, tx, &configured.channel, now).await?;
    Ok(configured)
}

/// Tells everybody of a change, and makes it durable.
async fn finish(app: &App, mut tx: Tx, channel: &Channel, now: Time) -> Result<(), AppError> {
    let event = Event::ChannelChanged { channel: channel.clone() };
    events::append(&mut tx, &event, None, now).await?;
    tx.commit().await?;
    app.hub.committed();
    Ok(())
}

async fn check_team(conn: &mut Conn, team: Option<TeamId>) -> Result<(), AppError> {
    let Some(id) = team else { return Ok(()) };
    let known = teams::list(conn).await?.iter().any(|team| team.id == id);
    if known { Ok(()) } else { Err(AppError::invalid("team", "This team is gone. Choose another.")) }
}

/// Settings as they are kept, if a channel of this kind can be set so.
fn checked(kind: ChannelKind, mut settings: Settings) -> Result<Settings, AppError> {
    match kind {
        ChannelKind::Sms => {
            settings.region = region(&settings.region)?;
            settings.address = sms::normalise(&settings.address, &settings.region);
            if settings.address.is_empty() {
                return Err(AppError::invalid("address", "Give the number that customers write to."));
            }
        }
        ChannelKind::Email => {
            let address = mail_address(&settings.address);
            let words = "Give an address such as support@example.com.";
            settings.address = address.ok_or_else(|| AppError::invalid("address", words))?;
        }
        ChannelKind::LiveChat | ChannelKind::Chatbot => {
            settings.sites = settings.sites.iter().map(|site| origin(site)).collect::<Result<_, _>>()?;
        }
    }
    Ok(settings)
}

/// A country's two letters; none reads only numbers that name theirs.
fn region(text: &str) -> Result<String, AppError> {
    let region = text.trim().to_ascii_uppercase();
    let is_one = region.len() == 2 && region.bytes().all(|byte| byte.is_ascii_alphabetic());
    if is_one || region.is_empty() {
        Ok(region)
    } else {
        Err(AppError::invalid("region", "Give two letters, such as US."))
    }
}

/// A site as browsers name it: it stands in the policy of the widget's frame, and so may hold nothing else.
fn origin(site: &str) -> Result<String, AppError> {
    let site = site.trim().trim_end_matches('/').to_ascii_lowercase();
    let host = site.strip_prefix("https://").or_else(|| site.strip_prefix("http://")).unwrap_or_default();
    let fits = !host.is_empty()
        && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':'));
    let words = format!("{site:?} is no address of a site, such as https://shop.example.");
    if fits { Ok(site) } else { Err(AppError::invalid("sites", words)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field_of(error: AppError) -> String {
        match error {
            AppError::Invalid { field, .. } => field,
            other => panic!("{other}"),
        }
    }

    #[test]
    fn numbers_are_kept_as_they_are_compared() {
        let settings = |address: &str, region: &str| Settings {
            address: address.into(),
            region: region.into(),
            ..Settings::default()
        };
        let kept = checked(ChannelKind::Sms, settings("07700 900123", "gb")).expect("a number");
        assert_eq!((kept.address.as_str(), kept.region.as_str()), ("+447700900123", "GB"));
        for (address, region, field) in [("", "US", "address"), ("1", "USA", "region"), ("1", "U1", "region")]
        {
            let error = checked(ChannelKind::Sms, settings(address, region)).expect_err(region);
            assert_eq!(field_of(error), field);
        }
        let kept = checked(ChannelKind::Email, settings("Help@Acme.TEST", "")).expect("an address");
        assert_eq!(kept.address, "Help@acme.test");
        assert_eq!(
            field_of(checked(ChannelKind::Email, settings("+15550100", "")).expect_err("no mail")),
            "address"
        );
    }

    #[test]
    fn sites_are_origins_and_nothing_else() {
        for (site, want) in [
            ("https://Shop.example/", Some("https://shop.example")),
            (" http://localhost:8080 ", Some("http://localhost:8080")),
            ("shop.example", None),
            ("https://shop.example/path", None),
            ("https://shop.example; script-src *", None),
            ("https://*", None),
            ("https://", None),
            ("javascript:alert(1)", None),
            ("*", None),
        ] {
            assert_eq!(origin(site).ok().as_deref(), want, "{site}");
        }
    }
}
