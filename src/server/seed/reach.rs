//! Where the demo's customers are reached, if not in a live session.

use super::{
    EMAIL_ADDRESS, SMS_NUMBER, SeedError, Seeder,
    script::{Line, Scripted},
};
use crate::{
    domain::{ChannelKind, Conversation, IdentityKind, MailThread, ReplyRoute},
    server::store::contacts,
};

impl Seeder<'_> {
    /// Whose address it is, and the way of a reply.
    pub(super) async fn reach(
        &mut self,
        kind: IdentityKind,
        route: &ReplyRoute,
        conversation: &mut Conversation,
    ) -> Result<(), SeedError> {
        let (contact, since) = (conversation.contact_id, conversation.created_at);
        // An address is one contact's: the first one's.
        if contacts::find_by_identity(self.tx, kind, &route.peer).await?.is_none() {
            contacts::insert_identity(self.tx, kind, &route.peer, contact, since).await?;
        }
        if conversation.reply_channel_id == conversation.channel_id {
            conversation.reply_route = Some(route.clone());
        }
        Ok(())
    }
}

/// The addresses that a conversation goes between, and of what kind the customer's is.
pub fn reached_at(scripted: &Scripted) -> Option<(IdentityKind, ReplyRoute)> {
    let (kind, ours, peer) = match scripted.kind {
        ChannelKind::Sms => {
            let digits = scripted.phone.chars().filter(|c| c.is_ascii_digit() || *c == '+');
            (IdentityKind::Phone, SMS_NUMBER, digits.collect::<String>())
        }
        ChannelKind::Email => (IdentityKind::Email, EMAIL_ADDRESS, scripted.email.to_lowercase()),
        ChannelKind::Chatbot | ChannelKind::LiveChat => return None,
    };
    (!peer.is_empty()).then(|| (kind, ReplyRoute { ours: ours.into(), peer }))
}

/// What a conversation that began by mail keeps of it.
pub fn mail_thread(scripted: &Scripted) -> Option<MailThread> {
    const SUBJECTS: [(&str, &str); 4] = [
        ("discount code", "FERN10 has expired?"),
        ("crack", "A bowl arrived broken"),
        ("cups and saucers", "Cups and saucers for a café"),
        ("dishwasher", "Stoneware in the dishwasher"),
    ];
    let Some(Line::Customer(first)) = scripted.lines.first() else { return None };
    let (_, subject) = SUBJECTS.iter().find(|(words, _)| first.contains(words))?;
    (scripted.kind == ChannelKind::Email).then(|| MailThread { subject: (*subject).into(), cc: Vec::new() })
}

#[cfg(test)]
mod tests {
    use super::{super::script::CONVERSATIONS, *};

    #[test]
    fn everybody_who_writes_from_afar_can_be_answered() {
        for scripted in CONVERSATIONS {
            let (by_mail, by_text) = (scripted.kind == ChannelKind::Email, scripted.kind == ChannelKind::Sms);
            assert_eq!(reached_at(scripted).is_some(), by_mail || by_text, "{}", scripted.name);
            assert_eq!(mail_thread(scripted).is_some(), by_mail, "{}: a mail has a subject", scripted.name);
        }
    }
}
