//! Reading a mailbox: which mails, in which order, and what becomes of one that cannot be had.

use super::{
    super::LARGEST_MAIL,
    Inbox, Place,
    end::End,
    session::Session,
    stand_in::{self, Why},
};
use crate::domain::Time;

/// Bytes of the largest mail that is fetched; of a larger one only the header is.
pub(super) const LARGEST: u32 = LARGEST_MAIL as u32;
/// So many connections may end at one mail before only its header is asked for. With the pauses between them that is
/// some minutes, so that it takes more than a server that restarts.
pub(super) const TRIES: u32 = 8;
/// So many more, and it is not asked for at all.
pub(super) const HEADER_TRIES: u32 = 4;

/// A mail that connections end at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stuck {
    mail: Place,
    tries: u32,
}

/// One connection's reading.
pub(super) struct Reader<'a> {
    pub(super) inbox: &'a dyn Inbox,
    pub(super) session: Session,
    pub(super) stuck: &'a mut Option<Stuck>,
}

/// What there is of a mail.
struct Fetched {
    raw: Vec<u8>,
    whole: bool,
}

impl Reader<'_> {
    /// Opens the folder and gives the place to go on from, once everything before it is kept.
    pub(super) async fn settle(&mut self, folder: &str, since: Time) -> Result<Place, End> {
        // Before the folder is opened: else another server could have read further than we know it to reach.
        let kept = self.inbox.place().await?;
        let newest = self.session.select(folder).await?;
        match kept {
            Some(kept) if kept.validity == newest.validity && kept.uid <= newest.uid => return Ok(kept),
            Some(kept) => self.look_through(kept, newest, since).await?,
            None => return Ok(self.inbox.begin(newest).await?),
        }
        self.inbox.skip(newest).await?;
        Ok(newest)
    }

    /// Hands on all mails that arrived since then. Until the last of them is kept the old place stays, so that it is
    /// begun anew if it does not come to its end.
    async fn look_through(&mut self, kept: Place, newest: Place, since: Time) -> Result<(), End> {
        tracing::warn!(?kept, ?newest, "a mailbox has new identifiers and is looked through");
        if newest.uid == 0 {
            return Ok(());
        }
        // Servers compare days and take no notice of time zones (RFC 3501 § 6.4.4).
        let query = format!("UID 1:{} SINCE {}", newest.uid, date(since.plus(-Time::DAY)));
        for uid in self.session.search(&query).await? {
            self.take(Place { uid, ..newest }, kept).await?;
        }
        Ok(())
    }

    /// Hands on all mails after a place, and those that come meanwhile.
    pub(super) async fn catch_up(&mut self, place: &mut Place) -> Result<(), End> {
        loop {
            self.session.news = false;
            let next = place.uid.saturating_add(1);
            for uid in self.session.search(&format!("UID {next}:*")).await? {
                // With nothing new, `next:*` means `*:next`, and finds the last mail that there is.
                if uid > place.uid {
                    let mail = Place { uid, ..*place };
                    self.take(mail, mail).await?;
                    *place = mail;
                }
            }
            if !self.session.news {
                return Ok(());
            }
        }
    }

    /// Hands on one mail, to be kept together with a place. A mail that was deleted meanwhile is passed over.
    async fn take(&mut self, mail: Place, place: Place) -> Result<(), End> {
        let tries = self.stuck.filter(|stuck| stuck.mail == mail).map_or(0, |stuck| stuck.tries);
        let fetched = self.fetch(mail, tries).await.inspect_err(|end| {
            if *end != End::Stopped {
                *self.stuck = Some(Stuck { mail, tries: tries + 1 });
            }
        })?;
        let Some(Fetched { raw, whole }) = fetched else { return Ok(()) };
        self.inbox.keep(&raw, place).await?;
        if whole {
            self.session.mark_seen(mail.uid).await?;
        } else {
            tracing::warn!(?mail, tries, "a mail was not fetched as a whole");
        }
        Ok(())
    }

    /// What can be had of a mail, after so many tries in vain.
    async fn fetch(&mut self, mail: Place, tries: u32) -> Result<Option<Fetched>, End> {
        if tries >= TRIES + HEADER_TRIES {
            return Ok(Some(Fetched { raw: stand_in::without_header(mail), whole: false }));
        }
        let Some(size) = self.session.size(mail.uid).await? else { return Ok(None) };
        if size <= LARGEST && tries < TRIES {
            let raw = self.session.body(mail.uid, size).await?;
            return Ok(raw.map(|raw| Fetched { raw, whole: true }));
        }
        let why = if size > LARGEST { Why::TooLarge { bytes: size } } else { Why::Withheld };
        let header = self.session.header(mail.uid).await?;
        Ok(header.map(|header| {
            let raw = stand_in::with_header(&header, why).unwrap_or_else(|| stand_in::without_header(mail));
            Fetched { raw, whole: false }
        }))
    }
}

/// A day in UTC as IMAP has it (RFC 3501 § 9, `date`).
fn date(time: Time) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let day = time.civil(0);
    let month = usize::try_from(day.month - 1).expect("months are counted from 1");
    format!("{}-{}-{:04}", day.day, MONTHS[month], day.year)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_written_as_servers_read_them() {
        for (seconds, text) in
            [(0, "1-Jan-1970"), (951_782_399, "28-Feb-2000"), (1_795_390_200, "22-Nov-2026")]
        {
            assert_eq!(date(Time(seconds * Time::SECOND)), text);
        }
    }
}
