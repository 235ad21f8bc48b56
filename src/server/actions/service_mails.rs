//! Mails that the installation itself sends: kept in the transaction of what makes them necessary, and sent by a job.
//!
//! Most of them hold a link that lets whoever has it in, of whose token the database knows but the hash. So that no copy of
//! the database opens a door, their text is sealed with a key that is not in there, and it is gone as soon as the mail has
//! left or was given up: to try again then takes another link, and the old one is void.

use uuid::Uuid;

use super::{
    deliver::{MOST_ATTEMPTS, pause},
    people,
};
use crate::{
    domain::{
        AppError, Channel, DeliveryId, Failure, FailureClass, OperatorId, Outbound, OutboundMail, Outcome,
        Reported, ServiceMail, ServiceMailId, ServiceMailKind, ServiceMailState, StatusReport, TeamId, Time,
    },
    server::{
        app::App,
        clock::new_id,
        error::internal,
        store::{
            Conn, Tx,
            channels::{self, ConfiguredChannel},
            health,
            jobs::{self, Work},
            service_mails::{self, Kept},
        },
    },
};

/// A mail to be sent.
pub struct NewMail {
    pub kind: ServiceMailKind,
    pub to: String,
    pub subject: String,
    pub text: String,
    /// The invitation, the operator or the conversation.
    pub about: Uuid,
    pub asked_by: OperatorId,
}

/// The channel by which mails leave: one of the team's own, else any that works.
///
/// # Errors
/// If there is none.
pub async fn carrier(conn: &mut Conn, team: Option<TeamId>) -> Result<Channel, AppError> {
    let all = channels::list(conn).await?;
    Channel::for_mail(&all, team).cloned().ok_or_else(|| {
        let words = "Nothing can be mailed from here: no email channel is connected and switched on.";
        AppError::invalid("mail", words)
    })
}

/// Keeps a mail, to be sent once this transaction has come to its end. Whoever commits it wakes the runner.
///
/// # Errors
/// If its text cannot be sealed, or the database fails.
pub async fn queue(
    app: &App,
    tx: &mut Tx,
    by: &Channel,
    mail: NewMail,
    at: Time,
) -> Result<ServiceMail, AppError> {
    let mut kept = blank(by, mail.kind, mail.to, at);
    (kept.subject, kept.about, kept.asked_by) = (mail.subject, Some(mail.about), Some(mail.asked_by));
    kept.text = Some(seal(app, &kept, &mail.text)?);
    insert(tx, &kept, at).await?;
    Ok(kept.shown())
}

/// Keeps a mail whose text is written when it is sent.
pub(super) async fn queue_blank(
    tx: &mut Tx,
    by: &Channel,
    kind: ServiceMailKind,
    to: String,
    at: Time,
) -> Result<(), AppError> {
    insert(tx, &blank(by, kind, to, at), at).await
}

fn blank(by: &Channel, kind: ServiceMailKind, to: String, at: Time) -> Kept {
    Kept {
        id: new_id(),
        channel_id: by.id,
        kind,
        to,
        subject: String::new(),
        text: None,
        about: None,
        asked_by: None,
        state: ServiceMailState::Queued,
        words: None,
        created_at: at,
        updated_at: at,
    }
}

async fn insert(tx: &mut Tx, kept: &Kept, at: Time) -> Result<(), AppError> {
    service_mails::insert(tx, kept).await?;
    Ok(jobs::insert(tx, Work::SendServiceMail(kept.id), None, at, at).await?)
}

/// A mail's text as it is kept.
pub(super) fn seal(app: &App, kept: &Kept, text: &str) -> Result<Vec<u8>, AppError> {
    app.vault.seal(&kept.place(), text).map_err(|error| internal(&error))
}

