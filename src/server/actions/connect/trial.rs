//! A message to try a channel with. It belongs to no conversation and is kept nowhere.

use crate::{
    domain::{
        AppError, ChannelId, ChannelKind, DeliveryId, Failure, FailureClass, Me, Outbound, OutboundMail,
        Outcome,
        setup::{Tested, mail_address, only_admins},
    },
    server::{
        app::App,
        channels::sms,
        clock::new_id,
        store::{
            channels::{self, ConfiguredChannel},
            health, opt_outs,
        },
    },
};

const TEXT: &str = "This is a test from Live Operator.";
const SUBJECT: &str = "Test from Live Operator";

/// Sends a test by a channel, and notes what it says about the channel's health.
///
/// # Errors
/// If the caller is no admin, there is no such channel, or it cannot write to this address.
pub async fn send_test(app: &App, me: &Me, id: ChannelId, to: &str) -> Result<Tested, AppError> {
    only_admins(me)?;
    let mut conn = app.db.conn().await?;
    let channel = channels::find(&mut conn, id).await?.ok_or(AppError::NotFound)?;
    let refuse = |words: String| AppError::invalid("to", words);
    let peer = peer(&channel, to).map_err(|words| refuse(words.to_owned()))?;
    if !channel.channel.enabled {
        return Err(refuse(format!("{} is switched off.", channel.channel.name)));
    }
    if opt_outs::is_opted_out(&mut conn, &channel.settings.address, &peer).await? {
        return Err(refuse(format!("{peer} asked not to be written to.")));
    }
    drop(conn);
    let outbound = message(app, &channel, peer);
    let outcome = match app.adapter(&channel) {
        Ok(adapter) => adapter.send(&outbound, &app.client).await,
        Err(words) => {
            let code = "not connected".to_owned();
            Outcome::Failed(Failure { class: FailureClass::Account, code, words })
        }
    };
    note(app, id, &outcome).await?;
    Ok(match outcome {
        Outcome::Accepted { .. } => Tested::Accepted,
        Outcome::Failed(failure) => Tested::Failed { words: failure.words },
        Outcome::Unknown(words) => Tested::Unknown { words },
    })
}

/// Whom to write to, or why that is nobody.
fn peer(channel: &ConfiguredChannel, to: &str) -> Result<String, &'static str> {
    match channel.channel.kind {
        ChannelKind::Sms => {
            let number = sms::normalise(to, &channel.settings.region);
            let is_one = number.bytes().any(|byte| byte.is_ascii_digit());
            if is_one { Ok(number) } else { Err("Give a number with its country: +44 7700 900123.") }
        }
        ChannelKind::Email => mail_address(to).ok_or("Give an address such as you@example.com."),
        ChannelKind::LiveChat | ChannelKind::Chatbot => Err("Nobody is written to by a live chat."),
    }
}

fn message(app: &App, channel: &ConfiguredChannel, peer: String) -> Outbound {
    let delivery = new_id::<DeliveryId>();
    let mail = (channel.channel.kind == ChannelKind::Email).then(|| OutboundMail {
        conversation: None,
        from_name: channel.channel.name.clone(),
        to_name: None,
        cc: Vec::new(),
        subject: SUBJECT.to_owned(),
        in_reply_to: None,
        references: Vec::new(),
        at: app.clock.now(),
        signature: channel.settings.signature.clone(),
        quoted: None,
        files: Vec::new(),
        automatic: true,
    });
    Outbound {
        delivery,
        ours: channel.settings.address.clone(),
        peer,
        text: TEXT.to_owned(),
        media_urls: Vec::new(),
        status_url: format!(
            "{}/hooks/{}/{}?delivery={delivery}",
            app.config.server.public_url, channel.provider, channel.key
        ),
        mail: mail.map(Box::new),
    }
}

/// What a test says about the channel, as a real message would.
async fn note(app: &App, id: ChannelId, outcome: &Outcome) -> Result<(), AppError> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    match outcome {
        Outcome::Accepted { .. } => health::put_sent(&mut tx, id, now).await?,
        Outcome::Failed(failure) if matches!(failure.class, FailureClass::Account | FailureClass::Retry) => {
            health::put_failing(&mut tx, id, &failure.words, now).await?;
        }
        Outcome::Failed(_) | Outcome::Unknown(_) => return Ok(()),
    }
    tx.commit().await?;
    Ok(())
}
