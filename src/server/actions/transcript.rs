//! Mailing what was said in a conversation.

use super::{
    audit::{self, Done},
    service_mails::{self, NewMail},
};
use crate::{
    domain::{
        AppError, AuditKind, ConversationId, ServiceMail, ServiceMailKind, Transcript, check_minutes_east,
        setup::mail_address,
    },
    server::{
        app::App,
        auth::session::SignedIn,
        store::{Conn, StoreError, channels, conversations, messages, workspace},
    },
};

/// Has it mailed to an address, with times by a clock so many minutes east of UTC. Of a long conversation only the newest
/// part goes along.
///
/// # Errors
/// [`AppError::NotFound`] also if the operator may not see the conversation; or if this is no address, or nothing can be
/// mailed.
pub async fn mail(
    app: &App,
    me: &SignedIn,
    id: ConversationId,
    to: &str,
    minutes_east: i64,
) -> Result<ServiceMail, AppError> {
    let mut conn = app.db.conn().await?;
    let conversation = conversations::find(&mut conn, id).await?;
    let conversation = conversation.filter(|found| me.sees(&found.facts())).ok_or(AppError::NotFound)?;
    check_minutes_east(minutes_east)?;
    let wrong = || AppError::invalid("to", "Give an address such as you@example.com.");
    let to = mail_address(to).ok_or_else(wrong)?;
    let by = service_mails::carrier(&mut conn, conversation.team_id).await?;
    let channel = channels::find(&mut conn, conversation.channel_id).await?.ok_or(AppError::NotFound)?;
    let transcript = Transcript::of(&conversation, &channel.channel.name, minutes_east);
    let (said, is_whole) = newest(&mut conn, id, &transcript).await?;
    let workspace = workspace::find_name(&mut conn).await?;
    // What is read takes a while: nobody waits for it.
    drop(conn);
    let head = transcript.head(conversation.created_at);
    let rest = if is_whole { "" } else { "This is its newest part: the whole is too long for a mail.\n" };
    let text = format!("{} sends you this transcript.\n\n{head}{rest}{said}", me.name);
    let mail = NewMail {
        kind: ServiceMailKind::Transcript,
        to,
        subject: format!("Transcript of a conversation with {workspace}"),
        text,
        about: id.into(),
        asked_by: me.id,
    };
    let at = app.clock.now();
    let mut tx = app.db.begin().await?;
    let done = Done::to(AuditKind::TranscriptMailed, id, &conversation.contact_name);
    audit::record(&mut tx, &me.into(), done.saying(format!("to {}", mail.to)), at).await?;
    let kept = service_mails::queue(app, &mut tx, &by, mail, at).await?;
    tx.commit().await?;
    app.work.notify_one();
    Ok(kept)
}

/// As much of the newest as a mail holds, oldest first, and whether that is all of it.
async fn newest(
    conn: &mut Conn,
    id: ConversationId,
    transcript: &Transcript,
) -> Result<(String, bool), StoreError> {
    let mut entries: Vec<String> = Vec::new();
    let mut room = Transcript::MOST_MAILED;
    let mut before = i64::MAX;
    let is_whole = 'read: loop {
        let page = messages::list_before(conn, id, before, Transcript::PAGE).await?;
        for message in page.iter().rev() {
            let mut entry = transcript.entry(message);
            if entry.len() > room {
                if entries.is_empty() {
                    entry.truncate(entry.floor_char_boundary(room));
                    entries.push(entry);
                }
                break 'read false;
            }
            room -= entry.len();
            entries.push(entry);
        }
        match page.first() {
            Some(first) if first.seq > 1 => before = first.seq,
            _ => break true,
        }
    };
    entries.reverse();
    Ok((entries.concat(), is_whole))
}