/// What is to be given to the channel now. None: it has left, or will not go.
///
/// # Errors
/// If the database fails.
pub async fn begin(app: &App, id: ServiceMailId) -> Result<Option<(Outbound, ConfiguredChannel)>, AppError> {
    let mut conn = app.db.conn().await?;
    let Some(mut kept) = service_mails::find(&mut conn, id).await? else { return Ok(None) };
    drop(conn);
    if kept.state != ServiceMailState::Queued {
        return Ok(None);
    }
    if kept.text.is_none() {
        let Some(written) = people::write_reset_mail(app, id).await? else { return Ok(None) };
        kept = written;
    }
    let channel = channels::find(&mut app.db.conn().await?, kept.channel_id).await?;
    let channel = channel.ok_or(AppError::NotFound)?;
    let sealed = kept.text.as_deref().unwrap_or_default();
    let text = match app.vault.open(&kept.place(), sealed) {
        _ if !channel.channel.enabled => Err(format!("{} is switched off.", channel.channel.name)),
        opened => opened.map_err(|error| error.to_string()),
    };
    match text {
        Ok(text) => Ok(Some((outbound(&kept, &channel, text), channel))),
        Err(words) => {
            let failure = Failure { class: FailureClass::Message, code: "unwritten".to_owned(), words };
            end(app, id, Outcome::Failed(failure), MOST_ATTEMPTS).await?;
            Ok(None)
        }
    }
}

/// The mail, the same at each attempt.
fn outbound(kept: &Kept, channel: &ConfiguredChannel, text: String) -> Outbound {
    let mail = OutboundMail {
        conversation: None,
        from_name: channel.channel.name.clone(),
        to_name: None,
        cc: Vec::new(),
        subject: kept.subject.clone(),
        in_reply_to: None,
        references: Vec::new(),
        at: kept.created_at,
        signature: String::new(),
        quoted: None,
        files: Vec::new(),
        automatic: true,
    };
    Outbound {
        // It comes back in what is reported of it.
        delivery: DeliveryId(kept.id.0),
        ours: channel.settings.address.clone(),
        peer: kept.to.clone(),
        text,
        media_urls: Vec::new(),
        status_url: String::new(),
        mail: Some(Box::new(mail)),
    }
}

/// Writes what became of an attempt, of so many. Returns when there is to be another, if there is.
///
/// # Errors
/// If the database fails.
pub async fn end(
    app: &App,
    id: ServiceMailId,
    outcome: Outcome,
    attempts: i64,
) -> Result<Option<Time>, AppError> {
    let at = app.clock.now();
    let mut tx = app.db.begin().await?;
    let Some(mut kept) = service_mails::find(&mut tx, id).await? else { return Ok(None) };
    kept.updated_at = at;
    let mut again = None;
    match outcome {
        Outcome::Accepted { .. } => {
            health::put_sent(&mut tx, kept.channel_id, at).await?;
            (kept.state, kept.words) = (ServiceMailState::Sent, None);
        }
        Outcome::Failed(failure) => {
            if matches!(failure.class, FailureClass::Account | FailureClass::Retry) {
                health::put_failing(&mut tx, kept.channel_id, &failure.words, at).await?;
            }
            if failure.class.is_passing() && attempts < MOST_ATTEMPTS {
                again = Some(at.plus(pause(attempts, DeliveryId(id.0))));
            } else {
                kept.state = ServiceMailState::Failed;
            }
            kept.words = Some(failure.words);
        }
        Outcome::Unknown(words) => (kept.state, kept.words) = (ServiceMailState::Failed, Some(words)),
    }
    if kept.state != ServiceMailState::Queued {
        // Nobody needs the link any more that it holds.
        kept.text = None;
    }
    let is_wanted = service_mails::update_queued(&mut tx, &kept).await?;
    tx.commit().await?;
    Ok(again.filter(|_| is_wanted))
}

/// Takes in that a mail came back. False if it is none of these.
///
/// # Errors
/// If the database fails.
pub async fn report(app: &App, channel: &ConfiguredChannel, report: StatusReport) -> Result<bool, AppError> {
    let Some(id) = report.delivery.map(|id| ServiceMailId(id.0)) else { return Ok(false) };
    let found = service_mails::find(&mut app.db.conn().await?, id).await?;
    if found.is_none_or(|found| found.channel_id != channel.channel.id) {
        return Ok(false);
    }
    if let Reported::Failed(failure) = report.state {
        let mut tx = app.db.begin().await?;
        service_mails::update_returned(&mut tx, id, &failure.words, app.clock.now()).await?;
        tx.commit().await?;
    }
    Ok(true)
}
