//! Mails that came, as the product knows them.

use super::{
    super::{BadCredentials, Unreadable},
    adapter::Arrival,
    addresses::Own,
    classify::Nature,
    content::Content,
    credentials::Credentials,
    key::key_of,
    parse::Mail,
    reports,
    threading::{Hints, Secret, conversation_in},
    verdict,
};
use crate::domain::{Inbound, InboundMail, InboundMessage, Mailbox};

/// Whom mails come to, and what is believed of them.
pub(super) struct Inbox {
    own: Own,
    secrets: Vec<Secret>,
    authserv_ids: Vec<String>,
}

impl Inbox {
    /// # Errors
    /// If the secret is none.
    pub(super) fn of(credentials: &Credentials) -> Result<Self, BadCredentials> {
        Ok(Self {
            own: Own::of(credentials),
            secrets: vec![credentials.secret()?],
            authserv_ids: credentials.authserv_ids.clone(),
        })
    }

    /// Reads a mail: a message, or a report about one of ours.
    ///
    /// # Errors
    /// If it cannot be read, or says of nobody that it is from them.
    pub(super) fn read(&self, arrival: &Arrival<'_>) -> Result<Vec<Inbound>, Unreadable> {
        let mail = Mail::read(&arrival.raw)?;
        let nature = Nature::of(&mail, arrival.sender.as_ref());
        if let Some(report) = reports::read(&nature, &self.own, mail.date) {
            return Ok(vec![report]);
        }
        let message = self.message(mail, &nature, arrival)?;
        Ok(vec![Inbound::Message(Box::new(message))])
    }

    fn message(
        &self,
        mut mail: Mail,
        nature: &Nature,
        arrival: &Arrival<'_>,
    ) -> Result<InboundMessage, Unreadable> {
        let nobody = || Unreadable("This mail does not say whom it is from.".to_owned());
        let from = mail.from.clone().ok_or_else(nobody)?;
        let peer = mail.reply_to.iter().find(|mailbox| !self.is_own(mailbox)).unwrap_or(&from);
        let peer_name = peer.name.clone().or_else(|| from.name.clone());
        let peer = peer.address.to_lowercase();
        let content = Content::of(&mut mail);
        let mut hints = Hints::of(&mail, &arrival.recipients, &self.secrets);
        if let Nature::Bounce(bounce) | Nature::Delayed(bounce) = nature {
            // The mail that came back says where it belongs.
            let returned = || bounce.addresses.iter().find_map(|at| conversation_in(at, &self.secrets));
            hints.conversation = hints.conversation.or_else(returned);
            if let Some(id) = &bounce.message_id {
                hints.message_ids.insert(0, id.clone());
            }
        }
        Ok(InboundMessage {
            provider_id: key_of(&arrival.raw),
            ours: self.ours(&mail, arrival).to_owned(),
            peer,
            peer_name,
            text: content.text,
            part: None,
            media: Vec::new(),
            sent_at: mail.date,
            mail: Some(Box::new(InboundMail {
                automatic: self.automatic(nature, &from).map(str::to_owned),
                bounce: matches!(nature, Nature::Bounce(_) | Nature::Delayed(_)),
                suspicion: verdict::suspicion(&mail.fields, &self.authserv_ids),
                mail_id: mail.message_id,
                subject: mail.subject,
                from,
                to: mail.to,
                cc: mail.cc,
                folds: content.folds,
                html: content.html,
                files: content.files,
                conversation: hints.conversation,
                refers_to: hints.message_ids,
                left_out: content.left_out,
            })),
        })
    }

    fn is_own(&self, mailbox: &Mailbox) -> bool {
        self.own.find(&mailbox.address).is_some()
    }

    /// The own address that was written to: by the envelope, else by the header. A mail may name none, as a blind copy
    /// does.
    fn ours(&self, mail: &Mail, arrival: &Arrival<'_>) -> &str {
        let named = arrival.recipients.iter().chain(&mail.delivered_to).map(String::as_str);
        let shown = mail.to.iter().chain(&mail.cc).map(|mailbox| mailbox.address.as_str());
        named.chain(shown).find_map(|address| self.own.find(address)).unwrap_or(self.own.first())
    }

    /// Why a mail counts as sent by a machine, if it does.
    fn automatic(&self, nature: &Nature, from: &Mailbox) -> Option<&'static str> {
        match nature {
            Nature::Automatic(reason) => Some(reason.words()),
            Nature::Bounce(_) => Some("It says that a mail was not delivered."),
            Nature::Delayed(_) => Some("It says that a mail is not delivered yet."),
            // An answer to ourselves would be answered in turn.
            Nature::Personal if self.is_own(from) => Some("It came from this channel's own address."),
            Nature::Personal => None,
        }
    }
}
